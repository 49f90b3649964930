/*
 * stats - counters in a mapped file: making it, and counting.
 */
#include "stats.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stats_file.h"

const int stats_codes[STATS_CODES] = {200, 204, 400, 401, 404, 405, 500, 503, 0,
    -1};
const int64_t stats_bounds[STATS_BUCKETS - 1] = {500, 1000, 2500, 5000, 10000,
    25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000};

static int lock_fd = -1;       /* held as long as we count */
static struct stats_slot *own; /* what this process counts in */

/* --- the file ------------------------------------------------------------ */

int
stats_path(char path[static PATH_MAX], const char *run_dir, const char *program)
{
	int len = snprintf(path, PATH_MAX, "%s/%s.stats", run_dir, program);

	return len > 0 && len < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* Is the file that we have locked still the one of that name? */
static bool
is_current(int fd, const char *path)
{
	struct stat ours, theirs;

	return fstat(fd, &ours) == 0 && stat(path, &theirs) == 0 &&
	       ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev;
}

static bool
is_empty(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_size == 0;
}

/* how: LOCK_EX, and LOCK_NB if nobody else may have it. */
static int
open_locked(const char *path, int how)
{
	int fd, saved, rc;

	for (;;) {
		fd =
		    open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
		if (fd < 0)
			return -1;
		do
			rc = flock(fd, how);
		while (rc != 0 && errno == EINTR);
		if (rc == 0 && is_current(fd, path))
			return fd;
		saved = errno;
		close(fd);
		errno = saved;
		if (rc != 0)
			return -1;
		/* An earlier one removed it in between: once more. */
	}
}

/* The file that we have locked; one of zeroes becomes one of counters, the
 * version last.  Opened again: a mapping keeps the lock of what it was made
 * of, and workers have it, too. */
static struct stats *
map(const char *path, const struct stats_names *names, bool is_new)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW), saved;
	struct stats *stats = MAP_FAILED;

	if (fd < 0)
		return NULL;
	if (!is_new || ftruncate(fd, sizeof(*stats)) == 0)
		stats = mmap(NULL, sizeof(*stats), PROT_READ | PROT_WRITE,
		    MAP_SHARED, fd, 0);
	saved = errno;
	close(fd);
	errno = saved;
	if (stats == MAP_FAILED)
		return NULL;
	if (is_new) {
		stats->slot_size = sizeof(struct stats_slot);
		stats->started_at = instant_now();
		stats->names = *names;
		stats->version = STATS_VERSION;
	}
	return stats;
}

/* --- what is counted ----------------------------------------------------- */

static void
name(char *to, size_t room, const char *text)
{
	if (strlen(text) >= room)
		abort();
	memcpy(to, text, strlen(text));
}

void
stats_name_route(struct stats_names *names, const char *method,
    const char *path)
{
	size_t i = names->route_count++;

	if (i >= STATS_NO_ROUTE)
		abort();
	name(names->routes[i].method, sizeof(names->routes[i].method), method);
	name(names->routes[i].path, sizeof(names->routes[i].path), path);
}

void
stats_name_counters(struct stats_names *names,
    const struct stats_counter *table, size_t count)
{
	size_t i, k;

	if (count > STATS_COUNTERS)
		abort();
	names->counter_count = (uint32_t)count;
	for (i = 0; i < count; i++) {
		name(names->counters[i].family,
		    sizeof(names->counters[i].family), table[i].family);
		for (k = 0; k < STATS_LABELS; k++)
			name(names->counters[i].labels[k],
			    sizeof(names->counters[i].labels[k]),
			    table[i].labels[k]);
	}
}

/* --- a parent with workers ----------------------------------------------- */

struct stats *
stats_create(const char *run_dir, const char *program,
    const struct stats_names *names)
{
	char path[PATH_MAX];
	struct stats *stats = NULL;

	if (stats_path(path, run_dir, program) != 0) {
		fprintf(stderr, "%s: WINDLASS_RUN_DIR is too long\n", program);
		return NULL;
	}
	/* What an earlier parent counted is gone with it; its last workers may
	 * still count in the file that is unlinked. */
	while ((lock_fd = open_locked(path, LOCK_EX | LOCK_NB)) >= 0 &&
	       !is_empty(lock_fd)) {
		unlink(path);
		close(lock_fd);
	}
	if (lock_fd < 0 && errno == EWOULDBLOCK) {
		fprintf(stderr, "%s: another %s runs in %s\n", program, program,
		    run_dir);
		return NULL;
	}
	if (lock_fd >= 0)
		stats = map(path, names, true);
	if (stats == NULL) {
		fprintf(stderr, "%s: %s: %s\n", program, path, strerror(errno));
		return NULL;
	}
	stats->beat = monotonic_ms();
	return stats;
}

