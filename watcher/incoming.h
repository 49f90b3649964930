/*
 * incoming - what came in to an account on the Stellar ledger, through Horizon:
 *            the newest first, page by page.
 *
 * Shape:  one call for a page; incoming_read() is what its answer tells, pure.
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

enum { INCOMING_PAGE = 200 };

struct incoming {
	struct ledger_operation operation; /* asset as on the ledger */
	const char *hash, *memo;
};

struct incoming_page {
	const struct incoming *list; /* payments to the account, no others */
	size_t count;
	bool is_last;
	instant oldest;     /* of all operations of the page */
	const char *cursor; /* where the next page begins */
};

/* cursor is "" for the first page. */
int incoming_page(struct http *h, const char *base_url, struct arena *a,
    const char *account, const char *cursor, struct incoming_page *out)
    __attribute__((warn_unused_result));
int incoming_read(struct arena *a, const char *account, const char *text,
    size_t len, struct incoming_page *out) __attribute__((warn_unused_result));

#endif
