/* The table of steps: what is done next, for every state there is. */
#include "watch_cases.h"
#include "arena_case.h"

#include "../../watcher/report.h"
#include "../../watcher/step.h"

#define NOW "2026-01-02T10:04:30Z"

static struct step_facts
facts(void)
{
	return (struct step_facts){.now = at(NOW),
	    .outlets = {[WAY_OUT] = {.quarantine = 60 * SECOND},
		[WAY_BACK] = {.quarantine = 90 * SECOND}}};
}

#define UNPAID(status) RECORD(status, "")
#define ASKED(status)                                                          \
	RECORD(status, ", 'memo': '77', 'destination_account': '" OURS "'")
#define MONEY(status) PAID(status, "[" RIGHT "]")

/* change works on p, a payment in that state with that record, and on f. */
#define STEPS(state_, record_, change, step_, code_)                           \
	do {                                                                   \
		struct step_facts f = facts();                                 \
		struct payment p = payment_of(a, state_, record_);             \
		struct step_choice got;                                        \
                                                                               \
		change;                                                        \
		got = step_choose(&p, &f);                                     \
		expect_text(#state_ " " #change " " record_,                   \
		    step_name(got.step), step_name(step_));                    \
		expect_text(#state_ " " #change, got.code, code_);             \
		last = got;                                                    \
	} while (0)
static struct step_choice last;

static void
before_the_gate(void **state)
{
	(void)state;
	STEPS(PAYMENT_NEW, UNPAID("pending_receiver"), (void)0, STEP_GATE,
	    NULL);
	STEPS(PAYMENT_NEW, UNPAID("pending_customer_info_update"), (void)0,
	    STEP_GATE, NULL);
	STEPS(PAYMENT_NEW, UNPAID("error"), (void)0, STEP_CLOSE, "ended");
	STEPS(PAYMENT_NEW, UNPAID("expired"), (void)0, STEP_CLOSE, "ended");
	STEPS(PAYMENT_NEW, UNPAID("pending_sender"), (void)0, STEP_REFUSE,
	    "asked_without_gate");
	/* Asked for, by a gate that was lost perhaps: ours is asked anew. */
	STEPS(PAYMENT_NEW, ASKED("pending_sender"), (void)0, STEP_GATE, NULL);
	STEPS(PAYMENT_NEW, ASKED("pending_sender"), p.memo = "78", STEP_GATE,
	    NULL);
	STEPS(PAYMENT_NEW, ASKED("pending_receiver"), p.memo = "78",
	    STEP_REVIEW, "other_memo");
	STEPS(PAYMENT_NEW, UNPAID("pending_external"), (void)0, STEP_REFUSE,
	    "unpaid_elsewhere");
	STEPS(PAYMENT_NEW, UNPAID("something_new"), (void)0, STEP_REFUSE,
	    "unpaid_elsewhere");
	/* Paid without a gate of ours: never on. */
	STEPS(PAYMENT_NEW, MONEY("pending_receiver"), (void)0, STEP_HOLD,
	    "paid_without_gate");
	STEPS(PAYMENT_NEW, MONEY("completed"), (void)0, STEP_HOLD,
	    "paid_without_gate");
	STEPS(PAYMENT_NEW, MONEY("error"), (void)0, STEP_HOLD,
	    "paid_without_gate");
	STEPS(PAYMENT_NEW, MONEY("pending_receiver"), p.memo = "78",
	    STEP_REVIEW, "other_memo");
}

static void
erase(struct payment *p)
{
	p->is_erased = true;
	p->pay_by = FOREVER;
}

static void
erased_before_any_money_was_asked_for(void **state)
{
	(void)state;
	STEPS(PAYMENT_NEW, UNPAID("pending_receiver"), erase(&p), STEP_END,
	    "customer_deleted");
	STEPS(PAYMENT_NEW, UNPAID("pending_customer_info_update"), erase(&p),
	    STEP_END, "customer_deleted");
	STEPS(PAYMENT_HELD, UNPAID("pending_receiver"), erase(&p), STEP_END,
	    "customer_deleted");
	STEPS(PAYMENT_HELD, UNPAID("pending_receiver"), erase(&p);
	      p.report.seq = 1, STEP_REPORT, NULL);
	STEPS(PAYMENT_NEW, UNPAID("error"), erase(&p);
	      p.noticed = NOTED_END "customer_deleted", STEP_CLOSE,
	      "customer_deleted");
	STEPS(PAYMENT_HELD, UNPAID("error"), erase(&p);
	      p.noticed = NOTED_END "customer_deleted", STEP_CLOSE,
	      "customer_deleted");
	STEPS(PAYMENT_NEW, UNPAID("error"), erase(&p), STEP_CLOSE, "ended");
	/* Asked for, paid, or somewhere else: as any other. */
	STEPS(PAYMENT_NEW, MONEY("pending_receiver"), erase(&p), STEP_HOLD,
	    "paid_without_gate");
	STEPS(PAYMENT_NEW, UNPAID("pending_sender"), erase(&p), STEP_REFUSE,
	    "asked_without_gate");
	STEPS(PAYMENT_NEW, ASKED("pending_receiver"), erase(&p);
	      p.memo = "78", STEP_REVIEW, "other_memo");
	STEPS(PAYMENT_REVIEW, UNPAID("pending_receiver"), erase(&p), STEP_WAIT,
	    NULL);
	STEPS(PAYMENT_ASKED, ASKED("pending_sender"), p.is_erased = true,
	    STEP_WAIT, NULL);
	STEPS(PAYMENT_HELD, ASKED("pending_sender"), p.is_erased = true,
	    STEP_WAIT, NULL);
	STEPS(PAYMENT_ASKED, MONEY("pending_receiver"), p.is_erased = true,
	    STEP_FUNDS, NULL);
	STEPS(PAYMENT_OUT, MONEY("pending_receiver"), p.is_erased = true;
	      p.outflow.state = OUTFLOW_SENDING, STEP_SEND, NULL);
	STEPS(PAYMENT_OUT, MONEY("pending_receiver"), p.is_erased = true;
	      p.outflow.state = OUTFLOW_ACCEPTED, STEP_LOOK, NULL);
}

static void
asked_for(void **state)
{
	(void)state;
	STEPS(PAYMENT_ASKED, ASKED("pending_sender"), (void)0, STEP_WAIT, NULL);
	expect_int("until it is too late", last.next,
	    at("2026-01-02T10:05:00Z") + LATE_GRACE + LATE_MARGIN + 1);
	STEPS(PAYMENT_ASKED, ASKED("pending_sender"), f.now = last.next,
	    STEP_END, "not_paid");
	expect_int("half an hour", LATE_GRACE + LATE_MARGIN, 1800 * SECOND);
	STEPS(PAYMENT_ASKED, MONEY("pending_receiver"), (void)0, STEP_FUNDS,
	    NULL);
	STEPS(PAYMENT_ASKED, MONEY("pending_customer_info_update"), (void)0,
	    STEP_FUNDS, NULL);
	STEPS(PAYMENT_ASKED, MONEY("error"), (void)0, STEP_REVIEW,
	    "paid_elsewhere");
	STEPS(PAYMENT_ASKED, MONEY("completed"), (void)0, STEP_REVIEW,
	    "paid_elsewhere");
	STEPS(PAYMENT_ASKED, ASKED("error"), (void)0, STEP_CLOSE, "ended");
	STEPS(PAYMENT_ASKED, ASKED("pending_receiver"), (void)0, STEP_REVIEW,
	    "asked_elsewhere");
	STEPS(PAYMENT_ASKED, MONEY("pending_receiver"), p.memo = "78",
	    STEP_REVIEW, "other_memo");
	/* Where the platform makes memos, its memo is the one. */
	STEPS(PAYMENT_ASKED, MONEY("pending_receiver"), p.memo = "78";
	      p.deposit_memo = "77"; f.platform_memos = true, STEP_FUNDS, NULL);
	STEPS(PAYMENT_ASKED, MONEY("pending_receiver"), p.deposit_memo = "78";
	      f.platform_memos = true, STEP_REVIEW, "other_memo");
}

/* Nobody has paid for half an hour: it ends, once; what is told first goes
 * first, and money that came leads on. */
static void
without_money_it_ends(void **state)
{
	(void)state;
#define LATE f.now = p.pay_by + LATE_GRACE + LATE_MARGIN + 1
	STEPS(PAYMENT_ASKED, ASKED("pending_sender"), LATE, STEP_END,
	    "not_paid");
	STEPS(PAYMENT_ASKED, ASKED("pending_sender"), LATE - 1, STEP_WAIT,
	    NULL);
	STEPS(PAYMENT_ASKED, MONEY("pending_receiver"), LATE, STEP_FUNDS, NULL);
	STEPS(PAYMENT_ASKED, ASKED("pending_sender"), LATE;
	      p.report.seq = 2, STEP_REPORT, NULL);
	STEPS(PAYMENT_ASKED, ASKED("pending_sender"), LATE; p.report.seq = 2;
	      p.report.doubt = true, STEP_READ_BACK, NULL);
	STEPS(PAYMENT_ASKED, ASKED("expired"), LATE; p.report.seq = 2;
	      p.noticed = NOTED_END "not_paid", STEP_CLOSE, "not_paid");
	/* Held for it by an earlier version. */
	STEPS(PAYMENT_HELD, ASKED("pending_sender"), LATE;
	      p.reason = "not_paid: no money came in time", STEP_END,
	      "not_paid");
	STEPS(PAYMENT_HELD, ASKED("pending_sender"), LATE;
	      p.reason = "not_paid_at_all: or so", STEP_WAIT, NULL);
	STEPS(PAYMENT_HELD, ASKED("pending_sender"), LATE;
	      p.reason = "unreported: it is on the ledger", STEP_WAIT, NULL);
	STEPS(PAYMENT_HELD, MONEY("pending_receiver"), LATE;
	      p.reason = "unreported: it is on the ledger", STEP_FUNDS, NULL);
	STEPS(PAYMENT_REVIEW, ASKED("pending_sender"), LATE, STEP_WAIT, NULL);
#undef LATE
}

/* A person has it brought back, wherever it stands. */
static void
a_recovery_is_told_whatever_holds(void **state)
{
	static const enum payment_state states[] = {PAYMENT_HELD,
	    PAYMENT_REVIEW, PAYMENT_CLOSED};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(states); i++) {
		STEPS(states[i], MONEY("error"), p.report.seq = 3;
		      p.report.method = RECOVERY, STEP_REPORT, NULL);
		STEPS(states[i], MONEY("error"), p.report.seq = 3;
		      p.report.method = RECOVERY;
		      p.report.doubt = true, STEP_READ_BACK, NULL);
		STEPS(states[i], MONEY("error"), p.report.seq = 3;
		      p.report.method = RECOVERY;
		      p.report.due = f.now + 7, STEP_WAIT, NULL);
		expect_int("until it is due", last.next, at(NOW) + 7);
	}
	/* Nothing else is told of what is in review. */
	STEPS(PAYMENT_REVIEW, MONEY("error"), p.report.seq = 3;
	      p.report.method = ERROR, STEP_WAIT, NULL);
}

