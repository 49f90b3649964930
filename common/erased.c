/*
 * erased - the file of erased ids.
 */
#include "erased.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "db.h"
#include "id.h"
#include "instant.h"
#include "json.h"
#include "log.h"

enum {
	LINE_MOST = 128,
	TAIL_BYTES = 16 * 1024, /* some 250 lines */
	BATCH = 500,
	BATCH_BYTES = BATCH * 128
};

// clang-format off
static const struct db_statement lacking = { "customers_lacking",
	"select windlass.customers_lacking($1::jsonb) as count", 1 };
static const struct db_statement again = { "customers_erase_again",
	"select windlass.customers_erase_again($1::jsonb) as count", 1 };
// clang-format on

static const char *const hows[] = {"erased", "held", "lifted"};

static int
failed(const char *path, const char *what)
{
	int st = errno == 0 ? -EIO : -errno;

	log_line(LOG_ERROR, "erased_file", "what=%s file=%s why=%s", what,
	    log_quoted(path), log_quoted(strerror(-st)));
	return st;
}

/* --- writing ------------------------------------------------------------- */

static int
open_to_append(const char *path)
{
	return open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
}

bool
erased_is_writable(const char *path)
{
	int fd = open_to_append(path);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* A new file is there after a crash only if its folder is written, too. */
static int
sync_folder(const char *path, struct arena *a)
{
	int fd, st;

	fd = open(dirname(arena_strdup(a, path)),
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	st = fsync(fd);
	close(fd);
	return st;
}

/* In one write, so that lines of several processes do not mix; what a crash has
 * cut off stays a line of its own. */
static int
append(int fd, const char *path, struct arena *a, const char *line)
{
	size_t len = strlen(line);
	struct stat is;
	char last = '\n';

	if (fstat(fd, &is) != 0)
		return -1;
	if (is.st_size > 0 && pread(fd, &last, 1, is.st_size - 1) != 1)
		return -1;
	if (last != '\n') {
		line = arena_printf(a, "\n%s", line);
		len++;
	}
	if (write(fd, line, len) != (ssize_t)len || fsync(fd) != 0)
		return -1;
	return is.st_size == 0 ? sync_folder(path, a) : 0;
}

int
erased_append(const char *path, const char *id, const char *how)
{
	struct arena *a = arena_new();
	char now[INSTANT_TEXT];
	int fd, st = 0;

	errno = 0;
	fd = open_to_append(path);
	if (fd < 0 || append(fd, path, a,
			  arena_printf(a, "%s %s %s\n", id,
			      instant_print(instant_now(), now), how)) != 0)
		st = failed(path, "append");
	if (fd >= 0)
		close(fd);
	arena_free(a);
	return st;
}

/* --- reading ------------------------------------------------------------- */

static const char *
how_of(const char *word)
{
	for (size_t i = 0; i < sizeof(hows) / sizeof(hows[0]); i++)
		if (strcmp(word, hows[i]) == 0)
			return hows[i];
	return NULL;
}

/* Cuts the line into its words. */
static bool
read_line(char *line, const char **id, const char **how)
{
	char *time, *word;
	instant at;

	line[strcspn(line, "\n")] = '\0';
	time = strchr(line, ' ');
	word = time == NULL ? NULL : strchr(time + 1, ' ');
	if (word == NULL)
		return false;
	*time++ = '\0';
	*word++ = '\0';
	*id = line;
	*how = how_of(word);
	return is_id(line) && instant_parse(time, &at) == 0 && *how != NULL;
}

/* Lines, gathered for one call. */
struct batch {
	struct db *db;
	struct arena *arena;
	const struct db_statement *statement;
	struct buf buf;
	struct json_out out;
	size_t count;
	struct erased_tally tally;
};

static void
begin(struct batch *b)
{
	arena_reset(b->arena);
	buf_init(&b->buf, b->arena, BATCH_BYTES);
	json_begin(&b->out, &b->buf);
	json_open(&b->out, NULL, '[');
	b->count = 0;
}

static int
call(struct batch *b)
{
	const struct db_rows *rows;
	struct db_value values[1];
	int st;

	if (b->count == 0)
		return 0;
	json_close(&b->out, ']');
	values[0] = db_text(b->buf.data);
	st = db_call(b->db, b->arena, b->statement, values, &rows);
	if (st == DB_REFUSED) {
		log_line(LOG_ERROR, "refused", "call=%s state=%s",
		    b->statement->name, db_state(b->db));
		st = -EIO;
	}
	if (st == 0)
		b->tally.erased += db_col_int(rows, 0, "count");
	begin(b);
	return st;
}

static int
take(struct batch *b, char *line)
{
	const char *id, *how;

	if (line[strspn(line, " \t\r\n")] == '\0')
		return 0;
	if (!read_line(line, &id, &how)) {
		b->tally.odd++;
		return 0;
	}
	b->tally.lines++;
	json_open(&b->out, NULL, '{');
	json_put_text(&b->out, "id", id);
	json_put_text(&b->out, "how", how);
	json_close(&b->out, '}');
	return ++b->count < BATCH ? 0 : call(b);
}

static int
walk(FILE *f, const char *path, struct db *db,
    const struct db_statement *statement, struct erased_tally *out)
{
	struct batch b = {.db = db,
	    .arena = arena_new(),
	    .statement = statement};
	char line[LINE_MOST];
	bool is_whole = true; /* the line before ended where it was read to */
	int st = 0;

	begin(&b);
	while (st == 0 && fgets(line, sizeof(line), f) != NULL) {
		bool is_end = strchr(line, '\n') != NULL;

		if (is_whole && (is_end || feof(f)))
			st = take(&b, line);
		else
			b.tally.odd += is_end;
		is_whole = is_end;
	}
	if (st == 0 && ferror(f))
		st = failed(path, "read");
	if (st == 0)
		st = call(&b);
	*out = b.tally;
	arena_free(b.arena);
	return st;
}

/* The last lines only; the first of them may be half a line. */
static int
go_to_tail(FILE *f)
{
	char cut[LINE_MOST];
	long size;

	if (fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0)
		return -1;
	if (size <= TAIL_BYTES)
		return fseek(f, 0, SEEK_SET);
	if (fseek(f, size - TAIL_BYTES, SEEK_SET) != 0)
		return -1;
	return fgets(cut, sizeof(cut), f) == NULL ? -1 : 0;
}

int
erased_tell(const char *path, struct db *db, struct erased_tally *out)
{
	FILE *f;
	int st;

	errno = 0;
	f = fopen(path, "re");
	if (f == NULL)
		return failed(path, "open");
	st = walk(f, path, db, &again, out);
	fclose(f);
	return st;
}

bool
erased_is_known(const struct erased *e, const struct db *db)
{
	return e->path == NULL || e->connection == db_connections(db);
}

int
erased_again(struct erased *e, struct db *db)
{
	struct erased_tally tally;
	uint64_t connection;
	FILE *f;
	int st;

	if (e->path == NULL)
		return 0;
	st = db_ready(db);
	if (st != 0 || erased_is_known(e, db))
		return st;
	connection = db_connections(db);
	errno = 0;
	f = fopen(e->path, "re");
	if (f == NULL || go_to_tail(f) != 0)
		st = failed(e->path, "open");
	else
		st = walk(f, e->path, db, &lacking, &tally);
	if (f != NULL)
		fclose(f);
	/* The last line is the last to be told: whoever is ended before begins
	 * again. */
	if (st == 0 && tally.erased > 0) {
		st = erased_tell(e->path, db, &tally);
		log_line(LOG_WARN, "erased_again",
		    "customers=%lld why=\"the database is older than the file "
		    "of erased ids\"",
		    (long long)tally.erased);
	}
	if (st == 0)
		e->connection = connection;
	return st;
}
