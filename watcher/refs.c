/*
 * refs - the watcher's own file of what it has ordered.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/file.h>
#include <unistd.h>

#include "arena.h"
#include "id.h"
#include "instant.h"
#include "log.h"
#include "refs.h"

enum {
	KEPT = 10000,
	REFERENCE_TEXT = 65,
	LINE_MOST = 128,
	PATH_TEXT = 4096,
	WAIT_STEPS = 50,
	TELL_AGAIN_MS = 60000
};

struct entry {
	int64_t epoch;
	char reference[REFERENCE_TEXT];
};

struct refs {
	int fd;      /* of the file */
	int lock_fd; /* of the lock, which stays when the file is rewritten */
	char folder[PATH_TEXT - 32];
	char holder[ID_TEXT];
	struct entry *entries; /* ring: the newest KEPT */
	size_t count, first;
	size_t lines;    /* in the file */
	bool is_broken;  /* its end may be half a line: it is written anew */
	bool is_aside;   /* it is new, and not in its place yet */
	int64_t told_ms; /* when a fault was last logged */
};

/* A full disk is met in every round, and told once a minute. */
static int
fault(struct refs *r, const char *what)
{
	int why = errno;

	if (r->told_ms != 0 && monotonic_ms() - r->told_ms < TELL_AGAIN_MS)
		return -EIO;
	r->told_ms = monotonic_ms();
	log_line(LOG_ERROR, "reference_file", "folder=%s what=%s why=%s",
	    log_quoted(r->folder), what, log_quoted(strerror(why)));
	return -EIO;
}

static const char *
path_of(const struct refs *r, const char *name, char out[static PATH_TEXT])
{
	snprintf(out, PATH_TEXT, "%s/%s", r->folder, name);
	return out;
}

