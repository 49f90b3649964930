/*
 * payment recover ID --reason TEXT - brings back a payment that the platform
 *                                    has as ended though its money came.
 */
#include "db.h"
#include "verb.h"

enum { REASON };

static const struct db_statement recover = {"payment_recover",
    "select windlass.payment_recover($1, $2, $3) as outcome", 3};

static const struct column columns[] = {{.name = "tx_id"}, {.name = "outcome"}};

static const struct {
	const char *outcome, *why;
} refusals[] = {
    {"unknown", "there is no such payment"},
    {"busy", "it is before no person: a watcher works on it, or it is done"},
    {"not_ended", "the platform has not ended it"},
    {"not_paid", "no money came for it, and the platform takes no recovery of "
		 "such a payment"},
    {"report_open", "the platform is to be told something else first"},
};

static int
tell(struct call *c, const struct db_rows *row)
{
	const char *outcome = db_col(row, 0, "outcome");
	const char *cells[] = {c->operands[0],
	    "the platform will be asked to bring it back"};
	struct table table = table_made("recover", columns, 2, cells, 1);
	size_t i;

	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (strcmp(refusals[i].outcome, outcome) == 0)
			return failed("payment %s: %s", c->operands[0],
			    refusals[i].why);
	table.is_one = true;
	return told(c, &table, 1);
}

static int
run(struct call *c)
{
	return operator_decides(c, &recover, c->options[REASON], tell);
}

const struct verb verb_payment_recover = {.name = "payment recover",
    .operands = "ID",
    .help = "brings back a payment that the platform has as ended though it "
	    "is paid",
    .options = {[REASON] = {"reason", "TEXT",
		    "why; it stands in the audit trail: no personal "
		    "data",
		    true}},
    .run = run};
