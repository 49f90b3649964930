/*
 * prices - a document of prices as its load keeps it: each with a time.
 *
 * Out:    the document as JSON; a price without as_of is as of now.
 * Errors: NULL and a reason that names the row.
 * Owner:  the text lives in the arena.
 */
#ifndef WINDLASS_PRICES_H
#define WINDLASS_PRICES_H

#include "instant.h"

struct arena;
struct json;

const char *prices_stamped(struct arena *a, const struct json *list,
    instant now, const char **why);

#endif
