/*
 * payment retry, payment release, payment refund ID - what stopped before a
 * person goes on, or back.
 *
 * Neither pays nor tells anything: the payment is set back to where it stopped,
 * and a watcher takes it from there through all of its checks.
 */
#include "arena.h"
#include "db.h"
#include "verb.h"

enum { REASON }; /* option */

// clang-format off
static const struct db_statement
	retry_it = { "operator_payment_retry",
	"select outcome, state, status"
	" from windlass.operator_payment_retry($1, $2, $3)", 3 },
	release_it = { "operator_payment_release",
	"select outcome, state, status"
	" from windlass.operator_payment_release($1, $2, $3)", 3 },
	refund_it = { "operator_payment_refund",
	"select outcome, state, status"
	" from windlass.operator_payment_refund($1, $2, $3)", 3 };

static const struct column columns[] = {
	{ .name = "tx_id" }, { .name = "outcome" },
};

/* What is done then, or why it is not and what can be done instead. */
enum with { NOTHING, ITS_STATE, ITS_STATUS };
static const struct {
	const char *outcome;
	bool is_done;
	const char *before;
	enum with with;
	const char *after;
} outcomes[] = {
	{ "asked_again", true, "the gate is asked again", NOTHING, "" },
	{ "verified_again", true, "the money is verified again", NOTHING, "" },
	{ "ordered_again", true, "the payout is ordered again", NOTHING, "" },
	{ "released", true, "it goes on as ", ITS_STATE, "" },
	{ "goes_back", true, "the money goes back to whoever sent it", NOTHING, "" },
	{ "unknown", false, "it was never seen; see windlass payment list", NOTHING, "" },
	{ "review", false, "it is in review, because something contradicts us: look into it, then windlass payment release", NOTHING, "" },
	{ "held", false, "it is held, not in review: windlass payment retry", NOTHING, "" },
	{ "not_stopped", false, "it stands before nobody, it is ", ITS_STATE, "; see windlass payment why" },
	{ "ended", false, "its record has ended at the platform as ", ITS_STATUS, "; what money there is is a case (windlass case list)" },
	{ "paid_ungated", false, "it was paid and never asked for, so no price holds for it: windlass payment refund", NOTHING, "" },
	{ "tried_out", false, "it was ordered three times: windlass payment refund", NOTHING, "" },
	{ "quote_over", false, "its quote holds no money any more: windlass payment refund", NOTHING, "" },
	{ "elsewhere", false, "its record is ", ITS_STATUS, ", and nothing leads from there to pending_receiver, where a payout begins" },
	{ "refund", false, "it is being refunded; see windlass payment why", NOTHING, "" },
	{ "no_money", false, "the platform shows no money for it", NOTHING, "" },
	{ "over", false, "it is over, it is ", ITS_STATE, "" },
	{ "outflow", false, "money of it may be out; see windlass payment why", NOTHING, "" },
	{ "returned", false, "the bank returned it after the record was completed, which nothing leads back from: windlass payment retry pays it again, or refund it outside, then windlass case close", NOTHING, "" },
};
// clang-format on
enum { OUTCOMES = sizeof(outcomes) / sizeof(outcomes[0]) };

static int
tell(struct call *c, const struct db_rows *rows)
{
	const char *outcome = db_col(rows, 0, "outcome"), *words;
	const char *const with[] = {[NOTHING] = "",
	    [ITS_STATE] = db_col(rows, 0, "state"),
	    [ITS_STATUS] = db_col(rows, 0, "status")};
	const char *cells[] = {c->operands[0], NULL};
	struct table table;
	size_t i;

	for (i = 0; i < OUTCOMES; i++)
		if (strcmp(outcomes[i].outcome, outcome) == 0)
			break;
	if (i == OUTCOMES)
		return failed("payment %s: %s", c->operands[0], outcome);
	words = arena_printf(c->arena, "%s%s%s", outcomes[i].before,
	    with[outcomes[i].with] == NULL ? "" : with[outcomes[i].with],
	    outcomes[i].after);
	if (!outcomes[i].is_done)
		return failed("payment %s: %s", c->operands[0], words);
	cells[1] = words;
	table = table_made("payment", columns, 2, cells, 1);
	table.is_one = true;
	return told(c, &table, 1);
}

static int
retry(struct call *c)
{
	return operator_decides(c, &retry_it, c->options[REASON], tell);
}

static int
release(struct call *c)
{
	return operator_decides(c, &release_it, c->options[REASON], tell);
}

static int
refund(struct call *c)
{
	return operator_decides(c, &refund_it, c->options[REASON], tell);
}

// clang-format off
#define BECAUSE [REASON] = { "reason", "TEXT", "why; it stands in the audit trail: no personal data", true }

const struct verb verb_payment_retry = { .name = "payment retry",
	.operands = "ID",
	.help = "tries a held payment again from where it stopped",
	.options = { BECAUSE }, .run = retry };
const struct verb verb_payment_refund = { .name = "payment refund",
	.operands = "ID",
	.help = "sends the money of a payment back to whoever sent it",
	.options = { BECAUSE }, .run = refund };
const struct verb verb_payment_release = { .name = "payment release",
	.operands = "ID",
	.help = "lets a payment out of review, to where its orders say it is",
	.options = { BECAUSE }, .run = release };
// clang-format on
