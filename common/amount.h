/*
 * amount - exact decimals for money.
 *
 * Shape:  value = units / 10^scale; units fit in 127 bits, scale 0 to 20.
 * Units:  whatever the asset says; an amount does not know its asset.
 * Errors: 0, or a named AMOUNT_* outcome; on anything but 0 *out is untouched.
 * Rule:   no floating point, no silent rounding: whoever rounds names the way.
 * Source: SEP-31 and SEP-38 amounts; the platform lets 20 integer and 20
 *         fraction digits and exponents such as 1E2 through.
 */
#ifndef WINDLASS_AMOUNT_H
#define WINDLASS_AMOUNT_H

#include <stdbool.h>
#include <stddef.h>

__extension__ typedef __int128 amount_units;

struct amount {
	amount_units units;
	unsigned scale;
};

enum amount_outcome {
	AMOUNT_OK,
	AMOUNT_MALFORMED, /* no decimal text */
	AMOUNT_TOO_LARGE, /* does not fit */
	AMOUNT_INEXACT,   /* more decimals than fit (20) */
	AMOUNT_BY_ZERO
};

enum amount_round { ROUND_DOWN, ROUND_UP, ROUND_HALF_UP }; /* of magnitudes */

enum { AMOUNT_TEXT = 64, AMOUNT_SCALE_MAX = 20 };

/* Decimal text: digits[.digits][(e|E)[+|-]digits]; a leading '-' is malformed
 * (no amount on our wires is negative). */
int amount_parse(const char *text, struct amount *out)
    __attribute__((warn_unused_result));
/* Shortest plain decimal text: no exponent, no trailing zeros. */
const char *amount_print(struct amount a, char out[static AMOUNT_TEXT]);
/* Plain decimal text with `decimals` digits after the point, zeros added as
 * needed; an amount with more of its own shows them all. */
const char *amount_print_fixed(struct amount a, unsigned decimals,
    char out[static AMOUNT_TEXT]);

struct amount amount_of(long long whole);
bool amount_is_zero(struct amount a);
bool amount_is_negative(struct amount a);         /* only as a difference */
int amount_cmp(struct amount a, struct amount b); /* <0, 0, >0 */
unsigned amount_decimals(struct amount a); /* used, trailing zeros aside */

int amount_add(struct amount a, struct amount b, struct amount *out)
    __attribute__((warn_unused_result));
int amount_sub(struct amount a, struct amount b, struct amount *out)
    __attribute__((warn_unused_result));
/* The exact result, then rounded once, to `decimals` (at most 20). */
int amount_mul(struct amount a, struct amount b, unsigned decimals,
    enum amount_round way, struct amount *out)
    __attribute__((warn_unused_result));
int amount_div(struct amount a, struct amount b, unsigned decimals,
    enum amount_round way, struct amount *out)
    __attribute__((warn_unused_result));
int amount_rescale(struct amount a, unsigned decimals, enum amount_round way,
    struct amount *out) __attribute__((warn_unused_result));
/* So many percent of it. */
int amount_part(struct amount whole, struct amount percent, unsigned decimals,
    enum amount_round way, struct amount *out)
    __attribute__((warn_unused_result));
/* a / b as plain decimal text of up to `digits` (1 to 38) significant digits,
 * rounded half up, no trailing zeros; AMOUNT_TOO_LARGE if size is too small. */
int amount_quotient_text(struct amount a, struct amount b, unsigned digits,
    char *out, size_t size) __attribute__((warn_unused_result));

#endif
