/*
 * file - what a verb is given to read, whole: a file, or (-) standard input.
 *
 * Units:  at most 16 MiB, and not nothing.
 * Errors: VERB_DONE, or VERB_FAILED after a line that says why.
 * Owner:  the text hangs on the arena.
 */
#ifndef WINDLASS_OPERATOR_FILE_H
#define WINDLASS_OPERATOR_FILE_H

struct arena;
struct buf;

int file_read(struct arena *a, const char *path, struct buf *out)
    __attribute__((warn_unused_result));

#endif
