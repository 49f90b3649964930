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

const struct asset *
book_asset_at(const struct book *book, size_t i)
{
	return i < book->asset_count ? &book->assets[i] : NULL;
}

bool
book_pair_at(const struct book *book, size_t i, const char **sell_asset,
    const char **buy_asset)
{
	if (i >= book->price_count)
		return false;
	*sell_asset = book->prices[i].sell_asset;
	*buy_asset = book->prices[i].buy_asset;
	return true;
}

bool
book_quote_limit(const struct book *book, const char *asset,
    struct amount *least, struct amount *most)
{
	size_t i;

	for (i = 0; i < book->quote_limit_count; i++)
		if (strcmp(book->quote_limits[i].asset, asset) == 0) {
			*least = book->quote_limits[i].least;
			*most = book->quote_limits[i].most;
			return true;
		}
	return false;
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

const struct guard *
book_guard(const struct book *book, const char *sell_asset,
    const char *buy_asset)
{
	size_t i;

	for (i = 0; i < book->guard_count; i++)
		if (strcmp(book->guards[i].sell_asset, sell_asset) == 0 &&
		    strcmp(book->guards[i].buy_asset, buy_asset) == 0)
			return &book->guards[i];
	return NULL;
}

bool
guard_lets(const struct guard *guard, struct amount price)
{
	return guard == NULL || (amount_cmp(price, guard->least) >= 0 &&
				    (amount_is_zero(guard->most) ||
					amount_cmp(price, guard->most) <= 0));
}

static bool
fits(const char *wanted, const char *given)
{
	return wanted == NULL || (given != NULL && strcmp(wanted, given) == 0);
}

const struct fee_rule *
book_fee_rule(const struct book *book, const struct fee_ask *ask)
{
	const struct fee_rule *rule;

	for (rule = book->fees; rule < book->fees + book->fee_count; rule++)
		if (fits(rule->sell_asset, ask->sell_asset) &&
		    fits(rule->buy_asset, ask->buy_asset) &&
		    fits(rule->sell_delivery_method, ask->sell_method) &&
		    fits(rule->buy_delivery_method, ask->buy_method) &&
		    (fits(rule->delivery_method, ask->sell_method) ||
			fits(rule->delivery_method, ask->buy_method)) &&
		    fits(rule->country_code, ask->country))
			return rule;
	return NULL;
}

int
terms_price(const struct terms *terms, const struct price *price,
    struct amount *out)
{
	enum { PRICE_DECIMALS = 18 }; /* 12 and 6: exact */
	struct amount factor = terms->spread_percent;
	size_t i;
	int rc;

	for (i = 0; i < terms->spread_count; i++)
		if (fits(terms->spreads[i].sell_asset, price->sell_asset) &&
		    fits(terms->spreads[i].buy_asset, price->buy_asset)) {
			factor = terms->spreads[i].spread_percent;
			break;
		}
	factor.scale += 2; /* percent */
	rc = amount_add(amount_of(1), factor, &factor);
	return rc != AMOUNT_OK ? rc
	                       : amount_mul(price->price, factor,
				     PRICE_DECIMALS, ROUND_UP, out);
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

const char *
book_reason(int outcome)
{
	static const char *const reasons[BOOK_MAX] = {
	    [BOOK_OK] = "",
	    [BOOK_MALFORMED] = "the amounts are malformed",
	    [BOOK_UNKNOWN_ASSET] = "an asset is not one that we trade",
	    [BOOK_UNKNOWN_PAIR] = "we do not trade this pair",
	    [BOOK_TOO_MANY_DECIMALS] =
		"the amount has more decimals than its asset",
	    [BOOK_TOO_SMALL] = "the amount is too small",
	    [BOOK_TOO_LARGE] = "the amount is too large",
	    [BOOK_NOT_ABOVE_FEE] = "the amount does not cover the fee",
	    [BOOK_STALE] = "there is no current price",
	    [BOOK_STOPPED] = "there is no certain price for now",
	    [BOOK_UNKNOWN_METHOD] = "the delivery method is unknown",
	    [BOOK_UNKNOWN_COUNTRY] = "the country is unknown",
	    [BOOK_TOO_LONG] = "the quote would have to last too long",
	    [BOOK_UNQUOTABLE] = "this amount cannot be quoted",
	};

	return outcome >= 0 && outcome < BOOK_MAX ? reasons[outcome]
	                                          : "unknown";
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
