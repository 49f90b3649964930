/* What a record says about a report in doubt, as a table. */
#include "watch_cases.h"
#include "arena_case.h"

#include "../../watcher/report.h"
#include "../../watcher/step.h"

#define SHOWS(status, more)                                                    \
	RECORD(status, ", 'transfer_received_at': "                            \
		       "'2026-01-02T10:04:00Z'" more)
#define BANK_ID ", 'external_transaction_id': 'B1'"
#define OTHER_ID ", 'external_transaction_id': 'B2'"
#define REFUNDED(id) ", 'refunds': {'payments': [{'id': '" id "'}]}"
#define SEEN(id) ", 'stellar_transactions': [{'id': '" id "'}]"
#define MEMO ", 'memo': '77', 'destination_account': '" OURS "'"

static enum verdict
verdict_of(const char *method, const char *record, bool platform_memos)
{
	struct payment p =
	    payment_of(a, PAYMENT_OUT, RECORD("pending_receiver", ""));
	struct record now = record_of(a, record);

	p.report.seq = 1;
	p.report.method = method;
	p.report.params = "{\"stellar_transaction_id\": \"" HASH "\"}";
	p.attempt.bank_id = "B1";
	p.attempt.hash = HASH;
	return report_read_back(&p, &now, platform_memos);
}

