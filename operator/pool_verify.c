/*
 * pool verify - do the pools' books balance?  Each fault is a row, and then it
 *               ends with 1.
 */
#include "db.h"
#include "verb.h"

static const struct db_statement get = {"pool_verify",
    "select subject, fault from windlass.pool_verify()", 0};

static const struct column columns[] = {{.name = "subject"}, {.name = "fault"}};

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
		table = table_of(c->arena, "faults", columns, 2, rows);
		table.none = "the pools' books balance";
		code = told(c, &table, 1);
		if (rc == 0)
			code = failed("the pools' books do not balance");
	} else {
		code = failed_call(db, rc);
	}
	db_free(db);
	return code;
}

const struct verb verb_pool_verify = {.name = "pool verify",
    .operands = "",
    .help = "whether the pools' books balance",
    .run = run};
