/*
 * book_check - what the kinds of a book say of each other.
 *
 * A kind is checked against another only if both are there: the first load of
 * a new book brings one kind after the other.
 */
#include <ctype.h>

#include "account.h"
#include "amount.h"
#include "arena.h"
#include "asset.h"
#include "book_parts.h"
#include "kyc_types.h"
#include "reader.h"

enum { LEDGER_DECIMALS = 7 };

static bool
has(const struct book *book, enum book_kind kind)
{
	return (book->kinds & 1u << kind) != 0;
}

static const char *
row(struct reader *r, const char *kind, size_t i)
{
	return arena_printf(r->arena, "%s[%zu]", kind, i);
}

/* NULL is welcome: it stands for any asset. */
static void
known(struct reader *r, const struct book *book, const char *where,
    const char *asset)
{
	if (asset != NULL && has(book, KIND_ASSETS) &&
	    book_asset(book, asset) == NULL)
		read_fault(r, where, "asset %s is not in the book", asset);
}

/* ISO 3166-1 alpha-2, as the platform says it. */
static bool
is_country(const char *text)
{
	return strlen(text) == 2 && isupper((unsigned char)text[0]) &&
	       isupper((unsigned char)text[1]);
}

static void
check_ledger_side(struct reader *r, const char *where,
    const struct asset *asset)
{
	const char *to = asset->distribution_account;

	if (is_stellar_asset(asset->id)) {
		if (asset->decimals > LEDGER_DECIMALS)
			read_fault(r, where, "the ledger has %d decimals",
			    LEDGER_DECIMALS);
		if (to != NULL && to[0] != 'G')
			read_fault(r, where,
			    "distribution_account must be a G-address");
		return;
	}
	if (to != NULL)
		read_fault(r, where,
		    "only a stellar asset has a distribution_account");
	if (asset->payout_asset != NULL)
		read_fault(r, where, "only a stellar asset has a payout_asset");
}

static void
check_assets(struct reader *r, const struct book *book)
{
	size_t i, j;

	for (i = 0; i < book->asset_count; i++) {
		const struct asset *asset = &book->assets[i];
		const char *where = row(r, "assets", i);

		if (book_asset(book, asset->id) != asset)
			read_fault(r, where, "%s is there twice", asset->id);
		known(r, book, where, asset->payout_asset);
		if (asset->payout_asset != NULL &&
		    is_stellar_asset(asset->payout_asset))
			read_fault(r, where,
			    "payout_asset must be iso4217:CODE");
		check_ledger_side(r, where, asset);
		for (j = 0;
		     asset->countries != NULL && asset->countries[j] != NULL;
		     j++)
			if (!is_country(asset->countries[j]))
				read_fault(r, where,
				    "%s is no country, ISO 3166-1 alpha-2 (BR)",
				    asset->countries[j]);
	}
}

/* Every pair that can be asked for has a fee, if only one of 0, and the fee is
 * in an asset that can carry it: the platform refuses one without decimals. */
static void
check_fee_of(struct reader *r, const struct book *book, const char *where,
    const char *sell, const char *buy)
{
	size_t i;

	if (!has(book, KIND_FEES) || !has(book, KIND_ASSETS))
		return;
	if (book_fee_rule(book, sell, buy, NULL, NULL) == NULL)
		read_fault(r, where,
		    "no fee rule without method and country fits %s to %s",
		    sell, buy);
	for (i = 0; i < book->fee_count; i++) {
		const struct fee_rule *rule = &book->fees[i];
		const struct asset *in = book_asset(book,
		    strcmp(rule->in, "sell") == 0 ? sell : buy);

		if ((rule->sell_asset == NULL ||
			strcmp(rule->sell_asset, sell) == 0) &&
		    (rule->buy_asset == NULL ||
			strcmp(rule->buy_asset, buy) == 0) &&
		    in != NULL && in->decimals == 0)
			read_fault(r, row(r, "fees", i),
			    "%s has no decimals, so it cannot carry a fee",
			    in->id);
	}
}

