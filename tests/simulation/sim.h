/*
 * sim - one run: its seed, its time, its dice, what was told and what is wrong.
 *
 * Units:  time in microseconds; it goes on only by sim_goto() and sim_wait().
 */
#ifndef WINDLASS_SIMULATION_SIM_H
#define WINDLASS_SIMULATION_SIM_H

#include <stdbool.h>
#include <stdint.h>

#include "dice.h"
#include "instant.h"

struct arena;

/* What may go wrong, in times out of a thousand; a run has its own mood. */
enum mishap {
	MISHAP_YIELD, /* another watcher goes on in the middle */
	MISHAP_STOP,  /* the process stands still for a while */
	MISHAP_STALL, /* just before an order leaves, and for long */
	MISHAP_KILL,
	MISHAP_DB_FAILS, /* a call of the database, before it does anything */
	MISHAP_DB_LOST,  /* it did, and the connection broke */
	MISHAP_LIST,     /* the platform: a page cannot be read */
	MISHAP_GET,
	MISHAP_RPC_LOST,   /* never arrived */
	MISHAP_RPC_LATE,   /* arrives later */
	MISHAP_RPC_MUTE,   /* carried out, no answer */
	MISHAP_RPC_REFUSE, /* an error, nothing was done */
	MISHAP_RPC_LIES,   /* an error, and it was done */
	MISHAP_PAY_LOST,   /* the bank */
	MISHAP_PAY_LATE,
	MISHAP_PAY_MUTE,
	MISHAP_PAY_REFUSE,
	MISHAP_PAY_ODD, /* it says that it has something else */
	MISHAP_LOOK_UP,
	MISHAP_LOOK_LIES, /* that it came back; once of each */
	MISHAP_LEDGER,
	/* Once a payment, an order or a run: does it happen at all? */
	MISHAP_RETURN,  /* a payout comes back */
	MISHAP_MEDDLE,  /* somebody ends a record by hand */
	MISHAP_PERSON,  /* somebody of ours has the money sent back by hand */
	MISHAP_LATE,    /* the wallet pays in the grace */
	MISHAP_HOLD,    /* money is held by hand */
	MISHAP_OUTAGE,  /* of the bank */
	MISHAP_RESTORE, /* an old backup takes the place of the database */
	MISHAP_MAX
};

struct sim {
	uint64_t seed;
	bool is_told;   /* line by line */
	bool is_faulty; /* the first part of a run */
	instant now;
	struct dice dice, secrets;
	int64_t mishaps[MISHAP_MAX];
	struct arena *arena; /* of this run */
	uint64_t digest;     /* of all that was told */
	uint64_t wrongs;
	char wrong[256]; /* the first of them */
};

extern struct sim sim;

void sim_begin(uint64_t seed, bool is_told);
bool sim_falls(enum mishap m);
int64_t sim_between(int64_t least, int64_t most);
/* A line of the run's story. */
void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Something that must never be. */
void wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
