/*
 * platform_assets - the platform's file of assets, beside our book.
 */
#include <inttypes.h>
#include <stdarg.h>

#include "amount.h"
#include "arena.h"
#include "book.h"
#include "json.h"
#include "platform_assets.h"
#include "yaml.h"

struct differ {
	struct arena *arena;
	const struct book *book;
	const struct json *items;
	void (*say)(void *to, const char *line);
	void *to;
	size_t count;
};

static void __attribute__((format(printf, 3, 4)))
differs(struct differ *d, const char *id, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	d->count++;
	d->say(d->to, arena_printf(d->arena, "the platform's assets: %s%s%s",
			  id, id[0] == '\0' ? "" : ": ", text));
}

static bool
is_on(const struct json *item, const char *sep)
{
	return json_is_true(json_get(json_get(item, sep), "enabled"));
}

/* Of an entry of a list: itself, or its name. */
static const char *
entry(const struct json *list, size_t i)
{
	const struct json *v = json_at(list, i);
	const char *text = json_text(v);

	return text != NULL ? text : json_text(json_get(v, "name"));
}

static bool
lists(const struct json *list, const char *text)
{
	const char *one;
	size_t i;

	for (i = 0; i < json_count(list); i++)
		if ((one = entry(list, i)) != NULL && strcmp(one, text) == 0)
			return true;
	return false;
}

static bool
among(const char *text, const char *const *texts)
{
	for (; texts != NULL && *texts != NULL; texts++)
		if (strcmp(*texts, text) == 0)
			return true;
	return false;
}

/* All that the platform lists is in the book. */
static void
check_listed(struct differ *d, const char *id, const struct json *list,
    const char *what, const char *const *ours)
{
	const char *text;
	size_t i;

	if (json_kind(list) != JSON_ABSENT && json_kind(list) != JSON_NULL &&
	    json_kind(list) != JSON_ARRAY)
		differs(d, id, "%s must be a list", what);
	for (i = 0; i < json_count(list); i++)
		if ((text = entry(list, i)) == NULL)
			differs(d, id, "%s[%zu] has no name", what, i);
		else if (!among(text, ours))
			differs(d, id, "%s has %s, the book has not", what,
			    text);
}

/* What has a sep38, and what we have of it. */
static void
check_sep38(struct differ *d, const struct asset *asset,
    const struct json *sep38)
{
	const struct json *sell = json_get(sep38, "sell_delivery_methods");
	const struct json *buy = json_get(sep38, "buy_delivery_methods");
	const struct json *countries = json_get(sep38, "country_codes");
	const char *const *ours;

	check_listed(d, asset->id, sell, "sell_delivery_methods",
	    asset->methods);
	check_listed(d, asset->id, buy, "buy_delivery_methods", asset->methods);
	check_listed(d, asset->id, countries, "country_codes",
	    asset->countries);
	for (ours = asset->methods; ours != NULL && *ours != NULL; ours++)
		if (!lists(sell, *ours) && !lists(buy, *ours))
			differs(d, asset->id,
			    "the book has the method %s, the platform has not",
			    *ours);
	for (ours = asset->countries; ours != NULL && *ours != NULL; ours++)
		if (!lists(countries, *ours))
			differs(d, asset->id,
			    "the book has the country %s, the platform has not",
			    *ours);
}

/* By any of these a payment may go out. */
static bool
any_delivers(const struct book *book, const char *method)
{
	const struct asset *asset;
	size_t i;

	for (i = 0; (asset = book_asset_at(book, i)) != NULL; i++)
		if (among(method, asset->methods))
			return true;
	return false;
}

static bool
number(const struct json *v, struct amount *out)
{
	const char *text = json_text(v) != NULL ? json_text(v) : json_number(v);

	return text != NULL && amount_parse(text, out) == AMOUNT_OK;
}

static void
check_receive(struct differ *d, const struct asset *asset,
    const struct json *receive)
{
	const struct json *methods = json_get(receive, "methods");
	struct amount least, most, bound;
	const char *method;
	size_t i;

	for (i = 0; i < json_count(methods); i++)
		if ((method = entry(methods, i)) != NULL &&
		    !any_delivers(d->book, method))
			differs(d, asset->id,
			    "sep31 has the method %s, no asset of the book has",
			    method);
	if (!book_quote_limit(d->book, asset->id, &least, &most))
		return;
	if (!number(json_get(receive, "min_amount"), &bound) ||
	    amount_cmp(bound, least) < 0)
		differs(d, asset->id,
		    "min_amount is below the least that we quote");
	if (!number(json_get(receive, "max_amount"), &bound) ||
	    amount_cmp(bound, most) > 0)
		differs(d, asset->id,
		    "max_amount is above the most that we quote");
}

