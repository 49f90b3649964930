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
	const char *stopped; /* why it is not quoted; NULL: it is */
};

/* Prices outside of it are not quoted. */
struct guard {
	const char *sell_asset, *buy_asset;
	struct amount least;
	struct amount most;         /* 0: none */
	struct amount jump_percent; /* from a price to the next; 0: any */
};

struct fee_line {
	const char *name, *description;
	struct amount fixed, percent, minimum;
	struct amount maximum; /* 0: none */
};

/* The lines of whole amounts from that one on, up to the next tier's. */
struct fee_tier {
	struct amount from;
	const struct fee_line *lines;
	size_t line_count;
};

/* Members that are NULL fit anything. */
struct fee_rule {
	const char *sell_asset, *buy_asset;
	const char *sell_delivery_method, *buy_delivery_method;
	const char *delivery_method; /* either of the two */
	const char *country_code;
	const char *in; /* "sell" or "buy": the asset that the fee is in */
	const struct fee_tier *tiers; /* ascending, the first one from 0 */
	size_t tier_count;
};

struct cap {
	const char *pool;
	struct amount most;
};

struct quote_limit {
	const char *asset;
	struct amount least, most;
};

/* A spread of its own; assets that are NULL fit any. */
struct spread {
	const char *sell_asset, *buy_asset;
	struct amount spread_percent;
};

struct terms {
	const char *const *names; /* NULL: the default terms */
	struct amount spread_percent, fee_discount_percent;
	int64_t lifetime, lifetime_most;
	const struct cap *caps; /* open at any time, one for each pool */
	size_t cap_count;
	const struct cap *day_caps; /* quoted in a day; a pool without: any */
	size_t day_cap_count;
	const struct spread *spreads; /* the first that fits goes first */
	size_t spread_count;
	const struct quote_limit *limits; /* go before the book's */
	size_t limit_count;
};

struct payout_limit {
	const char *asset;
	struct payout_limits limits;
};

struct refusal_rule {
	const char *code;
	enum policy policy;
};

struct gate_rules {
	const char *const *clients; /* who may begin; NULL: anybody */
	const struct refusal_rule *refusals;
	size_t refusal_count;
	int64_t hours; /* after which what waits to begin is abandoned */
};

/* Of a corridor: the payout's asset, and the method or any. */
struct refund_rule {
	const char *asset, *method;
	const char *const *reasons; /* for which money goes back by itself */
	struct amount fee;          /* that we keep, in the asset received */
};

struct refund_account { /* where a client has its money sent back to */
	const char *client, *account;
	const char *memo; /* NULL: none */
};

struct book {
	int64_t version;
	unsigned kinds;
	const struct asset *assets;
	size_t asset_count;
	const struct customer_types *types;
	const struct price *prices;
	size_t price_count;
	const struct guard *guards;
	size_t guard_count;
	const struct fee_rule *fees;
	size_t fee_count;
	const struct terms *standard; /* NULL: terms were not loaded */
	const struct terms *clients;
	size_t client_count;
	const struct quote_limit *quote_limits;
	size_t quote_limit_count;
	const struct payout_limit *payout_limits;
	size_t payout_limit_count;
	struct gate_rules gate; /* of the limits, as the next two */
	const struct refund_rule *refunds;
	size_t refund_count;
	const struct refund_account *refund_accounts;
	size_t refund_account_count;
	const struct pool *pools;
	size_t pool_count;
};

/* What a fee rule is chosen by; methods and country may be NULL. */
struct fee_ask {
	const char *sell_asset, *buy_asset, *sell_method, *buy_method, *country;
};
/* The first rule that fits; NULL: none does. */
const struct fee_rule *book_fee_rule(const struct book *book,
    const struct fee_ask *ask);
/* NULL: none of that pair. */
const struct price *book_price(const struct book *book, const char *sell_asset,
    const char *buy_asset);
/* Own terms, or the default ones; NULL: no terms were loaded. */
const struct terms *book_terms(const struct book *book, const char *client);
/* NULL: none of that pair. */
const struct guard *book_guard(const struct book *book, const char *sell_asset,
    const char *buy_asset);
bool guard_lets(const struct guard *guard, struct amount price);
/* A price with the spread of these terms, exact; AMOUNT_*. */
int terms_price(const struct terms *terms, const struct price *price,
    struct amount *out) __attribute__((warn_unused_result));
/* NULL: no pool holds that asset. */
const struct pool *book_pool_of(const struct book *book, const char *asset);
bool text_among(const char *text, const char *const *list); /* NULL: empty */

struct json;
struct reader;
/* Two kinds with much in them. */
void book_read_fees(struct reader *r, const struct json *doc,
    struct book *book);
void book_read_terms(struct reader *r, const struct json *doc,
    struct book *book);
/* Of the limits: who may begin payments, and what follows otherwise. */
void book_read_gate(struct reader *r, const struct json *doc,
    struct book *book);
/* And which money goes back. */
void book_read_refunds(struct reader *r, const struct json *doc,
    struct book *book);
/* The rows of a list of limits per asset. */
const struct quote_limit *book_read_limits(struct reader *r,
    const struct json *list, const char *where, size_t *count);

/* What the kinds say of each other: the first calls the others. */
void book_check(struct reader *r, const struct book *book);
void book_check_prices(struct reader *r, const struct book *book);
void book_check_fees(struct reader *r, const struct book *book);
void book_check_terms(struct reader *r, const struct book *book);
/* For them: NULL stands for any asset; a kind that is not there knows all. */
bool book_has(const struct book *book, enum book_kind kind);
const char *book_row(struct reader *r, const char *kind, size_t i);
void book_knows(struct reader *r, const struct book *book, const char *where,
    const char *asset);
bool book_any_has(const struct book *book, const char *method,
    const char *country);
void book_check_limits(struct reader *r, const struct book *book,
    const char *kind, const struct quote_limit *limits, size_t count);

#endif
