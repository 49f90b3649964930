/*
 * csv - comma-separated values with a header line, as a JSON array of objects.
 *
 * Shape:  RFC 4180: a value with a comma, quote or line break is in double
 *         quotes, a quote in it is doubled.  Empty values are left out, whole
 *         numbers become numbers, all else text.
 * Errors: NULL and a reason that names the line.
 * Owner:  the text lives in the arena.
 */
#ifndef WINDLASS_CSV_H
#define WINDLASS_CSV_H

#include <stddef.h>

struct arena;

const char *csv_to_json(struct arena *a, const char *text, size_t len,
    const char **why);

#endif
