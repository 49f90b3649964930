/*
 * pool - `windlass pool show`, `windlass pool verify`.
 */
#include "arena.h"
#include "db.h"
#include "verb.h"

static const struct db_statement show = {"pool_show",
    "select name, asset, row_count, total, reserved, bound, expired, free"
    " from windlass.pool_show()",
    0};
static const struct db_statement verify = {"pool_verify",
    "select subject, fault from windlass.pool_verify()", 0};

static const char *const columns[] = {"name", "asset", "row_count", "total",
    "reserved", "bound", "expired", "free"};
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]), TEXTS = 2 };

/* Columns as wide as their widest value; numbers to the right. */
static void
print_table(const struct db_rows *rows)
{
	int width[COLUMNS];
	size_t count = db_count(rows), row, i;

	for (i = 0; i < COLUMNS; i++) {
		width[i] = (int)strlen(columns[i]);
		for (row = 0; row < count; row++) {
			int len = (int)strlen(db_col(rows, row, columns[i]));

			if (len > width[i])
				width[i] = len;
		}
	}
	for (row = 0; row <= count; row++) {
		for (i = 0; i < COLUMNS; i++)
			printf("%*s%s", i < TEXTS ? -width[i] : width[i],
			    row == 0 ? columns[i]
				     : db_col(rows, row - 1, columns[i]),
			    i + 1 < COLUMNS ? "  " : "\n");
	}
}

static int
pool_show(struct db *db, struct arena *a)
{
	const struct db_rows *rows;
	int rc = db_call(db, a, &show, NULL, &rows);

	if (rc == DB_NONE) {
		puts("there are no pools; load some: windlass load pools FILE");
		return VERB_DONE;
	}
	if (rc != 0)
		return failed_call(db, rc);
	print_table(rows);
	return VERB_DONE;
}

static int
pool_verify(struct db *db, struct arena *a)
{
	const struct db_rows *rows;
	size_t i;
	int rc = db_call(db, a, &verify, NULL, &rows);

	if (rc == DB_NONE) {
		puts("the pools' books balance");
		return VERB_DONE;
	}
	if (rc != 0)
		return failed_call(db, rc);
	for (i = 0; i < db_count(rows); i++)
		failed("%s: %s", db_col(rows, i, "subject"),
		    db_col(rows, i, "fault"));
	return VERB_FAILED;
}

int
pool_run(int argc, char **argv)
{
	int (*run)(struct db * db, struct arena * a) = NULL;
	struct arena *a;
	struct db *db;
	int code;

	if (argc == 2 && strcmp(argv[1], "show") == 0)
		run = pool_show;
	if (argc == 2 && strcmp(argv[1], "verify") == 0)
		run = pool_verify;
	if (run == NULL)
		return VERB_MISUSED;
	db = operator_db();
	if (db == NULL)
		return VERB_FAILED;
	a = arena_new();
	code = run(db, a);
	arena_free(a);
	db_free(db);
	return code;
}
