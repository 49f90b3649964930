/*
 * step_when - what holds for a payment, for the table of steps: reports, ends,
 *             and what comes before the money.
 */
#include "step_when_parts.h"

bool
when_review(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_REVIEW;
}

bool
when_dead(P *p, F *f)
{
	(void)f;
	return is_before_money(p) && p->outflow.state == OUTFLOW_NONE &&
	       record_is_dead(&p->record);
}

/* --- reports ------------------------------------------------------------- */

/* Or it has seen by itself what it was to be told. */
bool
when_report_due_in_doubt(P *p, F *f)
{
	return is_open(p) && p->report.due <= f->now &&
	       (p->report.doubt ||
		   (strcmp(p->report.method, FUNDS_RECEIVED) == 0 &&
		       p->record.is_paid));
}

bool
when_report_while_open(P *p, F *f)
{
	return when_report_due(p, f) && f->platform_until > f->now;
}

bool
when_report_due(P *p, F *f)
{
	return is_open(p) && p->report.due <= f->now;
}

/* Before the payout nothing else happens while a report is open. */
bool
when_report_waits(P *p, F *f)
{
	(void)f;
	return is_open(p) && (p->outflow.state <= OUTFLOW_SENDING ||
				 p->outflow.state == OUTFLOW_FAILED);
}

/* A person brings it back, whatever it is held for. */
static bool
recovery(P *p)
{
	return is_open(p) && strcmp(p->report.method, RECOVERY) == 0 &&
	       (p->state == PAYMENT_HELD || p->state == PAYMENT_REVIEW ||
		   p->state == PAYMENT_CLOSED);
}

bool
when_recovery_in_doubt(P *p, F *f)
{
	return recovery(p) && when_report_due_in_doubt(p, f);
}

bool
when_recovery_due(P *p, F *f)
{
	return recovery(p) && when_report_due(p, f);
}

bool
when_recovery_waits(P *p, F *f)
{
	(void)f;
	return recovery(p);
}

/* We have ended it ourselves, and said so. */
bool
when_dead_by_us(P *p, F *f)
{
	return when_dead(p, f) &&
	       strncmp(p->noticed, NOTED_END, strlen(NOTED_END)) == 0;
}

/* No money was asked for yet, by us or anybody. */
bool
when_unasked_and_erased(P *p, F *f)
{
	(void)f;
	return p->is_erased && is_before_money(p) &&
	       p->state != PAYMENT_ASKED && p->pay_by == FOREVER &&
	       p->outflow.state == OUTFLOW_NONE && !p->record.is_paid &&
	       (is(p, "pending_receiver") ||
		   is(p, "pending_customer_info_update"));
}

bool
when_done_but_not_completed(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_DONE &&
	       !is(p, p->outflow.is_refund ? "refunded" : "completed");
}

/* What was paid before a database was lost is closed, too, once all agree. */
bool
when_closed_but_alive(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_CLOSED && !record_is_dead(&p->record) &&
	       !(p->outflow.state == OUTFLOW_DONE && is(p, "completed"));
}

bool
when_ended(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_DONE || p->state == PAYMENT_CLOSED;
}

/* By a gate that we have lost, as it seems: ours may stand for it anew. */
bool
when_new_but_asked_for(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_NEW && is(p, "pending_sender") &&
	       !p->record.is_paid && p->record.memo[0] != '\0';
}

bool
when_other_memo(P *p, F *f)
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

bool
when_held_unpaid_now_paid(P *p, F *f)
{
	(void)f;
	return p->record.is_paid && is(p, "pending_receiver") &&
	       p->pay_by != FOREVER &&
	       (held_for(p, "not_paid") || held_for(p, "unreported"));
}

bool
when_held(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_HELD;
}

bool
when_new_but_paid(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_NEW && p->record.is_paid;
}

bool
when_new_but_asked(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_NEW && is(p, "pending_sender");
}

bool
when_new_and_waiting_for_us(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_NEW &&
	       (is(p, "pending_receiver") ||
		   is(p, "pending_customer_info_update"));
}

bool
when_new_elsewhere(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_NEW;
}

bool
when_asked_and_paid(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_ASKED && p->record.is_paid &&
	       (is(p, "pending_receiver") ||
		   is(p, "pending_customer_info_update"));
}

bool
when_asked_and_paid_elsewhere(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_ASKED && p->record.is_paid;
}

bool
when_asked_too_long(P *p, F *f)
{
	return (p->state == PAYMENT_ASKED || held_for(p, "not_paid")) &&
	       is(p, "pending_sender") && !p->record.is_paid &&
	       p->pay_by != FOREVER &&
	       f->now > p->pay_by + LATE_GRACE + LATE_MARGIN;
}

bool
when_asked(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_ASKED && is(p, "pending_sender");
}

bool
when_asked_but_elsewhere(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_ASKED;
}

bool
when_anything(P *p, F *f)
{
	(void)p;
	(void)f;
	return true;
}
