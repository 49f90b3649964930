/*
 * step - what is to be done next about a payment: a table, read from the top.
 */
#include <stddef.h>

#include "report.h"
#include "step.h"

typedef const struct payment P;
typedef const struct step_facts F;

/* --- what holds ---------------------------------------------------------- */

static bool
is(P *p, const char *status)
{
	return record_is(&p->record, status);
}

static bool
is_before_money(P *p)
{
	return p->state == PAYMENT_NEW || p->state == PAYMENT_ASKED ||
	       p->state == PAYMENT_HELD;
}

static bool
is_open(P *p)
{
	return p->report.seq != 0;
}

static bool
review(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_REVIEW;
}

static bool
dead(P *p, F *f)
{
	(void)f;
	return is_before_money(p) && p->outflow.state == OUTFLOW_NONE &&
	       record_is_dead(&p->record);
}

static bool
report_due_in_doubt(P *p, F *f)
{
	return is_open(p) && p->report.due <= f->now && p->report.doubt;
}

static bool
report_due(P *p, F *f)
{
	return is_open(p) && p->report.due <= f->now;
}

/* Before the payout nothing else happens while a report is open. */
static bool
report_waits(P *p, F *f)
{
	(void)f;
	return is_open(p) && p->outflow.state <= OUTFLOW_SENDING;
}

/* A person brings it back, whatever it is held for. */
static bool
recovery(P *p)
{
	return is_open(p) && strcmp(p->report.method, RECOVERY) == 0 &&
	       (p->state == PAYMENT_HELD || p->state == PAYMENT_REVIEW ||
		   p->state == PAYMENT_CLOSED);
}

static bool
recovery_in_doubt(P *p, F *f)
{
	return recovery(p) && report_due_in_doubt(p, f);
}

static bool
recovery_due(P *p, F *f)
{
	return recovery(p) && report_due(p, f);
}

static bool
recovery_waits(P *p, F *f)
{
	(void)f;
	return recovery(p);
}

/* We have ended it ourselves, and said so. */
static bool
dead_by_us(P *p, F *f)
{
	return dead(p, f) &&
	       strncmp(p->noticed, NOTED_END, strlen(NOTED_END)) == 0;
}

/* No money was asked for yet, by us or anybody. */
static bool
unasked_and_erased(P *p, F *f)
{
	(void)f;
	return p->is_erased && is_before_money(p) &&
	       p->state != PAYMENT_ASKED && p->pay_by == FOREVER &&
	       p->outflow.state == OUTFLOW_NONE && !p->record.is_paid &&
	       (is(p, "pending_receiver") ||
		   is(p, "pending_customer_info_update"));
}

static bool
done_but_not_completed(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_DONE && !is(p, "completed");
}

static bool
closed_but_alive(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_CLOSED && !record_is_dead(&p->record);
}

static bool
ended(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_DONE || p->state == PAYMENT_CLOSED;
}

static bool
other_memo(P *p, F *f)
{
	if (p->record.memo[0] == '\0' || !is_before_money(p))
		return false;
	if (f->platform_memos && p->deposit_memo[0] == '\0')
		return p->state != PAYMENT_ASKED;
	return strcmp(p->record.memo, payment_memo(p)) != 0;
}

static bool
held_for(P *p, const char *code)
{
	size_t len = strlen(code);

	return p->state == PAYMENT_HELD && strncmp(p->reason, code, len) == 0 &&
	       p->reason[len] == ':';
}

static bool
held_unpaid_now_paid(P *p, F *f)
{
	(void)f;
	return p->record.is_paid && is(p, "pending_receiver") &&
	       p->pay_by != FOREVER &&
	       (held_for(p, "not_paid") || held_for(p, "unreported"));
}

static bool
held(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_HELD;
}

static bool
new_but_paid(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_NEW && p->record.is_paid;
}

static bool
new_but_asked(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_NEW && is(p, "pending_sender");
}

static bool
new_and_waiting_for_us(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_NEW &&
	       (is(p, "pending_receiver") ||
		   is(p, "pending_customer_info_update"));
}

static bool
new_elsewhere(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_NEW;
}

static bool
asked_and_paid(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_ASKED && p->record.is_paid &&
	       (is(p, "pending_receiver") ||
		   is(p, "pending_customer_info_update"));
}

static bool
asked_and_paid_elsewhere(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_ASKED && p->record.is_paid;
}

