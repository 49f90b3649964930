/*
 * book_parse - the documents of a book, kind by kind.
 */
#include "arena.h"
#include "book_parts.h"
#include "json.h"
#include "kyc.h"
#include "reader.h"

#define ROWS(table) (table), sizeof(table) / sizeof((table)[0])
#define AT(type, member) offsetof(struct type, member)

enum { NAME = 64, WHY = 200, YEAR = 366 * 86400 };
/* Later the watcher may have told the platform that it is over. */
enum { LATE_MOST = 1500 };

// clang-format off
static const struct member asset_members[] = {
	{ "id",                   READ_ASSET,   AT(asset, id), true, 0, 0 },
	{ "distribution_account", READ_ACCOUNT, AT(asset, distribution_account), false, 0, 0 },
	{ "payout_asset",         READ_ASSET,   AT(asset, payout_asset), false, 0, 0 },
	{ "methods",              READ_TEXTS,   AT(asset, methods), false, 0, NAME },
	{ "countries",            READ_TEXTS,   AT(asset, countries), false, 0, 2 },
	{ "decimals",             READ_PLACES,  AT(asset, decimals), true, 0, 0 },
};
static const struct member price_members[] = {
	{ "sell_asset",    READ_ASSET,   AT(price, sell_asset), true, 0, 0 },
	{ "buy_asset",     READ_ASSET,   AT(price, buy_asset), true, 0, 0 },
	{ "price",         READ_DECIMAL, AT(price, price), true, 12, 1000000000000 },
	{ "as_of",         READ_INSTANT, AT(price, as_of), true, 0, 0 },
	{ "source",        READ_TEXT,    AT(price, source), true, 0, NAME },
	{ "stale_after",   READ_COUNT,   AT(price, stale_after), true, 1, YEAR },
	{ "stopped",       READ_TEXT,    AT(price, stopped), false, 0, WHY },
};
static const struct member guard_members[] = {
	{ "sell_asset",    READ_ASSET,   AT(guard, sell_asset), true, 0, 0 },
	{ "buy_asset",     READ_ASSET,   AT(guard, buy_asset), true, 0, 0 },
	{ "least",         READ_DECIMAL, AT(guard, least), false, 12, 1000000000000 },
	{ "most",          READ_DECIMAL, AT(guard, most), false, 12, 1000000000000 },
	{ "jump_percent",  READ_DECIMAL, AT(guard, jump_percent), false, 4, 1000 },
};
static const struct member quote_limit_members[] = {
	{ "asset",         READ_ASSET,   AT(quote_limit, asset), true, 0, 0 },
	{ "least",         READ_DECIMAL, AT(quote_limit, least), true, 18, INT64_MAX },
	{ "most",          READ_DECIMAL, AT(quote_limit, most), true, 18, INT64_MAX },
};
static const struct member payout_limit_members[] = {
	{ "asset",         READ_ASSET,   AT(payout_limit, asset), true, 0, 0 },
	{ "per_payment",   READ_DECIMAL, AT(payout_limit, limits.per_payment), true, 18, INT64_MAX },
	{ "per_day",       READ_DECIMAL, AT(payout_limit, limits.per_day), true, 18, INT64_MAX },
	{ "per_beneficiary", READ_DECIMAL, AT(payout_limit, limits.per_beneficiary), true, 18, INT64_MAX },
	{ "second_person_above", READ_DECIMAL, AT(payout_limit, limits.second_person_above), false, 18, INT64_MAX },
	{ "under_percent", READ_DECIMAL, AT(payout_limit, limits.funds.under_percent), false, 4, 10 },
	{ "over_percent",  READ_DECIMAL, AT(payout_limit, limits.funds.over_percent), false, 4, 1000 },
	{ "late_seconds",  READ_COUNT,   AT(payout_limit, limits.funds.late_seconds), false, 1, LATE_MOST },
};
static const struct member pool_members[] = {
	{ "name",          READ_TEXT,    AT(pool, name), true, 0, NAME },
	{ "asset",         READ_ASSET,   AT(pool, asset), true, 0, 0 },
	{ "rows",          READ_COUNT,   AT(pool, rows), true, 1, 256 },
};
// clang-format on

