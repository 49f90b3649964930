/* What arrived, as a table: by the record, and by the ledger. */
#include "watch_cases.h"
#include "arena_case.h"

#include "../../common/book.h"
#include "../../watcher/funds.h"
#include "../../watcher/step.h"

static const struct funds_rules exact;
static const struct ledger_operation right = {"900", WALLET, OURS,
    "USDC:" ISSUER, "101.0000000", true};

static struct ledger_transaction
on_ledger(const struct ledger_operation *operations, size_t count)
{
	return (struct ledger_transaction){.found = 1,
	    .is_successful = true,
	    .hash = HASH,
	    .memo = "77",
	    .memo_type = "id",
	    .at = at("2026-01-02T10:04:00Z"),
	    .count = count,
	    .operations = operations};
}

static void
expect_funds(const char *name, struct funds_answer got, enum funds_says says,
    const char *code)
{
	if (got.says != says)
		fail_msg("%s: says %d (%s), not %d", name, got.says,
		    got.code ? got.code : "ok", says);
	expect_text(name, got.code, code);
}

static void
the_right_payment_is_taken(void **state)
{
	struct payment p = payment_of(a, PAYMENT_ASKED,
	    PAID("pending_receiver", "[" RIGHT "]"));
	struct ledger_transaction t = on_ledger(&right, 1);
	struct funds_answer f = funds_check(a, &p, &exact, &t, 1);

	(void)state;
	expect_funds("with the ledger", f, FUNDS_OK, NULL);
	expect("one operation", f.count == 1);
	expect_text("its id", f.funds[0].id, "900");
	expect_text("its transaction", f.funds[0].hash, HASH);
	expect_int("its time", f.funds[0].at, at("2026-01-02T10:04:00Z"));
	expect_funds("believing the platform",
	    funds_check(a, &p, &exact, NULL, 0), FUNDS_OK, NULL);
}

static struct payment
paid_with(const char *payments)
{
	return payment_of(a, PAYMENT_ASKED,
	    arena_printf(a, PAID("pending_receiver", "%s"), payments));
}

/* The record of these is judged before the ledger is looked at. */
static void
the_record_is_added_up(void **state)
{
	// clang-format off
	static const struct {
		const char *name, *payments, *code;
	} cases[] = {
		{ "one too little", "[" OPERATION("1", "100.9999999", "USDC:" ISSUER, OURS) "]", "paid_short" },
		{ "one too much", "[" OPERATION("1", "101.0000001", "USDC:" ISSUER, OURS) "]", "paid_over" },
		{ "nothing at all", "[]", "no_funds" },
		{ "to somebody else", "[" OPERATION("1", "101", "USDC:" ISSUER, WALLET) "]", "no_funds" },
		{ "native", "[" OPERATION("1", "101", "native", OURS) "]", "wrong_asset" },
		{ "another issuer", "[" OPERATION("1", "101", "USDC:" WALLET, OURS) "]", "wrong_asset" },
		{ "another code", "[" OPERATION("1", "101", "EURC:" ISSUER, OURS) "]", "wrong_asset" },
		{ "another asset beside it", "[" RIGHT ", " OPERATION("2", "5", "native", OURS) "]", "wrong_asset" },
		{ "one operation twice", "[" OPERATION("1", "50.5", "USDC:" ISSUER, OURS) ", " OPERATION("1", "50.5", "USDC:" ISSUER, OURS) "]", "funds_unclear" },
		{ "not a number", "[" OPERATION("1", "NaN", "USDC:" ISSUER, OURS) "]", "funds_unclear" },
		{ "negative", "[" RIGHT ", " OPERATION("2", "-1", "USDC:" ISSUER, OURS) "]", "funds_unclear" },
		{ "zero", "[" RIGHT ", " OPERATION("2", "0", "USDC:" ISSUER, OURS) "]", "funds_unclear" },
	};
	// clang-format on
	struct ledger_transaction t = on_ledger(&right, 1);
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct payment p = paid_with(cases[i].payments);

		expect_funds(cases[i].name, funds_check(a, &p, &exact, &t, 1),
		    FUNDS_HOLD, cases[i].code);
		expect_funds(cases[i].name, funds_check(a, &p, &exact, NULL, 0),
		    FUNDS_HOLD, cases[i].code);
	}
}

