/*
 * pool show - how full each pool is.
 */
#include "db.h"
#include "verb.h"

static const struct db_statement get = {"pool_show",
    "select name, asset, row_count, total, reserved, bound, expired, free"
    " from windlass.pool_show()",
    0};

static const struct column columns[] = {{.name = "name"}, {.name = "asset"},
    {"row_count", COLUMN_COUNT, NULL}, {"total", COLUMN_AMOUNT, NULL},
    {"reserved", COLUMN_AMOUNT, NULL}, {"bound", COLUMN_AMOUNT, NULL},
    {"expired", COLUMN_AMOUNT, NULL}, {"free", COLUMN_AMOUNT, NULL}};
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static int
run(struct call *c)
{
	struct db *db = operator_db();
	const struct db_rows *rows;
	struct table table;
	int rc, code;

	if (db == NULL)
		return VERB_FAILED;
	rc = db_call(db, c->arena, &get, NULL, &rows);
	if (rc == 0 || rc == DB_NONE) {
		table = table_of(c->arena, "pools", columns, COLUMNS, rows);
		table.none = "there are no pools; load some: windlass load"
			     " pools FILE";
		code = told(c, &table, 1);
	} else {
		code = failed_call(db, rc);
	}
	db_free(db);
	return code;
}

const struct verb verb_pool_show = {.name = "pool show",
    .operands = "",
    .help = "how full the pools are",
    .run = run};