static void
held_and_reviewed_payments_stand_still(void **state)
{
	(void)state;
	STEPS(PAYMENT_HELD, MONEY("pending_receiver"), (void)0, STEP_TURN,
	    NULL);
	STEPS(PAYMENT_HELD, UNPAID("pending_receiver"), (void)0, STEP_WAIT,
	    NULL);
	expect_int("for ever", last.next, FOREVER);
	STEPS(PAYMENT_HELD, MONEY("pending_receiver"),
	    p.reason = "not_paid: no money came in time", STEP_FUNDS, NULL);
	STEPS(PAYMENT_HELD, UNPAID("expired"), (void)0, STEP_CLOSE, "ended");
	STEPS(PAYMENT_REVIEW, MONEY("pending_receiver"),
	      p.outflow.state = OUTFLOW_READY;
	      p.report.seq = 1, STEP_WAIT, NULL);
	expect_int("for ever", last.next, FOREVER);
	STEPS(PAYMENT_REVIEW, UNPAID("expired"), (void)0, STEP_WAIT, NULL);
}

static void
reports_come_first_and_in_doubt_are_read_back(void **state)
{
	(void)state;
	STEPS(PAYMENT_ASKED, UNPAID("pending_receiver"), p.report.seq = 1,
	    STEP_REPORT, NULL);
	STEPS(PAYMENT_ASKED, UNPAID("pending_receiver"), p.report.seq = 1;
	      p.report.doubt = true, STEP_READ_BACK, NULL);
	STEPS(PAYMENT_ASKED, UNPAID("pending_receiver"), p.report.seq = 1;
	      p.report.due = f.now + 7, STEP_WAIT, NULL);
	expect_int("until it is due", last.next, at(NOW) + 7);
	/* No order is sent while a report is open. */
	STEPS(PAYMENT_OUT, MONEY("pending_receiver"),
	      p.outflow.state = OUTFLOW_READY;
	      p.report.seq = 1; p.report.due = f.now + 7, STEP_WAIT, NULL);
	STEPS(PAYMENT_OUT, MONEY("pending_receiver"),
	      p.outflow.state = OUTFLOW_SENDING;
	      p.report.seq = 1; p.report.due = f.now + 7, STEP_WAIT, NULL);
	/* But what was accepted is looked at. */
	STEPS(PAYMENT_OUT, MONEY("pending_receiver"),
	      p.outflow.state = OUTFLOW_ACCEPTED;
	      p.report.seq = 1; p.report.due = f.now + 7, STEP_LOOK, NULL);
	STEPS(PAYMENT_OUT, MONEY("pending_receiver"),
	      p.outflow.state = OUTFLOW_ACCEPTED;
	      p.report.seq = 1; p.attempt.look_at = f.now + 9;
	      p.report.due = f.now + 7, STEP_WAIT, NULL);
	expect_int("until either is due", last.next, at(NOW) + 7);
	STEPS(PAYMENT_OUT, MONEY("pending_external"),
	      p.outflow.state = OUTFLOW_SETTLED;
	      p.report.seq = 2, STEP_REPORT, NULL);
}