static void
payments_to_others_do_not_matter(void **state)
{
	const struct ledger_operation both[] = {right,
	    {"901", WALLET, WALLET, "native", "9", true}};
	struct ledger_transaction t = on_ledger(both, 2);
	struct payment p = paid_with(
	    "[" RIGHT ", " OPERATION("901", "9", "native", WALLET) "]");

	(void)state;
	expect_funds("beside ours", funds_check(a, &p, &exact, &t, 1), FUNDS_OK,
	    NULL);
}

static void
several_operations_may_add_up(void **state)
{
	const struct ledger_operation halves[] = {
	    {"1", WALLET, OURS, "USDC:" ISSUER, "50.5", true},
	    {"2", WALLET, OURS, "USDC:" ISSUER, "50.5000000", true}};
	struct ledger_transaction t = on_ledger(halves, 2);
	struct payment p = paid_with("[" OPERATION("1", "50.5", "USDC:" ISSUER,
	    OURS) ", " OPERATION("2", "50.5", "USDC:" ISSUER, OURS) "]");
	struct funds_answer f = funds_check(a, &p, &exact, &t, 1);

	(void)state;
	expect_funds("halves", f, FUNDS_OK, NULL);
	expect("both are used up", f.count == 2);
}

/* It would be refunded for being short or over, and found so again. */
static void
what_goes_back_is_what_the_record_says(void **state)
{
	static const struct {
		const char *in, *code;
	} cases[] = {{"101", NULL}, {"50.5", "refund_differs"},
	    {"101.5", "refund_differs"}};
	struct ledger_transaction t = on_ledger(&right, 1);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct payment p = payment_of(a, PAYMENT_HELD,
		    PAID("pending_receiver", "[" RIGHT "]"));

		p.record.in.amount = cases[i].in;
		expect_funds(cases[i].in, funds_back(a, &p, &t, 1),
		    cases[i].code == NULL ? FUNDS_OK : FUNDS_HOLD,
		    cases[i].code);
	}
}

/* The record is right; the ledger says something else. */
static void
the_ledger_has_the_last_word(void **state)
{
	static const struct ledger_operation other_amount = {"900", WALLET,
	    OURS, "USDC:" ISSUER, "100", true};
	static const struct ledger_operation other_asset = {"900", WALLET, OURS,
	    "USDC:" WALLET, "101", true};
	static const struct ledger_operation other_id = {"905", WALLET, OURS,
	    "USDC:" ISSUER, "101", true};
	static const struct ledger_operation other_account = {"900", WALLET,
	    WALLET, "USDC:" ISSUER, "101", true};
	static const struct ledger_operation merge = {"900", WALLET, OURS,
	    "native", "", false};
	struct payment p = paid_with("[" RIGHT "]");
	struct ledger_transaction good = on_ledger(&right, 1), t;

	(void)state;
#define SAYS(name, says, code)                                                 \
	expect_funds(name, funds_check(a, &p, &exact, &t, 1), says, code)
	t = on_ledger(&other_amount, 1);
	SAYS("another amount", FUNDS_HOLD, "paid_short");
	t = on_ledger(&other_asset, 1);
	SAYS("another issuer", FUNDS_HOLD, "wrong_asset");
	t = on_ledger(&other_id, 1);
	SAYS("another operation", FUNDS_HOLD, "ledger_differs");
	t = on_ledger(&other_account, 1);
	SAYS("another account", FUNDS_HOLD, "no_funds");
	t = on_ledger(&merge, 1);
	SAYS("no payment at all", FUNDS_HOLD, "wrong_asset");
	t = good;
	t.memo = "78";
	SAYS("another memo", FUNDS_HOLD, "wrong_memo");
	t = good;
	t.memo_type = "text";
	SAYS("the digits as a text", FUNDS_HOLD, "wrong_memo");
	t = good;
	t.is_successful = false;
	SAYS("it failed", FUNDS_HOLD, "failed_on_ledger");
	t = good;
	t.at = p.pay_by + LATE_GRACE;
	SAYS("late, but in the grace", FUNDS_OK, NULL);
	t.at = p.pay_by + LATE_GRACE + 1;
	SAYS("too late", FUNDS_HOLD, "paid_late");
	t = good;
	t.found = 0;
	SAYS("not there yet", FUNDS_WAIT, "not_on_ledger");
	t.found = -5;
	SAYS("cannot be asked", FUNDS_WAIT, "no_ledger");
#undef SAYS
}