static int
write_all(int fd, const char *bytes, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, bytes, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -EIO;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

static int
sync_folder(const struct refs *r)
{
	int fd = open(r->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;

	if (fd < 0)
		return -EIO;
	rc = fsync(fd);
	close(fd);
	return rc == 0 ? 0 : -EIO;
}

static struct entry *
entry_at(const struct refs *r, size_t i)
{
	return &r->entries[(r->first + i) % KEPT];
}

static void
keep(struct refs *r, int64_t epoch, const char *reference)
{
	struct entry *e;

	if (r->count == KEPT)
		r->first = (r->first + 1) % KEPT;
	else
		r->count++;
	e = entry_at(r, r->count - 1);
	e->epoch = epoch;
	snprintf(e->reference, sizeof(e->reference), "%s", reference);
}

static bool
has(const struct refs *r, int64_t epoch, const char *reference)
{
	size_t i = r->count;

	while (i-- > 0) {
		const struct entry *e = entry_at(r, i);

		if (e->epoch == epoch && strcmp(e->reference, reference) == 0)
			return true;
	}
	return false;
}

/* --- opening ------------------------------------------------------------- */

/* One whole line into memory; the first one is the watcher's name. */
static bool
take_line(struct refs *r, const char *line)
{
	char *end;
	long long epoch;

	if (r->lines++ == 0) {
		if (!is_id(line))
			return false;
		memcpy(r->holder, line, ID_TEXT);
		return true;
	}
	errno = 0;
	epoch = strtoll(line, &end, 10);
	if (errno != 0 || *end != ' ' || strlen(end + 1) >= REFERENCE_TEXT)
		return false;
	keep(r, epoch, end + 1);
	return true;
}

/* The end of a file that was cut in the middle of a line is taken off: that
 * line was not synced, so nothing was sent after it. */
static int
read_file(struct refs *r)
{
	char line[LINE_MOST];
	off_t whole = 0;
	FILE *f = fdopen(dup(r->fd), "r");
	bool is_sound = true;
	size_t len;

	if (f == NULL)
		return -EIO;
	while (is_sound && fgets(line, sizeof(line), f) != NULL) {
		len = strlen(line);
		if (len == 0 || line[len - 1] != '\n')
			break;
		line[len - 1] = '\0';
		whole += (off_t)len;
		is_sound = take_line(r, line);
	}
	fclose(f);
	if (!is_sound) {
		errno = EBADMSG;
		return -EIO;
	}
	return ftruncate(r->fd, whole) == 0 &&
	               lseek(r->fd, 0, SEEK_END) == whole
	           ? 0
	           : -EIO;
}

static int
make_aside(struct refs *r)
{
	char line[ID_TEXT + 1], path[PATH_TEXT];

	if (r->fd >= 0)
		close(r->fd);
	snprintf(line, sizeof(line), "%s\n", id_new(r->holder));
	r->fd = open(path_of(r, "watcher.references.new", path),
	    O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (r->fd < 0 || write_all(r->fd, line, strlen(line)) != 0 ||
	    fsync(r->fd) != 0)
		return -EIO;
	r->lines = 1;
	r->is_aside = true;
	return 0;
}

int
refs_begin(struct refs *r)
{
	char old[PATH_TEXT], new[PATH_TEXT];

	if (!r->is_aside)
		return 0;
	if (rename(path_of(r, "watcher.references.new", new),
		path_of(r, "watcher.references", old)) != 0 ||
	    sync_folder(r) != 0)
		return fault(r, "begin");
	r->is_aside = false;
	return 0;
}

/* A watcher that takes the place of another waits for its last seconds. */
static int
lock(struct refs *r)
{
	struct timespec ts = {0, 100000000};
	char path[PATH_TEXT];
	int i;

	r->lock_fd = open(path_of(r, "watcher.lock", path),
	    O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (r->lock_fd < 0)
		return -EIO;
	for (i = 0; flock(r->lock_fd, LOCK_EX | LOCK_NB) != 0; i++) {
		if (errno != EWOULDBLOCK || i == WAIT_STEPS)
			return -EIO;
		nanosleep(&ts, NULL);
	}
	return 0;
}

struct refs *
refs_open(const char *folder, bool *is_new)
{
	struct refs *r = calloc(1, sizeof(*r));
	char path[PATH_TEXT];

	if (r == NULL ||
	    (r->entries = calloc(KEPT, sizeof(*r->entries))) == NULL)
		abort();
	r->fd = r->lock_fd = -1;
	if ((size_t)snprintf(r->folder, sizeof(r->folder), "%s", folder) >=
	    sizeof(r->folder)) {
		errno = ENAMETOOLONG;
		fault(r, "open");
		goto bad;
	}
	if (lock(r) != 0) {
		fault(r, "lock");
		goto bad;
	}
	r->fd =
	    open(path_of(r, "watcher.references", path), O_RDWR | O_CLOEXEC);
	if (r->fd < 0 ? errno != ENOENT : read_file(r) != 0) {
		fault(r, "read");
		goto bad;
	}
	*is_new = r->lines == 0;
	if (*is_new && make_aside(r) != 0) {
		fault(r, "make");
		goto bad;
	}
	return r;
bad:
	refs_close(r);
	return NULL;
}

void
refs_close(struct refs *r)
{
	if (r == NULL)
		return;
	if (r->fd >= 0)
		close(r->fd);
	if (r->lock_fd >= 0)
		close(r->lock_fd);
	free(r->entries);
	free(r);
}

const char *
refs_holder(const struct refs *r)
{
	return r->holder;
}

/* --- adding -------------------------------------------------------------- */

/* The newest KEPT into a new file, which then takes the old one's place. */
static int
rewrite(struct refs *r)
{
	char old[PATH_TEXT], new[PATH_TEXT], line[LINE_MOST];
	int fd;
	size_t i;

	path_of(r, "watcher.references", old);
	path_of(r, "watcher.references.new", new);
	fd = open(new, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return -EIO;
	snprintf(line, sizeof(line), "%s\n", r->holder);
	if (write_all(fd, line, strlen(line)) != 0)
		goto bad;
	for (i = 0; i < r->count; i++) {
		const struct entry *e = entry_at(r, i);

		snprintf(line, sizeof(line), "%" PRId64 " %s\n", e->epoch,
		    e->reference);
		if (write_all(fd, line, strlen(line)) != 0)
			goto bad;
	}
	if (fsync(fd) != 0 || rename(new, old) != 0 || sync_folder(r) != 0)
		goto bad;
	close(r->fd);
	r->fd = fd;
	r->lines = r->count + 1;
	return 0;
bad:
	close(fd);
	return -EIO;
}

int
refs_add(struct refs *r, int64_t epoch, const char *const *references,
    size_t count)
{
	char line[LINE_MOST];
	bool is_added = false;
	size_t i;

	if (r->is_broken && rewrite(r) != 0)
		return fault(r, "rewrite");
	r->is_broken = true; /* until all of this has gone well */
	for (i = 0; i < count; i++) {
		if (has(r, epoch, references[i]))
			continue;
		snprintf(line, sizeof(line), "%" PRId64 " %s\n", epoch,
		    references[i]);
		if (write_all(r->fd, line, strlen(line)) != 0)
			return fault(r, "append");
		keep(r, epoch, references[i]);
		r->lines++;
		is_added = true;
	}
	if (is_added && fdatasync(r->fd) != 0)
		return fault(r, "sync");
	if (r->lines > 2 * KEPT && rewrite(r) != 0)
		return fault(r, "rewrite");
	r->is_broken = false;
	r->told_ms = 0;
	return 0;
}

size_t
refs_of_epoch(const struct refs *r, struct arena *a, int64_t epoch,
    const char *const **references, bool *is_later)
{
	const char **list = arena_array(a, r->count + 1, sizeof(*list));
	size_t count = 0, i;

	*is_later = false;
	for (i = 0; i < r->count; i++) {
		const struct entry *e = entry_at(r, i);

		if (e->epoch == epoch)
			list[count++] = e->reference;
		*is_later |= e->epoch > epoch;
	}
	*references = list;
	return count;
}