static void
the_record_decides(void **state)
{
	// clang-format off
	static const struct {
		const char *method, *record;
		enum verdict want;
	} cases[] = {
		{ FUNDS_PENDING, SHOWS("pending_receiver", ""), VERDICT_AGAIN },
		{ FUNDS_PENDING, SHOWS("pending_external", BANK_ID), VERDICT_DONE },
		{ FUNDS_PENDING, SHOWS("pending_external", OTHER_ID), VERDICT_REVIEW },
		{ FUNDS_PENDING, SHOWS("pending_external", ""), VERDICT_REVIEW },
		{ FUNDS_PENDING, SHOWS("completed", BANK_ID), VERDICT_DONE },
		{ FUNDS_PENDING, SHOWS("completed", OTHER_ID), VERDICT_REVIEW },
		{ FUNDS_PENDING, SHOWS("error", ""), VERDICT_REVIEW },
		{ FUNDS_PENDING, SHOWS("expired", ""), VERDICT_REVIEW },
		{ FUNDS_PENDING, SHOWS("refunded", ""), VERDICT_REVIEW },
		{ FUNDS_PENDING, SHOWS("pending_anchor", ""), VERDICT_REVIEW },
		{ FUNDS_PENDING, SHOWS("pending_customer_info_update", ""), VERDICT_REVIEW },
		{ FUNDS_PENDING, SHOWS("something_new", BANK_ID), VERDICT_REVIEW },
		{ FUNDS_SENT, SHOWS("pending_receiver", ""), VERDICT_AGAIN },
		{ FUNDS_SENT, SHOWS("pending_external", BANK_ID), VERDICT_AGAIN },
		{ FUNDS_SENT, SHOWS("pending_external", OTHER_ID), VERDICT_REVIEW },
		{ FUNDS_SENT, SHOWS("completed", BANK_ID), VERDICT_DONE },
		{ FUNDS_SENT, SHOWS("completed", OTHER_ID), VERDICT_REVIEW },
		{ FUNDS_SENT, SHOWS("completed", ""), VERDICT_REVIEW },
		{ FUNDS_SENT, SHOWS("error", BANK_ID), VERDICT_REVIEW },
		{ FUNDS_SENT, SHOWS("refunded", BANK_ID), VERDICT_REVIEW },
		{ REFUND_SENT, SHOWS("refunded", REFUNDED(HASH)), VERDICT_DONE },
		{ REFUND_SENT, SHOWS("refunded", REFUNDED("ab")), VERDICT_REVIEW },
		{ REFUND_SENT, SHOWS("refunded", ""), VERDICT_REVIEW },
		{ REFUND_SENT, SHOWS("pending_receiver", ""), VERDICT_AGAIN },
		{ REFUND_SENT, SHOWS("error", ""), VERDICT_ROAD },
		{ REFUND_SENT, RECORD("error", ""), VERDICT_REVIEW },
		{ REFUND_SENT, SHOWS("pending_external", ""), VERDICT_ROAD },
		{ REFUND_SENT, SHOWS("pending_customer_info_update", ""), VERDICT_ROAD },
		{ REFUND_SENT, SHOWS("pending_anchor", ""), VERDICT_REVIEW },
		{ REFUND_SENT, SHOWS("completed", ""), VERDICT_REVIEW },
		{ DO_REFUND, SHOWS("pending_stellar", ""), VERDICT_DONE },
		{ DO_REFUND, SHOWS("refunded", ""), VERDICT_DONE },
		{ DO_REFUND, SHOWS("pending_receiver", ""), VERDICT_REVIEW },
		{ DO_REFUND, SHOWS("error", ""), VERDICT_REVIEW },
		{ REQUEST, RECORD("pending_receiver", ""), VERDICT_AGAIN },
		{ REQUEST, RECORD("pending_sender", MEMO), VERDICT_DONE },
		{ REQUEST, SHOWS("pending_receiver", MEMO), VERDICT_DONE },
		{ REQUEST, RECORD("error", MEMO), VERDICT_DONE },
		{ REQUEST, RECORD("pending_sender", ", 'memo': '78', 'destination_account': '" OURS "'"), VERDICT_REVIEW },
		{ REQUEST, RECORD("pending_sender", ", 'memo': '77', 'destination_account': '" WALLET "'"), VERDICT_REVIEW },
		{ REQUEST, RECORD("error", ""), VERDICT_DROP },
		{ REQUEST, RECORD("expired", ""), VERDICT_DROP },
		{ REQUEST, RECORD("pending_customer_info_update", ""), VERDICT_DROP },
		{ REQUEST, SHOWS("pending_receiver", ""), VERDICT_DROP },
		{ FUNDS_RECEIVED, SHOWS("pending_receiver", SEEN(HASH)), VERDICT_DONE },
		{ FUNDS_RECEIVED, SHOWS("error", SEEN(HASH)), VERDICT_DONE },
		{ FUNDS_RECEIVED, SHOWS("pending_receiver", SEEN("ab")), VERDICT_DROP },
		{ FUNDS_RECEIVED, SHOWS("pending_receiver", ""), VERDICT_DROP },
		{ FUNDS_RECEIVED, RECORD("pending_sender", MEMO), VERDICT_AGAIN },
		{ FUNDS_RECEIVED, RECORD("expired", MEMO), VERDICT_DROP },
		{ CUSTOMER_INFO, RECORD("pending_receiver", ""), VERDICT_AGAIN },
		{ CUSTOMER_INFO, RECORD("pending_customer_info_update", ""), VERDICT_AGAIN },
		{ CUSTOMER_INFO, RECORD("error", ""), VERDICT_DONE },
		{ CUSTOMER_INFO, SHOWS("error", ""), VERDICT_REVIEW },
		{ CUSTOMER_INFO, RECORD("completed", ""), VERDICT_REVIEW },
		{ ERROR, RECORD("error", ""), VERDICT_DONE },
		{ ERROR, RECORD("expired", ""), VERDICT_DONE },
		{ ERROR, RECORD("pending_receiver", ""), VERDICT_AGAIN },
		{ ERROR, RECORD("pending_customer_info_update", ""), VERDICT_AGAIN },
		{ ERROR, RECORD("pending_sender", MEMO), VERDICT_AGAIN },
		{ ERROR, RECORD("something_new", ""), VERDICT_REVIEW },
		{ EXPIRED, RECORD("expired", MEMO), VERDICT_DONE },
		{ EXPIRED, RECORD("error", MEMO), VERDICT_DONE },
		{ EXPIRED, RECORD("pending_sender", MEMO), VERDICT_AGAIN },
		{ EXPIRED, RECORD("pending_receiver", ""), VERDICT_AGAIN },
		{ EXPIRED, RECORD("something_new", ""), VERDICT_REVIEW },
		{ EXPIRED, RECORD("refunded", ""), VERDICT_REVIEW },
		/* Paid: it is ended no more. */
		{ ERROR, SHOWS("pending_receiver", ""), VERDICT_DROP },
		{ ERROR, SHOWS("error", ""), VERDICT_DROP },
		{ EXPIRED, SHOWS("pending_receiver", MEMO), VERDICT_DROP },
		{ EXPIRED, SHOWS("expired", MEMO), VERDICT_DROP },
		{ EXPIRED, SHOWS("completed", MEMO), VERDICT_DROP },
		{ RECOVERY, SHOWS("pending_receiver", ""), VERDICT_DONE },
		{ RECOVERY, SHOWS("error", ""), VERDICT_AGAIN },
		{ RECOVERY, SHOWS("expired", ""), VERDICT_AGAIN },
		{ RECOVERY, RECORD("error", ""), VERDICT_REVIEW },
		{ RECOVERY, SHOWS("completed", ""), VERDICT_REVIEW },
		{ RECOVERY, SHOWS("refunded", ""), VERDICT_REVIEW },
	};
	// clang-format on
	char name[64];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		snprintf(name, sizeof(name), "case %zu, %s", i,
		    cases[i].method);
		expect_int(name,
		    verdict_of(cases[i].method, cases[i].record, false),
		    cases[i].want);
	}
}