/* What the book takes for the 101 that were asked for, to the last unit. */
static void
the_book_may_take_other_sums(void **state)
{
	// clang-format off
	static const struct {
		const char *name, *amount, *under, *over, *code, *least, *most;
	} cases[] = {
		{ "under, just", "100.8990000", "0.1", "0", NULL, "100.899", "101" },
		{ "under, too much", "100.8989999", "0.1", "0", "paid_short", NULL, NULL },
		{ "over, just", "103.0200000", "0", "2", NULL, "101", "103.02" },
		{ "over, too much", "103.0200001", "0", "2", "paid_over", NULL, NULL },
		{ "under where only over is taken", "100.9999999", "0", "2", "paid_short", NULL, NULL },
		{ "over where only under is taken", "101.0000001", "9.9999", "0", "paid_over", NULL, NULL },
	};
	// clang-format on
	char text[AMOUNT_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct payment p = paid_with(arena_printf(a,
		    "[" OPERATION("900", "%s", "USDC:" ISSUER, OURS) "]",
		    cases[i].amount));
		struct ledger_operation op = right;
		struct ledger_transaction t = on_ledger(&op, 1);
		struct funds_rules rules = {0};
		struct funds_answer f;

		op.amount = cases[i].amount;
		rules.under_percent = sum(cases[i].under);
		rules.over_percent = sum(cases[i].over);
		f = funds_check(a, &p, &rules, &t, 1);
		expect_funds(cases[i].name, f,
		    cases[i].code == NULL ? FUNDS_OK : FUNDS_HOLD,
		    cases[i].code);
		if (cases[i].code != NULL)
			continue;
		expect_text("the least", amount_print(f.least, text),
		    cases[i].least);
		expect_text("the most", amount_print(f.most, text),
		    cases[i].most);
	}
}

static void
the_book_says_how_late_is_too_late(void **state)
{
	struct payment p = paid_with("[" RIGHT "]");
	struct ledger_transaction t = on_ledger(&right, 1);
	struct funds_rules rules = {.late_seconds = 60};

	(void)state;
	t.at = p.pay_by + 60 * SECOND;
	expect_funds("just", funds_check(a, &p, &rules, &t, 1), FUNDS_OK, NULL);
	t.at++;
	expect_funds("too late", funds_check(a, &p, &rules, &t, 1), FUNDS_HOLD,
	    "paid_late");
	rules.late_seconds = 1500;
	expect_funds("late, and patient", funds_check(a, &p, &rules, &t, 1),
	    FUNDS_OK, NULL);
}

/* Whatever the record says now, the gate's facts count. */
static void
a_record_that_departs_from_the_gate_is_held(void **state)
{
	struct ledger_transaction t = on_ledger(&right, 1);
	struct payment p;

	(void)state;
#define DEPARTS(change)                                                        \
	p = paid_with("[" RIGHT "]");                                          \
	change;                                                                \
	expect_funds(#change, funds_check(a, &p, &exact, &t, 1), FUNDS_HOLD,   \
	    "record_departs")
	DEPARTS(p.record.quote_id = "q2");
	DEPARTS(p.record.sender = "s2");
	DEPARTS(p.record.receiver = "r2");
	DEPARTS(p.record.method = "WIRE");
	DEPARTS(p.record.out.amount = "501");
	DEPARTS(p.record.out.amount = "");
	DEPARTS(p.record.out.asset = "iso4217:USD");
	DEPARTS(p.record.fee.amount = "2");
	DEPARTS(p.record.fee.amount = "");
	DEPARTS(p.record.expected.amount = "102");
	DEPARTS(p.record.expected.asset = "stellar:native");
#undef DEPARTS
	p = paid_with("[" RIGHT "]");
	p.record.quote_id = "";
	expect_funds("one of our quotes is named nowhere",
	    funds_check(a, &p, &exact, &t, 1), FUNDS_OK, NULL);
	p = paid_with("[" RIGHT "]");
	p.record.destination = WALLET;
	expect_funds("another account", funds_check(a, &p, &exact, &t, 1),
	    FUNDS_HOLD, "other_account");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_right_payment_is_taken),
	    cmocka_unit_test(the_record_is_added_up),
	    cmocka_unit_test(payments_to_others_do_not_matter),
	    cmocka_unit_test(several_operations_may_add_up),
	    cmocka_unit_test(the_ledger_has_the_last_word),
	    cmocka_unit_test(the_book_may_take_other_sums),
	    cmocka_unit_test(the_book_says_how_late_is_too_late),
	    cmocka_unit_test(what_goes_back_is_what_the_record_says),
	    cmocka_unit_test(a_record_that_departs_from_the_gate_is_held),
	};

	return cmocka_run_group_tests(tests, arena_begin, arena_end);
}
