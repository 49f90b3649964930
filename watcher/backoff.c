/*
 * backoff - how long until whoever gave no good answer is asked again.
 */
#include "backoff.h"

#include <sodium.h>

enum { DOUBLINGS = 30 };

int64_t
backoff_most(int64_t tries, int64_t most)
{
	int64_t wait = (int64_t)1000 << (tries > DOUBLINGS ? DOUBLINGS : tries);

	return wait > most ? most : wait;
}

int64_t
backoff_part(int64_t tries, int64_t most)
{
	return randombytes_uniform((uint32_t)backoff_most(tries, most) + 1);
}
