/*
 * chest - files that leave together: into a new folder that only its owner may
 *         enter, or as one tar to standard output.
 *
 * Shape:  chest_open(), then for each file chest_file() and chest_put() until
 *         its length is reached, then chest_close().
 * Errors: 0, or negative: errno says why; what was written is not whole.
 * Source: POSIX.1-2017, pax, ustar.
 */
#ifndef WINDLASS_CHEST_H
#define WINDLASS_CHEST_H

#include <stddef.h>
#include <stdint.h>

enum { CHEST_NAME_MOST = 99 };

struct chest {
	int folder; /* -1: tar */
	int fd;     /* of the file that is open */
	int64_t left, padding;
};

/* folder must not be there yet; NULL: tar. */
int chest_open(struct chest *c, const char *folder)
    __attribute__((warn_unused_result));
int chest_file(struct chest *c, const char *name, int64_t len)
    __attribute__((warn_unused_result));
int chest_put(struct chest *c, const void *bytes, size_t len)
    __attribute__((warn_unused_result));
/* The file must have reached its length. */
int chest_end_file(struct chest *c) __attribute__((warn_unused_result));
int chest_close(struct chest *c) __attribute__((warn_unused_result));

#endif