void
stats_remove(const char *run_dir, const char *program)
{
	char path[PATH_MAX];

	if (stats_path(path, run_dir, program) == 0)
		unlink(path);
}

void
stats_let_go(void)
{
	close(lock_fd);
	lock_fd = -1;
}

void
stats_bury(struct stats *stats, struct stats_slot *slot)
{
	int64_t lost = slot->begun - stats_ended(slot);

	/* Neither answered nor under way any more. */
	stats->lost += lost;
	slot->begun -= lost;
	slot->pid = 0;
	slot->is_ready = 0;
	slot->busy_since = 0;
}

/* --- programs that share a file ------------------------------------------ */

/* Of this program as it is now?  (One still running of another version goes on
 * counting in the file that is unlinked.) */
static bool
is_ours(int fd, const struct stats_names *names)
{
	struct stats *head = malloc(sizeof(*head));
	size_t len = offsetof(struct stats, used);
	bool yes = head != NULL && pread(fd, head, len, 0) == (ssize_t)len &&
	           head->version == STATS_VERSION &&
	           head->slot_size == sizeof(struct stats_slot) &&
	           memcmp(&head->names, names, sizeof(*names)) == 0;

	free(head);
	return yes;
}

/* The first slot that nobody holds. */
static struct stats_slot *
free_slot(struct stats *stats, int fd)
{
	int64_t i;

	for (i = 0; i < STATS_SLOTS; i++) {
		struct flock byte = stats_byte(i);

		if (fcntl(fd, F_OFD_SETLK, &byte) != 0)
			continue;
		if (stats->used < i + 1)
			stats->used = i + 1;
		stats->slots[i].pid = getpid();
		stats->slots[i].is_ready = 1;
		return &stats->slots[i];
	}
	errno = ENOSPC;
	return NULL;
}

struct stats_slot *
stats_join(const char *run_dir, const char *program,
    const struct stats_names *names)
{
	struct stats_slot *slot = NULL;
	char path[PATH_MAX];
	struct stats *stats;
	bool is_new;
	int fd, saved;

	if (stats_path(path, run_dir, program) != 0) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	for (;;) {
		fd = open_locked(path, LOCK_EX);
		if (fd < 0)
			return NULL;
		is_new = is_empty(fd);
		if (is_new || is_ours(fd, names))
			break;
		unlink(path);
		close(fd);
	}
	stats = map(path, names, is_new);
	if (stats != NULL)
		slot = free_slot(stats, fd);
	saved = errno;
	/* The lock of the slot's byte stays, the one of the file does not. */
	flock(fd, LOCK_UN);
	if (slot == NULL)
		close(fd);
	else
		lock_fd = fd;
	errno = saved;
	return slot;
}

/* --- counting ------------------------------------------------------------ */

static void
add(_Atomic int64_t *to, int64_t n)
{
	atomic_fetch_add_explicit(to, n, memory_order_relaxed);
}

void
stats_take(struct stats_slot *slot)
{
	own = slot;
}

void
stats_count(size_t counter)
{
	if (own != NULL && counter < STATS_COUNTERS)
		add(&own->counters[counter], 1);
}

void
stats_begin(void)
{
	if (own != NULL)
		add(&own->begun, 1);
}

void
stats_begin_not(void)
{
	if (own != NULL)
		add(&own->begun, -1);
}

static size_t
code_of(int status)
{
	size_t i = 0;

	while (i < STATS_CODES - 1 && stats_codes[i] != status)
		i++;
	return i;
}

static size_t
bucket_of(int64_t us)
{
	size_t i = 0;

	while (i < STATS_BUCKETS - 1 && us > stats_bounds[i])
		i++;
	return i;
}

void
stats_end(size_t route, int status, size_t bytes, int64_t us)
{
	struct stats_route *r;

	if (own == NULL)
		return;
	r = &own->routes[route < STATS_NO_ROUTE ? route : STATS_NO_ROUTE];
	add(&own->bytes, (int64_t)bytes);
	add(&r->us, us);
	add(&r->buckets[bucket_of(us)], 1);
	/* Last: with it the request has ended. */
	add(&r->codes[code_of(status)], 1);
}