static void
money_out(void **state)
{
	(void)state;
#define OUT(state_, change, step_, code_)                                      \
	STEPS(PAYMENT_OUT, MONEY("pending_receiver"),                          \
	      p.outflow.state = (state_);                                      \
	      change, step_, code_)
	OUT(OUTFLOW_READY, (void)0, STEP_PREPARE, NULL);
	OUT(OUTFLOW_READY, f.hold = "because", STEP_WAIT, "money_on_hold");
	expect_text("the reason", last.sentence, "because");
	OUT(OUTFLOW_READY, f.outlets[WAY_OUT].missing = "X is not set",
	    STEP_WAIT, "no_payout");
	expect_text("the reason", last.sentence, "X is not set");
	/* A second person comes before all else; an order that was sent is
	 * looked up without one. */
	OUT(OUTFLOW_READY, p.is_unapproved = true, STEP_WAIT, "second_person");
	expect_int("for the book may change", last.next, at(NOW) + 60 * SECOND);
	OUT(OUTFLOW_READY, p.is_unapproved = p.outflow.is_refund = true,
	    STEP_WAIT, "second_person");
	OUT(OUTFLOW_SENDING, p.is_unapproved = true, STEP_SEND, NULL);
	/* An order knows one rail alone. */
	OUT(OUTFLOW_SENDING, p.attempt.n = 1;
	    p.attempt.via = "manual", STEP_WAIT, "other_rail");
	OUT(OUTFLOW_ACCEPTED, p.attempt.n = 1;
	    p.attempt.via = "manual", STEP_WAIT, "other_rail");
	OUT(OUTFLOW_SETTLED, p.attempt.n = 1; p.attempt.doubted_at = 5;
	    p.attempt.via = "manual", STEP_WAIT, "other_rail");
	OUT(OUTFLOW_REFUSED, p.attempt.n = 1; p.attempt.via = "http";
	    f.via = "manual", STEP_WAIT, "other_rail");
	OUT(OUTFLOW_SENDING, p.attempt.n = 1;
	    p.attempt.via = f.via = "manual", STEP_SEND, NULL);
	OUT(OUTFLOW_READY, p.attempt.n = 1;
	    p.attempt.via = "manual", STEP_PREPARE, NULL);
	OUT(OUTFLOW_SENDING, (void)0, STEP_SEND, NULL);
	OUT(OUTFLOW_SENDING, f.hold = "because", STEP_WAIT, "money_on_hold");
	/* What was sent is looked up whatever holds. */
	OUT(OUTFLOW_SENDING, f.hold = "because";
	    p.attempt.sends = 1, STEP_SEND, NULL);
	OUT(OUTFLOW_SENDING, p.attempt.look_at = f.now + 5, STEP_WAIT, NULL);
	expect_int("until then", last.next, at(NOW) + 5);
	OUT(OUTFLOW_SENDING, f.outlets[WAY_OUT].missing = "X is not set";
	    p.attempt.sends = 1, STEP_WAIT, "no_payout");
	OUT(OUTFLOW_ACCEPTED, f.hold = "because", STEP_LOOK, NULL);
	OUT(OUTFLOW_ACCEPTED, p.attempt.look_at = f.now + 5, STEP_WAIT, NULL);
	OUT(OUTFLOW_SETTLED, (void)0, STEP_WAIT, NULL);
	OUT(OUTFLOW_REVIEW, (void)0, STEP_WAIT, NULL);
	/* A refusal is looked at again after the quarantine only. */
	OUT(OUTFLOW_REFUSED,
	    p.attempt.last_sent = f.now - f.outlets[WAY_OUT].quarantine + 1,
	    STEP_WAIT, "refusal_doubted");
	expect_int("until it is over", last.next, at(NOW) + 1);
	OUT(OUTFLOW_REFUSED,
	    p.attempt.last_sent = f.now - f.outlets[WAY_OUT].quarantine,
	    STEP_LOOK, NULL);
#undef OUT
}