static void
assets(struct reader *r, const struct json *doc, struct book *book)
{
	book->assets = read_rows(r, doc, "assets", ROWS(asset_members), NULL,
	    sizeof(*book->assets), &book->asset_count);
}

static void
types(struct reader *r, const struct json *doc, struct book *book)
{
	r->faults +=
	    customer_types_parse(r->arena, doc, &book->types, r->say, r->to);
}

static void
prices(struct reader *r, const struct json *doc, struct book *book)
{
	book->prices = read_rows(r, doc, "prices", ROWS(price_members), NULL,
	    sizeof(*book->prices), &book->price_count);
}

const struct quote_limit *
book_read_limits(struct reader *r, const struct json *list, const char *where,
    size_t *count)
{
	return read_rows(r, list, where, ROWS(quote_limit_members), NULL,
	    sizeof(struct quote_limit), count);
}

static void
limits(struct reader *r, const struct json *doc, struct book *book)
{
	static const char *const parts[] = {"quotes", "payouts", "prices",
	    "clients", "refusals", "abandoned_after_hours", "refunds",
	    "refund_accounts", NULL};
	const struct json *guards = json_get(doc, "prices");

	read_object(r, doc, "limits", NULL, 0, parts, NULL);
	book->quote_limits = book_read_limits(r, json_get(doc, "quotes"),
	    "limits.quotes", &book->quote_limit_count);
	book->payout_limits = read_rows(r, json_get(doc, "payouts"),
	    "limits.payouts", ROWS(payout_limit_members), NULL,
	    sizeof(*book->payout_limits), &book->payout_limit_count);
	if (guards != NULL)
		book->guards =
		    read_rows(r, guards, "limits.prices", ROWS(guard_members),
			NULL, sizeof(*book->guards), &book->guard_count);
	book_read_gate(r, doc, book);
	book_read_refunds(r, doc, book);
}

/* Movements are no part of the book: they are loaded once, by reference. */
static void
pools(struct reader *r, const struct json *doc, struct book *book)
{
	static const char *const parts[] = {"pools", "movements", NULL};

	read_object(r, doc, "pools", NULL, 0, parts, NULL);
	book->pools = read_rows(r, json_get(doc, "pools"), "pools.pools",
	    ROWS(pool_members), NULL, sizeof(*book->pools), &book->pool_count);
}

static const struct {
	const char *name;
	void (
	    *read)(struct reader *r, const struct json *doc, struct book *book);
} kinds[KIND_MAX] = {
    [KIND_ASSETS] = {"assets", assets},
    [KIND_TYPES] = {"types", types},
    [KIND_PRICES] = {"prices", prices},
    [KIND_FEES] = {"fees", book_read_fees},
    [KIND_TERMS] = {"terms", book_read_terms},
    [KIND_LIMITS] = {"limits", limits},
    [KIND_POOLS] = {"pools", pools},
};

const char *
book_kind_name(size_t i)
{
	return i < KIND_MAX ? kinds[i].name : NULL;
}

size_t
book_parse(struct arena *a, const struct json *documents, int64_t version,
    const struct book **out, void (*say)(void *to, const char *fault), void *to)
{
	struct reader r = {.arena = a, .say = say, .to = to};
	struct book *book = arena_alloc(a, sizeof(*book));
	unsigned i;

	book->version = version;
	for (i = 0; i < KIND_MAX; i++) {
		const struct json *doc = json_get(documents, kinds[i].name);

		if (doc == NULL)
			continue;
		book->kinds |= 1u << i;
		kinds[i].read(&r, doc, book);
	}
	/* What the kinds say of each other is worth a look only when each can
	 * be read. */
	if (r.faults == 0)
		book_check(&r, book);
	if (r.faults == 0)
		*out = book;
	return r.faults;
}
