/* What a payment waits for: every state, every reason, in words that hold. */
#include "unit.h"

#include "arena_case.h"

#include "../../operator/why.h"

#define T(s) ((instant)(s)*SECOND)

/* A payment that was asked for and is not paid; nothing is late. */
static struct why_facts
fresh(const char *state, const char *reason)
{
	return (struct why_facts){.tx_id = "tx1",
	    .state = state,
	    .reason = reason,
	    .status = "pending_sender",
	    .expected = "101",
	    .asset = "stellar:native",
	    .destination = "GDEST",
	    .memo = "77",
	    .payout = "500",
	    .currency = "BRL",
	    .method = "PIX",
	    .now = T(1000),
	    .since = T(100),
	    .gated = T(200),
	    .pay_by = T(2000),
	    .next = T(1010),
	    .way = "",
	    .outflow = "",
	    .reference = "",
	    .bank_id = "",
	    .refusal = "",
	    .field = "",
	    .rail = "",
	    .outflow_reason = "",
	    .leaves = "101",
	    .leaves_in = "stellar:native",
	    .said = "",
	    .report = ""};
}

static struct why_facts
going_out(const char *outflow, const char *reason)
{
	struct why_facts f = fresh("out", reason);

	f.status = "pending_receiver";
	f.is_paid = true;
	f.way = "payout";
	f.outflow = outflow;
	f.moved = T(300);
	f.reference = "tx1:1";
	f.sends = 1;
	f.first_sent = T(400);
	f.deadline = T(9000);
	f.look = T(1005);
	return f;
}

static void
expect_why(const char *name, struct why_facts f, const char *what,
    const char *until, instant since)
{
	struct why why = why_waits(a, &f);

	expect(name, !why.is_over);
	if (strstr(why.what, what) == NULL)
		fail_msg("%s: <%s> has no <%s>", name, why.what, what);
	if (strstr(why.until, until) == NULL)
		fail_msg("%s: <%s> has no <%s>", name, why.until, until);
	expect_int(name, why.since / SECOND, since / SECOND);
}

static void
what_is_over_waits_for_nothing(void **state)
{
	struct why_facts f = fresh("done", "");
	struct why why;

	(void)state;
	f.status = "completed";
	why = why_waits(a, &f);
	expect("done", why.is_over && why.until == NULL);
	expect_text("done", why_sentence(a, &f, &why),
	    "Payment tx1 waits for nothing since 1970-01-01T00:01:40Z: it was"
	    " paid out and the platform shows it as completed.");
	f = fresh("closed", "ended: it ended at the platform");
	f.status = "expired";
	why = why_waits(a, &f);
	expect("closed", why.is_over);
	expect_text("closed", why.what,
	    "it ended at the platform; nothing leads on from expired without "
	    "money, who still wants to pay needs a new transaction");
}

static void
what_the_platform_has_changed_since_is_a_persons(void **state)
{
	struct why_facts f = fresh("done", "");

	(void)state;
	f.status = "error";
	expect_why("done", f, "shows it as error", "completed again", T(100));
	f = fresh("closed", "ended: x");
	f.status = "pending_sender";
	expect_why("alive", f, "shows it as pending_sender", "ended", T(100));
	f.status = "error";
	f.is_paid = true;
	expect_why("paid", f, "shows it as error", "ended", T(100));
}

static void
before_the_money(void **state)
{
	struct why_facts f;

	(void)state;
	expect_why("new", fresh("new", ""), "a watcher to ask whether",
	    "due 1970-01-01T00:16:50Z", T(100));
	expect_why("dropped", fresh("new", "quote_expired: the quote is over"),
	    "something to change, because the quote is over", "next look",
	    T(100));
	expect_why("kyc", fresh("new", "sender_needs_info: x"),
	    "what the sender still has to show", "PUT /customer", T(100));
	expect_why("limit", fresh("new", "limit_day: x"), "limit for one day",
	    "midnight UTC", T(100));
	f = fresh("asked", "");
	expect_why("asked", f, "101 stellar:native to GDEST with the memo 77",
	    "ended from 1970-01-01T01:03:20Z on", T(200));
	f.is_paid = true;
	expect_why("paid", f, "check on the ledger", "next look", T(100));
	f.reason = "no_ledger: the ledger cannot be asked";
	expect_why("no ledger", f, "cannot be asked", "Horizon", T(100));
}