/* A report that is due while money is held. */
static void
tells(struct payment *p, struct step_facts *f, const char *method)
{
	p->report = (struct report){.seq = 3, .method = method, .due = 1};
	f->hold = "because";
}

static void
order_back(struct payment *p)
{
	p->attempt.n = 1;
	p->attempt.way = WAY_BACK;
}

static void
money_back(void **state)
{
	(void)state;
#define BACK(status_, state_, change, step_, code_)                            \
	STEPS(PAYMENT_OUT, MONEY(status_), p.outflow.is_refund = true;         \
	      p.outflow.state = (state_); change, step_, code_)
	BACK("pending_receiver", OUTFLOW_READY, (void)0, STEP_PREPARE, NULL);
	BACK("pending_receiver", OUTFLOW_READY, f.platform_refunds = true,
	    STEP_ORDER_BACK, NULL);
	BACK("pending_receiver", OUTFLOW_READY, f.hold = "because", STEP_WAIT,
	    "money_on_hold");
	BACK("pending_external", OUTFLOW_READY, f.hold = "because", STEP_WAIT,
	    "money_on_hold");
	BACK("pending_receiver", OUTFLOW_READY,
	    f.outlets[WAY_OUT].missing = "X is not set", STEP_PREPARE, NULL);
	BACK("pending_receiver", OUTFLOW_READY,
	    f.outlets[WAY_BACK].missing = "Y is not set", STEP_WAIT,
	    "no_payout");
	expect_text("the reason", last.sentence, "Y is not set");
	/* The road to where a refund can be told. */
	BACK("pending_customer_info_update", OUTFLOW_READY, (void)0, STEP_ROAD,
	    CUSTOMER_INFO);
	BACK("error", OUTFLOW_READY, (void)0, STEP_ROAD, RECOVERY);
	BACK("pending_external", OUTFLOW_READY, (void)0, STEP_ROAD, ERROR);
	BACK("pending_anchor", OUTFLOW_READY, (void)0, STEP_ROAD, ERROR);
	BACK("pending_external", OUTFLOW_READY, f.platform_refunds = true,
	    STEP_ROAD, ERROR);
	BACK("completed", OUTFLOW_READY, (void)0, STEP_REVIEW,
	    "refund_elsewhere");
	BACK("pending_stellar", OUTFLOW_READY, (void)0, STEP_REVIEW,
	    "refund_elsewhere");
	STEPS(PAYMENT_OUT, UNPAID("error"), p.outflow.is_refund = true;
	      p.outflow.state = OUTFLOW_READY, STEP_REVIEW, "refund_unpaid");
	/* Moved while its order was stored, and never sent. */
	BACK("error", OUTFLOW_SENDING, order_back(&p), STEP_ASTRAY, NULL);
	BACK("pending_external", OUTFLOW_SENDING, order_back(&p), STEP_ASTRAY,
	    NULL);
	BACK("error", OUTFLOW_SENDING, order_back(&p);
	     p.attempt.sends = 1, STEP_SEND, NULL);
	BACK("error", OUTFLOW_SENDING, order_back(&p);
	     f.hold = "because", STEP_WAIT, "money_on_hold");
	/* A hold stops each step of it, and not what was done. */
	BACK("pending_external", OUTFLOW_READY, tells(&p, &f, ERROR), STEP_WAIT,
	    "money_on_hold");
	BACK("pending_external", OUTFLOW_READY, tells(&p, &f, RECOVERY);
	     p.report.doubt = true, STEP_READ_BACK, NULL);
	BACK("pending_receiver", OUTFLOW_SENDING, tells(&p, &f, DO_REFUND),
	    STEP_WAIT, "money_on_hold");
	BACK("pending_receiver", OUTFLOW_SETTLED, tells(&p, &f, REFUND_SENT),
	    STEP_REPORT, NULL);
	/* Neither does the platform's go without the second person. */
	BACK("pending_receiver", OUTFLOW_SENDING, tells(&p, &f, DO_REFUND);
	     f.hold = NULL, STEP_REPORT, NULL);
	BACK("pending_receiver", OUTFLOW_SENDING, tells(&p, &f, DO_REFUND);
	     f.hold = NULL; p.is_unapproved = true, STEP_WAIT, "second_person");
	BACK("pending_receiver", OUTFLOW_SENDING, tells(&p, &f, DO_REFUND);
	     f.hold = NULL; p.is_unapproved = true;
	     p.report.doubt = true, STEP_READ_BACK, NULL);
	/* The order to the treasury goes as all orders do. */
	BACK("pending_receiver", OUTFLOW_SENDING, order_back(&p), STEP_SEND,
	    NULL);
	BACK("pending_receiver", OUTFLOW_ACCEPTED, order_back(&p), STEP_LOOK,
	    NULL);
	BACK("pending_receiver", OUTFLOW_REFUSED, order_back(&p);
	     p.attempt.last_sent = f.now - f.outlets[WAY_BACK].quarantine + 1,
	     STEP_WAIT, "refusal_doubted");
	/* The platform's own has no order, or an older one of a payout. */
	BACK("pending_stellar", OUTFLOW_ACCEPTED, p.attempt.n = 1;
	     p.outflow.moved_at = f.now, STEP_WAIT, NULL);
	expect_int("an hour long", last.next, at(NOW) + CUSTODY_MOST);
	BACK("pending_stellar", OUTFLOW_ACCEPTED,
	    p.outflow.moved_at = f.now - CUSTODY_MOST, STEP_REVIEW,
	    "custody_late");
	BACK("refunded", OUTFLOW_ACCEPTED, p.outflow.moved_at = f.now,
	    STEP_BACK, NULL);
	BACK("error", OUTFLOW_ACCEPTED, p.outflow.moved_at = f.now, STEP_REVIEW,
	    "custody_failed");
#undef BACK
}