static void
check_item(struct differ *d, const struct json *item, const char *id)
{
	const struct asset *asset = book_asset(d->book, id);
	const struct json *decimals = json_get(item, "significant_decimals");
	const char *account = json_text(json_get(item, "distribution_account"));
	int64_t places;

	if (asset == NULL) {
		if (is_on(item, "sep31") || is_on(item, "sep38"))
			differs(d, id, "is enabled, and not in the book");
		return;
	}
	/* The platform asks an asset that carries a fee for one decimal at
	 * least; the book asks its own decimals for that. */
	if (!json_integer(decimals, &places))
		differs(d, id, "has no significant_decimals");
	else if (places != (int64_t)asset->decimals)
		differs(d, id, "has %" PRId64 " decimals, in the book %u",
		    places, asset->decimals);
	if (account != NULL && asset->distribution_account != NULL &&
	    strcmp(account, asset->distribution_account) != 0)
		differs(d, id, "distribution_account is not the book's");
	if (is_on(item, "sep38"))
		check_sep38(d, asset, json_get(item, "sep38"));
	if (is_on(item, "sep31"))
		check_receive(d, asset, json_path(item, "sep31.receive"));
}

static const struct json *
item_of(const struct differ *d, const char *id)
{
	const struct json *item;
	const char *other;
	size_t i;

	for (i = 0; (item = json_at(d->items, i)) != NULL; i++) {
		other = json_text(json_get(item, "id"));
		if (other != NULL && strcmp(other, id) == 0)
			return item;
	}
	return NULL;
}

static bool
is_priced(const struct book *book, const char *sell, const char *buy)
{
	const char *one, *other;
	size_t i;

	for (i = 0; book_pair_at(book, i, &one, &other); i++)
		if (strcmp(one, sell) == 0 && strcmp(other, buy) == 0)
			return true;
	return false;
}

/* Wallets are told of what is quoted, and of nothing else. */
static void
check_pairs(struct differ *d)
{
	const struct json *item, *list;
	const char *sell, *buy;
	size_t i, j;

	/* Prices may be loaded later. */
	if (!book_pair_at(d->book, 0, &sell, &buy))
		return;
	for (i = 0; book_pair_at(d->book, i, &sell, &buy); i++) {
		item = item_of(d, sell);
		list = json_path(item, "sep38.exchangeable_assets");
		if (item != NULL && !lists(list, buy))
			differs(d, sell,
			    "%s has a price and is no exchangeable asset", buy);
	}
	for (i = 0; (item = json_at(d->items, i)) != NULL; i++) {
		sell = json_text(json_get(item, "id"));
		list = json_path(item, "sep38.exchangeable_assets");
		for (j = 0; sell != NULL && is_on(item, "sep38") &&
			    j < json_count(list);
		     j++) {
			buy = entry(list, j);
			if (buy == NULL || !is_priced(d->book, sell, buy))
				differs(d, sell,
				    "is exchangeable for %s, which has no "
				    "price",
				    buy != NULL ? buy : "what is no text");
		}
	}
}

static const struct json *
read(struct differ *d, const char *text, size_t len)
{
	size_t blank = strspn(text, " \t\r\n");
	const char *why;
	const struct json *file;

	if (text[blank] != '{') {
		text = yaml_to_json(d->arena, text, len, &why);
		len = text != NULL ? strlen(text) : 0;
	}
	if (text == NULL || json_parse(d->arena, text, len, &file, &why) != 0) {
		differs(d, "", "%s", why);
		return NULL;
	}
	if (json_count(json_get(file, "items")) == 0) {
		differs(d, "", "there are no items");
		return NULL;
	}
	return json_get(file, "items");
}

size_t
platform_assets_differ(struct arena *a, const char *text, size_t len,
    const struct book *book, void (*say)(void *to, const char *line), void *to)
{
	struct differ d = {.arena = a, .book = book, .say = say, .to = to};
	const struct asset *asset;
	const char *id;
	size_t i;

	d.items = read(&d, text, len);
	if (d.items == NULL)
		return d.count;
	for (i = 0; i < json_count(d.items); i++) {
		const struct json *item = json_at(d.items, i);

		id = json_text(json_get(item, "id"));
		if (id == NULL)
			differs(&d, "", "items[%zu] has no id", i);
		else if (item_of(&d, id) != item)
			differs(&d, id, "is there twice");
		else
			check_item(&d, item, id);
	}
	for (i = 0; (asset = book_asset_at(book, i)) != NULL; i++)
		if (item_of(&d, asset->id) == NULL)
			differs(&d, asset->id, "is in the book, and not there");
	check_pairs(&d);
	return d.count;
}
