/*
 * judge - what must be true when a run has come to rest, by the books of the
 *         world: who was paid, what the platform says, what we say.
 */
#ifndef WINDLASS_SIMULATION_JUDGE_H
#define WINDLASS_SIMULATION_JUDGE_H

#include "instant.h"

void judge_all(void);
/* Since when all goes well: has anything waited for too long since? */
void judge_waiting(instant since);

#endif
