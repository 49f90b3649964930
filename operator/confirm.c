/*
 * confirm - tells the database what became of payouts that people carry out.
 */
#include "confirm.h"

#include "arena.h"
#include "db.h"
#include "verb.h"

static const struct db_statement confirm_them = {"manual_confirm",
    "select line, reference, outcome, word"
    " from windlass.manual_confirm($1::jsonb, $2)",
    2};

static const struct column columns[] = {{.name = "reference"},
    {.name = "outcome"}};

// clang-format off
static const struct {
	const char *outcome, *before, *after;
} refusals[] = {
	{ "unknown", "people carry out no payout of that reference", NULL },
	{ "lost", "that order is not known, and its payment is: a lost database may have given it to people. It is not exported while its case manual_unknown is open (windlass case list); where the bank has paid it, close that once it is ordered here, and confirm it as soon as it is exported, for it must not be paid again", NULL },
	{ "not_exported", "it was never exported, as is known here; only refused may be said of it. If a lost database has given it to people: it is not exported while its case manual_unknown is open (windlass case list); close that, and confirm it as soon as it is exported, for it must not be paid again", NULL },
	{ "amount", "another amount was ordered: ", "" },
	{ "currency", "another currency was ordered: ", "" },
	{ "contradicts", "something else was said before: ", "" },
	{ "bank_id", "the bank has given that id to another payout: ", "" },
	{ "same_person", "it was exported by ", ", and so large a payout is confirmed by another person (WINDLASS_OPERATOR says who you are, where several use one account)" },
};
// clang-format on

void
confirm_fault(void *to, const char *what)
{
	const char *from = to;

	failed("%s%s%s", from == NULL ? "" : from, from == NULL ? "" : ": ",
	    what);
}

/* A line for each that stands in the way. */
static size_t
tell_refusals(const struct db_rows *rows, struct arena *a, const char *from)
{
	size_t told = 0, i, row;

	for (row = 0; row < db_count(rows); row++)
		for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
			const char *word = db_col(rows, row, "word");
			const char *entry = db_col(rows, row, "line");

			if (strcmp(refusals[i].outcome,
				db_col(rows, row, "outcome")) != 0)
				continue;
			told++;
			failed("%s%s: %s%s%s",
			    from == NULL
				? ""
				: arena_printf(a, "%s: entry %s ", from, entry),
			    db_col(rows, row, "reference"), refusals[i].before,
			    refusals[i].after == NULL ? "" : word,
			    refusals[i].after == NULL ? "" : refusals[i].after);
		}
	return told;
}

static int
tell(struct call *c, const struct db_rows *rows, const char *from)
{
	struct table table;

	if (tell_refusals(rows, c->arena, from) > 0)
		return VERB_FAILED;
	table = table_of(c->arena, "payouts", columns, 2, rows);
	table.is_one = from == NULL;
	return told(c, &table, 1);
}

int
confirm(struct call *c, const char *lines, const char *from)
{
	struct db *db = operator_db();
	const struct db_rows *rows;
	int rc, code;

	if (db == NULL)
		return VERB_FAILED;

	const struct db_value values[] = {db_text(lines),
	    db_text(operator_who(c->arena))};

	rc = db_call(db, c->arena, &confirm_them, values, &rows);
	code = rc == 0 ? tell(c, rows, from) : failed_call(db, rc);
	db_free(db);
	return code;
}
