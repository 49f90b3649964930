/*
 * book_guard - which new prices are doubtful: outside of what their guard lets
 * through, or too far from the last one that it let through.
 */
#include "arena.h"
#include "book_parts.h"

/* |to - from| > percent of from, exactly. */
static bool
is_jump(struct amount from, struct amount to, struct amount percent)
{
	enum { EXACT = 18 }; /* 12 decimals of a price, 4 and 2 of a percent */
	struct amount most, off;

	if (amount_part(from, percent, EXACT, ROUND_DOWN, &most) != AMOUNT_OK ||
	    amount_sub(to, from, &off) != AMOUNT_OK)
		return true;
	if (amount_is_negative(off))
		off.units = -off.units;
	return amount_cmp(off, most) > 0;
}

const char *
book_price_doubt(const struct book *book, size_t i, const struct book *before,
    bool may_jump, struct arena *a)
{
	char text[AMOUNT_TEXT], last[AMOUNT_TEXT], percent[AMOUNT_TEXT];
	const struct price *price = &book->prices[i], *old;
	const struct guard *guard =
	    book_guard(book, price->sell_asset, price->buy_asset);

	if (price->stopped != NULL)
		return price->stopped;
	if (guard == NULL)
		return NULL;
	amount_print(price->price, text);
	if (!guard_lets(guard, price->price))
		return arena_printf(a, "%s is outside of its guard", text);
	old = book_price(before, price->sell_asset, price->buy_asset);
	/* A price that the guard would not let through is no yardstick. */
	if (old == NULL || may_jump || amount_is_zero(guard->jump_percent) ||
	    !guard_lets(guard, old->price) ||
	    !is_jump(old->price, price->price, guard->jump_percent))
		return NULL;
	return arena_printf(a, "%s is more than %s %% from %s, the last one",
	    text, amount_print(guard->jump_percent, percent),
	    amount_print(old->price, last));
}
