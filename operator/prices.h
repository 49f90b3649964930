/*
 * prices - a document of prices as its load keeps it: each with a time, and
 *         those that a guard doubts stopped at the last one that it did not.
 *
 * Errors: NULL and a reason, or faults told to say().
 * Owner:  texts live in the arena.
 */
#ifndef WINDLASS_PRICES_H
#define WINDLASS_PRICES_H

#include <stdbool.h>
#include <stddef.h>

#include "instant.h"

struct arena;
struct json;

/* A price without as_of is as of now. */
const char *prices_stamped(struct arena *a, const struct json *list,
    instant now, const char **why);

struct prices_guarded {
	const char
	    *document; /* NULL: nothing to compare with, faults were told */
	const char *stopped; /* [{"sell_asset", "buy_asset", "why"}, ...] */
	size_t stopped_count;
};

/* others: the book's documents as they are, its guards among them.  Of each
 * price that is stopped a line is told.  A list that cannot be read comes back
 * as it is. */
struct prices_guarded prices_guarded(struct arena *a, const char *list,
    const struct json *others, bool may_jump,
    void (*say)(void *to, const char *line), void *to);

#endif