static void
money_that_stands_may_go_back(void **state)
{
	(void)state;
#define WEEK p.outflow.moved_at = f.now - INFO_MOST
	STEPS(PAYMENT_OUT, MONEY("pending_customer_info_update"), WEEK;
	      p.outflow.state = OUTFLOW_READY, STEP_TURN, "info_overdue");
	STEPS(PAYMENT_OUT, MONEY("pending_customer_info_update"), WEEK + 1;
	      p.outflow.state = OUTFLOW_READY, STEP_ASTRAY, NULL);
	STEPS(PAYMENT_OUT, MONEY("pending_receiver"), WEEK;
	      p.outflow.state = OUTFLOW_READY, STEP_PREPARE, NULL);
	STEPS(PAYMENT_OUT, MONEY("pending_customer_info_update"), WEEK;
	      p.outflow.state = OUTFLOW_SENDING, STEP_ASTRAY, NULL);
#undef WEEK
	STEPS(PAYMENT_ASKED, MONEY("pending_customer_info_update"),
	    p.record.received_at = f.now - INFO_MOST, STEP_TURN,
	    "info_overdue");
	STEPS(PAYMENT_ASKED, MONEY("pending_customer_info_update"),
	    p.record.received_at = f.now - INFO_MOST + 1, STEP_FUNDS, NULL);
	STEPS(PAYMENT_HELD, MONEY("pending_receiver"), p.refund_why = "person",
	    STEP_VERIFY, NULL);
	STEPS(PAYMENT_HELD, MONEY("error"), p.outflow.state = OUTFLOW_FAILED,
	    STEP_TURN, NULL);
	STEPS(PAYMENT_HELD, MONEY("pending_receiver"),
	    p.outflow.state = OUTFLOW_REVIEW, STEP_WAIT, NULL);
	STEPS(PAYMENT_HELD, UNPAID("pending_receiver"), (void)0, STEP_WAIT,
	    NULL);
	STEPS(PAYMENT_REVIEW, MONEY("pending_receiver"),
	    p.refund_why = "person", STEP_WAIT, NULL);
}