static void
reports(void **state)
{
	struct why_facts f = fresh("asked", "");

	(void)state;
	f.report = "request_onchain_funds";
	f.report_made = T(210);
	f.report_sent = T(220);
	f.report_due = T(1001);
	f.tries = 3;
	expect_why("request", f, "asks the client for the money",
	    "after 3 tries the next is due 1970-01-01T00:16:41Z", T(210));
	f.doubt = true;
	expect_why("doubt", f, "whether it has carried out request_onchain",
	    "a reading of the record", T(220));
	f = going_out("settled", "");
	f.report = "notify_offchain_funds_sent";
	f.report_made = T(500);
	expect_why("sent", f, "to take notify_offchain_funds_sent", "taken it",
	    T(500));
	/* The bank has the order: its answer counts. */
	f.outflow = "accepted";
	f.bank_id = "B7";
	expect_why("accepted", f, "the bank to settle the order tx1:1, B7",
	    "settled or returned", T(300));
}

static void
money_out(void **state)
{
	struct why_facts f = going_out("ready", "");

	(void)state;
	f.sends = 0;
	expect_why("ready", f, "make the order", "next look", T(300));
	f.reason = "no_payout: WINDLASS_PAYOUT_RAIL_URL is not set";
	expect_why("no bank", f, "WINDLASS_PAYOUT_RAIL_URL is not set",
	    "that setting", T(100));
	f.reason = "money_on_hold: bank_mismatch (tx9): {reference}";
	f.is_on_hold = true;
	f.held = T(50);
	expect_why("hold", f, "lifted: bank_mismatch (tx9): {reference}",
	    "a person lifts it", T(50));
	f = going_out("sending", "");
	expect_why("sending", f, "whether it has the order tx1:1",
	    "before 1970-01-01T02:30:00Z only", T(400));
	f.sends = 0;
	f.first_sent = INT64_MAX;
	expect_why("unsent", f, "send the order tx1:1", "next look", T(300));
	f = going_out("refused", "refusal_doubted: the bank said no");
	f.refusal = "ACCOUNT_CLOSED";
	f.empties = 1;
	expect_why("refused", f, "refusal (ACCOUNT_CLOSED) of the order tx1:1",
	    "1 so far", T(300));
	f = going_out("accepted", "");
	f.is_doubted = true;
	f.refusal = "account_closed";
	expect_why("doubted", f, "order tx1:1 came back (account_closed)",
	    "half a minute later, or otherwise", T(300));
	f.is_doubted = false;
	expect_why("no more", f, "the bank to settle", "has settled", T(300));
	f = going_out("failed", "");
	f.refusal = "account_closed";
	f.moved = T(0) + SECOND;
	expect_why("to be corrected", f, "another account of the receiver",
	    "at 1970-01-08T00:00:01Z it is given up", SECOND);
	f.reason = "receiver_needs_info: the receiver has to show more";
	f.field = "tax_id";
	expect_why("asked", f, "another tax_id of the receiver",
	    "ordered again", SECOND);
	f.reason = "receiver_in_review: the receiver is in review";
	expect_why("in review", f, "the verdict on the receiver", "the review",
	    T(100));
	f.reason = "money_on_hold: because";
	expect_why("on hold", f, "to be lifted: because", "a person lifts it",
	    T(100));
}

static struct why_facts
going_back(const char *outflow, const char *reason)
{
	struct why_facts f = going_out(outflow, reason);

	f.way = "refund";
	return f;
}

static void
money_back(void **state)
{
	struct why_facts f = going_back("ready", "");

	(void)state;
	expect_why("ready", f, "order the refund", "next look", T(300));
	f.status = "pending_external";
	expect_why("behind", f, "bring the record back from pending_external",
	    "next look", T(300));
	f.reason = "money_on_hold: a test";
	expect_why("hold", f, "lifted: a test", "a person lifts it", T(100));
	f = going_back("sending", "");
	expect_why("sending", f, "the treasury to say", "before", T(400));
	f.sends = 0;
	f.first_sent = INT64_MAX;
	expect_why("unsent", f, "to the treasury", "next look", T(300));
	f.outflow_reason = "do_stellar_refund";
	expect_why("platform", f, "the platform to send the money back itself",
	    "as refunded", T(300));
	f = going_back("accepted", "");
	f.bank_id = "T7";
	expect_why("accepted", f, "the treasury to settle the order tx1:1, T7",
	    "on the ledger", T(300));
	expect_why("settled", going_back("settled", ""),
	    "tell the platform that it is refunded", "next look", T(300));
	f = going_back("refused", "refusal_doubted: the bank said no");
	f.refusal = "no_trustline";
	expect_why("refused", f, "the treasury's refusal (no_trustline)",
	    "so far", T(300));
	f = going_back("done", "");
	f.state = "done";
	expect_why("elsewhere", f, "the platform shows it as pending_receiver",
	    "refunded again", T(100));
	f = fresh("held", "refund: the money goes back");
	f.is_paid = true;
	expect_why("verify", f, "verify what came", "next look", T(100));
	f = fresh("held",
	    "refund_refused: the treasury refused the refund (x)");
	f.is_paid = true;
	expect_why("refused for good", f, "the treasury refused the refund (x)",
	    "windlass payment refund", T(100));
}

