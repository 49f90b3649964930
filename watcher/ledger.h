/*
 * ledger - the Stellar ledger through Horizon, as functions; no decisions here.
 *
 * Shape:  a table of functions, so that the same watcher runs against anything
 *         that fills it.
 * Errors: per transaction: found, not found, or that it cannot be told.
 * Owner:  texts are borrowed from the arena given.
 * Source: Horizon, GET /transactions/{hash}/payments?join=transactions and
 *         GET /accounts/{account}/payments.
 */
#ifndef WINDLASS_LEDGER_H
#define WINDLASS_LEDGER_H

#include "funds.h"

struct arena;
struct http;

struct ledger {
	void *self;
	void (*transactions)(void *self, struct arena *a,
	    const char *const *hashes, size_t count,
	    struct ledger_transaction *out);
	/* Per memo: 1, a payment of that account carries it, since then or
	 * before; 0: none since then; negative: cannot tell. */
	void (*carry)(void *self, const char *account, const char *const *memos,
	    size_t count, instant since, int *found);
};

struct ledger_self {
	struct http *http;
	const char *base_url;
};

struct ledger ledger_http(struct http *h, const char *base_url);

/* What an answer tells about that transaction; pure. */
struct ledger_transaction ledger_read(struct arena *a, const char *hash,
    int status, const char *text, size_t len);

/* ledger_memo.c: as carry above, through Horizon. */
void ledger_carry(void *self, const char *account, const char *const *memos,
    size_t count, instant since, int *found);

#endif
