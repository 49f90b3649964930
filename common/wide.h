/*
 * wide - unsigned integers of 384 bits: what exact money needs before it is
 *         rounded; amount.c alone uses it.
 *
 * Errors: false when the result has no room in 384 bits.
 */
#ifndef WINDLASS_WIDE_H
#define WINDLASS_WIDE_H

#include <stdbool.h>
#include <stdint.h>

enum { WIDE_LIMBS = 12 };

struct wide {
	uint32_t limb[WIDE_LIMBS]; /* the smallest first */
};

__extension__ typedef unsigned __int128 wide_u128;

struct wide wide_of(wide_u128 n);
/* Only if it fits. */
bool wide_to(struct wide a, wide_u128 *out) __attribute__((warn_unused_result));
int wide_cmp(struct wide a, struct wide b);
bool wide_is_zero(struct wide a);
bool wide_add(struct wide a, struct wide b, struct wide *out)
    __attribute__((warn_unused_result));
struct wide wide_sub(struct wide a, struct wide b); /* a >= b */
bool wide_mul(struct wide a, struct wide b, struct wide *out)
    __attribute__((warn_unused_result));
/* a * 10^n. */
bool wide_mul_ten(struct wide a, unsigned n, struct wide *out)
    __attribute__((warn_unused_result));
/* a / b and the rest; b is not 0. */
void wide_div(struct wide a, struct wide b, struct wide *quotient,
    struct wide *rest);
/* a / d, gives the rest; for d below 2^32. */
uint32_t wide_div_small(struct wide *a, uint32_t d);

#endif
