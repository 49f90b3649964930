/*
 * start - the gate's acts.
 */
#ifndef WINDLASS_START_H
#define WINDLASS_START_H

#include "gate.h"
#include "watch.h"

/* On the quote, when the request is sent: the platform refuses a time that is
 * over. */
#define RESEND_LEFT (10 * SECOND)

/* The gate again, before the request is sent; 0, or negative: cannot tell. */
int start_still_holds(struct watcher *w, const struct payment *p,
    struct gate_answer *answer) __attribute__((warn_unused_result));

#endif
