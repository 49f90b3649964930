/*
 * field - check named text values against a table, before anyone uses them.
 *
 * Shape:  one row per name; out[i] is the value of row i, or NULL if absent.
 * Units:  most is in bytes, without the NUL.  Amounts stay decimal text.
 * Errors: fields_or_reply() gives 0, or the HTTP status it already answered
 *         (400: a name given twice, a value too long, of the wrong shape, or
 *         a needed one missing; the error names the field, not the value).
 * Owner:  values belong to the request and die with it.
 * Source: SEP-9 names; SEP-38 asset identification format.
 */
#ifndef WINDLASS_FIELD_H
#define WINDLASS_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "check.h" /* the checks for tables */

struct request;
struct reply;

enum { FIELD_NEED = 1, FIELD_EMPTY_OK = 2 };

struct field {
	const char *name;
	bool (*check)(const char *value, const char *arg);
	const char *arg; /* for check: words, for instance */
	size_t most;
	unsigned flags;
	const char *shape; /* "must be ..." for the error; NULL: of the check */
};

/* Empty values count as absent unless the row has FIELD_EMPTY_OK.  Names that
 * the table does not know are ignored (the platform may grow). */
int fields_or_reply(const struct request *rq, const struct field *table,
    size_t count, const char **out, struct reply *rp)
    __attribute__((warn_unused_result));

#endif