/* An order goes out of pending_receiver only; what of us put the record
 * elsewhere brings it back first. */
static void
an_order_waits_for_its_record(void **state)
{
	static const char *const elsewhere[] = {"pending_customer_info_update",
	    "pending_external", "error", "completed", "pending_sender"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(elsewhere); i++) {
#define ASTRAY(change, step_, code_)                                           \
	STEPS(PAYMENT_OUT, MONEY("x"), p.record.status = elsewhere[i];         \
	      p.outflow.moved_at = f.now; change, step_, code_)
		ASTRAY(p.outflow.state = OUTFLOW_READY, STEP_ASTRAY, NULL);
		ASTRAY(p.outflow.state = OUTFLOW_SENDING, STEP_ASTRAY, NULL);
		ASTRAY(p.outflow.state = OUTFLOW_SENDING; p.report.seq = 1;
		       p.report.due = f.now + 7, STEP_WAIT, NULL);
		ASTRAY(p.outflow.state = OUTFLOW_READY;
		       f.hold = "because", STEP_WAIT, "money_on_hold");
		ASTRAY(p.outflow.state = OUTFLOW_SENDING;
		       p.attempt.sends = 1, STEP_SEND, NULL);
#undef ASTRAY
	}
	/* Of what was completed once the platform hears no more. */
	STEPS(PAYMENT_OUT, MONEY("completed"), p.outflow.is_told = true;
	      p.outflow.state = OUTFLOW_READY, STEP_PREPARE, NULL);
	STEPS(PAYMENT_OUT, MONEY("completed"), p.outflow.is_told = true;
	      p.outflow.state = OUTFLOW_SENDING, STEP_SEND, NULL);
}

