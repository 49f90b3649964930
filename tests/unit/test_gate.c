/* May a payment start: one row that may, and everything that can be wrong. */
#include "watch_cases.h"
#include "arena_case.h"

#include "../../watcher/gate.h"

static struct record record;

/* A payment that may start. */
static struct gate_ask
good(void)
{
	struct gate_ask ask = {.tx_id = "tx1",
	    .record = &record,
	    .sender = {"s1", true, WALLET, "", CUSTOMER_ACCEPTED},
	    .receiver = {"r1", true, WALLET, "", CUSTOMER_ACCEPTED},
	    .quote = {.exists = true,
		.client = WALLET,
		.sell_asset = USDC,
		.buy_asset = "iso4217:BRL",
		.fee_asset = USDC,
		.sell = sum("101.0000000"),
		.buy = sum("500.00"),
		.fee = sum("1"),
		.held = sum("500"),
		.expires_at = at("2026-01-02T10:05:00Z"),
		.used_by = "",
		.ended = ""},
	    .destination = OURS,
	    .has_limit = true,
	    .per_payment = sum("500"),
	    .now = at("2026-01-02T10:04:00Z"),
	    .least_left = 60 * SECOND};

	record = record_of(a, RECORD("pending_receiver", ""));
	return ask;
}

#define SAYS(what, change, code_)                                              \
	do {                                                                   \
		struct gate_ask ask = good();                                  \
		struct gate_answer got;                                        \
                                                                               \
		change;                                                        \
		got = gate_asks(&ask);                                         \
		if (got.says != (what))                                        \
			fail_msg("%s: says %d (%s)", #change, got.says,        \
			    got.code ? got.code : "");                         \
		expect_text(#change, got.code, code_);                         \
	} while (0)

static void
a_good_payment_may_start(void **state)
{
	(void)state;
	SAYS(GATE_PASS, (void)0, NULL);
	SAYS(GATE_PASS, ask.quote.used_by = "tx1";
	     ask.quote.ended = "live", NULL);
}

static void
customers_are_the_creators_and_accepted(void **state)
{
	(void)state;
	SAYS(GATE_REFUSE, ask.sender.id = "", "sender_missing");
	SAYS(GATE_REFUSE, ask.receiver.id = "", "receiver_missing");
	SAYS(GATE_REFUSE, ask.sender.exists = false, "sender_unknown");
	SAYS(GATE_REFUSE, ask.receiver.exists = false, "receiver_unknown");
	SAYS(GATE_REFUSE, ask.sender.exists = false;
	     ask.sender.is_erased = true, "customer_deleted");
	SAYS(GATE_REFUSE, ask.receiver.exists = false;
	     ask.receiver.is_erased = true, "customer_deleted");
	SAYS(GATE_REFUSE, ask.sender.account = OURS, "sender_foreign");
	SAYS(GATE_REFUSE, ask.receiver.account = OURS, "receiver_foreign");
	SAYS(GATE_REFUSE, ask.sender.status = CUSTOMER_REJECTED,
	    "sender_rejected");
	SAYS(GATE_WAIT, ask.receiver.status = CUSTOMER_PROCESSING,
	    "receiver_in_review");
	SAYS(GATE_ASK, ask.receiver.status = CUSTOMER_NEEDS_INFO,
	    "receiver_needs_info");
	/* The worse one counts. */
	SAYS(GATE_REFUSE, ask.sender.status = CUSTOMER_NEEDS_INFO;
	     ask.receiver.status = CUSTOMER_REJECTED, "receiver_rejected");
}

static void
a_creators_memo_is_the_customers_or_none(void **state)
{
	(void)state;
	SAYS(GATE_PASS, record.creator_memo = "9"; ask.sender.memo = "9", NULL);
	SAYS(GATE_PASS, record.creator_memo = "9", NULL);
	SAYS(GATE_REFUSE, record.creator_memo = "9";
	     ask.sender.memo = "8", "sender_foreign");
	/* A creator without memo owns customers with any. */
	SAYS(GATE_PASS, ask.sender.memo = "8"; ask.receiver.memo = "9", NULL);
	SAYS(GATE_REFUSE, record.creator = "nobody", "sender_foreign");
}

static void
the_quote_is_theirs_unused_alive_and_as_recorded(void **state)
{
	(void)state;
	SAYS(GATE_REFUSE, ask.quote.exists = false, "quote_unknown");
	SAYS(GATE_REFUSE, ask.quote.client = OURS, "quote_foreign");
	SAYS(GATE_REFUSE, ask.quote.used_by = "tx2";
	     ask.quote.ended = "live", "quote_used");
	SAYS(GATE_REFUSE, ask.quote.used_by = "tx1";
	     ask.quote.ended = "released", "quote_used");
	SAYS(GATE_REFUSE, ask.now++; ask.quote.used_by = "tx1";
	     ask.quote.ended = "released", "quote_expired");
	SAYS(GATE_REFUSE, ask.now++; ask.quote.used_by = "tx2";
	     ask.quote.ended = "released", "quote_used");
	SAYS(GATE_REFUSE, record.in.amount = "101.0000001", "quote_differs");
	SAYS(GATE_REFUSE, record.expected.amount = "100", "quote_differs");
	SAYS(GATE_REFUSE, record.in.asset = "stellar:native", "quote_differs");
	SAYS(GATE_REFUSE, record.out.amount = "500.01", "quote_differs");
	SAYS(GATE_REFUSE, record.out.amount = "", "quote_differs");
	SAYS(GATE_REFUSE, record.out.asset = "iso4217:USD", "quote_differs");
	SAYS(GATE_REFUSE, record.fee.amount = "1.01", "quote_differs");
	SAYS(GATE_REFUSE, record.fee.asset = "iso4217:BRL", "quote_differs");
	SAYS(GATE_REFUSE, record.fee.amount = "", "quote_differs");
	SAYS(GATE_PASS, record.fee.amount = ""; ask.quote.fee = sum("0"), NULL);
	SAYS(GATE_REFUSE, ask.now++, "quote_expired");
	SAYS(GATE_REFUSE, record.started_at = ask.quote.expires_at,
	    "quote_expired");
	SAYS(GATE_REFUSE, record.started_at = INSTANT_NONE, "quote_expired");
	SAYS(GATE_REFUSE, ask.quote.held = sum("499.99"), "quote_expired");
}

static void
what_is_paid_out_has_a_limit_and_an_account(void **state)
{
	(void)state;
	SAYS(GATE_REFUSE, ask.per_payment = sum("499.99"), "limit_payment");
	SAYS(GATE_WAIT, ask.has_limit = false, "no_limits");
	SAYS(GATE_REFUSE, ask.destination = NULL, "asset_unknown");
	SAYS(GATE_REFUSE, record.in.asset = "iso4217:BRL", "asset_unknown");
	SAYS(GATE_REFUSE, record.method = "", "method_missing");
	SAYS(GATE_REFUSE, record.out.asset = ask.quote.buy_asset = USDC,
	    "payout_asset");
}

/* A payment that names no quote gets one of ours. */
static void
amounts_of_our_own_quote_are_told_if_they_can_be(void **state)
{
	struct gate_ask own = good();

	(void)state;
	SAYS(GATE_PASS, record.quote_id = "", NULL);
	SAYS(GATE_PASS, record.quote_id = ""; record.out.amount = "499", NULL);
	SAYS(GATE_REFUSE, record.quote_id = ""; record.out.amount = "499";
	     record.fee.asset = "iso4217:BRL", "fee_asset");
	SAYS(GATE_REFUSE, record.quote_id = ""; record.out.amount = "499";
	     ask.quote.fee_asset = "iso4217:BRL", "fee_asset");
	/* Once it is asked for, the record has them. */
	SAYS(GATE_PASS, record.quote_id = ""; record.out.amount = "499";
	     record.fee.asset = "iso4217:BRL"; ask.is_asked = true, NULL);
	SAYS(GATE_REFUSE, record.quote_id = "";
	     record.in.amount = "100", "quote_differs");

	record = record_of(a, RECORD("pending_receiver", ""));
	assert_int_equal(gate_amounts(&record, &own.quote), AMOUNTS_EQUAL);
	record.out = (struct money){"", ""};
	assert_int_equal(gate_amounts(&record, &own.quote), AMOUNTS_TELL);
}

static void
a_client_may_be_barred(void **state)
{
	(void)state;
	SAYS(GATE_REFUSE, ask.is_barred = true, "client_not_allowed");
	/* Customers first. */
	SAYS(GATE_REFUSE, ask.is_barred = true;
	     ask.sender.id = "", "sender_missing");
}

/* What a policy makes of an answer; what passes, passes. */
static void
a_policy_says_what_follows(void **state)
{
	static const enum gate_says want[POLICY_MAX] = {[POLICY_HOLD] =
							    GATE_REFUSE,
	    [POLICY_WAIT] = GATE_WAIT,
	    [POLICY_ASK] = GATE_ASK,
	    [POLICY_FAIL] = GATE_REFUSE};
	enum gate_says says;
	enum policy policy;

	(void)state;
	for (policy = 0; policy < POLICY_MAX; policy++)
		for (says = 0; says < GATE_MAX; says++) {
			struct gate_answer answer = {.says = says, .code = "x"};

			assert_int_equal(gate_policy(answer, policy).says,
			    says == GATE_PASS ? GATE_PASS : want[policy]);
		}
}

/* Each refusal's usual policy is one that it may have, and what the gate says
 * by itself is that policy. */
static void
the_gate_and_the_table_of_refusals_agree(void **state)
{
	static const struct {
		const char *code;
		enum policy usual;
	} some[] = {
	    {"sender_rejected", POLICY_HOLD},
	    {"receiver_in_review", POLICY_WAIT},
	    {"receiver_needs_info", POLICY_ASK},
	    {"no_limits", POLICY_WAIT},
	    {"quote_expired", POLICY_HOLD},
	    {"asked_without_gate", POLICY_FAIL},
	    {"never_heard_of", POLICY_HOLD},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(some); i++) {
		expect_int(some[i].code, refusal_policy(some[i].code),
		    some[i].usual);
		expect(some[i].code,
		    !is_refusal(some[i].code) ||
			refusal_may(some[i].code, some[i].usual));
	}
	/* Nobody can be asked for who is not there. */
	assert_false(refusal_may("sender_unknown", POLICY_ASK));
	/* A quote that is over never comes back. */
	assert_false(refusal_may("quote_expired", POLICY_WAIT));
	assert_false(is_refusal("never_heard_of"));
}

static void
the_answer_names_the_customer(void **state)
{
	struct gate_ask ask = good();

	(void)state;
	ask.receiver.status = CUSTOMER_REJECTED;
	assert_true(gate_asks(&ask).is_receiver);
	ask = good();
	ask.sender.status = CUSTOMER_NEEDS_INFO;
	assert_false(gate_asks(&ask).is_receiver);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_good_payment_may_start),
	    cmocka_unit_test(customers_are_the_creators_and_accepted),
	    cmocka_unit_test(a_creators_memo_is_the_customers_or_none),
	    cmocka_unit_test(the_quote_is_theirs_unused_alive_and_as_recorded),
	    cmocka_unit_test(what_is_paid_out_has_a_limit_and_an_account),
	    cmocka_unit_test(a_client_may_be_barred),
	    cmocka_unit_test(a_policy_says_what_follows),
	    cmocka_unit_test(the_gate_and_the_table_of_refusals_agree),
	    cmocka_unit_test(the_answer_names_the_customer),
	    cmocka_unit_test(amounts_of_our_own_quote_are_told_if_they_can_be),
	};

	return cmocka_run_group_tests(tests, arena_begin, arena_end);
}