/* With money of ours on its way an error is a step on the road back, and the
 * record is paid.  Of a payout, what leads nowhere is found by its road. */
static void
on_the_road_back_an_error_is_wanted(void **state)
{
	// clang-format off
	static const struct {
		const char *method, *record;
		enum verdict of_refund, of_payout;
	} cases[] = {
		{ ERROR, SHOWS("error", ""), VERDICT_DONE, VERDICT_DONE },
		{ ERROR, SHOWS("pending_external", BANK_ID), VERDICT_AGAIN, VERDICT_AGAIN },
		{ ERROR, SHOWS("completed", BANK_ID), VERDICT_REVIEW, VERDICT_DROP },
		{ ERROR, SHOWS("refunded", ""), VERDICT_REVIEW, VERDICT_DROP },
		{ RECOVERY, SHOWS("pending_receiver", ""), VERDICT_DONE, VERDICT_DONE },
		{ RECOVERY, SHOWS("error", ""), VERDICT_AGAIN, VERDICT_AGAIN },
		{ RECOVERY, SHOWS("completed", ""), VERDICT_REVIEW, VERDICT_DROP },
		{ CUSTOMER_INFO, SHOWS("pending_receiver", ""), VERDICT_DONE, VERDICT_AGAIN },
		{ CUSTOMER_INFO, SHOWS("error", ""), VERDICT_REVIEW, VERDICT_DROP },
		{ CUSTOMER_INFO, SHOWS("pending_external", ""), VERDICT_REVIEW, VERDICT_DROP },
	};
	// clang-format on
	struct payment p =
	    payment_of(a, PAYMENT_OUT, RECORD("pending_receiver", ""));
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct record now = record_of(a, cases[i].record);

		p.report.method = cases[i].method;
		p.outflow.state = OUTFLOW_READY;
		p.outflow.is_refund = true;
		expect_int(cases[i].record, report_read_back(&p, &now, false),
		    cases[i].of_refund);
		p.outflow.state = OUTFLOW_FAILED;
		p.outflow.is_refund = false;
		expect_int(cases[i].record, report_read_back(&p, &now, false),
		    cases[i].of_payout);
	}
}

/* A person ends what is paid, and that is no end without money. */
static void
what_a_person_ends_may_be_paid(void **state)
{
	struct payment p =
	    payment_of(a, PAYMENT_HELD, RECORD("pending_receiver", ""));
	struct record paid = record_of(a, SHOWS("pending_receiver", ""));
	struct record ended = record_of(a, SHOWS("error", ""));

	(void)state;
	p.report.method = ERROR;
	p.noticed = NOTED_END_PAID;
	assert_int_equal(report_read_back(&p, &paid, false), VERDICT_AGAIN);
	assert_int_equal(report_read_back(&p, &ended, false), VERDICT_DONE);
	assert_true(report_is_done(&p, &ended, false));
	p.noticed = NOTED_END "ended_by_person";
	assert_int_equal(report_read_back(&p, &paid, false), VERDICT_DROP);
}

