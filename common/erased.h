/*
 * erased - the file of erased ids, kept where the backups are: a database that
 *         was restored from an older backup forgets them again before anything
 *         is answered from it.
 *
 * Shape:  one line an erasure, only ever appended to: id, time, how.
 *         "<uuid> <time> erased", "held" (a legal hold keeps what is sealed) or
 *         "lifted" (such a hold, later).  A line that was cut off by a crash is
 *         of an erasure that was not committed.
 * Rule:   the line is on the disk before the erasure is committed.
 * Errors: 0, or negative after a line in the log.
 * Owner:  each host has a file of its own; its processes share it.
 */
#ifndef WINDLASS_ERASED_H
#define WINDLASS_ERASED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

struct erased {
	const char *path;    /* NULL: no file is kept */
	uint64_t connection; /* of the database, that knows all of it */
};

/* Whether lines can be appended; makes the file. */
bool erased_is_writable(const char *path);
int erased_append(const char *path, const char *id, const char *how)
    __attribute__((warn_unused_result));

/* After each new connection the database may be another one, or older: it is
 * asked for the last lines, and told all of them if it lacks one. */
bool erased_is_known(const struct erased *e, const struct db *db);
int erased_again(struct erased *e, struct db *db)
    __attribute__((warn_unused_result));

struct erased_tally {
	size_t lines, odd; /* odd: not such a line */
	int64_t erased;    /* customers who were still there */
};
/* All of the file. */
int erased_tell(const char *path, struct db *db, struct erased_tally *out)
    __attribute__((warn_unused_result));

#endif
