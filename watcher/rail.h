/*
 * rail - what moves money, as functions; no decisions here: the bank that pays
 *        out, the treasury that pays back.
 *
 * Shape:  a table of functions, so that the same watcher runs against anything
 *         that fills it.  An order is fixed bytes under a fixed key.
 * Out:    what the rail says about each order.  RAIL_UNKNOWN is everything that
 *         does not tell: the order may have been carried out.
 * Owner:  texts are borrowed from the arena given.
 * Source: api/payout-rail.openapi.yaml, api/treasury-rail.openapi.yaml.
 */
#ifndef WINDLASS_RAIL_H
#define WINDLASS_RAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "instant.h"

struct arena;
struct http;
struct json;

enum rail_kind { RAIL_PAYOUTS, RAIL_TREASURY, RAIL_MAX };

enum rail_says {
	RAIL_UNKNOWN,
	RAIL_NONE,     /* a look-up that found nothing */
	RAIL_PENDING,  /* it has it, and will tell: not to be sent again */
	RAIL_ACCEPTED, /* it will settle or come back */
	RAIL_SETTLED,
	RAIL_RETURNED,
	RAIL_REFUSED, /* not carried out */
	RAIL_USED,    /* the reference was used before: look it up */
	RAIL_MISMATCH /* something else than what we ordered */
};

struct rail_order {
	const char *reference, *idem_key;
	const char *body; /* JSON text; NULL: only whether it is known */
	size_t body_len;
};

struct rail_answer {
	enum rail_says says;
	const char *bank_id; /* "" where none */
	const char *code;    /* a refusal's or return's, a plain word */
	const char *field;   /* of the beneficiary, that is at fault; "" */
	bool is_fixable;
	const char *why;     /* a mismatch: what differs */
	const char *hash;    /* of a refund that is settled: on the ledger */
	int64_t retry_after; /* seconds that it asks us to wait; 0: none */
};

struct rail_payout { /* as listed; "" where absent */
	const char *reference, *bank_id, *amount, *currency, *status;
};

struct rail_page {
	const struct rail_payout *payouts;
	size_t count;
	const char *next; /* where the following one begins; NULL: the last */
};

enum { RAIL_AT_ONCE = 32 }; /* orders under way at the same time */

struct rail {
	void *self;
	void (*submit)(void *self, struct arena *a,
	    const struct rail_order *orders, size_t count,
	    struct rail_answer *out);
	void (*look_up)(void *self, struct arena *a,
	    const struct rail_order *orders, size_t count,
	    struct rail_answer *out);
	/* References of the payouts that changed since then: 0 or negative. */
	int (*list)(void *self, struct arena *a, instant since,
	    const char *const **references, size_t *count);
	/* One page of them, whole; after is NULL for the first.  0 or negative.
	 */
	int (*page)(void *self, struct arena *a, instant since,
	    const char *after, struct rail_page *out);
};

/* The real one, one of a kind, over HTTP; key may be NULL. */
struct rail rail_http(struct http *h, enum rail_kind kind, const char *base_url,
    const char *key);

/* What an answer of the rail tells about the order; pure. */
struct rail_answer rail_read(struct arena *a, enum rail_kind kind,
    const struct rail_order *order, bool is_look_up, int status,
    const char *text, size_t len);

#endif
