/*
 * book - looking things up in a book.
 */
#include <errno.h>

#include "account.h"
#include "book_parts.h"
#include "kyc.h"

int64_t
book_version(const struct book *book)
{
	return book->version;
}

const struct asset *
book_asset(const struct book *book, const char *id)
{
	size_t i;

	for (i = 0; i < book->asset_count; i++)
		if (strcmp(book->assets[i].id, id) == 0)
			return &book->assets[i];
	return NULL;
}

const struct pool *
book_pool_at(const struct book *book, size_t i)
{
	return i < book->pool_count ? &book->pools[i] : NULL;
}

const struct pool *
book_pool_of(const struct book *book, const char *asset)
{
	size_t i;

	for (i = 0; i < book->pool_count; i++)
		if (strcmp(book->pools[i].asset, asset) == 0)
			return &book->pools[i];
	return NULL;
}

const struct price *
book_price(const struct book *book, const char *sell_asset,
    const char *buy_asset)
{
	size_t i;

	for (i = 0; i < book->price_count; i++)
		if (strcmp(book->prices[i].sell_asset, sell_asset) == 0 &&
		    strcmp(book->prices[i].buy_asset, buy_asset) == 0)
			return &book->prices[i];
	return NULL;
}

static bool
fits(const char *wanted, const char *given)
{
	return wanted == NULL || (given != NULL && strcmp(wanted, given) == 0);
}

const struct fee_rule *
book_fee_rule(const struct book *book, const char *sell_asset,
    const char *buy_asset, const char *method, const char *country)
{
	size_t i;

	for (i = 0; i < book->fee_count; i++)
		if (fits(book->fees[i].sell_asset, sell_asset) &&
		    fits(book->fees[i].buy_asset, buy_asset) &&
		    fits(book->fees[i].delivery_method, method) &&
		    fits(book->fees[i].country_code, country))
			return &book->fees[i];
	return NULL;
}

bool
text_among(const char *text, const char *const *list)
{
	for (; text != NULL && list != NULL && *list != NULL; list++)
		if (strcmp(*list, text) == 0)
			return true;
	return false;
}

const struct terms *
book_terms(const struct book *book, const char *client)
{
	size_t i;

	for (i = 0; i < book->client_count; i++)
		if (text_among(client, book->clients[i].names))
			return &book->clients[i];
	return book->standard;
}

int
book_payout_limits(const struct book *book, const char *asset,
    struct payout_limits *out)
{
	size_t i;

	for (i = 0; i < book->payout_limit_count; i++)
		if (strcmp(book->payout_limits[i].asset, asset) == 0) {
			*out = book->payout_limits[i].limits;
			return 0;
		}
	return -ENOENT;
}

const struct customer_type *
book_type(const struct book *book, const char *name)
{
	return customer_types_named(book->types, name);
}

const struct customer_type *
book_type_at(const struct book *book, size_t i)
{
	return customer_types_at(book->types, i);
}