static void
check_prices(struct reader *r, const struct book *book)
{
	size_t i;

	for (i = 0; i < book->price_count; i++) {
		const struct price *price = &book->prices[i];
		const char *where = row(r, "prices", i);

		known(r, book, where, price->sell_asset);
		known(r, book, where, price->buy_asset);
		if (book_price(book, price->sell_asset, price->buy_asset) !=
		    price)
			read_fault(r, where, "the pair is there twice");
		if (strcmp(price->sell_asset, price->buy_asset) == 0)
			read_fault(r, where,
			    "an asset for itself has the price 1, always");
		if (amount_is_zero(price->price))
			read_fault(r, where, "price must be above 0");
		check_fee_of(r, book, where, price->sell_asset,
		    price->buy_asset);
	}
	for (i = 0; i < book->asset_count; i++)
		if (is_stellar_asset(book->assets[i].id))
			check_fee_of(r, book, row(r, "assets", i),
			    book->assets[i].id, book->assets[i].id);
}

static bool
any_has(const struct book *book, const char *method, const char *country)
{
	size_t i;

	for (i = 0; i < book->asset_count; i++)
		if (text_among(method, book->assets[i].methods) ||
		    text_among(country, book->assets[i].countries))
			return true;
	return false;
}

static bool
covers(const char *earlier, const char *later)
{
	return earlier == NULL ||
	       (later != NULL && strcmp(earlier, later) == 0);
}

/* The first rule that fits is taken, so one that fits less may not come later
 * than one that fits more. */
static void
check_reached(struct reader *r, const struct book *book, size_t i)
{
	const struct fee_rule *rule = &book->fees[i], *e;

	for (e = book->fees; e < rule; e++)
		if (covers(e->sell_asset, rule->sell_asset) &&
		    covers(e->buy_asset, rule->buy_asset) &&
		    covers(e->delivery_method, rule->delivery_method) &&
		    covers(e->country_code, rule->country_code)) {
			read_fault(r, row(r, "fees", i),
			    "is never used: fees[%zu] fits all that it does",
			    (size_t)(e - book->fees));
			return;
		}
}

static void
check_fees(struct reader *r, const struct book *book)
{
	size_t i;

	for (i = 0; i < book->fee_count; i++) {
		const struct fee_rule *rule = &book->fees[i];
		const char *where = row(r, "fees", i);

		known(r, book, where, rule->sell_asset);
		known(r, book, where, rule->buy_asset);
		if (has(book, KIND_ASSETS) && rule->delivery_method != NULL &&
		    !any_has(book, rule->delivery_method, NULL))
			read_fault(r, where, "no asset has the method %s",
			    rule->delivery_method);
		if (has(book, KIND_ASSETS) && rule->country_code != NULL &&
		    !any_has(book, NULL, rule->country_code))
			read_fault(r, where, "no asset has the country %s",
			    rule->country_code);
		if (!amount_is_zero(rule->maximum) &&
		    amount_cmp(rule->maximum, rule->minimum) < 0)
			read_fault(r, where, "maximum is below minimum");
		check_reached(r, book, i);
	}
}

static const struct cap *
cap_of(const struct terms *terms, const char *pool)
{
	size_t i;

	for (i = 0; i < terms->cap_count; i++)
		if (strcmp(terms->caps[i].pool, pool) == 0)
			return &terms->caps[i];
	return NULL;
}

static void
check_terms(struct reader *r, const struct book *book, const char *where,
    const struct terms *terms)
{
	size_t i, j;

	if (terms->lifetime > terms->lifetime_most)
		read_fault(r, where, "lifetime is above lifetime_most");
	if (!has(book, KIND_POOLS))
		return;
	for (i = 0; i < book->pool_count; i++)
		if (cap_of(terms, book->pools[i].name) == NULL)
			read_fault(r, where, "caps lack the pool %s",
			    book->pools[i].name);
	for (i = 0; i < terms->cap_count; i++) {
		for (j = 0; j < book->pool_count; j++)
			if (strcmp(terms->caps[i].pool, book->pools[j].name) ==
			    0)
				break;
		if (j == book->pool_count)
			read_fault(r, where, "caps name %s, which is no pool",
			    terms->caps[i].pool);
	}
}

