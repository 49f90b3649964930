/*
 * show - what a verb has found, for people (text), programs (json) and sheets
 *        (csv).
 *
 * Shape:  tables of texts.  One table alone is a list (JSON: an array of
 *         objects) or, if is_one, an object.  Several are the members of one
 *         object; as CSV they are lines of part,row,name,value.
 * Units:  times come in microseconds and are shown as ISO 8601, UTC.
 * Rule:   text for people holds no control characters: some of it comes from
 *         wallets.
 * Owner:  everything lives in the arena.
 */
#ifndef WINDLASS_SHOW_H
#define WINDLASS_SHOW_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct db_rows;

enum { COLUMNS_MOST = 128 }; /* of a table */

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV, FORMAT_MAX };

enum column_kind {
	COLUMN_TEXT,
	COLUMN_COUNT,  /* a JSON number */
	COLUMN_AMOUNT, /* decimal text, also in JSON */
	COLUMN_BOOL,   /* t or f, as PostgreSQL has it */
	COLUMN_TIME    /* microseconds; 0 and infinity are none */
};

struct column {
	const char *name;
	enum column_kind kind;
	const char *from; /* the name in the database; NULL: the same */
};

struct table {
	const char *name;
	const struct column *columns;
	size_t column_count, row_count;
	const char *const *cells; /* row after row; NULL or "" is absent */
	bool is_one;
	const char *none; /* for people, if there is no row */
};

const char *format_name(enum format format); /* NULL past the last */
/* Rows as they come from the database; rows may be NULL, for none. */
struct table table_of(struct arena *a, const char *name,
    const struct column *columns, size_t column_count,
    const struct db_rows *rows);
/* The cells of rows that a verb has made itself. */
struct table table_made(const char *name, const struct column *columns,
    size_t column_count, const char *const *cells, size_t row_count);
/* All of it as text that ends with a newline; NULL: too large. */
const char *show(struct arena *a, enum format format,
    const struct table *tables, size_t count);

#endif
