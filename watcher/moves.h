/*
 * moves - what became of attempts, by the rail's answers: gathered, then
 *         written in one round trip.
 *
 * Owner:  the list hangs on the arena of the round.
 */
#ifndef WINDLASS_MOVES_H
#define WINDLASS_MOVES_H

#include "rail.h"
#include "watch.h"

struct moves {
	struct watcher *w;
	struct moved *list;
	size_t count;
};

/* What the bank or the treasury did, whichever it goes by. */
const char *rail_words(struct arena *a, const struct payment *p,
    const char *words);

struct moves moves_for(struct watcher *w, size_t most);
/* See attempts_moved.sql for what; next is when to look again. */
void moves_add(struct moves *m, struct payment *p, const char *what,
    const struct rail_answer *answer, instant next);
/* A look that was not answered; after some the payment says so. */
void moves_untold(struct moves *m, struct payment *p, instant next);
void moves_write(struct moves *m);
/* The bank has something else than we ordered: all money is held. */
void moves_mismatch(struct watcher *w, struct payment *p,
    const struct rail_answer *r);

#endif
