/*
 * end - payments that end without money: the platform is told so, once nothing
 *       on the ledger says otherwise.
 *
 * Shape:  the intent is stored, sent by tell.c and read back there; the payment
 *         is closed when its record shows that it is over.
 */
#ifndef WINDLASS_END_H
#define WINDLASS_END_H

#include "watch.h"

/* Is the report one that ends a payment, unless money came for it? */
bool end_is(const struct payment *p);
/* found[i]: 1, money came for it; 0: none did; negative: cannot tell. */
void end_look(struct watcher *w, struct payment **list, size_t count,
    int *found);

#endif
