/*
 * refs - the watcher's own file of what it has ordered: it tells when a
 *        database has gone back in time.
 *
 * Shape:  lines "<epoch> <reference>" after a first line with the watcher's
 *         name; appended and synced before anything is sent; the newest 10,000
 *         are kept.  A line without its end was never acted upon.
 *         A new file takes its place when the database has been held
 *         against it: until then it counts as missing, whatever ends the run.
 * Rule:   one process at a time has the file (it is locked), so whoever has it
 *         knows that an earlier run of the same watcher is dead.
 * Errors: negative after a line in the log.  What could not be synced is not
 *         sent.
 */
#ifndef WINDLASS_REFS_H
#define WINDLASS_REFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct refs;

/* NULL after a line in the log.  *is_new: there was no file. */
struct refs *refs_open(const char *folder, bool *is_new);
void refs_close(struct refs *r);
/* The file that was new is there from now on. */
int refs_begin(struct refs *r) __attribute__((warn_unused_result));
/* The watcher's name, the same as long as the file lives. */
const char *refs_holder(const struct refs *r);
/* Those not in the file yet are appended, and all are on the disk. */
int refs_add(struct refs *r, int64_t epoch, const char *const *references,
    size_t count) __attribute__((warn_unused_result));
/* The references of that epoch; *is_later: there is one of a later epoch. */
size_t refs_of_epoch(const struct refs *r, struct arena *a, int64_t epoch,
    const char *const **references, bool *is_later);

#endif
