/*
 * duties - small periodic passes of a watcher beside the payments, one row a
 *         pass.
 *
 * Rule:   they are the polling watcher's: whoever has the lease does them, so
 *         that two never do the same at once.  Each must stand being done
 *         twice, and being killed at any moment.
 * Units:  intervals are of the database's clock.
 */
#ifndef WINDLASS_DUTIES_H
#define WINDLASS_DUTIES_H

#include <stdbool.h>

struct watcher;

/* After the readings of a poll: what is due, in the table's order. */
void duties(struct watcher *w);

/* A pass.  True: done for this interval.  False: it goes on, or is tried again,
 * at the next poll; one that takes long does so between parts of its work. */
bool duty_link(struct watcher *w);
bool duty_orphans(struct watcher *w);

#endif
