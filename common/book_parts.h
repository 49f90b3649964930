/*
 * book_parts - what a book is made of; for the book's own files only.
 *
 * Shape:  rows in the order of their documents; a kind that was not loaded has
 *         none, and its bit in `kinds` is not set.
 * Units:  percents are percents (0.5 is half a percent), lifetimes seconds.
 */
#ifndef WINDLASS_BOOK_PARTS_H
#define WINDLASS_BOOK_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "amount.h"
#include "book.h"
#include "instant.h"

struct customer_types;

enum book_kind {
	KIND_ASSETS,
	KIND_TYPES,
	KIND_PRICES,
	KIND_FEES,
	KIND_TERMS,
	KIND_LIMITS,
	KIND_POOLS,
	KIND_MAX
};

struct price {
	const char *sell_asset, *buy_asset;
	struct amount price; /* sell asset for one unit of the buy asset */
	instant as_of;
	const char *source;
	int64_t stale_after;
};

/* Members that are NULL fit anything. */
struct fee_rule {
	const char *sell_asset, *buy_asset, *delivery_method, *country_code;
	const char *name, *description;
	const char *in; /* "sell" or "buy": the asset that the fee is in */
	struct amount fixed, percent, minimum;
	struct amount maximum; /* 0: none */
};

struct cap {
	const char *pool;
	struct amount most;
};

struct terms {
	const char *const *names; /* NULL: the default terms */
	struct amount spread_percent;
	int64_t lifetime, lifetime_most;
	const struct cap *caps;
	size_t cap_count;
};

struct quote_limit {
	const char *asset;
	struct amount least, most;
};

struct payout_limit {
	const char *asset;
	struct payout_limits limits;
};

struct book {
	int64_t version;
	unsigned kinds;
	const struct asset *assets;
	size_t asset_count;
	const struct customer_types *types;
	const struct price *prices;
	size_t price_count;
	const struct fee_rule *fees;
	size_t fee_count;
	const struct terms *standard; /* NULL: terms were not loaded */
	const struct terms *clients;
	size_t client_count;
	const struct quote_limit *quote_limits;
	size_t quote_limit_count;
	const struct payout_limit *payout_limits;
	size_t payout_limit_count;
	const struct pool *pools;
	size_t pool_count;
};

/* The first rule that fits; NULL: none does.  method and country may be NULL.
 */
const struct fee_rule *book_fee_rule(const struct book *book,
    const char *sell_asset, const char *buy_asset, const char *method,
    const char *country);
/* NULL: none of that pair. */
const struct price *book_price(const struct book *book, const char *sell_asset,
    const char *buy_asset);
/* Own terms, or the default ones; NULL: no terms were loaded. */
const struct terms *book_terms(const struct book *book, const char *client);
/* NULL: no pool holds that asset. */
const struct pool *book_pool_of(const struct book *book, const char *asset);
bool text_among(const char *text, const char *const *list); /* NULL: empty */

struct reader;
/* What the kinds say of each other. */
void book_check(struct reader *r, const struct book *book);

#endif
