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

enum { NAME = 64, MINUTE = 60, DAY = 86400, YEAR = 366 * DAY };

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
};
static const struct member fee_members[] = {
	{ "sell_asset",    READ_ASSET,   AT(fee_rule, sell_asset), false, 0, 0 },
	{ "buy_asset",     READ_ASSET,   AT(fee_rule, buy_asset), false, 0, 0 },
	{ "delivery_method", READ_TEXT,  AT(fee_rule, delivery_method), false, 0, NAME },
	{ "country_code",  READ_TEXT,    AT(fee_rule, country_code), false, 0, 2 },
	{ "name",          READ_TEXT,    AT(fee_rule, name), true, 0, NAME },
	{ "description",   READ_TEXT,    AT(fee_rule, description), false, 0, 200 },
	{ "in",            READ_SIDE,    AT(fee_rule, in), true, 0, 0 },
	{ "fixed",         READ_DECIMAL, AT(fee_rule, fixed), false, 18, 1000000000000 },
	{ "percent",       READ_DECIMAL, AT(fee_rule, percent), false, 6, 100 },
	{ "minimum",       READ_DECIMAL, AT(fee_rule, minimum), false, 18, 1000000000000 },
	{ "maximum",       READ_DECIMAL, AT(fee_rule, maximum), false, 18, 1000000000000 },
};
static const struct member standard_members[] = {
	{ "spread_percent", READ_DECIMAL, AT(terms, spread_percent), true, 4, 100 },
	{ "lifetime",      READ_COUNT,   AT(terms, lifetime), true, 2 * MINUTE, DAY },
	{ "lifetime_most", READ_COUNT,   AT(terms, lifetime_most), true, 2 * MINUTE, 7 * DAY },
};
static const struct member client_members[] = {
	{ "names",         READ_TEXTS,   AT(terms, names), true, 0, 128 },
	{ "spread_percent", READ_DECIMAL, AT(terms, spread_percent), true, 4, 100 },
	{ "lifetime",      READ_COUNT,   AT(terms, lifetime), true, 2 * MINUTE, DAY },
	{ "lifetime_most", READ_COUNT,   AT(terms, lifetime_most), true, 2 * MINUTE, 7 * DAY },
};
static const struct member cap_member =
	{ "caps",          READ_DECIMAL, AT(cap, most), true, 18, INT64_MAX };
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

static void
fees(struct reader *r, const struct json *doc, struct book *book)
{
	book->fees = read_rows(r, doc, "fees", ROWS(fee_members), NULL,
	    sizeof(*book->fees), &book->fee_count);
}

/* "caps": {"POOL": "AMOUNT", ...}, the one member that is read by its names. */
static const char *const caps_too[] = {"caps", NULL};

static void
caps(struct reader *r, const struct json *terms_doc, const char *where,
    struct terms *terms)
{
	const struct json *doc = json_get(terms_doc, "caps");
	struct cap *all;
	size_t i;

	where = arena_printf(r->arena, "%s.caps", where);
	if (json_kind(doc) != JSON_OBJECT) {
		read_fault(r, where, "must be an object of pools and amounts");
		return;
	}
	terms->cap_count = json_count(doc);
	all = arena_array(r->arena, terms->cap_count + 1, sizeof(*all));
	for (i = 0; i < terms->cap_count; i++) {
		const struct json *v = json_member(doc, i, &all[i].pool);

		read_value(r, v,
		    arena_printf(r->arena, "%s.%s", where, all[i].pool),
		    &cap_member, &all[i]);
	}
	terms->caps = all;
}

static void
terms(struct reader *r, const struct json *doc, struct book *book)
{
	static const char *const parts[] = {"default", "clients", NULL};
	const struct json *standard = json_get(doc, "default");
	const struct json *clients = json_get(doc, "clients");
	struct terms *own = arena_alloc(r->arena, sizeof(*own)), *all = NULL;
	size_t i;

	read_object(r, doc, "terms", NULL, 0, parts, NULL);
	read_object(r, standard, "terms.default", ROWS(standard_members),
	    caps_too, own);
	caps(r, standard, "terms.default", own);
	if (clients != NULL)
		all =
		    read_rows(r, clients, "terms.clients", ROWS(client_members),
			caps_too, sizeof(*all), &book->client_count);
	for (i = 0; all != NULL && i < book->client_count; i++)
		caps(r, json_at(clients, i),
		    arena_printf(r->arena, "terms.clients[%zu]", i), &all[i]);
	book->standard = own;
	book->clients = all;
}

static void
limits(struct reader *r, const struct json *doc, struct book *book)
{
	static const char *const parts[] = {"quotes", "payouts", NULL};

	read_object(r, doc, "limits", NULL, 0, parts, NULL);
	book->quote_limits = read_rows(r, json_get(doc, "quotes"),
	    "limits.quotes", ROWS(quote_limit_members), NULL,
	    sizeof(*book->quote_limits), &book->quote_limit_count);
	book->payout_limits = read_rows(r, json_get(doc, "payouts"),
	    "limits.payouts", ROWS(payout_limit_members), NULL,
	    sizeof(*book->payout_limits), &book->payout_limit_count);
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
    [KIND_FEES] = {"fees", fees},
    [KIND_TERMS] = {"terms", terms},
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