static bool
asked_too_long(P *p, F *f)
{
	return (p->state == PAYMENT_ASKED || held_for(p, "not_paid")) &&
	       is(p, "pending_sender") && !p->record.is_paid &&
	       p->pay_by != FOREVER &&
	       f->now > p->pay_by + LATE_GRACE + LATE_MARGIN;
}

static bool
asked(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_ASKED && is(p, "pending_sender");
}

static bool
asked_but_elsewhere(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_ASKED;
}

static bool
outflow(P *p, enum outflow_state state)
{
	return p->state == PAYMENT_OUT && p->outflow.state == state;
}

static bool
refund(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_OUT && p->outflow.is_refund;
}

static bool
ready_without_bank(P *p, F *f)
{
	return outflow(p, OUTFLOW_READY) && f->no_payout != NULL;
}

static bool
ready_on_hold(P *p, F *f)
{
	return outflow(p, OUTFLOW_READY) && f->hold != NULL;
}

static bool
ready(P *p, F *f)
{
	(void)f;
	return outflow(p, OUTFLOW_READY);
}

/* An order that was never sent waits until money may leave; one that was sent
 * is looked up whatever holds. */
static bool
unsent_without_bank(P *p, F *f)
{
	return outflow(p, OUTFLOW_SENDING) && f->no_payout != NULL;
}

static bool
unsent_on_hold(P *p, F *f)
{
	return outflow(p, OUTFLOW_SENDING) && p->attempt.sends == 0 &&
	       f->hold != NULL;
}

static bool
sending_later(P *p, F *f)
{
	return outflow(p, OUTFLOW_SENDING) && p->attempt.look_at > f->now;
}

static bool
sending(P *p, F *f)
{
	(void)f;
	return outflow(p, OUTFLOW_SENDING);
}

static bool
looking_without_bank(P *p, F *f)
{
	return (outflow(p, OUTFLOW_ACCEPTED) || outflow(p, OUTFLOW_REFUSED)) &&
	       f->no_payout != NULL;
}

static bool
accepted_later(P *p, F *f)
{
	return outflow(p, OUTFLOW_ACCEPTED) && p->attempt.look_at > f->now;
}

static bool
accepted(P *p, F *f)
{
	(void)f;
	return outflow(p, OUTFLOW_ACCEPTED);
}

static bool
refused_in_quarantine(P *p, F *f)
{
	return outflow(p, OUTFLOW_REFUSED) &&
	       (p->attempt.last_sent + f->quarantine > f->now ||
		   p->attempt.look_at > f->now);
}

static bool
refused(P *p, F *f)
{
	(void)f;
	return outflow(p, OUTFLOW_REFUSED);
}

static bool
anything(P *p, F *f)
{
	(void)p;
	(void)f;
	return true;
}

/* --- when to look again -------------------------------------------------- */

static instant
never(P *p, F *f)
{
	(void)p;
	(void)f;
	return FOREVER;
}

static instant
at_report(P *p, F *f)
{
	(void)f;
	return p->report.due;
}

static instant
at_pay_by(P *p, F *f)
{
	(void)f;
	return p->pay_by + LATE_GRACE + LATE_MARGIN + 1;
}

static instant
at_look(P *p, F *f)
{
	(void)f;
	return p->attempt.look_at;
}

static instant
after_quarantine(P *p, F *f)
{
	instant over = p->attempt.last_sent + f->quarantine;

	return over > p->attempt.look_at ? over : p->attempt.look_at;
}

static instant
soon(P *p, F *f)
{
	(void)p;
	return f->now + 2 * SECOND;
}

/* Sentences that stand in what holds for all. */
static const char no_payout[] = "", on_hold[] = "";
/* The code stands in what was noticed last. */
static const char noticed[] = "";

/* --- the table ----------------------------------------------------------- */

struct row {
	bool (*when)(P *p, F *f);
	enum step step;
	const char *code, *sentence; /* of a wait: why, if it is worth saying */
	instant (*next)(P *p, F *f);
};