/* The bank says that it came back: until that is believed nothing is told. */
static void
a_return_is_doubted(void **state)
{
	static const enum outflow_state states[] = {OUTFLOW_ACCEPTED,
	    OUTFLOW_SETTLED};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(states); i++) {
#define DOUBTED(change, step_, code_)                                          \
	STEPS(PAYMENT_OUT, MONEY("pending_external"),                          \
	      p.outflow.state = states[i];                                     \
	      p.attempt.doubted_at = f.now - 9; change, step_, code_)
		DOUBTED((void)0, STEP_LOOK, NULL);
		DOUBTED(p.report.seq = 2, STEP_LOOK, NULL);
		DOUBTED(f.hold = "because", STEP_LOOK, NULL);
		DOUBTED(p.report.seq = 2; p.attempt.look_at = f.now + 5,
			STEP_WAIT, "return_doubted");
		expect_int("until then", last.next, at(NOW) + 5);
		DOUBTED(p.report.seq = 2;
			p.report.doubt = true, STEP_READ_BACK, NULL);
		DOUBTED(f.outlets[WAY_OUT].missing = "X is not set", STEP_WAIT,
		    "no_payout");
#undef DOUBTED
	}
	/* Settled, and the platform cannot be told: the bank is asked. */
	STEPS(PAYMENT_OUT, MONEY("pending_external"),
	      p.outflow.state = OUTFLOW_SETTLED;
	      p.report.seq = 2; p.report.due = f.now + 7, STEP_LOOK, NULL);
	STEPS(PAYMENT_OUT, MONEY("pending_external"),
	      p.outflow.state = OUTFLOW_SETTLED;
	      p.report.seq = 2; p.report.due = f.now + 7;
	      p.attempt.look_at = f.now + 9, STEP_WAIT, NULL);
	expect_int("until either is due", last.next, at(NOW) + 7);
	/* Long after. */
	STEPS(PAYMENT_DONE, MONEY("completed"), p.outflow.state = OUTFLOW_DONE;
	      p.attempt.doubted_at = f.now - 9, STEP_LOOK, NULL);
	STEPS(PAYMENT_DONE, MONEY("completed"), p.outflow.state = OUTFLOW_DONE;
	      p.attempt.doubted_at = f.now - 9;
	      p.attempt.look_at = f.now + 5, STEP_WAIT, NULL);
	expect_int("until then", last.next, at(NOW) + 5);
}