static void
where_the_platform_makes_memos_any_is_right(void **state)
{
	(void)state;
	assert_int_equal(verdict_of(REQUEST,
			     RECORD("pending_sender",
				 ", 'memo': '9', 'destination_account': "
				 "'" WALLET "'"),
			     true),
	    VERDICT_DONE);
	assert_int_equal(verdict_of(REQUEST,
			     RECORD("pending_sender", ", 'memo': '9'"), true),
	    VERDICT_REVIEW);
	assert_int_equal(
	    verdict_of(REQUEST, RECORD("pending_receiver", ""), true),
	    VERDICT_AGAIN);
}

static bool
is_done(const char *method, const char *expects, const char *record)
{
	struct payment p =
	    payment_of(a, PAYMENT_OUT, RECORD("pending_receiver", ""));
	struct record result = record_of(a, record);

	p.report.method = method;
	p.report.expect = expects;
	p.attempt.bank_id = "B1";
	return report_is_done(&p, &result, false);
}

/* A result counts only if it shows what was meant. */
static void
a_result_must_show_what_was_meant(void **state)
{
	(void)state;
	assert_true(
	    is_done(REQUEST, "pending_sender", RECORD("pending_sender", MEMO)));
	assert_false(is_done(REQUEST, "pending_sender",
	    RECORD("pending_receiver", MEMO)));
	assert_false(is_done(REQUEST, "pending_sender",
	    RECORD("pending_sender", ", 'memo': '78'")));
	assert_true(
	    is_done(FUNDS_SENT, "completed", SHOWS("completed", BANK_ID)));
	assert_false(
	    is_done(FUNDS_SENT, "completed", SHOWS("completed", OTHER_ID)));
	assert_false(is_done(FUNDS_SENT, "completed",
	    SHOWS("pending_external", BANK_ID)));
	assert_true(is_done(EXPIRED, "", RECORD("expired", MEMO)));
	assert_false(is_done(EXPIRED, "", RECORD("pending_sender", MEMO)));
	assert_false(is_done(ERROR, "", SHOWS("error", "")));
	assert_true(is_done(RECOVERY, "", SHOWS("pending_receiver", "")));
	assert_false(is_done(RECOVERY, "", SHOWS("error", "")));
	assert_true(is_done(CUSTOMER_INFO, "",
	    RECORD("pending_customer_info_update", "")));
	assert_false(is_done(CUSTOMER_INFO, "",
	    "{'id': 'tx2', 'sep': '31', 'status': 'pending_receiver',"
	    " 'updated_at': '2026-01-01T00:00:00Z'}"));
}

static void
what_is_never_taken_is_given_up(void **state)
{
	struct payment p =
	    payment_of(a, PAYMENT_OUT, RECORD("pending_receiver", ""));
	instant made = at("2026-01-02T10:00:00Z");
	instant later = made + 31 * 60 * SECOND;

	(void)state;
	p.report.made_at = made;
	assert_true(report_is_hopeless(&p, -32602, made));
	assert_true(report_is_hopeless(&p, -32601, made));
	assert_false(report_is_hopeless(&p, -32600, later));
	assert_false(report_is_hopeless(&p, -32603, later));
	p.report.tries = 8;
	assert_true(report_is_hopeless(&p, 0, later));
	assert_false(report_is_hopeless(&p, 0, made));
	/* Money that the platform does not take is nobody's review: a case. */
	p.report.method = FUNDS_RECEIVED;
	assert_false(report_is_hopeless(&p, -32602, later));
	p.record = record_of(a, RECORD("pending_sender", MEMO));
	assert_int_equal(report_read_back(&p, &p.record, false), VERDICT_DROP);
	p.record = record_of(a, RECORD("pending_receiver", ""));
	/* A customer's news is told a few times, then it is enough. */
	p.report.method = CUSTOMER_INFO;
	p.report.tries = 3;
	assert_int_equal(report_read_back(&p, &p.record, false), VERDICT_DROP);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_record_decides),
	    cmocka_unit_test(on_the_road_back_an_error_is_wanted),
	    cmocka_unit_test(what_a_person_ends_may_be_paid),
	    cmocka_unit_test(where_the_platform_makes_memos_any_is_right),
	    cmocka_unit_test(a_result_must_show_what_was_meant),
	    cmocka_unit_test(what_is_never_taken_is_given_up),
	};

	return cmocka_run_group_tests(tests, arena_begin, arena_end);
}
