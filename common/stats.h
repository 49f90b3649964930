/*
 * stats - counters of one endpoint in memory that others may map:
 *         $WINDLASS_RUN_DIR/<endpoint>.stats.
 *
 * Shape:  one slot per worker.  A slot's counters go on when another worker
 *         takes it over, so the sum of all slots never falls while the parent
 *         lives.
 * Units:  times are monotonic milliseconds (of this machine), started_at is
 *         an instant.
 * Errors: stats_create() gives NULL after one line on standard error: another
 *         program counts there already (a lock on the file tells), or the
 *         file cannot be made.
 * Owner:  the parent; its lock ends with it.
 */
#ifndef WINDLASS_STATS_H
#define WINDLASS_STATS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "instant.h"

/* Room for two generations of the most workers there can be. */
enum { STATS_SLOTS = 512, STATS_VERSION = 1 };

struct stats_slot {
	_Atomic int64_t pid;        /* 0: nobody */
	_Atomic int64_t busy_since; /* 0: waiting for a request */
	_Atomic int64_t is_ready;   /* took its first look at the socket */
	_Atomic int64_t requests;
	_Atomic int64_t by_class[6]; /* [2]: answered 2xx, ..., [0]: dropped */
	_Atomic int64_t bytes;       /* of bodies sent */
	_Atomic int64_t ms;          /* spent on requests */
};

struct stats {
	uint32_t version;
	uint32_t slot_size;
	instant started_at;
	_Atomic int64_t beat;    /* the parent lived then */
	_Atomic int64_t workers; /* wanted */
	_Atomic int64_t deaths;  /* of workers, other than by leaving */
	_Atomic int64_t overdue; /* of these: killed, busy for too long */
	struct stats_slot slots[STATS_SLOTS];
};

struct stats *stats_create(const char *run_dir, const char *name);
void stats_remove(const char *run_dir, const char *name);
/* In a worker: only the parent may hold the lock. */
void stats_let_go(void);

/* What another process can know of an endpoint. */
struct stats_sum {
	instant started_at;
	int64_t beat_age_ms;
	int64_t workers, alive; /* wanted; ready now */
	int64_t requests, by_class[6], bytes, ms, deaths, overdue;
};

/* 0, or -ENOENT: no such endpoint here; -EPROTO: not one we can read. */
int stats_read(const char *run_dir, const char *name, struct stats_sum *out)
    __attribute__((warn_unused_result));

#endif