/* No order of it will be carried out: it is corrected, or given up. */
static void
what_the_bank_did_not_take(void **state)
{
	(void)state;
#define FAILED(change, step_, code_)                                           \
	STEPS(PAYMENT_OUT, MONEY("pending_external"),                          \
	      p.outflow.state = OUTFLOW_FAILED;                                \
	      p.outflow.moved_at = f.now; p.attempt.n = 1;                     \
	      p.attempt.is_fixable = true; change, step_, code_)
	FAILED((void)0, STEP_CORRECT, NULL);
	FAILED(p.report.seq = 3, STEP_REPORT, NULL);
	FAILED(p.report.seq = 3; p.report.due = f.now + 7, STEP_WAIT, NULL);
	FAILED(f.hold = "because", STEP_WAIT, "money_on_hold");
	FAILED(p.is_erased = true, STEP_GIVE_UP, "customer_deleted");
	FAILED(p.attempt.is_fixable = false, STEP_GIVE_UP, "payout_refused");
	FAILED(p.attempt.is_fixable = false;
	       p.attempt.is_returned = true, STEP_GIVE_UP, "payout_returned");
	FAILED(p.attempt.n = 2, STEP_CORRECT, NULL);
	FAILED(p.attempt.n = 3, STEP_GIVE_UP, "payout_tried_out");
	FAILED(f.now += CORRECTED_WITHIN, STEP_CORRECT, NULL);
	FAILED(f.now += CORRECTED_WITHIN + 1, STEP_GIVE_UP,
	    "payout_uncorrected");
	expect_int("a week", CORRECTED_WITHIN, 7 * 86400 * SECOND);
	FAILED(p.outflow.is_told = true, STEP_REVIEW,
	    "returned_after_completion");
	FAILED(p.state = PAYMENT_HELD, STEP_TURN, NULL);
	FAILED(p.state = PAYMENT_REVIEW, STEP_WAIT, NULL);
#undef FAILED
}

static void
what_is_over_is_held_against_the_record(void **state)
{
	(void)state;
	STEPS(PAYMENT_DONE, MONEY("completed"), (void)0, STEP_WAIT, NULL);
	STEPS(PAYMENT_DONE, MONEY("refunded"), (void)0, STEP_CASE,
	    "record_disagrees");
	STEPS(PAYMENT_DONE, MONEY("refunded"), p.outflow.is_refund = true,
	    STEP_WAIT, NULL);
	STEPS(PAYMENT_DONE, MONEY("completed"), p.outflow.is_refund = true,
	    STEP_CASE, "record_disagrees");
	STEPS(PAYMENT_DONE, MONEY("error"), (void)0, STEP_CASE,
	    "record_disagrees");
	STEPS(PAYMENT_CLOSED, UNPAID("expired"), (void)0, STEP_WAIT, NULL);
	STEPS(PAYMENT_CLOSED, MONEY("pending_receiver"), (void)0, STEP_CASE,
	    "record_disagrees");
}

/* Whatever the platform may call a status, only these lead to money. */
static void
money_leaves_from_nowhere_else(void **state)
{
	static const char *const statuses[] = {"pending_receiver",
	    "pending_sender", "pending_external",
	    "pending_customer_info_update", "pending_stellar", "pending_anchor",
	    "pending_transaction_info_update", "completed", "refunded", "error",
	    "expired", "something_new"};
	struct step_facts f = facts();
	size_t i, k;
	int before, is_paid;

	(void)state;
	for (i = 0; i < COUNT(statuses); i++)
		for (before = PAYMENT_NEW; before < PAYMENT_MAX; before++)
			for (is_paid = 0; is_paid < 2; is_paid++)
				for (k = 0; k < OUTFLOW_MAX; k++) {
					struct payment p = payment_of(a, before,
					    is_paid ? MONEY("x") : ASKED("x"));
					enum step step;

					p.record.status = statuses[i];
					p.outflow.state = k;
					step = step_choose(&p, &f).step;
					if (step == STEP_PREPARE ||
					    step == STEP_SEND)
						expect(statuses[i],
						    before == PAYMENT_OUT);
					if (step == STEP_FUNDS)
						expect(statuses[i],
						    is_paid &&
							before ==
							    PAYMENT_ASKED);
					if (step == STEP_GATE)
						expect(statuses[i],
						    !is_paid &&
							before == PAYMENT_NEW);
				}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(before_the_gate),
	    cmocka_unit_test(erased_before_any_money_was_asked_for),
	    cmocka_unit_test(asked_for),
	    cmocka_unit_test(without_money_it_ends),
	    cmocka_unit_test(a_recovery_is_told_whatever_holds),
	    cmocka_unit_test(held_and_reviewed_payments_stand_still),
	    cmocka_unit_test(reports_come_first_and_in_doubt_are_read_back),
	    cmocka_unit_test(money_out),
	    cmocka_unit_test(money_back),
	    cmocka_unit_test(money_that_stands_may_go_back),
	    cmocka_unit_test(an_order_waits_for_its_record),
	    cmocka_unit_test(a_return_is_doubted),
	    cmocka_unit_test(what_the_bank_did_not_take),
	    cmocka_unit_test(what_is_over_is_held_against_the_record),
	    cmocka_unit_test(money_leaves_from_nowhere_else),
	};

	return cmocka_run_group_tests(tests, arena_begin, arena_end);
}
