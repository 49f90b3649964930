/*
 * db_rows - rows as text, by column name; values for calls.
 */
#include <errno.h>
#include <inttypes.h>

#include <libpq-fe.h>

#include "arena.h"
#include "db.h"
#include "db_rows.h"
#include "log.h"

struct db_rows {
	PGresult *res;
};

static void
clear(void *res)
{
	PQclear(res);
}

const struct db_rows *
db_rows_new(struct arena *a, PGresult *res)
{
	struct db_rows *rows = arena_alloc(a, sizeof(*rows));

	rows->res = res;
	arena_defer(a, clear, res);
	return rows;
}

struct db_value
db_text(const char *text)
{
	return (struct db_value){text, text == NULL ? 0 : strlen(text), false};
}

struct db_value
db_bytes(const void *bytes, size_t len)
{
	/* Empty bytes are not NULL. */
	return (
	    struct db_value){bytes == NULL && len == 0 ? "" : bytes, len, true};
}

struct db_value
db_int(struct arena *a, int64_t value)
{
	return db_text(arena_printf(a, "%" PRId64, value));
}

struct db_value
db_bool(bool value)
{
	return db_text(value ? "t" : "f");
}

size_t
db_count(const struct db_rows *rows)
{
	return rows == NULL ? 0 : (size_t)PQntuples(rows->res);
}

/* The program and its SQL do not fit together: nothing sensible can follow. */
static _Noreturn void
misfit(const char *name, const char *what)
{
	log_line(LOG_ERROR, "db_misfit", "column=%s what=%s", name,
	    log_quoted(what));
	abort();
}

const char *
db_col(const struct db_rows *rows, size_t row, const char *name)
{
	int column = PQfnumber(rows->res, name);

	if (column < 0)
		misfit(name, "no such column");
	if (row >= db_count(rows))
		misfit(name, "no such row");
	if (PQgetisnull(rows->res, (int)row, column))
		return NULL;
	return PQgetvalue(rows->res, (int)row, column);
}

int64_t
db_col_int(const struct db_rows *rows, size_t row, const char *name)
{
	const char *text = db_col(rows, row, name);
	char *end;
	long long n;

	if (text == NULL)
		return 0;
	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0')
		misfit(name, "no integer");
	return n;
}

bool
db_col_bool(const struct db_rows *rows, size_t row, const char *name)
{
	const char *text = db_col(rows, row, name);

	if (text == NULL)
		return false;
	if (strcmp(text, "t") != 0 && strcmp(text, "f") != 0)
		misfit(name, "no boolean");
	return text[0] == 't';
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

const unsigned char *
db_col_bytes(const struct db_rows *rows, struct arena *a, size_t row,
    const char *name, size_t *len)
{
	const char *text = db_col(rows, row, name);
	unsigned char *bytes;
	int high, low;
	size_t i;

	*len = 0;
	if (text == NULL)
		return NULL;
	if (text[0] != '\\' || text[1] != 'x' || strlen(text) % 2 != 0)
		misfit(name, "no bytes in hex");
	*len = strlen(text) / 2 - 1;
	bytes = arena_alloc(a, *len + 1);
	for (i = 0; i < *len; i++) {
		high = hex(text[2 + 2 * i]);
		low = hex(text[3 + 2 * i]);
		if (high < 0 || low < 0)
			misfit(name, "no bytes in hex");
		bytes[i] = (unsigned char)(high << 4 | low);
	}
	return bytes;
}
