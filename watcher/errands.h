/*
 * errands - what a watcher does beside the payments, in a process of its own:
 *           calls of the company over HTTP may take their time, and no payment
 *           waits for one.
 *
 * Shape:  the watcher starts its own program again, keeps it running, and takes
 *         it along when it ends.  What is done there are rows of duties.c.
 *         A process and not a thread: nothing here is shared, so nothing has to
 *         be locked; what goes wrong with an errand ends the errand alone; and
 *         the new image has none of the payments' locks and connections.
 * Rule:   whatever ends the watcher, kill -9 too, ends its errands.  No money
 * is moved there: they know no rail and have no file of references.
 */
#ifndef WINDLASS_ERRANDS_H
#define WINDLASS_ERRANDS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct watcher;

/* The process, as the watcher knows it; zeroes: there is none yet. */
struct errands {
	pid_t pid;
	int64_t began_ms, again_ms; /* monotonic */
	int64_t failures;           /* one after the other */
};

/* Begun if it is not there, and again when it has died; holder: whose it is. */
void errands_tend(struct errands *e, const char *holder);
/* Told to end; then waited for. */
void errands_tell(const struct errands *e);
void errands_end(struct errands *e);

/* In that process: one round.  False: the database cannot be asked. */
bool errands_round(struct watcher *w);

#endif
