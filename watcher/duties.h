/*
 * duties - small periodic passes of a watcher beside the payments, one row a
 *         pass.
 *
 * Rule:   whoever has the lease does them: that of the poll between payments,
 *         that of the errands in a process beside them (errands.h).  What calls
 *         somebody over HTTP is an errand, for payments wait for the others.
 *         Each must stand being done twice, and being killed at any moment.
 * Units:  intervals are of the database's clock.
 */
#ifndef WINDLASS_DUTIES_H
#define WINDLASS_DUTIES_H

#include <stdbool.h>

struct watcher;

enum duty_of { DUTY_OF_POLL, DUTY_OF_ERRANDS };

/* What is due of these, in the table's order. */
void duties(struct watcher *w, enum duty_of of);

/* A pass.  True: done for this interval.  False: it goes on, or is tried again,
 * at the next poll; one that takes long does so between parts of its work. */
bool duty_link(struct watcher *w);
bool duty_orphans(struct watcher *w);
bool duty_returns(struct watcher *w);

#endif
