/*
 * stats_file - what the two halves of stats share: the file's name, and the
 *         byte whose lock says that a slot is somebody's.
 */
#ifndef WINDLASS_STATS_FILE_H
#define WINDLASS_STATS_FILE_H

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "stats.h"

/* 0, or -ENAMETOOLONG. */
int stats_path(char path[static PATH_MAX], const char *run_dir,
    const char *program) __attribute__((warn_unused_result));
/* Requests of a slot that were counted to their end. */
int64_t stats_ended(const struct stats_slot *slot);

static inline struct flock
stats_byte(int64_t slot)
{
	return (struct flock){.l_type = F_WRLCK,
	    .l_whence = SEEK_SET,
	    .l_start = (off_t)slot,
	    .l_len = 1};
}

#endif
