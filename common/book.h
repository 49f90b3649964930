/*
 * book - what we sell and to whom: assets, customer types, prices, fees,
 *         terms, limits and pools, as loaded into PostgreSQL.
 *
 * Shape:  one JSON document per kind, one version for all; struct book is a
 *         parsed copy of one version, never half of two.
 * Units:  amounts are exact decimals; lifetimes in seconds.
 * Errors: book_quote() gives 0, or a BOOK_* outcome with quote.why for people;
 *         book_current() gives 0, or negative: cannot ask, so do not answer.
 * Owner:  a book belongs to its cache and lives until the refresh after next.
 *         A quote borrows from its ask, its book and the arena given.
 * Source: SEP-38; the platform's checks of a rate answer.
 */
#ifndef WINDLASS_BOOK_H
#define WINDLASS_BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "amount.h"
#include "instant.h"
#include "refusal.h"

struct arena;
struct book;
struct book_cache;
struct customer_type;
struct db;
struct json;

struct book_cache *book_cache_new(void);
void book_cache_free(struct book_cache *cache); /* NULL is welcome */
/* The book that was current less than a second ago. */
int book_current(struct book_cache *cache, struct db *db,
    const struct book **out) __attribute__((warn_unused_result));
/* The book is known to be old: the next book_current() asks. */
void book_outdated(struct book_cache *cache);
/* The time that the database goes by, as of the last book_current(): the
 * machine's clock, unless a test has shifted the database's. */
instant book_now(const struct book_cache *cache);
int64_t book_version(const struct book *book);

/* Parses a whole set of documents: {"assets": ..., "prices": ..., ...}, those
 * that there are, and checks what they say of each other.
 * Every fault is told to say(); returns how many there were; *out is set
 * whenever there were none. */
size_t book_parse(struct arena *a, const struct json *documents,
    int64_t version, const struct book **out,
    void (*say)(void *to, const char *fault), void *to)
    __attribute__((warn_unused_result));

/* "assets", "types", ...; NULL past the last. */
const char *book_kind_name(size_t i);

struct asset { /* of the book */
	const char *id;
	unsigned decimals;
	const char *distribution_account; /* stellar assets; NULL: not said */
	const char *payout_asset;   /* iso4217 asset if a record names none */
	const char *const *methods; /* NULL-terminated */
	const char *const *countries;
};

const struct asset *book_asset(const struct book *book, const char *id);
const struct asset *book_asset_at(const struct book *book, size_t i);
/* Pairs that have a price, stopped or not: false past the last. */
bool book_pair_at(const struct book *book, size_t i, const char **sell_asset,
    const char **buy_asset);
/* What a quote may be of an asset for clients without limits of their own;
 * false: anything. */
bool book_quote_limit(const struct book *book, const char *asset,
    struct amount *least, struct amount *most);

struct pool {
	const char *name, *asset;
	int64_t rows;
};

const struct pool *book_pool_at(const struct book *book, size_t i);

/* Why price i may not be quoted, coming after those of the book before; NULL:
 * it may.  may_jump: somebody has looked at the leaps. */
const char *book_price_doubt(const struct book *book, size_t i,
    const struct book *before, bool may_jump, struct arena *a);

struct quote_ask {
	const char *sell_asset, *buy_asset;
	const char *sell_amount, *buy_amount; /* one of them is NULL */
	const char *sell_delivery_method, *buy_delivery_method;
	const char *country_code;
	const char *client; /* account or configured name; NULL: unknown */
	bool firm;
	instant asked; /* a firm quote must last until then; 0: as it comes */
};

enum { FEE_LINES = 8 };

struct quote_line { /* of a fee */
	const char *name;
	const char *description; /* or NULL */
	struct amount amount;    /* above 0 */
};

struct quote {
	const char *sell_asset, *buy_asset, *fee_asset;
	bool by_buy; /* the buy amount was given */
	struct amount given;
	struct amount sell, buy, fee;
	char price[96];
	struct quote_line lines[FEE_LINES]; /* of the fee; their sum is it */
	size_t line_count;
	const char *method;  /* the delivery method, buying first, or NULL */
	const char *country; /* or NULL */
	const char *client;  /* base account or name; "" if unknown */
	const char *holder;  /* whose cap counts */
	bool shared;         /* on the default terms */
	struct amount cap;   /* most that holder may hold of the pool */
	bool has_day_cap;
	struct amount day_cap; /* most that it may be quoted in a day */
	const char *pool;      /* liquidity this quote takes from; firm only */
	int64_t lifetime;      /* seconds, standard */
	instant asked;
	const char *why; /* after a BOOK_* outcome: what to tell the client */
};

