/*
 * history - has the database gone back in time, or the bank paid what we never
 *           stored?  Then all money is held until a person has looked.
 */
#ifndef WINDLASS_HISTORY_H
#define WINDLASS_HISTORY_H

#include "watch.h"

/* On each new connection the database is held against the watcher's file.
 * False: it cannot be asked; not now. */
bool history_holds(struct watcher *w);
/* Is the connection still the one that was looked at? */
bool history_is_known(const struct watcher *w);
/* The file learns what other watchers have stored.  False: not now. */
bool history_learns(struct watcher *w);
/* The rails' own lists against the attempts. */
void history_of_rails(struct watcher *w);

#endif
