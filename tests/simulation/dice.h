/*
 * dice - everything that happens by chance, from one seed.
 *
 * Shape:  several dice, so that what one part throws does not move another's.
 * Source: splitmix64.
 */
#ifndef WINDLASS_SIMULATION_DICE_H
#define WINDLASS_SIMULATION_DICE_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
	uint64_t state;
};

struct dice dice_from(uint64_t seed, uint64_t which);
uint64_t dice_next(struct dice *d);
/* least to most, both possible. */
int64_t dice_between(struct dice *d, int64_t least, int64_t most);
/* So many times out of a thousand. */
bool dice_falls(struct dice *d, int64_t of_thousand);

/* From now on libsodium's random bytes are thrown by that one. */
void dice_for_secrets(struct dice *d);

#endif
