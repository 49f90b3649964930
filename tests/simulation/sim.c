/*
 * sim - one run: its seed, its time, its dice, what was told and what is wrong.
 */
#include "sim.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"

struct sim sim;

/* 2026-06-01, an hour after the book was loaded. */
#define BEGIN ((instant)1780275600 * SECOND)

// clang-format off
static const int64_t usual[MISHAP_MAX] = {
	[MISHAP_YIELD] = 60, [MISHAP_STOP] = 4, [MISHAP_STALL] = 4, [MISHAP_KILL] = 4,
	[MISHAP_DB_FAILS] = 3, [MISHAP_DB_LOST] = 3,
	[MISHAP_LIST] = 40, [MISHAP_GET] = 50,
	[MISHAP_RPC_LOST] = 40, [MISHAP_RPC_LATE] = 30, [MISHAP_RPC_MUTE] = 50,
	[MISHAP_RPC_REFUSE] = 20, [MISHAP_RPC_LIES] = 30,
	[MISHAP_PAY_LOST] = 60, [MISHAP_PAY_LATE] = 60, [MISHAP_PAY_MUTE] = 150,
	[MISHAP_PAY_REFUSE] = 30, [MISHAP_PAY_ODD] = 4,
	[MISHAP_LOOK_UP] = 80, [MISHAP_LOOK_LIES] = 15, [MISHAP_LEDGER] = 60,
	[MISHAP_RETURN] = 33, [MISHAP_MEDDLE] = 50, [MISHAP_PERSON] = 30,
	[MISHAP_LATE] = 30, [MISHAP_HOLD] = 125, [MISHAP_OUTAGE] = 150,
	[MISHAP_RESTORE] = 150,
};

/* Moods: what falls more often in some of the runs. */
static const struct { enum mishap what; int64_t of_thousand; } moods[][4] = {
	{{ MISHAP_YIELD, 60 }},
	{{ MISHAP_YIELD, 60 }},
	{{ MISHAP_PAY_LATE, 250 }, { MISHAP_PAY_REFUSE, 250 }},
	{{ MISHAP_PAY_LATE, 250 }, { MISHAP_PAY_REFUSE, 250 }, { MISHAP_STOP, 20 }},
	{{ MISHAP_RPC_LATE, 200 }, { MISHAP_RPC_MUTE, 200 }},
	{{ MISHAP_RPC_LIES, 250 }, { MISHAP_RPC_REFUSE, 150 }},
	{{ MISHAP_STOP, 30 }, { MISHAP_YIELD, 200 }},
	{{ MISHAP_KILL, 25 }, { MISHAP_DB_LOST, 20 }},
	{{ MISHAP_PAY_MUTE, 400 }, { MISHAP_LOOK_UP, 400 }},
	{{ MISHAP_PAY_LATE, 400 }, { MISHAP_PAY_MUTE, 300 }, { MISHAP_KILL, 20 }},
	{{ MISHAP_RETURN, 500 }, { MISHAP_RPC_LOST, 300 }, { MISHAP_RPC_MUTE, 200 }},
	{{ MISHAP_RETURN, 500 }, { MISHAP_LOOK_LIES, 200 }},
	{{ MISHAP_MEDDLE, 600 }, { MISHAP_LIST, 600 }, { MISHAP_PERSON, 200 }},
	{{ MISHAP_HOLD, 1000 }, { MISHAP_STALL, 400 }, { MISHAP_PAY_LOST, 300 }},
	{{ MISHAP_OUTAGE, 1000 }, { MISHAP_PAY_MUTE, 300 }, { MISHAP_STALL, 100 }},
	{{ MISHAP_RESTORE, 1000 }, { MISHAP_KILL, 20 }},
	{{ MISHAP_LATE, 500 }, { MISHAP_LEDGER, 200 }},
};
// clang-format on

void
sim_begin(uint64_t seed, bool is_told)
{
	struct arena *arena = sim.arena;
	size_t mood, i;

	if (arena == NULL)
		arena = arena_new();
	arena_reset(arena);
	sim = (struct sim){.seed = seed,
	    .is_told = is_told,
	    .is_faulty = true,
	    .now = BEGIN,
	    .dice = dice_from(seed, 1),
	    .secrets = dice_from(seed, 2),
	    .arena = arena,
	    .digest = 14695981039346656037u};
	memcpy(sim.mishaps, usual, sizeof(usual));
	mood = (size_t)sim_between(0, sizeof(moods) / sizeof(moods[0]) - 1);
	for (i = 0; i < 4; i++)
		if (moods[mood][i].of_thousand > 0)
			sim.mishaps[moods[mood][i].what] =
			    moods[mood][i].of_thousand;
	dice_for_secrets(&sim.secrets);
}

bool
sim_falls(enum mishap m)
{
	return sim.is_faulty && dice_falls(&sim.dice, sim.mishaps[m]);
}

int64_t
sim_between(int64_t least, int64_t most)
{
	return dice_between(&sim.dice, least, most);
}

static void
put(const char *line)
{
	const char *c;

	for (c = line; *c != '\0'; c++)
		sim.digest =
		    (sim.digest ^ (unsigned char)*c) * UINT64_C(1099511628211);
	if (sim.is_told)
		printf("%5d.%03d %s\n", (int)((sim.now - BEGIN) / SECOND),
		    (int)((sim.now - BEGIN) % SECOND / 1000), line);
}

void
tell(const char *format, ...)
{
	char line[512];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	put(line);
}

void
wrong(const char *format, ...)
{
	char line[256] = "*** ";
	va_list args;

	va_start(args, format);
	vsnprintf(line + 4, sizeof(line) - 4, format, args);
	va_end(args);
	put(line);
	if (sim.wrongs++ == 0)
		snprintf(sim.wrong, sizeof(sim.wrong), "%s", line + 4);
}
