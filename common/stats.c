/*
 * stats - counters in a mapped file, and the lock of one parent.
 */
#include "stats.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int lock_fd = -1;

static int
path_of(char path[static PATH_MAX], const char *run_dir, const char *name)
{
	int len = snprintf(path, PATH_MAX, "%s/%s.stats", run_dir, name);

	return len > 0 && len < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* Is the file that we have locked still the one of that name? */
static int
is_current(int fd, const char *path)
{
	struct stat ours, theirs;

	return fstat(fd, &ours) == 0 && stat(path, &theirs) == 0 &&
	       ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev;
}

static int
open_locked(const char *path)
{
	int fd, saved;

	for (;;) {
		fd =
		    open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
		if (fd < 0)
			return -1;
		if (flock(fd, LOCK_EX | LOCK_NB) == 0 && is_current(fd, path))
			return fd;
		saved = errno;
		close(fd);
		errno = saved;
		if (saved == EWOULDBLOCK)
			return -1;
		/* An earlier one removed it in between: once more. */
	}
}

struct stats *
stats_create(const char *run_dir, const char *name)
{
	char path[PATH_MAX];
	struct stats *stats;

	if (path_of(path, run_dir, name) != 0) {
		fprintf(stderr, "%s: WINDLASS_RUN_DIR is too long\n", name);
		return NULL;
	}
	lock_fd = open_locked(path);
	if (lock_fd < 0 && errno == EWOULDBLOCK) {
		fprintf(stderr, "%s: another %s runs in %s\n", name, name,
		    run_dir);
		return NULL;
	}
	/* Emptied first: what an earlier parent counted is gone with it. */
	if (lock_fd < 0 || ftruncate(lock_fd, 0) != 0 ||
	    ftruncate(lock_fd, sizeof(*stats)) != 0) {
		fprintf(stderr, "%s: %s: %s\n", name, path, strerror(errno));
		return NULL;
	}
	stats = mmap(NULL, sizeof(*stats), PROT_READ | PROT_WRITE, MAP_SHARED,
	    lock_fd, 0);
	if (stats == MAP_FAILED) {
		fprintf(stderr, "%s: %s: %s\n", name, path, strerror(errno));
		return NULL;
	}
	stats->slot_size = sizeof(struct stats_slot);
	stats->started_at = instant_now();
	stats->beat = monotonic_ms();
	stats->version = STATS_VERSION;
	return stats;
}

void
stats_remove(const char *run_dir, const char *name)
{
	char path[PATH_MAX];

	if (path_of(path, run_dir, name) == 0)
		unlink(path);
}

void
stats_let_go(void)
{
	close(lock_fd);
	lock_fd = -1;
}

static void
add_slot(struct stats_sum *sum, const struct stats_slot *slot)
{
	size_t i;

	sum->alive += slot->pid != 0 && slot->is_ready != 0;
	sum->requests += slot->requests;
	sum->bytes += slot->bytes;
	sum->ms += slot->ms;
	for (i = 0; i < 6; i++)
		sum->by_class[i] += slot->by_class[i];
}

/* Read, not mapped: the file may be emptied under our eyes by a new parent. */
int
stats_read(const char *run_dir, const char *name, struct stats_sum *out)
{
	struct stats_sum sum = {0};
	struct stats *stats;
	char path[PATH_MAX];
	int fd, rc = -EPROTO;
	size_t i;

	if (path_of(path, run_dir, name) != 0)
		return -ENOENT;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -ENOENT : -EPROTO;
	stats = calloc(1, sizeof(*stats));
	if (stats == NULL ||
	    read(fd, stats, sizeof(*stats)) != (ssize_t)sizeof(*stats) ||
	    stats->version != STATS_VERSION ||
	    stats->slot_size != sizeof(struct stats_slot))
		goto out;
	sum.started_at = stats->started_at;
	sum.beat_age_ms = monotonic_ms() - stats->beat;
	sum.workers = stats->workers;
	sum.deaths = stats->deaths;
	sum.overdue = stats->overdue;
	for (i = 0; i < STATS_SLOTS; i++)
		add_slot(&sum, &stats->slots[i]);
	*out = sum;
	rc = 0;
out:
	free(stats);
	close(fd);
	return rc;
}