/* clang-format off */
static const struct row rows[] = {
	/* A person has it, or it is over. */
	{ recovery_in_doubt, STEP_READ_BACK, NULL, NULL, NULL },
	{ recovery_due, STEP_REPORT, NULL, NULL, NULL },
	{ recovery_waits, STEP_WAIT, NULL, NULL, at_report },
	{ review, STEP_WAIT, NULL, NULL, never },
	{ dead_by_us, STEP_CLOSE, noticed, "we have ended it at the platform before any money came", NULL },
	{ dead, STEP_CLOSE, "ended", "it ended at the platform before any money came", NULL },
	{ done_but_not_completed, STEP_CASE, "record_disagrees", "we have paid this out and reported it, the platform shows another status", never },
	{ closed_but_alive, STEP_CASE, "record_disagrees", "we have closed this, the platform has it open again", never },
	{ ended, STEP_WAIT, NULL, NULL, never },

	/* What the platform is to be told, in order; in doubt it is asked first. */
	{ report_due_in_doubt, STEP_READ_BACK, NULL, NULL, NULL },
	{ report_due, STEP_REPORT, NULL, NULL, NULL },
	{ report_waits, STEP_WAIT, NULL, NULL, at_report },

	/* Before the money. */
	{ other_memo, STEP_REVIEW, "other_memo", "the record carries a memo that we did not give it", NULL },
	{ unasked_and_erased, STEP_END, "customer_deleted", "a customer of this payment was erased", NULL },
	{ held_unpaid_now_paid, STEP_FUNDS, NULL, NULL, NULL },
	{ asked_too_long, STEP_END, "not_paid", "no money came in time", NULL },
	{ held, STEP_WAIT, NULL, NULL, never },
	{ new_but_paid, STEP_HOLD, "paid_without_gate", "it is paid, and we never asked for the money", NULL },
	{ new_but_asked, STEP_REFUSE, "asked_without_gate", "the money was asked for, but not by a gate of ours that holds", NULL },
	{ new_and_waiting_for_us, STEP_GATE, NULL, NULL, NULL },
	{ new_elsewhere, STEP_REFUSE, "unpaid_elsewhere", "it is not paid, and in a status in which we have nothing to do", NULL },

	/* Asked for. */
	{ asked_and_paid, STEP_FUNDS, NULL, NULL, NULL },
	{ asked_and_paid_elsewhere, STEP_REVIEW, "paid_elsewhere", "it is paid, and in a status that does not lead to a payout", NULL },
	{ asked, STEP_WAIT, NULL, NULL, at_pay_by },
	{ asked_but_elsewhere, STEP_REVIEW, "asked_elsewhere", "we asked for money, and the record does not show it", NULL },

	/* Money out. */
	{ refund, STEP_WAIT, "refund", "a refund goes out by hand", never },
	{ ready_without_bank, STEP_WAIT, "no_payout", no_payout, soon },
	{ ready_on_hold, STEP_WAIT, "money_on_hold", on_hold, soon },
	{ ready, STEP_PREPARE, NULL, NULL, NULL },
	{ unsent_without_bank, STEP_WAIT, "no_payout", no_payout, soon },
	{ unsent_on_hold, STEP_WAIT, "money_on_hold", on_hold, soon },
	{ sending_later, STEP_WAIT, NULL, NULL, at_look },
	{ sending, STEP_SEND, NULL, NULL, NULL },
	{ looking_without_bank, STEP_WAIT, "no_payout", no_payout, soon },
	{ accepted_later, STEP_WAIT, NULL, NULL, at_look },
	{ accepted, STEP_LOOK, NULL, NULL, NULL },
	{ refused_in_quarantine, STEP_WAIT, "refusal_doubted", "the bank said no; an earlier order may still be on its way", after_quarantine },
	{ refused, STEP_LOOK, NULL, NULL, NULL },
	{ anything, STEP_WAIT, NULL, NULL, never },
};
/* clang-format on */

struct step_choice
step_choose(P *p, F *f)
{
	const struct row *row = rows;
	struct step_choice choice;

	while (!row->when(p, f))
		row++;
	choice.step = row->step;
	choice.code = row->code;
	choice.sentence = row->sentence;
	choice.next = row->next == NULL ? f->now : row->next(p, f);
	if (row->sentence == no_payout)
		choice.sentence = f->no_payout;
	else if (row->sentence == on_hold)
		choice.sentence = f->hold;
	if (row->code == noticed)
		choice.code = p->noticed + strlen(NOTED_END);
	/* A report that waits while its payment goes on is not forgotten. */
	if (row->step == STEP_WAIT && is_open(p) &&
	    p->state != PAYMENT_REVIEW && p->report.due < choice.next)
		choice.next = p->report.due;
	return choice;
}

const char *
step_name(enum step step)
{
	static const char *const names[STEP_MAX] = {"wait", "read_back",
	    "report", "gate", "end", "refuse", "funds", "prepare", "send",
	    "look", "hold", "review", "close", "case"};

	return names[step];
}