static void
a_person(void **state)
{
	struct why_facts f = fresh("held", "quote_used: it was used before");

	(void)state;
	expect_why("unpaid", f, "a person, because it was used before",
	    "windlass payment end", T(100));
	f.is_paid = true;
	expect_why("paid", f, "a person", "none has gone out", T(100));
	f = going_out("review", "never_sent: the bank has another");
	f.state = "review";
	expect_why("sent", f, "a person, because the bank has another",
	    "what became of the order tx1:1", T(100));
	expect_why("late", fresh("held", "not_paid: no money came in time"),
	    "did not come in time", "comes after all", T(100));
	expect_why("unreported", fresh("held", "unreported: x"),
	    "the platform to show the payment that is on the ledger",
	    "rpc/onchain-funds-received.json", T(100));
	/* What nobody foresaw is a person's, too. */
	expect_why("odd", fresh("held", "brand_new"),
	    "a person, because brand_new", "ended the record", T(100));
	expect_why("empty", fresh("review", ""), "nothing says why", "decided",
	    T(100));
	expect_why("odd state", fresh("", "x: y"), "a person, because y", "",
	    T(100));
}

static void
dead_ends_of_the_platform(void **state)
{
	struct why_facts f = fresh("review", "paid_elsewhere: it is paid");

	(void)state;
	f.status = "error";
	f.is_paid = true;
	expect_why("paid", f, "error though its money came (it is paid)",
	    "windlass payment recover", T(100));
	f.is_paid = false;
	expect_why("unpaid", f, "nothing leads on from there",
	    "needs a new transaction", T(100));
	f.status = "pending_anchor";
	f.is_paid = true;
	expect_why("in part", f, "a refund of less than what came",
	    "sent back the rest by hand", T(100));
	f.status = "error";
	f.report = "notify_transaction_recovery";
	f.report_made = T(950);
	f.report_due = T(1020);
	expect_why("recovery", f, "the platform to take notify_transaction_rec",
	    "1970-01-01T00:17:00Z", T(950));
	f.doubt = true;
	f.report_sent = T(960);
	expect_why("recovery in doubt", f, "to show whether it has carried out",
	    "when a reading", T(960));
	/* What ended by itself is over. */
	f = fresh("closed", "not_paid: we have ended it");
	f.status = "expired";
	assert_true(why_waits(a, &f).is_over);
}

static void
carried_out_by_people(void **state)
{
	struct why_facts f = going_out("sending", "");

	(void)state;
	f.via = "manual";
	f.batch = -1;
	expect_why("on its way to them", f, "the bank to say whether", "",
	    f.first_sent);
	f.batch = 0;
	expect_why("in no file", f, "a person to give the order",
	    "windlass payout export", f.first_sent);
	f.batch = 7;
	expect_why("in a file", f, "exported in batch 7",
	    "windlass payout confirm", f.first_sent);
	/* What they have said counts, though no watcher has looked yet. */
	f.said = "pending";
	expect_why("nothing said", f, "exported in batch 7", "", f.first_sent);
	f.said = "refused";
	expect_why("refused", f,
	    "what was confirmed of the order tx1:1: refused", "next look",
	    f.moved);
	f.batch = 0;
	expect_why("refused unexported", f, "confirmed of the order", "",
	    f.moved);
	f.said = "pending";
	f.is_said_out = true;
	expect_why("lost", f, "this database has never exported it",
	    "manual_unknown", f.first_sent);
	f.outflow = f.said = "accepted";
	f.batch = 7;
	expect_why("the bank has it", f, "the bank to settle the order",
	    "when a person confirms", f.moved);
	f.said = "returned";
	expect_why("returned", f, "confirmed of the order tx1:1: returned", "",
	    f.moved);
	f.outflow = "settled";
	expect_why("returned late", f, "the order tx1:1: returned", "",
	    f.moved);
	f.is_doubted = true;
	expect_why("and looked at", f, "to say again that the order tx1:1", "",
	    f.moved);
	f.state = f.outflow = "done";
	f.status = "completed";
	expect_why("returned after completion", f,
	    "which was paid out and told, came back", "half a minute", f.moved);
}

