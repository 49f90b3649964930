/*
 * refund - money goes back: the road of the record to where that can be told,
 *          and the order, to the treasury or to the platform itself.
 */
#ifndef WINDLASS_REFUND_H
#define WINDLASS_REFUND_H

#include "watch.h"

struct book;

/* What of the record is not as it was when the refund was ordered, or NULL. */
const char *refund_departs(const struct payment *p, const struct record *now);
/* Stores the order to the treasury. */
void refund_prepare(struct watcher *w, struct payment *p);
/* A payment with money may not go on for that reason: it goes back where the
 * book says so, else a person decides. */
void refund_or_stop(struct watcher *w, struct payment *p,
    const struct book *book, const char *code, const char *sentence);
/* The record just before the platform is ordered to send money back itself.
 * False: it is not to be, and the payment has its next step. */
bool refund_may_be_told(struct watcher *w, struct payment *p);

#endif
