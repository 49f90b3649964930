/*
 * incoming - what came in to an account on the Stellar ledger, through Horizon,
 *            page by page, the newest first or the oldest.
 *
 * Shape:  one call for a page, or for a smaller one if that is too large, or
 * for one record without its transaction: then nobody knows its memo;
 *         incoming_read() is what its answer tells, pure.
 * Holds:  tokens of a page are numbers in its order, each once.
 * Errors: 0, or -EIO: it cannot be told.  An account that the ledger does not
 *         have has an empty page.
 * Owner:  texts are borrowed from the arena given.
 * Source: Horizon, GET /accounts/{account}/payments?join=transactions.
 */
#ifndef WINDLASS_INCOMING_H
#define WINDLASS_INCOMING_H

#include "funds.h"

struct arena;
struct http;

enum { INCOMING_PAGE = 200 }; /* at most */

struct incoming {
	struct ledger_operation operation; /* asset as on the ledger */
	const char *hash, *memo, *muxed;   /* memo, or the muxed address' id */
	bool is_unread;                    /* its memo could not be told */
	instant at;
};

enum incoming_order { INCOMING_NEWEST, INCOMING_RISING }; /* which come first */

struct incoming_page {
	const struct incoming *list; /* payments to the account; and accounts
	                              * merged into it, with 0 for what came */
	size_t count;
	bool is_last;
	instant oldest;     /* of all operations of the page */
	const char *cursor; /* where the next page begins; "": nothing came */
	const char *newest; /* the first one's of a page of the newest */
};

/* cursor is "" for the first page. */
int incoming_page(struct http *h, const char *base_url, struct arena *a,
    const char *account, const char *cursor, enum incoming_order order,
    struct incoming_page *out) __attribute__((warn_unused_result));
/* limit is what was asked for: a page of fewer is the last. */
int incoming_read(struct arena *a, const char *account, const char *text,
    size_t len, enum incoming_order order, size_t limit,
    struct incoming_page *out) __attribute__((warn_unused_result));

#endif
