/*
 * outlet - what the bank and the treasury answered, for their breakers.
 */
#ifndef WINDLASS_OUTLET_H
#define WINDLASS_OUTLET_H

#include <stdbool.h>
#include <stddef.h>

#include "payment.h"
#include "rail.h"

struct watcher;

/* Answers to orders that were sent, or to look-ups. */
void outlet_hears(struct watcher *w, enum way way,
    const struct rail_answer *answers, size_t count, bool is_sending);

#endif
