/*
 * payment show ID - everything of one payment, and nobody's personal data.
 */
#include "arena.h"
#include "db.h"
#include "payment.h"
#include "verb.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

// clang-format off
static const struct column of_payment[] = {
	{ .name = "tx_id" }, { .name = "state" }, { .name = "reason" },
	{ "since", COLUMN_TIME, "since_us" },
	{ .name = "status" }, { "is_paid", COLUMN_BOOL, NULL },
	{ "updated_at", COLUMN_TIME, "updated_us" },
	{ "seen_at", COLUMN_TIME, "seen_us" },
	{ "made_at", COLUMN_TIME, "made_us" },
	{ .name = "client" }, { .name = "sender" }, { .name = "receiver" },
	{ .name = "method" }, { .name = "quote_id" },
	{ "expected", COLUMN_AMOUNT, NULL }, { .name = "asset" },
	{ "payout", COLUMN_AMOUNT, NULL }, { .name = "currency" },
	{ "fee", COLUMN_AMOUNT, NULL }, { .name = "fee_asset" },
	{ .name = "destination" }, { .name = "memo" },
	{ "gated_at", COLUMN_TIME, "gated_us" },
	{ "pay_by", COLUMN_TIME, "pay_by_us" },
	{ "next_at", COLUMN_TIME, "next_us" },
	{ .name = "claimed_by" },
	{ "claimed_until", COLUMN_TIME, "claimed_us" },
	{ .name = "way" }, { .name = "outflow" },
	{ .name = "outflow_reason" },
	{ "outflow_moved_at", COLUMN_TIME, "moved_us" },
};
static const struct column of_attempt[] = {
	{ "n", COLUMN_COUNT, NULL }, { .name = "rail" },
	{ .name = "reference" }, { "amount", COLUMN_AMOUNT, NULL },
	{ .name = "currency" }, { "fee", COLUMN_AMOUNT, NULL },
	{ .name = "outcome" }, { .name = "bank_id" }, { .name = "hash" },
	{ .name = "refusal" }, { "is_fixable", COLUMN_BOOL, NULL },
	{ "sends", COLUMN_COUNT, NULL }, { "looks", COLUMN_COUNT, NULL },
	{ "empties", COLUMN_COUNT, NULL },
	{ "stored_at", COLUMN_TIME, "stored_us" },
	{ "first_sent", COLUMN_TIME, "first_us" },
	{ "last_sent", COLUMN_TIME, "last_us" },
	{ "deadline", COLUMN_TIME, "deadline_us" },
	{ "look_at", COLUMN_TIME, "look_us" },
};
static const struct column of_report[] = {
	{ "seq", COLUMN_COUNT, NULL }, { .name = "method" },
	{ .name = "state" }, { "tries", COLUMN_COUNT, NULL },
	{ "doubt", COLUMN_BOOL, NULL },
	{ "made_at", COLUMN_TIME, "made_us" },
	{ "last_sent", COLUMN_TIME, "last_us" },
	{ "due_at", COLUMN_TIME, "due_us" },
	{ "ended_at", COLUMN_TIME, "ended_us" },
	{ .name = "last_error" },
};
static const struct column of_funding[] = {
	{ .name = "stellar_tx_hash" }, { .name = "operation_id" },
	{ "amount", COLUMN_AMOUNT, NULL }, { .name = "asset" },
	{ .name = "source_account" },
	{ "ledger_at", COLUMN_TIME, "ledger_us" },
	{ "taken_at", COLUMN_TIME, "taken_us" },
};
static const struct column of_notice[] = {
	{ .name = "customer" }, { .name = "type" },
	{ "version", COLUMN_COUNT, NULL }, { .name = "state" },
	{ "due_at", COLUMN_TIME, "due_us" },
};
static const struct column of_case[] = {
	{ .name = "kind" }, { .name = "state" }, { .name = "reason" },
	{ .name = "operation" }, { "opened_at", COLUMN_TIME, "opened_us" },
	{ .name = "closed_by" },
};

/* The first part is the payment itself. */
static const struct {
	const char *name;
	struct db_statement get;
	const struct column *columns;
	size_t count;
} parts[] = {
	{ "payment", { "operator_payment",
	  "select * from windlass.operator_payment($1)", 1 },
	  of_payment, COUNT(of_payment) },
	{ "funding", { "operator_funding",
	  "select * from windlass.operator_funding($1)", 1 },
	  of_funding, COUNT(of_funding) },
	{ "attempts", { "operator_attempts",
	  "select * from windlass.operator_attempts($1)", 1 },
	  of_attempt, COUNT(of_attempt) },
	{ "reports", { "operator_reports",
	  "select * from windlass.operator_reports($1)", 1 },
	  of_report, COUNT(of_report) },
	{ "notices", { "operator_notices",
	  "select * from windlass.operator_notices($1)", 1 },
	  of_notice, COUNT(of_notice) },
	{ "cases", { "operator_cases",
	  "select * from windlass.operator_cases($1)", 1 },
	  of_case, COUNT(of_case) },
};
// clang-format on
enum { PAYMENT, PARTS = COUNT(parts), WHY = PARTS };

/* What it waits for, as a part of its own. */
static int
add_why(struct call *c, struct db *db, struct table *out)
{
	static const struct column sentence = {.name = "sentence"};
	const char **cells = arena_array(c->arena, 1, sizeof(*cells));
	struct why_facts facts;
	struct why why;
	int rc = payment_facts(db, c->arena, c->operands[0], &facts);

	if (rc != 0)
		return rc;
	why = why_waits(c->arena, &facts);
	cells[0] = why_sentence(c->arena, &facts, &why);
	*out = table_made("why", &sentence, 1, cells, 1);
	out->is_one = true;
	return 0;
}

static int
find(struct call *c, struct db *db)
{
	const struct db_value values[] = {db_text(c->operands[0])};
	struct table tables[PARTS + 1];
	const struct db_rows *rows;
	size_t i;
	int rc;

	for (i = 0; i < PARTS; i++) {
		rc = db_call(db, c->arena, &parts[i].get, values, &rows);
		if (rc == DB_NONE && i == PAYMENT)
			return failed("there is no payment %s", c->operands[0]);
		if (rc != 0 && rc != DB_NONE)
			return failed_call(db, rc);
		tables[i] = table_of(c->arena, parts[i].name, parts[i].columns,
		    parts[i].count, rows);
	}
	tables[PAYMENT].is_one = true;
	rc = add_why(c, db, &tables[WHY]);
	if (rc != 0)
		return failed_call(db, rc);
	return told(c, tables, PARTS + 1);
}

static int
run(struct call *c)
{
	struct db *db = operator_db();
	int code;

	if (db == NULL)
		return VERB_FAILED;
	code = find(c, db);
	db_free(db);
	return code;
}

const struct verb verb_payment_show = {.name = "payment show",
    .operands = "ID",
    .help = "everything of one payment, and nobody's personal data",
    .run = run};
