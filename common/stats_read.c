/*
 * stats_read - counters in a mapped file, as another process sees them.
 *
 * Read, not mapped: whatever the file is, nothing happens to us.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "stats_file.h"

int64_t
stats_ended(const struct stats_slot *slot)
{
	int64_t n = 0;
	size_t i, k;

	for (i = 0; i < STATS_ROUTES; i++)
		for (k = 0; k < STATS_CODES; k++)
			n += slot->routes[i].codes[k];
	return n;
}

static void
add_slot(struct stats_sum *sum, const struct stats_slot *slot)
{
	int64_t busy = slot->begun - stats_ended(slot);
	size_t i, k;

	/* Read first, begun is what it was before a request that has ended
	 * when the codes are read. */
	sum->busy += busy > 0 ? busy : 0;
	sum->bytes += slot->bytes;
	for (i = 0; i < STATS_ROUTES; i++) {
		const struct stats_route *r = &slot->routes[i];

		for (k = 0; k < STATS_CODES; k++)
			sum->routes[i].codes[k] += r->codes[k];
		for (k = 0; k < STATS_BUCKETS; k++)
			sum->routes[i].buckets[k] += r->buckets[k];
		sum->routes[i].us += r->us;
	}
	for (i = 0; i < STATS_COUNTERS; i++)
		sum->counters[i] += slot->counters[i];
}

/* A parent keeps its slots' book; else a lock tells who is there. */
static bool
is_alive(int fd, const struct stats *stats, int64_t i)
{
	struct flock byte = stats_byte(i);

	if (stats->slots[i].pid == 0 || stats->slots[i].is_ready == 0)
		return false;
	return stats->beat != 0 ||
	       (fcntl(fd, F_OFD_GETLK, &byte) == 0 && byte.l_type != F_UNLCK);
}

static bool
read_some(int fd, struct stats *stats, size_t from, size_t to)
{
	ssize_t wanted = (ssize_t)(to - from);

	return pread(fd, (char *)stats + from, to - from, (off_t)from) ==
	       wanted;
}

/* The head, then the slots that were ever used. */
static bool
read_stats(int fd, struct stats *stats)
{
	size_t slots = offsetof(struct stats, slots);

	return read_some(fd, stats, 0, slots) &&
	       stats->version == STATS_VERSION &&
	       stats->slot_size == sizeof(struct stats_slot) &&
	       stats->used >= 0 && stats->used <= STATS_SLOTS &&
	       stats->names.route_count < STATS_ROUTES &&
	       stats->names.counter_count <= STATS_COUNTERS &&
	       read_some(fd, stats, slots,
		   slots + (size_t)stats->used * sizeof(struct stats_slot));
}

int
stats_read(const char *run_dir, const char *program, struct stats_sum *out)
{
	struct stats *stats;
	char path[PATH_MAX];
	int fd, rc = -EPROTO;
	int64_t i;

	if (stats_path(path, run_dir, program) != 0)
		return -ENOENT;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -ENOENT : -EPROTO;
	stats = calloc(1, sizeof(*stats));
	if (stats == NULL || !read_stats(fd, stats))
		goto out;
	memset(out, 0, sizeof(*out));
	out->names = stats->names;
	out->started_at = stats->started_at;
	out->beat_age_ms = monotonic_ms() - stats->beat;
	out->workers = stats->workers;
	out->left = stats->left;
	out->died = stats->died;
	out->overdue = stats->overdue;
	out->lost = stats->lost;
	for (i = 0; i < stats->used; i++) {
		out->alive += is_alive(fd, stats, i);
		add_slot(out, &stats->slots[i]);
	}
	rc = 0;
out:
	free(stats);
	close(fd);
	return rc;
}
