/*
 * wide - unsigned integers of 384 bits.
 */
#include "wide.h"

struct wide
wide_of(wide_u128 n)
{
	struct wide w = {{0}};
	int i;

	for (i = 0; n != 0; i++, n >>= 32)
		w.limb[i] = (uint32_t)n;
	return w;
}

bool
wide_to(struct wide a, wide_u128 *out)
{
	int i;

	for (i = 4; i < WIDE_LIMBS; i++)
		if (a.limb[i] != 0)
			return false;
	*out = 0;
	for (i = 3; i >= 0; i--)
		*out = *out << 32 | a.limb[i];
	return true;
}

int
wide_cmp(struct wide a, struct wide b)
{
	int i;

	for (i = WIDE_LIMBS - 1; i >= 0; i--)
		if (a.limb[i] != b.limb[i])
			return a.limb[i] < b.limb[i] ? -1 : 1;
	return 0;
}

/* Limbs that are not zero, and those below: amounts have few. */
static int
used(const struct wide *a)
{
	int n = WIDE_LIMBS;

	while (n > 0 && a->limb[n - 1] == 0)
		n--;
	return n;
}

bool
wide_is_zero(struct wide a)
{
	return used(&a) == 0;
}

bool
wide_add(struct wide a, struct wide b, struct wide *out)
{
	uint64_t carry = 0;
	int i;

	for (i = 0; i < WIDE_LIMBS; i++) {
		carry += (uint64_t)a.limb[i] + b.limb[i];
		out->limb[i] = (uint32_t)carry;
		carry >>= 32;
	}
	return carry == 0;
}

struct wide
wide_sub(struct wide a, struct wide b)
{
	int64_t borrow = 0;
	struct wide out;
	int i;

	for (i = 0; i < WIDE_LIMBS; i++) {
		borrow += (int64_t)a.limb[i] - b.limb[i];
		out.limb[i] = (uint32_t)borrow;
		borrow >>= 32; /* 0 or -1 */
	}
	return out;
}

bool
wide_mul(struct wide a, struct wide b, struct wide *out)
{
	uint32_t product[2 * WIDE_LIMBS] = {0};
	int i, j, a_used = used(&a), b_used = used(&b);
	uint64_t carry;

	for (i = 0; i < a_used; i++) {
		carry = 0;
		for (j = 0; j < b_used; j++) {
			carry +=
			    (uint64_t)a.limb[i] * b.limb[j] + product[i + j];
			product[i + j] = (uint32_t)carry;
			carry >>= 32;
		}
		product[i + b_used] = (uint32_t)carry;
	}
	for (i = 0; i < WIDE_LIMBS; i++) {
		if (product[WIDE_LIMBS + i] != 0)
			return false;
		out->limb[i] = product[i];
	}
	return true;
}

bool
wide_mul_ten(struct wide a, unsigned n, struct wide *out)
{
	static const uint32_t tens[] = {1, 10, 100, 1000, 10000, 100000,
	    1000000, 10000000, 100000000, 1000000000};
	unsigned step;
	uint64_t carry;
	int i;

	*out = a;
	for (; n != 0; n -= step) {
		step = n < 9 ? n : 9;
		carry = 0;
		for (i = 0; i < WIDE_LIMBS; i++) {
			carry += (uint64_t)out->limb[i] * tens[step];
			out->limb[i] = (uint32_t)carry;
			carry >>= 32;
		}
		if (carry != 0)
			return false;
	}
	return true;
}

static int
bits(struct wide a)
{
	int i;

	for (i = WIDE_LIMBS - 1; i >= 0; i--)
		if (a.limb[i] != 0)
			return 32 * i + 32 - __builtin_clz(a.limb[i]);
	return 0;
}

/* a * 2 + bit, without its 385th bit. */
static struct wide
shift_in(struct wide a, unsigned bit)
{
	int i;

	for (i = 0; i < WIDE_LIMBS; i++) {
		unsigned out = a.limb[i] >> 31;

		a.limb[i] = a.limb[i] << 1 | bit;
		bit = out;
	}
	return a;
}

/* What the compiler can divide it does: nearly all that is asked.  The rest by
 * hand, bit by bit: some hundred steps, and nothing to get wrong. */
void
wide_div(struct wide a, struct wide b, struct wide *quotient, struct wide *rest)
{
	struct wide r = wide_of(0), q = wide_of(0);
	wide_u128 n, d;
	int i;

	if (wide_to(a, &n) && wide_to(b, &d)) {
		*quotient = wide_of(n / d);
		*rest = wide_of(n % d);
		return;
	}

	for (i = bits(a) - 1; i >= 0; i--) {
		/* When r * 2 would pass 384 bits it also passes b. */
		bool is_over = r.limb[WIDE_LIMBS - 1] >> 31;

		r = shift_in(r, a.limb[i / 32] >> (i % 32) & 1);
		if (is_over || wide_cmp(r, b) >= 0) {
			r = wide_sub(r, b);
			q.limb[i / 32] |= UINT32_C(1) << (i % 32);
		}
	}
	*quotient = q;
	*rest = r;
}

uint32_t
wide_div_small(struct wide *a, uint32_t d)
{
	uint64_t rest = 0;
	int i;

	for (i = used(a) - 1; i >= 0; i--) {
		rest = rest << 32 | a->limb[i];
		a->limb[i] = (uint32_t)(rest / d);
		rest %= d;
	}
	return (uint32_t)rest;
}
