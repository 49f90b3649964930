/*
 * backoff - how long until whoever gave no good answer is asked again.
 *
 * Shape:  1 s, 2 s, 4 s ... up to a most; pure but for chance.  Waits of what
 *         many do at once are a random part of that, so that they do not come
 *         back together.
 * Units:  milliseconds; tries is how often it failed before.
 * Source: reliability: retry with full jitter.
 */
#ifndef WINDLASS_BACKOFF_H
#define WINDLASS_BACKOFF_H

#include <stdint.h>

int64_t backoff_most(int64_t tries, int64_t most);
/* A random part of it. */
int64_t backoff_part(int64_t tries, int64_t most);

#endif
