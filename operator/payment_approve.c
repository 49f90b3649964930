/*
 * payment approve ID - the second person: what the book wants two for leaves
 * only then.
 *
 * It is for the payment's next order, with what leaves by it (of a refund all
 * that came) and the beneficiary that it has now; the database sees to it that
 * it is another person than the one who has sent the payment on.
 */
#include "arena.h"
#include "db.h"
#include "verb.h"

enum { REASON }; /* option */

static const struct db_statement approve = {"operator_payment_approve",
    "select outcome, n, amount, currency, other"
    " from windlass.operator_payment_approve($1, $2, $3)",
    3};

static const struct column columns[] = {{.name = "tx_id"},
    {"attempt", COLUMN_COUNT, "n"}, {"amount", COLUMN_AMOUNT, NULL},
    {.name = "currency"}, {"asked_by", COLUMN_TEXT, "other"}};
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

// clang-format off
static const struct {
	const char *outcome, *why;
} refusals[] = {
	{ "unknown", "it was never seen; see windlass payment list" },
	{ "not_waiting", "no money of it is about to leave; see windlass payment why" },
	{ "not_needed", "the book wants no second person for it" },
	{ "approved_before", "it is approved already; see windlass audit list --subject" },
};
// clang-format on

static int
tell(struct call *c, const struct db_rows *rows)
{
	const char *outcome = db_col(rows, 0, "outcome");
	const char *cells[COLUMNS];
	struct table table;
	size_t i;

	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (strcmp(refusals[i].outcome, outcome) == 0)
			return failed("payment %s: %s", c->operands[0],
			    refusals[i].why);
	if (strcmp(outcome, "same_person") == 0)
		return failed("payment %s: it was sent on by %s: another "
			      "person approves it (WINDLASS_OPERATOR says who "
			      "you are, where several use one account)",
		    c->operands[0], db_col(rows, 0, "other"));
	cells[0] = c->operands[0];
	for (i = 1; i < COLUMNS; i++)
		cells[i] = db_col(rows, 0,
		    columns[i].from == NULL ? columns[i].name
					    : columns[i].from);
	table = table_made("payment", columns, COLUMNS, cells, 1);
	table.is_one = true;
	return told(c, &table, 1);
}

static int
run(struct call *c)
{
	return operator_decides(c, &approve, c->options[REASON], tell);
}

const struct verb verb_payment_approve = {.name = "payment approve",
    .operands = "ID",
    .help = "approves, as a second person, a payment that waits for one",
    .options = {[REASON] = {"reason", "TEXT",
		    "why; it stands in the audit trail: no personal "
		    "data",
		    true}},
    .run = run};
