/*
 * measures - what /metrics shows: every family by its name, and where its
 *         figures come from.
 *
 * Shape:  pure.  Programs count in memory of their own (stats.h), the database
 *         answers windlass.metrics(); both only name a family, its type, labels
 *         and help stand in the tables of measures.c.
 * Holds:  no label is an id or a value of anybody's, and each has few values:
 *         routes, codes, states, and names of the book.
 */
#ifndef WINDLASS_MEASURES_H
#define WINDLASS_MEASURES_H

#include <stddef.h>

#include "stats.h"

struct buf;

struct measured_program {
	const char *name;
	struct stats_sum sum;
};

struct measured_row {
	const char *family, *labels[2], *value;
};

struct measures {
	const struct measured_program *programs;
	size_t program_count;
	const struct measured_row *rows; /* NULL: the database is away */
	size_t row_count;
};

/* How many figures no family takes: a table here lacks a row. */
size_t measures_write(struct buf *b, const struct measures *m)
    __attribute__((warn_unused_result));

#endif