static void
check_clients(struct reader *r, const struct book *book)
{
	size_t i, j;

	if (book->standard != NULL)
		check_terms(r, book, "terms.default", book->standard);
	for (i = 0; i < book->client_count; i++) {
		const struct terms *terms = &book->clients[i];
		const char *where = row(r, "terms.clients", i);

		check_terms(r, book, where, terms);
		if (terms->names[0] == NULL)
			read_fault(r, where, "names is empty");
		for (j = 0; terms->names[j] != NULL; j++) {
			if (terms->names[j][0] == 'M' &&
			    is_account(terms->names[j]))
				read_fault(r, where,
				    "a client is known by its G-address, not "
				    "by "
				    "%s",
				    terms->names[j]);
			if (book_terms(book, terms->names[j]) != terms)
				read_fault(r, where, "%s is there twice",
				    terms->names[j]);
		}
	}
}

static void
check_limits(struct reader *r, const struct book *book)
{
	size_t i, j;

	for (i = 0; i < book->quote_limit_count; i++) {
		const struct quote_limit *limit = &book->quote_limits[i];
		const char *where = row(r, "limits.quotes", i);

		known(r, book, where, limit->asset);
		if (amount_cmp(limit->most, limit->least) < 0)
			read_fault(r, where, "most is below least");
		for (j = 0; j < i; j++)
			if (strcmp(book->quote_limits[j].asset, limit->asset) ==
			    0)
				read_fault(r, where,
				    "the asset is there twice");
	}
	for (i = 0; i < book->payout_limit_count; i++) {
		const struct payout_limit *limit = &book->payout_limits[i];
		const char *where = row(r, "limits.payouts", i);

		known(r, book, where, limit->asset);
		if (amount_cmp(limit->limits.per_payment,
			limit->limits.per_day) > 0)
			read_fault(r, where, "per_payment is above per_day");
		for (j = 0; j < i; j++)
			if (strcmp(book->payout_limits[j].asset,
				limit->asset) == 0)
				read_fault(r, where,
				    "the asset is there twice");
	}
}

static void
check_pools(struct reader *r, const struct book *book)
{
	size_t i, j;

	for (i = 0; i < book->pool_count; i++) {
		const struct pool *pool = &book->pools[i];
		const char *where = row(r, "pools.pools", i);

		known(r, book, where, pool->asset);
		for (j = 0; j < i; j++)
			if (strcmp(book->pools[j].name, pool->name) == 0 ||
			    strcmp(book->pools[j].asset, pool->asset) == 0)
				read_fault(r, where,
				    "the name or asset is there twice");
	}
}

/* A corridor that no payment can have would silently ask for nothing. */
static void
check_when(struct reader *r, const struct book *book, const char *where,
    const struct corridor *when)
{
	if (when->method != NULL && !any_has(book, when->method, NULL))
		read_fault(r, where, "no asset has the method %s",
		    when->method);
	if (when->currency != NULL &&
	    book_asset(book,
		arena_printf(r->arena, "iso4217:%s", when->currency)) == NULL)
		read_fault(r, where, "asset iso4217:%s is not in the book",
		    when->currency);
}

static void
check_types(struct reader *r, const struct book *book)
{
	const struct customer_type *type;
	size_t i, j, k;

	if (!has(book, KIND_ASSETS))
		return;
	for (i = 0; (type = book_type_at(book, i)) != NULL; i++)
		for (j = 0; j < type->count; j++)
			for (k = 0; k < type->fields[j].when_count; k++)
				check_when(r, book,
				    arena_printf(r->arena, "type %s, field %s",
					type->name, type->fields[j].name),
				    &type->fields[j].when[k].corridor);
}

void
book_check(struct reader *r, const struct book *book)
{
	check_types(r, book);
	check_assets(r, book);
	check_prices(r, book);
	check_fees(r, book);
	check_clients(r, book);
	check_limits(r, book);
	check_pools(r, book);
}
