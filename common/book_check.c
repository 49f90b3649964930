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

bool
book_has(const struct book *book, enum book_kind kind)
{
	return (book->kinds & 1u << kind) != 0;
}

const char *
book_row(struct reader *r, const char *kind, size_t i)
{
	return arena_printf(r->arena, "%s[%zu]", kind, i);
}

void
book_knows(struct reader *r, const struct book *book, const char *where,
    const char *asset)
{
	if (asset != NULL && book_has(book, KIND_ASSETS) &&
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
		const char *where = book_row(r, "assets", i);

		if (book_asset(book, asset->id) != asset)
			read_fault(r, where, "%s is there twice", asset->id);
		book_knows(r, book, where, asset->payout_asset);
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

bool
book_any_has(const struct book *book, const char *method, const char *country)
{
	size_t i;

	for (i = 0; i < book->asset_count; i++)
		if (text_among(method, book->assets[i].methods) ||
		    text_among(country, book->assets[i].countries))
			return true;
	return false;
}

void
book_check_limits(struct reader *r, const struct book *book, const char *kind,
    const struct quote_limit *limits, size_t count)
{
	size_t i, j;

	for (i = 0; i < count; i++) {
		const char *where = book_row(r, kind, i);

		book_knows(r, book, where, limits[i].asset);
		if (amount_cmp(limits[i].most, limits[i].least) < 0)
			read_fault(r, where, "most is below least");
		for (j = 0; j < i; j++)
			if (strcmp(limits[j].asset, limits[i].asset) == 0)
				read_fault(r, where,
				    "the asset is there twice");
	}
}

static void
check_payouts(struct reader *r, const struct book *book)
{
	size_t i, j;

	for (i = 0; i < book->payout_limit_count; i++) {
		const struct payout_limit *limit = &book->payout_limits[i];
		const char *where = book_row(r, "limits.payouts", i);

		book_knows(r, book, where, limit->asset);
		if (amount_cmp(limit->limits.per_payment,
			limit->limits.per_day) > 0)
			read_fault(r, where, "per_payment is above per_day");
		if (amount_cmp(limit->limits.second_person_above,
			limit->limits.per_payment) > 0)
			read_fault(r, where,
			    "second_person_above is above per_payment: no "
			    "payout is as large");
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
		const char *where = book_row(r, "pools.pools", i);

		book_knows(r, book, where, pool->asset);
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
	if (when->method != NULL && !book_any_has(book, when->method, NULL))
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

	if (!book_has(book, KIND_ASSETS))
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
	book_check_prices(r, book);
	book_check_fees(r, book);
	book_check_terms(r, book);
	book_check_limits(r, book, "limits.quotes", book->quote_limits,
	    book->quote_limit_count);
	check_payouts(r, book);
	check_pools(r, book);
}
