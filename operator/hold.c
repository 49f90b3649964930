/*
 * hold on, hold off - whether any money leaves.
 *
 * It is lifted only after a comparison that found nothing unexplained, and that
 * began when whatever was on its way to the bank had arrived.
 */
#include "arena.h"
#include "db.h"
#include "instant.h"
#include "verb.h"

enum { REASON }; /* option */

// clang-format off
static const struct db_statement
	on = { "operator_hold_on",
	"select windlass.operator_hold_on($1, $2) as is_new", 2 },
	off = { "operator_hold_off",
	"select outcome, at_us, count from windlass.operator_hold_off($1, $2)",
	2 },
	show_it = { "operator_hold_show",
	"select is_on, since_us, reason, epoch"
	" from windlass.operator_hold_show()", 0 };

static const struct column columns[] = {
	{ "is_on", COLUMN_BOOL, NULL }, { "since", COLUMN_TIME, "since_us" },
	{ .name = "reason" }, { "epoch", COLUMN_COUNT, NULL },
};

/* Why it is not lifted, and what to do. */
static const struct {
	const char *outcome, *why;
	enum { ALONE, WITH_TIME, WITH_COUNT } with;
} refusals[] = {
	{ "off", "money is not held", ALONE },
	{ "unreconciled", "nothing was compared since the hold was set: windlass"
	  " reconcile", ALONE },
	{ "early", "what was on its way when the hold was set may still arrive:"
	  " windlass reconcile again after ", WITH_TIME },
	{ "short", "the last comparison did not go back far enough: windlass"
	  " reconcile --since, at the latest ", WITH_TIME },
	{ "differs", "the last comparison found differences that nobody has"
	  " explained (windlass reconcile, windlass case close): ", WITH_COUNT },
};
// clang-format on

static int
stays(const struct db_rows *rows)
{
	const char *outcome = db_col(rows, 0, "outcome");
	char at[INSTANT_TEXT];
	size_t i;

	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (strcmp(refusals[i].outcome, outcome) == 0)
			break;
	if (i == sizeof(refusals) / sizeof(refusals[0]))
		return failed("the hold stays: %s", outcome);
	instant_print(db_col_int(rows, 0, "at_us"), at);
	return failed("%s%s", refusals[i].why,
	    refusals[i].with == WITH_TIME    ? at
	    : refusals[i].with == WITH_COUNT ? db_col(rows, 0, "count")
					     : "");
}

static int
tell(struct call *c, struct db *db)
{
	const struct db_rows *rows;
	struct table table;
	int rc = db_call(db, c->arena, &show_it, NULL, &rows);

	if (rc != 0)
		return failed_call(db, rc);
	table = table_of(c->arena, "hold", columns,
	    sizeof(columns) / sizeof(columns[0]), rows);
	table.is_one = true;
	return told(c, &table, 1);
}

static int
turn(struct call *c, bool is_on)
{
	struct db *db;
	const struct db_rows *rows;
	int code = operator_reason(c, c->options[REASON]), rc;

	if (code != VERB_DONE)
		return code;
	db = operator_db();
	if (db == NULL)
		return VERB_FAILED;

	const struct db_value values[] = {db_text(operator_who(c->arena)),
	    db_text(c->options[REASON])};

	rc = db_call(db, c->arena, is_on ? &on : &off, values, &rows);
	if (rc != 0)
		code = failed_call(db, rc);
	else if (is_on && !db_col_bool(rows, 0, "is_new"))
		code =
		    failed("money is held already; /health says since when and"
			   " why");
	else if (!is_on && strcmp(db_col(rows, 0, "outcome"), "lifted") != 0)
		code = stays(rows);
	else
		code = tell(c, db);
	db_free(db);
	return code;
}

static int
turn_on(struct call *c)
{
	return turn(c, true);
}

static int
turn_off(struct call *c)
{
	return turn(c, false);
}

// clang-format off
#define BECAUSE [REASON] = { "reason", "TEXT", "why; it stands in the audit trail: no personal data", true }

const struct verb verb_hold_on = { .name = "hold on", .operands = "",
	.help = "no money leaves any more, whichever watcher would send it",
	.options = { BECAUSE }, .run = turn_on };
const struct verb verb_hold_off = { .name = "hold off", .operands = "",
	.help = "money may leave again, after a reconcile that found nothing",
	.options = { BECAUSE }, .run = turn_off };
// clang-format on
