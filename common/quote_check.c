/*
 * quote_check - would the platform take this answer?
 *
 * Its rule: sell - (price * buy + fee), or sell - price * (buy + fee) when the
 * fee is in the buy asset, differs from 0 by less than one unit of the sell
 * asset.  It makes an IEEE number of the difference first, so half a unit is
 * what passes here.  The price is taken as the text that will be sent.
 */
#include "amount.h"
#include "book_parts.h"
#include "wide.h"

/* A value of any number of decimals. */
struct exact {
	struct wide units;
	unsigned scale;
};

static struct exact
exactly(struct amount a)
{
	return (struct exact){wide_of((wide_u128)a.units), a.scale};
}

static bool
read_price(const char *text, struct exact *out)
{
	bool is_fraction = false;

	*out = (struct exact){wide_of(0), 0};
	for (; *text != '\0'; text++) {
		if (*text == '.') {
			is_fraction = true;
			continue;
		}
		if (!wide_mul_ten(out->units, 1, &out->units) ||
		    !wide_add(out->units, wide_of((wide_u128)(*text - '0')),
			&out->units))
			return false;
		out->scale += is_fraction;
	}
	return true;
}

/* The same value with at least that many decimals. */
static bool
widen(struct exact *x, unsigned scale)
{
	unsigned more = scale > x->scale ? scale - x->scale : 0;

	x->scale += more;
	return wide_mul_ten(x->units, more, &x->units);
}

static bool
align(struct exact *x, struct exact *y)
{
	return widen(x, y->scale) && widen(y, x->scale);
}

static bool
add(struct exact x, struct exact y, struct exact *out)
{
	if (!align(&x, &y))
		return false;
	out->scale = x.scale;
	return wide_add(x.units, y.units, &out->units);
}

static bool
multiply(struct exact x, struct exact y, struct exact *out)
{
	out->scale = x.scale + y.scale;
	return wide_mul(x.units, y.units, &out->units);
}

/* Is x off y by at most half of 10^-decimals? */
static bool
is_near(struct exact x, struct exact y, unsigned decimals)
{
	struct exact unit = {wide_of(1), decimals};
	struct wide off;

	if (!align(&x, &y) || !align(&unit, &x) || !align(&x, &y))
		return false;
	off = wide_cmp(x.units, y.units) < 0 ? wide_sub(y.units, x.units)
	                                     : wide_sub(x.units, y.units);
	return wide_add(off, off, &off) && wide_cmp(off, unit.units) <= 0;
}

static bool
formula_holds(const struct quote *q, unsigned decimals)
{
	struct exact price, made, fee = exactly(q->fee), buy = exactly(q->buy);

	if (!read_price(q->price, &price))
		return false;
	if (strcmp(q->fee_asset, q->sell_asset) == 0) {
		if (!multiply(price, buy, &made) || !add(made, fee, &made))
			return false;
	} else {
		if (!add(buy, fee, &made) || !multiply(price, made, &made))
			return false;
	}
	return is_near(exactly(q->sell), made, decimals);
}

static bool
is_sound(struct amount a, unsigned decimals)
{
	return !amount_is_zero(a) && !amount_is_negative(a) &&
	       amount_decimals(a) <= decimals;
}

/* As JSON text.  The platform's writer keeps texts safe for HTML: one byte may
 * become six. */
static size_t
text_size(const char *text)
{
	size_t size = 2; /* its quotes */

	for (; *text != '\0'; text++)
		size += strchr("<>&='", *text) != NULL      ? 6
		        : strchr("\"\\", *text) != NULL     ? 2
		        : strncmp(text, "\xe2\x80", 2) == 0 ? 6
		                                            : 1;
	return size;
}

static size_t
amount_size(struct amount a)
{
	char text[AMOUNT_TEXT];

	return strlen(amount_print(a, text)) + 2;
}

size_t
quote_fee_size(const char *asset, const struct quote_line *lines, size_t count)
{
	size_t size = strlen("{\"total\":,\"asset\":,\"details\":[]}"), i;

	size += text_size(asset) + AMOUNT_TEXT;
	for (i = 0; i < count; i++) {
		size += strlen("{\"name\":,\"amount\":},") +
		        text_size(lines[i].name) + amount_size(lines[i].amount);
		if (lines[i].description != NULL)
			size += strlen("\"description\":,") +
			        text_size(lines[i].description);
	}
	return size;
}

/* Its lines are its sum, and the platform has room for it. */
static bool
fee_is_sound(const struct quote *q, const struct asset *in)
{
	struct amount sum = amount_of(0);
	size_t i;

	/* Not even a fee of nothing is taken in an asset without decimals. */
	if (in->decimals == 0 || amount_is_negative(q->fee) ||
	    amount_decimals(q->fee) > in->decimals || q->line_count > FEE_LINES)
		return false;
	for (i = 0; i < q->line_count; i++)
		if (q->lines[i].name == NULL ||
		    !is_sound(q->lines[i].amount, in->decimals) ||
		    amount_add(sum, q->lines[i].amount, &sum) != AMOUNT_OK)
			return false;
	return amount_cmp(sum, q->fee) == 0 &&
	       quote_fee_size(in->id, q->lines, q->line_count) <= FEE_JSON_MOST;
}

bool
quote_passes(const struct book *book, const struct quote *q)
{
	const struct asset *sell = book_asset(book, q->sell_asset);
	const struct asset *buy = book_asset(book, q->buy_asset);
	const struct asset *in = book_asset(book, q->fee_asset);

	if (sell == NULL || buy == NULL || (in != sell && in != buy))
		return false;
	if (!is_sound(q->sell, sell->decimals) ||
	    !is_sound(q->buy, buy->decimals))
		return false;
	/* The amount that was given comes back as it was. */
	if (amount_cmp(q->by_buy ? q->buy : q->sell, q->given) != 0)
		return false;
	if (!fee_is_sound(q, in))
		return false;
	return formula_holds(q, sell->decimals);
}
