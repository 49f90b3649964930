/*
 * case list, case close ID - what persons have to look at, and that one has.
 */
#include "arena.h"
#include "db.h"
#include "listing.h"

enum { STATE, PAYMENT, SINCE, LIMIT }; /* options of list */
enum { REASON };                       /* option of close */
enum { ID_MOST = 2147483647 };

// clang-format off
static const struct db_statement
	get = { "operator_case_list",
	"select id, kind, tx_id, operation, state, reason, opened_us, closed_by,"
	" closed_us, closed_why"
	" from windlass.operator_case_list($1, $2, $3, $4)", 4 },
	end = { "operator_case_close",
	"select windlass.operator_case_close($1, $2, $3) as outcome", 3 };

static const struct column columns[] = {
	{ "id", COLUMN_COUNT, NULL }, { .name = "kind" }, { .name = "tx_id" },
	{ .name = "operation" }, { .name = "state" },
	{ "opened_at", COLUMN_TIME, "opened_us" }, { .name = "reason" },
	{ .name = "closed_by" }, { "closed_at", COLUMN_TIME, "closed_us" },
	{ .name = "closed_why" },
};
static const struct column closed_columns[] = {
	{ "id", COLUMN_COUNT, NULL }, { .name = "state" },
};

static const char *const states[] = { "open", "closed", NULL };
// clang-format on

static const struct listing cases = {.get = &get,
    .name = "cases",
    .columns = columns,
    .column_count = sizeof(columns) / sizeof(columns[0]),
    .none = "there are no such cases"};

static int
list(struct call *c)
{
	const char *state = "open", *tx_id = c->options[PAYMENT];
	int limit = LISTED_STANDARD, code;
	instant since = 0;

	code = state_option(c->arena, c->options[STATE], states, &state);
	if (code == VERB_DONE)
		code = since_option(c, c->options[SINCE], &since);
	if (code == VERB_DONE)
		code = limit_option(c->options[LIMIT], LISTED_MOST, &limit);
	if (code != VERB_DONE)
		return code;

	const struct db_value values[] = {db_text(state),
	    db_text(tx_id == NULL ? "" : tx_id), db_int(c->arena, since),
	    db_int(c->arena, limit)};

	return listed(c, &cases, values);
}

static int
tell_closed(struct call *c, const struct db_rows *row)
{
	const char *outcome = db_col(row, 0, "outcome");
	const char *const cells[] = {c->operands[0], outcome};
	struct table table;

	if (strcmp(outcome, "unknown") == 0)
		return failed("there is no case %s; see windlass case list",
		    c->operands[0]);
	if (strcmp(outcome, "already") == 0)
		return failed("case %s is closed already", c->operands[0]);
	table = table_made("case", closed_columns, 2, cells, 1);
	table.is_one = true;
	return told(c, &table, 1);
}

static int
close_it(struct call *c)
{
	const char *reason = c->options[REASON];
	int code = operator_reason(c, reason), id;

	if (code != VERB_DONE)
		return code;
	if (words_count(c->operands[0], 1, ID_MOST, &id) != 0)
		return misused("%s: is no number of a case; see windlass case"
			       " list",
		    c->operands[0]);
	return operator_decides(c, &end, reason, tell_closed);
}

const struct verb verb_case_list = {.name = "case list",
    .operands = "",
    .help = "what persons have to look at, the newest first",
    .options = {[STATE] = {"state", "STATE", "open (if absent), closed or all"},
	[PAYMENT] = {"payment", "ID", "only those about that payment"},
	[SINCE] = {"since", "TIME", "only those opened since then"},
	[LIMIT] = {"limit", "NUMBER", "at most so many (50; 1000 at most)"}},
    .run = list};
const struct verb verb_case_close = {.name = "case close",
    .operands = "ID",
    .help = "a person has looked at it",
    .options = {[REASON] = {"reason", "TEXT",
		    "why; it stands in the audit trail: no personal data",
		    true}},
    .run = close_it};