enum book_outcome {
	BOOK_OK,
	BOOK_MALFORMED, /* an amount that is none, or not exactly one */
	BOOK_UNKNOWN_ASSET,
	BOOK_UNKNOWN_PAIR,
	BOOK_TOO_MANY_DECIMALS,
	BOOK_TOO_SMALL,
	BOOK_TOO_LARGE,
	BOOK_NOT_ABOVE_FEE,
	BOOK_STALE,
	BOOK_STOPPED, /* a guard does not trust the price */
	BOOK_UNKNOWN_METHOD,
	BOOK_UNKNOWN_COUNTRY,
	BOOK_TOO_LONG,   /* asked for more than the greatest lifetime */
	BOOK_UNQUOTABLE, /* the platform would refuse the answer */
	BOOK_MAX
};

int book_quote(const struct book *book, struct arena *a,
    const struct quote_ask *ask, instant now, struct quote *out)
    __attribute__((warn_unused_result));
const char *book_reason(int outcome); /* in general; quote.why is exact */
/* Would the platform take this answer?  Its own rule, with half its tolerance:
 * whatever it makes of the difference as an IEEE number, ours is stricter. */
bool quote_passes(const struct book *book, const struct quote *q);
/* The most bytes that the platform's copy of such a fee has, as JSON with
 * every escape that its writer may use. */
size_t quote_fee_size(const char *asset, const struct quote_line *lines,
    size_t count);
enum { FEE_JSON_MOST = 1000 }; /* its column has 1,023 characters */

enum hold_outcome {
	HOLD_OK,
	HOLD_EMPTY,       /* not enough liquidity */
	HOLD_CAP,         /* the client's cap is reached */
	HOLD_DAY_CAP,     /* the client's cap of the day is reached */
	HOLD_BOOK_CHANGED /* load the book and quote again */
};

/* Holds liquidity and stores the quote: one round trip.  id and expires_at
 * are written on HOLD_OK.  A repeat of a lost call needs an id of its own. */
int quote_hold(struct db *db, struct arena *a, const struct book *book,
    const struct quote *q, const char *id, int64_t lifetime,
    instant *expires_at) __attribute__((warn_unused_result));
/* The same as one JSON object, for a SQL function that holds and binds in one
 * transaction: quote_hold_json(). */
const char *quote_hold_json(struct arena *a, const struct book *book,
    const struct quote *q, const char *id, int64_t lifetime);

/* Limits of the payout side, for the gate. */
/* What is still taken for the sum that was asked for; all 0: that sum. */
struct funds_rules {
	struct amount under_percent, over_percent;
	int64_t late_seconds; /* after the time to pay; 0: the usual 300 */
};
struct payout_limits {
	struct amount per_payment, per_day, per_beneficiary;
	/* Two people for more than that; the database sees to it, see
	 * payment_unapproved.sql.  Zero is also what is not there. */
	struct amount second_person_above;
	struct funds_rules funds;
};
/* 0, or -ENOENT: the book has none for that asset, so nothing is paid out. */
int book_payout_limits(const struct book *book, const char *asset,
    struct payout_limits *out) __attribute__((warn_unused_result));

/* May that account's payments begin? */
bool book_lets(const struct book *book, const char *client);
/* What follows where a payment may not begin, for that reason. */
enum policy book_policy(const struct book *book, const char *code);
/* How long a payment waits to begin before it ends; microseconds. */
instant book_abandoned_after(const struct book *book);

/* Is that a reason for which the book may send money back? */
bool is_refund_reason(const char *code);
/* Does it, by itself, in that corridor?  Else a person decides. */
bool book_refunds(const struct book *book, const char *currency,
    const char *method, const char *code);
/* What we keep of it, in the asset received. */
struct amount book_refund_fee(const struct book *book, const char *currency,
    const char *method);
/* Where that client's money goes back to, with *memo or ""; NULL: to where it
 * came from, with the memo that it came with. */
const char *book_refund_account(const struct book *book, const char *client,
    const char **memo);

/* Customer types (kyc.h reads them). */
const struct customer_type *book_type(const struct book *book,
    const char *name);
const struct customer_type *book_type_at(const struct book *book, size_t i);

#endif
