/*
 * book_fee - what a fee rule makes of an amount, forwards and backwards; pure.
 *
 * Shape:  a rule has tiers by the whole amount in the fee's asset (what is
 *         sold, or what that buys), a tier has lines.  A line is a fixed part
 *         and a percentage, at least its minimum, at most its maximum; a
 *         client's discount lowers all four numbers.
 * Units:  fixed parts, bounds and tiers are whole units of the fee's asset,
 *         rounded up; percentages are exact, and the sum of all lines is
 *         rounded up once: line i is what the first i lines are together, less
 *         what the first i - 1 are.
 * Errors: AMOUNT_*.
 */
#ifndef WINDLASS_BOOK_FEE_H
#define WINDLASS_BOOK_FEE_H

#include <stddef.h>

#include "amount.h"
#include "book.h"

struct fee_rule;

/* A rule as one client has it. */
struct fee {
	const struct fee_rule *rule;
	unsigned places;    /* decimals of the fee's asset */
	struct amount keep; /* of each number: 1 without a discount */
};

int fee_make(struct fee *fee, const struct fee_rule *rule, unsigned places,
    struct amount discount_percent) __attribute__((warn_unused_result));
/* The fee of a whole amount, and its lines that are not zero. */
int fee_of(const struct fee *fee, struct amount whole, struct amount *out,
    struct quote_line lines[static FEE_LINES], size_t *count)
    __attribute__((warn_unused_result));
/* The least whole amount that leaves `net` after its fee. */
int fee_whole_of(const struct fee *fee, struct amount net, struct amount *out)
    __attribute__((warn_unused_result));

#endif
