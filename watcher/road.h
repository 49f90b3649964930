/*
 * road - brings a record back to pending_receiver, where alone a payout begins.
 *
 * Shape:  the record's status decides the next report; each is an intent that
 * is read back, and what the record shows then decides again. Source: SEP-31
 * state machine of the Anchor Platform.
 */
#ifndef WINDLASS_ROAD_H
#define WINDLASS_ROAD_H

#include "watch.h"

/* The report that leads on from there: "" it is there, NULL nothing does. */
const char *road_method(const struct record *r);
/* Intends it; the platform shows the code and the sentence to the wallet. */
void road_go(struct watcher *w, struct payment *p, const char *method,
    const char *code, const char *sentence);

#endif
