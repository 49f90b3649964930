/*
 * amount - exact decimals for money.
 *
 * Every result is computed exactly as numerator / denominator and rounded once.
 * The largest numerator is a product shifted by 20 decimals, below 2^321; wide
 * has room for it, so arithmetic between two amounts cannot overflow before
 * its result is stored.
 */
#include <stdint.h>
#include <string.h>

#include "amount.h"
#include "wide.h"

enum { EXPONENT_MOST = 100000, QUOTIENT_DIGITS_MOST = 38 };

static const wide_u128 units_most = ((wide_u128)1 << 127) - 1;

static struct wide
magnitude(struct amount a)
{
	wide_u128 n = (wide_u128)a.units;

	return wide_of(a.units < 0 ? -n : n);
}

static unsigned
larger(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

/* w * 10^n where there is room for it by construction. */
static struct wide
times_ten(struct wide w, unsigned n)
{
	if (!wide_mul_ten(w, n, &w))
		abort();
	return w;
}

/* Stores w / 10^scale, with fewer decimals if only so it fits. */
static int
store(struct wide w, unsigned scale, bool is_negative, struct amount *out)
{
	wide_u128 n;

	while (!wide_to(w, &n) || n > units_most) {
		if (scale == 0 || wide_div_small(&w, 10) != 0)
			return AMOUNT_TOO_LARGE;
		scale--;
	}
	out->units = is_negative ? -(amount_units)n : (amount_units)n;
	out->scale = scale;
	return AMOUNT_OK;
}

static const char *
skip_digits(const char *text)
{
	return text + strspn(text, "0123456789");
}

/* [(e|E)[+|-]digits] and the end; huge exponents saturate. */
static bool
read_exponent(const char *at, long *exponent)
{
	bool is_negative = false;

	*exponent = 0;
	if (*at == '\0')
		return true;
	if (*at != 'e' && *at != 'E')
		return false;
	at++;
	if (*at == '+' || *at == '-')
		is_negative = *at++ == '-';
	if (*at == '\0' || *skip_digits(at) != '\0')
		return false;
	for (; *at != '\0'; at++)
		if (*exponent < EXPONENT_MOST)
			*exponent = *exponent * 10 + (*at - '0');
	if (is_negative)
		*exponent = -*exponent;
	return true;
}

int
amount_parse(const char *text, struct amount *out)
{
	const char *whole_end = skip_digits(text), *end = whole_end, *at;
	struct wide w = wide_of(0);
	long exponent, zeros = 0, decimals = 0;

	if (whole_end == text)
		return AMOUNT_MALFORMED;
	if (*whole_end == '.') {
		end = skip_digits(whole_end + 1);
		if (end == whole_end + 1)
			return AMOUNT_MALFORMED;
	}
	if (!read_exponent(end, &exponent))
		return AMOUNT_MALFORMED;
	/* Zeros wait until another digit follows, so those at the end are not
	 * stored. */
	for (at = text; at < end; at++) {
		if (*at == '.')
			continue;
		decimals += at > whole_end;
		zeros++;
		if (*at == '0')
			continue;
		if (zeros > 80 && !wide_is_zero(w))
			return AMOUNT_TOO_LARGE;
		if (!wide_is_zero(w) && !wide_mul_ten(w, (unsigned)zeros, &w))
			return AMOUNT_TOO_LARGE;
		zeros = 0;
		if (!wide_add(w, wide_of((wide_u128)(*at - '0')), &w))
			return AMOUNT_TOO_LARGE;
	}
	if (wide_is_zero(w)) {
		*out = (struct amount){0, 0};
		return AMOUNT_OK;
	}
	/* The value is w * 10^exponent. */
	exponent += zeros - decimals;
	if (exponent < -AMOUNT_SCALE_MAX)
		return AMOUNT_INEXACT;
	if (exponent > 80)
		return AMOUNT_TOO_LARGE;
	if (exponent < 0)
		return store(w, (unsigned)-exponent, false, out);
	if (!wide_mul_ten(w, (unsigned)exponent, &w))
		return AMOUNT_TOO_LARGE;
	return store(w, 0, false, out);
}

/* Digits of w / 10^scale into out[0..size): false if it has no room. */
static bool
print(struct wide w, unsigned scale, bool is_negative, char *out, size_t size)
{
	char reversed[128];
	size_t len = 0, need;
	unsigned n;

	for (n = 0; n <= scale || !wide_is_zero(w); n++) {
		if (len + 2 >= sizeof(reversed))
			return false;
		if (n == scale && scale != 0)
			reversed[len++] = '.';
		reversed[len++] = (char)('0' + wide_div_small(&w, 10));
	}
	if (is_negative)
		reversed[len++] = '-';
	need = len + 1;
	if (need > size)
		return false;
	while (len != 0)
		*out++ = reversed[--len];
	*out = '\0';
	return true;
}

const char *
amount_print(struct amount a, char out[static AMOUNT_TEXT])
{
	return amount_print_fixed(a, 0, out);
}

const char *
amount_print_fixed(struct amount a, unsigned decimals,
    char out[static AMOUNT_TEXT])
{
	struct wide w = magnitude(a);
	unsigned used = amount_decimals(a), scale;

	if (decimals > AMOUNT_SCALE_MAX)
		decimals = AMOUNT_SCALE_MAX;
	for (scale = a.scale; scale > used; scale--)
		wide_div_small(&w, 10);
	if (scale < decimals) {
		w = times_ten(w, decimals - scale);
		scale = decimals;
	}
	if (!print(w, scale, a.units < 0, out, AMOUNT_TEXT))
		abort();
	return out;
}

struct amount
amount_of(long long whole)
{
	return (struct amount){whole, 0};
}

bool
amount_is_zero(struct amount a)
{
	return a.units == 0;
}

bool
amount_is_negative(struct amount a)
{
	return a.units < 0;
}

unsigned
amount_decimals(struct amount a)
{
	if (a.units == 0)
		return 0;
	while (a.scale > 0 && a.units % 10 == 0) {
		a.units /= 10;
		a.scale--;
	}
	return a.scale;
}

/* The magnitude with that many decimals, at least its own. */
static struct wide
aligned(struct amount a, unsigned scale)
{
	return times_ten(magnitude(a), scale - a.scale);
}

int
amount_cmp(struct amount a, struct amount b)
{
	unsigned scale = larger(a.scale, b.scale);
	int cmp;

	if ((a.units < 0) != (b.units < 0))
		return a.units < 0 ? -1 : 1;
	cmp = wide_cmp(aligned(a, scale), aligned(b, scale));
	return a.units < 0 ? -cmp : cmp;
}

int
amount_add(struct amount a, struct amount b, struct amount *out)
{
	unsigned scale = larger(a.scale, b.scale);
	struct wide x = aligned(a, scale), y = aligned(b, scale), sum;

	if ((a.units < 0) == (b.units < 0)) {
		if (!wide_add(x, y, &sum))
			return AMOUNT_TOO_LARGE;
		return store(sum, scale, a.units < 0, out);
	}
	if (wide_cmp(x, y) >= 0)
		return store(wide_sub(x, y), scale, a.units < 0, out);
	return store(wide_sub(y, x), scale, b.units < 0, out);
}

int
amount_sub(struct amount a, struct amount b, struct amount *out)
{
	b.units = -b.units;
	return amount_add(a, b, out);
}

static bool
rounds_up(struct wide rest, struct wide d, enum amount_round way)
{
	/* rest < d; so rest >= d - rest is "at least half". */
	switch (way) {
	case ROUND_DOWN:
		return false;
	case ROUND_UP:
		return !wide_is_zero(rest);
	case ROUND_HALF_UP:
		return wide_cmp(rest, wide_sub(d, rest)) >= 0;
	}
	return false;
}

static struct wide
divide(struct wide n, struct wide d, enum amount_round way)
{
	struct wide q, rest;

	wide_div(n, d, &q, &rest);
	if (rounds_up(rest, d, way) && !wide_add(q, wide_of(1), &q))
		abort();
	return q;
}

/* n / d * 10^shift, rounded to a whole number of units. */
static int
finish(struct wide n, struct wide d, long shift, enum amount_round way,
    unsigned decimals, bool is_negative, struct amount *out)
{
	if (shift > 0)
		n = times_ten(n, (unsigned)shift);
	if (shift < 0)
		d = times_ten(d, (unsigned)-shift);
	return store(divide(n, d, way), decimals, is_negative, out);
}

int
amount_mul(struct amount a, struct amount b, unsigned decimals,
    enum amount_round way, struct amount *out)
{
	struct wide n;

	if (decimals > AMOUNT_SCALE_MAX)
		return AMOUNT_INEXACT;
	if (!wide_mul(magnitude(a), magnitude(b), &n))
		return AMOUNT_TOO_LARGE;
	return finish(n, wide_of(1), (long)decimals - a.scale - b.scale, way,
	    decimals, (a.units < 0) != (b.units < 0), out);
}

int
amount_part(struct amount whole, struct amount percent, unsigned decimals,
    enum amount_round way, struct amount *out)
{
	percent.scale += 2;
	return amount_mul(whole, percent, decimals, way, out);
}

int
amount_div(struct amount a, struct amount b, unsigned decimals,
    enum amount_round way, struct amount *out)
{
	if (b.units == 0)
		return AMOUNT_BY_ZERO;
	if (decimals > AMOUNT_SCALE_MAX)
		return AMOUNT_INEXACT;
	return finish(magnitude(a), magnitude(b),
	    (long)decimals + b.scale - a.scale, way, decimals,
	    (a.units < 0) != (b.units < 0), out);
}

int
amount_rescale(struct amount a, unsigned decimals, enum amount_round way,
    struct amount *out)
{
	return amount_mul(a, amount_of(1), decimals, way, out);
}

static unsigned
digit_count(struct wide w)
{
	unsigned n;

	for (n = 0; !wide_is_zero(w); n++)
		wide_div_small(&w, 10);
	return n;
}

int
amount_quotient_text(struct amount a, struct amount b, unsigned digits,
    char *out, size_t size)
{
	bool is_negative = (a.units < 0) != (b.units < 0) && a.units != 0;
	struct wide n = magnitude(a), d = magnitude(b), q;
	long shift, scale;

	if (b.units == 0)
		return AMOUNT_BY_ZERO;
	if (digits == 0 || digits > QUOTIENT_DIGITS_MOST)
		return AMOUNT_INEXACT;
	/* q = n / d * 10^shift gets `digits` digits, or one more: then again
	 * with one less, since only one rounding is right. */
	shift = (long)digits - (long)digit_count(n) + (long)digit_count(d);
	for (;; shift--) {
		q = divide(times_ten(n, shift > 0 ? (unsigned)shift : 0),
		    times_ten(d, shift < 0 ? (unsigned)-shift : 0),
		    ROUND_HALF_UP);
		if (digit_count(q) <= digits)
			break;
	}
	scale = shift + (long)a.scale - (long)b.scale;
	while (scale > 0 && !wide_is_zero(q)) {
		struct wide shorter = q;

		if (wide_div_small(&shorter, 10) != 0)
			break;
		q = shorter;
		scale--;
	}
	if (wide_is_zero(q))
		scale = 0;
	if (scale < 0 && !wide_mul_ten(q, (unsigned)-scale, &q))
		return AMOUNT_TOO_LARGE;
	if (!print(q, scale < 0 ? 0 : (unsigned)scale, is_negative, out, size))
		return AMOUNT_TOO_LARGE;
	return AMOUNT_OK;
}