static void
a_watcher_that_does_not_run(void **state)
{
	struct why_facts f = fresh("new", "sender_needs_info: x");

	(void)state;
	f.next = T(939);
	f.polled = T(900);
	expect_why("silent", f, "a watcher to go on",
	    "last read 1970-01-01T00:15:00Z", T(939));
	f.polled = 0;
	expect_why("never", f, "a watcher to go on", "last read never", T(939));
	f.claimed = T(1030);
	expect_why("claimed", f, "the sender", "", T(100));
	f.next = INT64_MAX;
	expect_why("never due", f, "the sender", "", T(100));
	expect_why("by policy", fresh("new", "receiver_unknown: we have none"),
	    "something to change, because we have none", "gives it up", T(100));
	/* Due at once, of long ago: the database says -infinity. */
	f = fresh("new", "");
	f.next = 0;
	expect_why("at once", f, "a watcher to ask", "due at once", T(100));
}

/* All states with all reasons that there are: no name stays unfilled, and no
 * sentence is broken off. */
static void
every_state_with_every_reason(void **state)
{
	static const char *const states[] = {"new", "asked", "out", "done",
	    "closed", "held", "review"};
	static const char *const outflows[] = {"", "ready", "sending",
	    "accepted", "settled", "done", "refused", "failed", "review"};
	static const char *const codes[] = {"", "sender_needs_info",
	    "receiver_needs_info", "sender_in_review", "receiver_in_review",
	    "info_told", "price_stale", "no_limits", "limit_day",
	    "limit_beneficiary", "empty", "cap", "day_cap", "book_changed",
	    "gate_odd", "no_ledger", "not_on_ledger", "receiver_sealed",
	    "order_unmade", "order_sealed", "no_payout", "money_on_hold",
	    "bank_silent", "second_person", "other_rail", "payout_refused",
	    "payout_returned", "payout_tried_out", "payout_uncorrected",
	    "returned_after_completion", "not_paid", "unreported", "paid_late",
	    "ended_by_person", "refund_account", "wrong_asset", "record_lost",
	    "adopted", "returned", "unforeseen"};
	size_t s, o, c, paid;

	(void)state;
	for (s = 0; s < COUNT(states); s++)
		for (o = 0; o < COUNT(outflows); o++)
			for (c = 0; c < COUNT(codes); c++)
				for (paid = 0; paid < 2; paid++) {
					struct why_facts f =
					    going_out(outflows[o],
						arena_printf(a, "%s: words",
						    codes[c]));
					struct why why;
					const char *text;
					size_t len;

					f.state = states[s];
					f.bank_id = "B7";
					f.refusal = "CLOSED";
					f.is_paid = paid != 0;
					why = why_waits(a, &f);
					text = why_sentence(a, &f, &why);
					len = strlen(text);
					expect(text,
					    strpbrk(text, "{}") == NULL);
					expect(text,
					    strstr(text, "  ") == NULL);
					expect(text,
					    strncmp(text, "Payment tx1 waits",
						17) == 0);
					expect(text,
					    len > 60 && text[len - 1] == '.');
					expect(text,
					    why.is_over == (why.until == NULL));
				}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(what_is_over_waits_for_nothing,
		arena_begin, arena_end),
	    cmocka_unit_test_setup_teardown(
		what_the_platform_has_changed_since_is_a_persons, arena_begin,
		arena_end),
	    cmocka_unit_test_setup_teardown(before_the_money, arena_begin,
		arena_end),
	    cmocka_unit_test_setup_teardown(reports, arena_begin, arena_end),
	    cmocka_unit_test_setup_teardown(money_out, arena_begin, arena_end),
	    cmocka_unit_test_setup_teardown(money_back, arena_begin, arena_end),
	    cmocka_unit_test_setup_teardown(a_person, arena_begin, arena_end),
	    cmocka_unit_test_setup_teardown(dead_ends_of_the_platform,
		arena_begin, arena_end),
	    cmocka_unit_test_setup_teardown(carried_out_by_people, arena_begin,
		arena_end),
	    cmocka_unit_test_setup_teardown(a_watcher_that_does_not_run,
		arena_begin, arena_end),
	    cmocka_unit_test_setup_teardown(every_state_with_every_reason,
		arena_begin, arena_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
