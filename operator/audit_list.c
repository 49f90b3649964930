/*
 * audit list - who did what to whom and why, the newest first.
 */
#include "arena.h"
#include "db.h"
#include "instant.h"
#include "verb.h"

enum { SUBJECT, WHAT, SINCE, LIMIT }; /* options */
enum { LIMIT_STANDARD = 50, LIMIT_MOST = 1000 };

// clang-format off
static const struct db_statement get = { "operator_audit",
	"select number, at_us, actor, who, what, subject, why, detail"
	" from windlass.operator_audit($1, $2, $3, $4)", 4 };

static const struct column columns[] = {
	{ "number", COLUMN_COUNT, NULL }, { "at", COLUMN_TIME, "at_us" },
	{ .name = "actor" }, { .name = "who" }, { .name = "what" },
	{ .name = "subject" }, { .name = "why" }, { .name = "detail" },
};
// clang-format on

static int
list(struct call *c, const struct db_value *values)
{
	struct db *db = operator_db();
	const struct db_rows *rows;
	struct table table;
	int rc, code;

	if (db == NULL)
		return VERB_FAILED;
	rc = db_call(db, c->arena, &get, values, &rows);
	if (rc == 0 || rc == DB_NONE) {
		table = table_of(c->arena, "audit", columns,
		    sizeof(columns) / sizeof(columns[0]), rows);
		table.none = "there are no such rows";
		code = told(c, &table, 1);
	} else {
		code = failed_call(db, rc);
	}
	db_free(db);
	return code;
}

static const char *
or_all(const char *option)
{
	return option == NULL ? "" : option;
}

static int
run(struct call *c)
{
	int limit = LIMIT_STANDARD;
	instant since = 0;

	if (c->options[SINCE] != NULL &&
	    words_since(c->arena, c->options[SINCE], &since) != 0)
		return misused("--since %s: is no day (2026-01-31) and no time"
			       " (2026-01-31T23:59:59Z)",
		    c->options[SINCE]);
	if (c->options[LIMIT] != NULL &&
	    words_count(c->options[LIMIT], 1, LIMIT_MOST, &limit) != 0)
		return misused("--limit %s: must be a number from 1 to %d",
		    c->options[LIMIT], LIMIT_MOST);

	const struct db_value values[] = {db_text(or_all(c->options[SUBJECT])),
	    db_text(or_all(c->options[WHAT])), db_int(c->arena, since),
	    db_int(c->arena, limit)};

	return list(c, values);
}

const struct verb verb_audit_list = {.name = "audit list",
    .operands = "",
    .help = "who did what to which customer, payment, ... and why",
    .options = {[SUBJECT] = {"subject", "ID", "only what was done to it"},
	[WHAT] = {"what", "WHAT", "only that, e.g. customer_put"},
	[SINCE] = {"since", "TIME", "only what was done since then"},
	[LIMIT] = {"limit", "NUMBER", "at most so many (50; 1000 at most)"}},
    .run = run};
