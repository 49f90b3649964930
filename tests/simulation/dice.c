/*
 * dice - everything that happens by chance, from one seed.
 */
#include "dice.h"

#include <sodium.h>
#include <string.h>

struct dice
dice_from(uint64_t seed, uint64_t which)
{
	struct dice d = {seed * UINT64_C(0x9e3779b97f4a7c15) + which};

	dice_next(&d);
	d.state += which << 32;
	return d;
}

uint64_t
dice_next(struct dice *d)
{
	uint64_t z = (d->state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

int64_t
dice_between(struct dice *d, int64_t least, int64_t most)
{
	uint64_t sides = (uint64_t)(most - least) + 1;

	return least + (int64_t)(dice_next(d) % sides);
}

bool
dice_falls(struct dice *d, int64_t of_thousand)
{
	return dice_between(d, 0, 999) < of_thousand;
}

/* --- libsodium's --------------------------------------------------------- */

static struct dice *secrets;

static const char *
name(void)
{
	return "seeded";
}

static uint32_t
word(void)
{
	return (uint32_t)dice_next(secrets);
}

static void
bytes(void *const to, const size_t len)
{
	unsigned char *at = to;
	size_t left = len, n;
	uint64_t z;

	for (; left > 0; left -= n, at += n) {
		z = dice_next(secrets);
		n = left < sizeof(z) ? left : sizeof(z);
		memcpy(at, &z, n);
	}
}

void
dice_for_secrets(struct dice *d)
{
	/* Its second member has a name that we may not say. */
	static struct randombytes_implementation ours = {name, word, NULL, NULL,
	    bytes, NULL};

	secrets = d;
	randombytes_set_implementation(&ours);
}
