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

struct request;
struct reply;

enum { FIELD_NEED = 1, FIELD_EMPTY_OK = 2 };

struct field {
	const char *name;
	bool (*check)(const char *value, const char *arg);
	const char *arg; /* for check: words, for instance */
	size_t most;
	unsigned flags;
	const char *shape; /* "must be ..." for the error */
};

/* Checks for tables; each answers for one non-empty text. */
bool is_text(const char *value, const char *arg);   /* UTF-8, no controls */
bool is_word(const char *value, const char *words); /* one of "a b c" */
bool is_asset_name(const char *value, const char *arg);
bool is_amount_text(const char *value, const char *arg); /* positive */
bool is_instant_text(const char *value, const char *arg);
bool is_account_text(const char *value, const char *arg);

/* Empty values count as absent unless the row has FIELD_EMPTY_OK.  Names that
 * the table does not know are ignored (the platform may grow). */
int fields_or_reply(const struct request *rq, const struct field *table,
    size_t count, const char **out, struct reply *rp)
    __attribute__((warn_unused_result));

#endif
