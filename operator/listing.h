/*
 * listing - verbs that show the rows of one statement, and the options by which
 *         they are picked.
 *
 * Errors: x_option() gives VERB_DONE, or VERB_MISUSED after a line.
 */
#ifndef WINDLASS_LISTING_H
#define WINDLASS_LISTING_H

#include <stddef.h>

#include "instant.h"
#include "verb.h"

struct db_statement;
struct db_value;

enum { LISTED_STANDARD = 50, LISTED_MOST = 1000 }; /* rows, by --limit */

struct listing {
	const struct db_statement *get;
	const char *name; /* of the table */
	const struct column *columns;
	size_t column_count;
	const char *none;   /* what to say where there are no rows */
	const char *faulty; /* NULL, or why a row is a failure */
};

/* Asks and tells; gives the exit code. */
int listed(struct call *c, const struct listing *l,
    const struct db_value *values);

/* --state: one of the names, which end with NULL, or "all", which is ''; *state
 * is as it was without one. */
int state_option(struct arena *a, const char *word, const char *const *names,
    const char **state);
/* --since: *since is as it was without one. */
int since_option(const struct call *c, const char *word, instant *since);
/* --limit, from 1 to most: *limit is as it was without one. */
int limit_option(const char *word, int most, int *limit);

#endif
