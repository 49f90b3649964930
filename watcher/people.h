/*
 * people - the customers of a list of payments: read in one round trip, and
 *          opened once, however many of the payments are theirs.
 *
 * Shape:  people_read() at the beginning of a step, people_forget() at its end:
 *         nobody is judged by what was read for another.  Whoever was not read
 *         for the list is asked for alone.
 * Owner:  everything hangs on the arena of the round.
 */
#ifndef WINDLASS_PEOPLE_H
#define WINDLASS_PEOPLE_H

#include <stddef.h>

struct book;
struct customer;
struct payment;
struct watcher;

void people_read(struct watcher *w, struct payment **list, size_t count);
void people_forget(struct watcher *w);

/* 0; DB_NONE: there is none; or negative. */
int people_find(struct watcher *w, const char *id, const struct customer **out)
    __attribute__((warn_unused_result));
/* As customer_values(). */
int people_values(struct watcher *w, const struct customer *c,
    const char *const **pairs) __attribute__((warn_unused_result));
/* Whoever has the key does not go by what was noted of the values, but looks
 * at them.  Those that do not open are found where they are needed. */
const struct customer *people_opened(struct watcher *w, const struct book *book,
    const struct customer *c);

#endif
