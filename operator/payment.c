/*
 * payment - how a payment stands.
 */
#include "db.h"
#include "payment.h"

static const struct db_statement get = {"operator_why",
    "select now_us, state, reason, since_us, status, is_paid, expected, asset,"
    " destination, memo, payout, currency, method, gated_us, pay_by_us,"
    " next_us, claimed_us, way, outflow, moved_us, reference, bank_id,"
    " refusal, field, is_doubted, sends, empties, first_us, deadline_us,"
    " look_us, report, tries,"
    " doubt, report_made_us, report_last_us, report_due_us, is_on_hold,"
    " hold_us, polled_us, rail, outflow_reason, via, batch, leaves,"
    " leaves_in, said, is_said_out, is_unapproved"
    " from windlass.operator_why($1)",
    1};

int
payment_facts(struct db *db, struct arena *a, const char *tx_id,
    struct why_facts *out)
{
	const struct db_value values[] = {db_text(tx_id)};
	const struct db_rows *rows;
	int rc = db_call(db, a, &get, values, &rows);

	if (rc != 0)
		return rc;
	*out = (struct why_facts){
	    .tx_id = tx_id,
	    .state = db_col(rows, 0, "state"),
	    .reason = db_col(rows, 0, "reason"),
	    .status = db_col(rows, 0, "status"),
	    .is_paid = db_col_bool(rows, 0, "is_paid"),
	    .expected = db_col(rows, 0, "expected"),
	    .asset = db_col(rows, 0, "asset"),
	    .destination = db_col(rows, 0, "destination"),
	    .memo = db_col(rows, 0, "memo"),
	    .payout = db_col(rows, 0, "payout"),
	    .currency = db_col(rows, 0, "currency"),
	    .method = db_col(rows, 0, "method"),
	    .now = db_col_int(rows, 0, "now_us"),
	    .since = db_col_int(rows, 0, "since_us"),
	    .gated = db_col_int(rows, 0, "gated_us"),
	    .pay_by = db_col_int(rows, 0, "pay_by_us"),
	    .next = db_col_int(rows, 0, "next_us"),
	    .claimed = db_col_int(rows, 0, "claimed_us"),
	    .way = db_col(rows, 0, "way"),
	    .outflow = db_col(rows, 0, "outflow"),
	    .moved = db_col_int(rows, 0, "moved_us"),
	    .reference = db_col(rows, 0, "reference"),
	    .rail = db_col(rows, 0, "rail"),
	    .outflow_reason = db_col(rows, 0, "outflow_reason"),
	    .bank_id = db_col(rows, 0, "bank_id"),
	    .refusal = db_col(rows, 0, "refusal"),
	    .field = db_col(rows, 0, "field"),
	    .is_doubted = db_col_bool(rows, 0, "is_doubted"),
	    .sends = db_col_int(rows, 0, "sends"),
	    .empties = db_col_int(rows, 0, "empties"),
	    .first_sent = db_col_int(rows, 0, "first_us"),
	    .deadline = db_col_int(rows, 0, "deadline_us"),
	    .look = db_col_int(rows, 0, "look_us"),
	    .report = db_col(rows, 0, "report"),
	    .tries = db_col_int(rows, 0, "tries"),
	    .doubt = db_col_bool(rows, 0, "doubt"),
	    .report_made = db_col_int(rows, 0, "report_made_us"),
	    .report_sent = db_col_int(rows, 0, "report_last_us"),
	    .report_due = db_col_int(rows, 0, "report_due_us"),
	    .is_on_hold = db_col_bool(rows, 0, "is_on_hold"),
	    .held = db_col_int(rows, 0, "hold_us"),
	    .polled = db_col_int(rows, 0, "polled_us"),
	    .via = db_col(rows, 0, "via"),
	    .batch = db_col_int(rows, 0, "batch"),
	    .said = db_col(rows, 0, "said"),
	    .is_said_out = db_col_bool(rows, 0, "is_said_out"),
	    .is_unapproved = db_col_bool(rows, 0, "is_unapproved"),
	    .leaves = db_col(rows, 0, "leaves"),
	    .leaves_in = db_col(rows, 0, "leaves_in"),
	};
	return 0;
}
