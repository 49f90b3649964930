/*
 * breaker - whoever gives no clear answer again and again is left alone for a
 *         while: nothing is sent there, only looked up.
 *
 * Shape:  pure; the time is an argument.  Five calls in a row that did not tell
 *         open it, or one answer that is not about our order; when its time is
 *         over one call is let through, and what becomes of it decides.
 * Rule:   a look-up may open it and never closes it: that they read is no sign
 *         that they take orders.
 * Source: reliability: retry, breaker, poison.
 */
#ifndef WINDLASS_BREAKER_H
#define WINDLASS_BREAKER_H

#include <stdbool.h>
#include <stddef.h>

#include "instant.h"

struct watcher;

enum { BREAKER_UNKNOWNS = 5 };
#define BREAKER_ASKED_MOST (600 * SECOND) /* of a Retry-After */

struct breaker {
	instant length;    /* 0: it never opens */
	unsigned unknowns; /* one after the other */
	instant until;     /* open until then, then one call; 0: closed */
};

enum breaker_heard {
	BREAKER_TOLD,     /* a clear answer to what was sent */
	BREAKER_READ,     /* to a look-up */
	BREAKER_UNKNOWN,  /* none, to either */
	BREAKER_MISMATCH, /* one about something else */
};

bool breaker_is_open(const struct breaker *b, instant now);
/* How many of so many calls may be sent now. */
size_t breaker_lets(const struct breaker *b, size_t wanted, instant now);
/* wait: what the answer asked for, 0 for nothing.  Whether it opened, stays
 * open for longer, or closed. */
bool breaker_hears(struct breaker *b, enum breaker_heard heard, instant wait,
    instant now);

/* breaker_tell.c: a change, to the log, the counters and /health.  of: bank,
 * treasury or platform. */
void breaker_tell(struct watcher *w, const char *of, const struct breaker *b);

#endif
