/*
 * csv - comma-separated values with a header line: read, as a JSON array of
 *       objects, and written.
 *
 * Shape:  RFC 4180: a value with a comma, quote or line break is in double
 *         quotes, a quote in it is doubled.  In: empty values are left out,
 *         whole numbers become numbers, all else text.  Out: lines end with a
 *         newline alone, as other programs here expect.
 * Rule:   some of what is written comes from wallets, and whoever opens it has
 *         a spreadsheet: what would be calculated there (= + - @, a tab or a
 *         carriage return first) begins with ' instead.
 * Errors: NULL and a reason that names the line.
 * Owner:  the text lives in the arena.
 */
#ifndef WINDLASS_CSV_H
#define WINDLASS_CSV_H

#include <stddef.h>

struct arena;
struct buf;

const char *csv_to_json(struct arena *a, const char *text, size_t len,
    const char **why);

/* One line of values; NULL is an empty one. */
void csv_put(struct buf *b, const char *const *values, size_t count);

#endif
