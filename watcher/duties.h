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

struct watcher;

/* After the readings of a poll: what is due, in the table's order. */
void duties(struct watcher *w);

#endif
