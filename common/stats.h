/*
 * stats - counters of one program in memory that others may map:
 *         $WINDLASS_RUN_DIR/<program>.stats.
 *
 * Shape:  one slot per process; nobody else writes it, so nobody waits.  A
 *         slot's counters go on when another process takes it over, so no sum
 *         of all slots ever falls.  The file says itself what is counted in it
 *         (routes and counters by name), so its reader needs no table.
 * Life:   an endpoint's file is begun anew by its parent (stats_create()).
 *         Programs without a parent share one file that outlives them
 *         (stats_join()); a lock on its byte tells that a slot is somebody's.
 * Holds:  a request counts as begun before it is taken, and as ended by one
 *         addition after its answer went out.  A worker that dies between the
 *         two loses one: its parent says so (lost).  So what was begun is
 *         ended, lost or under way; and by status, whoever counts the answers
 *         that came out of the endpoint (nginx's access log) finds at least
 *         those that are counted here, and more by at most what is lost.
 * Units:  us is microseconds; times are monotonic milliseconds (of this
 *         machine); started_at is an instant.
 * Errors: stats_create() gives NULL after one line on standard error: another
 *         program counts there already (a lock on the file tells), or the
 *         file cannot be made.  stats_join() gives NULL with errno set.
 * Owner:  the process; locks and mappings end with it.
 */
#ifndef WINDLASS_STATS_H
#define WINDLASS_STATS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "instant.h"

enum {
	STATS_VERSION = 2,
	/* Room for two generations of the most workers there can be. */
	STATS_SLOTS = 512,
	STATS_ROUTES = 16,
	STATS_NO_ROUTE = STATS_ROUTES - 1, /* what no route of ours took */
	STATS_CODES = 10,
	STATS_BUCKETS = 15,
	STATS_COUNTERS = 96,
	STATS_LABELS = 2
};

/* The status codes told apart; 0: nobody was there to take the answer; -1: any
 * other. */
extern const int stats_codes[STATS_CODES];
/* Upper bounds of the buckets, in microseconds; the last one has none. */
extern const int64_t stats_bounds[STATS_BUCKETS - 1];

/* What a program counts besides requests: a family, see measures.h, and the
 * values of its labels ("" where it has fewer). */
struct stats_counter {
	const char *family;
	const char *labels[STATS_LABELS];
};

struct stats_names {
	uint32_t route_count, counter_count;
	struct {
		char method[8], path[56];
	} routes[STATS_ROUTES];
	struct {
		char family[32], labels[STATS_LABELS][40];
	} counters[STATS_COUNTERS];
};

struct stats_route {
	_Atomic int64_t codes[STATS_CODES];
	_Atomic int64_t buckets[STATS_BUCKETS]; /* each its own, no sums */
	_Atomic int64_t us;
};

struct stats_slot {
	_Atomic int64_t pid;        /* 0: nobody */
	_Atomic int64_t busy_since; /* 0: waiting for a request */
	_Atomic int64_t is_ready;   /* took its first look at the socket */
	_Atomic int64_t begun;      /* requests */
	_Atomic int64_t bytes;      /* of bodies sent */
	struct stats_route routes[STATS_ROUTES];
	_Atomic int64_t counters[STATS_COUNTERS];
};

struct stats {
	uint32_t version;
	uint32_t slot_size;
	instant started_at;
	struct stats_names names;
	_Atomic int64_t used;    /* slots up to here were somebody's */
	_Atomic int64_t beat;    /* the parent lived then; 0: there is none */
	_Atomic int64_t workers; /* wanted */
	_Atomic int64_t left;    /* workers that left, as they should */
	_Atomic int64_t died;    /* that did not */
	_Atomic int64_t overdue; /* killed, busy for too long */
	_Atomic int64_t lost;    /* requests that went with a worker */
	struct stats_slot slots[STATS_SLOTS];
};

/* A table that is too large, or a name too long, ends the program. */
void stats_name_route(struct stats_names *names, const char *method,
    const char *path);
void stats_name_counters(struct stats_names *names,
    const struct stats_counter *table, size_t count);

struct stats *stats_create(const char *run_dir, const char *program,
    const struct stats_names *names);
void stats_remove(const char *run_dir, const char *program);
/* In a worker: only the parent may hold the lock. */
void stats_let_go(void);
/* A slot of the shared file, ours until the process ends. */
struct stats_slot *stats_join(const char *run_dir, const char *program,
    const struct stats_names *names);

/* From now on this process counts there; NULL: nowhere. */
void stats_take(struct stats_slot *slot);
/* One more of that row of the program's table. */
void stats_count(size_t counter);
void stats_begin(void);
void stats_begin_not(void); /* there was none after all */
void stats_end(size_t route, int status, size_t bytes, int64_t us);
/* In the parent, when the process of that slot is gone. */
void stats_bury(struct stats *stats, struct stats_slot *slot);

/* What another process can know of a program. */
struct stats_sum {
	struct stats_names names;
	instant started_at;
	int64_t beat_age_ms;          /* of the parent, if there is one */
	int64_t workers, alive, busy; /* wanted; there now; serving now */
	int64_t left, died, overdue, lost, bytes;
	struct {
		int64_t codes[STATS_CODES], buckets[STATS_BUCKETS], us;
	} routes[STATS_ROUTES];
	int64_t counters[STATS_COUNTERS];
};

/* 0, or -ENOENT: no such program here; -EPROTO: not one we can read. */
int stats_read(const char *run_dir, const char *program, struct stats_sum *out)
    __attribute__((warn_unused_result));

#endif
