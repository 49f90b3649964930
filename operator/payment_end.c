/*
 * payment end ID --reason TEXT - has the platform told that a payment ends.
 *
 * Without money it is over then; with money it stays before a person, who
 * brings it back or refunds it.
 */
#include "arena.h"
#include "db.h"
#include "verb.h"

enum { REASON, EXPIRED }; /* options */

// clang-format off
static const struct db_statement
	as_error = { "payment_end",
	"select outcome"
	" from windlass.payment_end($1, $2, $3, false)", 3 },
	as_expired = { "payment_expire",
	"select outcome"
	" from windlass.payment_end($1, $2, $3, true)", 3 };

static const struct column columns[] = {
	{ .name = "tx_id" }, { .name = "outcome" },
};

static const struct {
	const char *outcome;
	bool is_done;
	const char *words;
} outcomes[] = {
	{ "ends", true, "the platform is told, unless money is found on the ledger" },
	{ "ends_paid", true, "the platform is told; then bring it back (windlass payment recover) or have it refunded (windlass payment refund)" },
	{ "unknown", false, "it was never seen; see windlass payment list" },
	{ "over", false, "its record has ended at the platform" },
	{ "outflow", false, "money of it may be out, or is to go back; see windlass payment why" },
	{ "paid", false, "its money came, and the platform takes no expiry of such a payment: leave --expired out" },
	{ "report_open", false, "the platform is to be told something else first" },
};
// clang-format on
enum { OUTCOMES = sizeof(outcomes) / sizeof(outcomes[0]) };

static int
tell(struct call *c, const struct db_rows *row)
{
	const char *outcome = db_col(row, 0, "outcome");
	const char *cells[] = {c->operands[0], NULL};
	struct table table;
	size_t i;

	for (i = 0; i < OUTCOMES; i++)
		if (strcmp(outcomes[i].outcome, outcome) == 0)
			break;
	if (i == OUTCOMES)
		return failed("payment %s: %s", c->operands[0], outcome);
	if (!outcomes[i].is_done)
		return failed("payment %s: %s", c->operands[0],
		    outcomes[i].words);
	cells[1] = outcomes[i].words;
	table = table_made("payment", columns, 2, cells, 1);
	table.is_one = true;
	return told(c, &table, 1);
}

static int
run(struct call *c)
{
	return operator_decides(c,
	    c->options[EXPIRED] == NULL ? &as_error : &as_expired,
	    c->options[REASON], tell);
}

// clang-format off
const struct verb verb_payment_end = { .name = "payment end",
	.operands = "ID",
	.help = "ends a payment at the platform, if no money came for good",
	.options = {
		[REASON] = { "reason", "TEXT", "why; it stands in the audit trail: no personal data", true },
		[EXPIRED] = { "expired", NULL, "as expired, not as an error: if no money came", false },
	}, .run = run };
// clang-format on
