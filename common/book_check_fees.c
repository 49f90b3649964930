/*
 * book_check_fees - what is wrong with the fees of a book.
 */
#include "amount.h"
#include "arena.h"
#include "asset.h"
#include "book_parts.h"
#include "reader.h"

static bool
covers(const char *earlier, const char *later)
{
	return earlier == NULL ||
	       (later != NULL && strcmp(earlier, later) == 0);
}

/* One that says nothing of the way, or says the same of it. */
static bool
covers_methods(const struct fee_rule *e, const struct fee_rule *rule)
{
	if (!covers(e->sell_delivery_method, rule->sell_delivery_method) ||
	    !covers(e->buy_delivery_method, rule->buy_delivery_method))
		return false;
	return covers(e->delivery_method, rule->delivery_method) ||
	       covers(e->delivery_method, rule->sell_delivery_method) ||
	       covers(e->delivery_method, rule->buy_delivery_method);
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
		    covers_methods(e, rule) &&
		    covers(e->country_code, rule->country_code)) {
			read_fault(r, book_row(r, "fees", i),
			    "is never used: fees[%zu] fits all that it does",
			    (size_t)(e - book->fees));
			return;
		}
}

/* The longest name of an asset that the rule's fee may be in. */
static const char *
longest_asset(const struct book *book, const struct fee_rule *rule)
{
	const char *longest =
	    strcmp(rule->in, "sell") == 0 ? rule->sell_asset : rule->buy_asset;
	size_t i;

	if (longest != NULL)
		return longest;
	for (i = 0, longest = ""; i < book->asset_count; i++)
		if (strlen(book->assets[i].id) > strlen(longest))
			longest = book->assets[i].id;
	return longest;
}

static void
check_tier(struct reader *r, const struct book *book, const char *where,
    const struct fee_rule *rule, const struct fee_tier *tier)
{
	/* As many digits as an amount may have. */
	const struct amount longest = {
	    INT64_C(999999999999999999) * (amount_units)1000000000000000000 +
		INT64_C(999999999999999999),
	    18};
	struct quote_line lines[FEE_LINES];
	struct amount percent = amount_of(0);
	size_t i;

	for (i = 0; i < tier->line_count; i++) {
		const struct fee_line *line = &tier->lines[i];

		lines[i] =
		    (struct quote_line){line->name, line->description, longest};
		if (!amount_is_zero(line->maximum) &&
		    amount_cmp(line->maximum, line->minimum) < 0)
			read_fault(r, where, "maximum is below minimum");
		if (amount_add(percent, line->percent, &percent) != AMOUNT_OK)
			percent = amount_of(100);
	}
	if (amount_cmp(percent, amount_of(100)) >= 0)
		read_fault(r, where, "its percentages are 100 or more");
	if (quote_fee_size(longest_asset(book, rule), lines, tier->line_count) >
	    FEE_JSON_MOST)
		read_fault(r, where,
		    "names and descriptions are too long: the platform has "
		    "room for %d bytes, escapes and amounts included",
		    FEE_JSON_MOST);
}

static void
check_tiers(struct reader *r, const struct book *book, size_t i)
{
	const struct fee_rule *rule = &book->fees[i];
	const char *where;
	size_t j;

	for (j = 0; j < rule->tier_count; j++) {
		where = arena_printf(r->arena, "fees[%zu].tiers[%zu]", i, j);
		if (j == 0 && !amount_is_zero(rule->tiers[0].from))
			read_fault(r, where, "the first tier must be from 0");
		if (j > 0 && amount_cmp(rule->tiers[j].from,
				 rule->tiers[j - 1].from) <= 0)
			read_fault(r, where,
			    "from must be above that of the tier before");
		check_tier(r, book,
		    rule->tier_count == 1 ? book_row(r, "fees", i) : where,
		    rule, &rule->tiers[j]);
	}
}

static void
check_method(struct reader *r, const struct book *book, const char *where,
    const char *method)
{
	if (book_has(book, KIND_ASSETS) && method != NULL &&
	    !book_any_has(book, method, NULL))
		read_fault(r, where, "no asset has the method %s", method);
}

static bool
is_plain_rule(const struct fee_rule *rule)
{
	return rule->delivery_method == NULL &&
	       rule->sell_delivery_method == NULL &&
	       rule->buy_delivery_method == NULL && rule->country_code == NULL;
}

/* Every pair that can be asked for has a fee, if only one of 0, and the fee is
 * in an asset that can carry it: the platform refuses one without decimals. */
static void
check_pair(struct reader *r, const struct book *book, const char *where,
    const char *sell, const char *buy)
{
	bool is_certain = false;
	size_t i;

	for (i = 0; i < book->fee_count && !is_certain; i++) {
		const struct fee_rule *rule = &book->fees[i];
		const struct asset *in = book_asset(book,
		    strcmp(rule->in, "sell") == 0 ? sell : buy);

		if (!covers(rule->sell_asset, sell) ||
		    !covers(rule->buy_asset, buy))
			continue;
		/* Behind a rule for all of a pair there is no other. */
		is_certain = is_plain_rule(rule);
		if (in != NULL && in->decimals == 0)
			read_fault(r, book_row(r, "fees", i),
			    "%s has no decimals, so it cannot carry a fee",
			    in->id);
	}
	if (!is_certain)
		read_fault(r, where,
		    "no fee rule without method and country fits %s to %s",
		    sell, buy);
}

static void
check_pairs(struct reader *r, const struct book *book)
{
	size_t i;

	for (i = 0; i < book->price_count; i++)
		check_pair(r, book, book_row(r, "prices", i),
		    book->prices[i].sell_asset, book->prices[i].buy_asset);
	for (i = 0; i < book->asset_count; i++)
		if (is_stellar_asset(book->assets[i].id))
			check_pair(r, book, book_row(r, "assets", i),
			    book->assets[i].id, book->assets[i].id);
}

void
book_check_fees(struct reader *r, const struct book *book)
{
	size_t i;

	for (i = 0; i < book->fee_count; i++) {
		const struct fee_rule *rule = &book->fees[i];
		const char *where = book_row(r, "fees", i);

		book_knows(r, book, where, rule->sell_asset);
		book_knows(r, book, where, rule->buy_asset);
		check_method(r, book, where, rule->delivery_method);
		check_method(r, book, where, rule->sell_delivery_method);
		check_method(r, book, where, rule->buy_delivery_method);
		if (book_has(book, KIND_ASSETS) && rule->country_code != NULL &&
		    !book_any_has(book, NULL, rule->country_code))
			read_fault(r, where, "no asset has the country %s",
			    rule->country_code);
		check_tiers(r, book, i);
		check_reached(r, book, i);
	}
	if (book_has(book, KIND_FEES) && book_has(book, KIND_ASSETS))
		check_pairs(r, book);
}
