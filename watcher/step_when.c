/*
 * step_when - what holds for a payment, for the table of steps.
 */
#include "report.h"
#include "step_when.h"

typedef const struct payment P;
typedef const struct step_facts F;

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

/* --- the bank says that it came back ------------------------------------- */

/* Until it has said so twice nothing is told about that money. */
static bool
is_doubted(P *p)
{
	return p->attempt.doubted_at != 0 && !p->outflow.is_refund &&
	       (p->outflow.state == OUTFLOW_ACCEPTED ||
		   p->outflow.state == OUTFLOW_SETTLED);
}

/* Another rail than the one that it was made for knows nothing of it. */
static bool
is_of_other_rail(P *p, F *f)
{
	return !p->outflow.is_refund && p->attempt.n > 0 &&
	       p->attempt.via != NULL &&
	       strcmp(p->attempt.via, f->via == NULL ? "http" : f->via) != 0;
}

bool
when_other_rail_doubted(P *p, F *f)
{
	return p->state == PAYMENT_OUT && is_doubted(p) &&
	       is_of_other_rail(p, f);
}

bool
when_other_rail(P *p, F *f)
{
	return p->state == PAYMENT_OUT && is_of_other_rail(p, f) &&
	       (p->outflow.state == OUTFLOW_SENDING ||
		   p->outflow.state == OUTFLOW_ACCEPTED ||
		   p->outflow.state == OUTFLOW_REFUSED);
}

bool
when_return_doubted_without_bank(P *p, F *f)
{
	return p->state == PAYMENT_OUT && is_doubted(p) &&
	       f->outlets[WAY_OUT].missing != NULL;
}

bool
when_return_doubted_later(P *p, F *f)
{
	return p->state == PAYMENT_OUT && is_doubted(p) &&
	       p->attempt.look_at > f->now;
}

bool
when_return_doubted(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_OUT && is_doubted(p);
}

/* While the platform is not told that it is paid out the bank is asked. */
bool
when_settled_unlooked(P *p, F *f)
{
	return p->state == PAYMENT_OUT && p->outflow.state == OUTFLOW_SETTLED &&
	       is_open(p) && !p->outflow.is_refund && !is_of_other_rail(p, f) &&
	       p->attempt.look_at <= f->now &&
	       f->outlets[WAY_OUT].missing == NULL;
}

static bool
is_ended_but_returned(P *p, F *f)
{
	return p->state == PAYMENT_DONE && p->outflow.state == OUTFLOW_DONE &&
	       !p->outflow.is_refund && p->attempt.doubted_at != 0 &&
	       !p->attempt.is_returned && !is_of_other_rail(p, f) &&
	       f->outlets[WAY_OUT].missing == NULL;
}

bool
when_ended_but_returned_later(P *p, F *f)
{
	return is_ended_but_returned(p, f) && p->attempt.look_at > f->now;
}

bool
when_ended_but_returned(P *p, F *f)
{
	return is_ended_but_returned(p, f);
}

/* --- reports ------------------------------------------------------------- */

bool
when_report_due_in_doubt(P *p, F *f)
{
	return is_open(p) && p->report.due <= f->now && p->report.doubt;
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

/* --- money that goes back ------------------------------------------------ */

/* A hold on money stops each step towards a refund or a correction; that it
 * was done is told. */
bool
when_road_on_hold(P *p, F *f)
{
	static const char *const steps[] = {ERROR, RECOVERY, CUSTOMER_INFO,
	    DO_REFUND};
	size_t i;

	if (f->hold == NULL || p->outflow.state == OUTFLOW_NONE ||
	    !when_report_due(p, f))
		return false;
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (strcmp(p->report.method, steps[i]) == 0)
			return true;
	return false;
}

/* Since it was paid, or its outflow moved. */
bool
when_info_overdue(P *p, F *f)
{
	instant since = p->outflow.state == OUTFLOW_NONE ? p->record.received_at
	                                                 : p->outflow.moved_at;

	return p->record.is_paid && !p->outflow.is_refund &&
	       is(p, "pending_customer_info_update") &&
	       ((p->state == PAYMENT_ASKED &&
		    p->outflow.state == OUTFLOW_NONE) ||
		   (p->state == PAYMENT_OUT &&
		       p->outflow.state == OUTFLOW_READY)) &&
	       f->now >= since + INFO_MOST;
}

bool
when_held_to_go_back(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_HELD && p->refund_why[0] != '\0' &&
	       p->outflow.state == OUTFLOW_NONE && p->record.is_paid;
}

/* The book may say that it goes back. */
bool
when_held_with_money(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_HELD && p->record.is_paid &&
	       p->refund_why[0] == '\0' &&
	       (p->outflow.state == OUTFLOW_NONE ||
		   p->outflow.state == OUTFLOW_FAILED);
}

/* The platform was ordered to send it back: there is no order to the treasury
 * under way. */
bool
when_custody(P *p, F *f)
{
	(void)f;
	return p->state == PAYMENT_OUT && p->outflow.is_refund &&
	       (p->outflow.state == OUTFLOW_SENDING ||
		   p->outflow.state == OUTFLOW_ACCEPTED) &&
	       (p->attempt.n == 0 || p->attempt.way == WAY_OUT);
}

bool
when_custody_ended(P *p, F *f)
{
	return when_custody(p, f) && p->outflow.state == OUTFLOW_ACCEPTED &&
	       is(p, "refunded");
}

bool
when_custody_failed(P *p, F *f)
{
	return when_custody(p, f) && p->outflow.state == OUTFLOW_ACCEPTED &&
	       is(p, "error");
}

bool
when_custody_late(P *p, F *f)
{
	return when_custody(p, f) &&
	       f->now >= p->outflow.moved_at + CUSTODY_MOST;
}

static bool
is_to_go_back(P *p)
{
	return p->state == PAYMENT_OUT && p->outflow.is_refund &&
	       p->outflow.state == OUTFLOW_READY;
}

bool
when_back_unpaid(P *p, F *f)
{
	(void)f;
	return is_to_go_back(p) && !p->record.is_paid;
}

bool
when_back_elsewhere(P *p, F *f)
{
	(void)f;
	return is_to_go_back(p) &&
	       (is(p, "completed") || is(p, "refunded") ||
		   is(p, "pending_stellar") || is(p, "pending_sender"));
}

bool
when_back_by_platform(P *p, F *f)
{
	return is_to_go_back(p) && is(p, "pending_receiver") &&
	       f->platform_refunds;
}

bool
when_back_behind_info(P *p, F *f)
{
	(void)f;
	return is_to_go_back(p) && is(p, "pending_customer_info_update");
}

bool
when_back_behind_error(P *p, F *f)
{
	(void)f;
	return is_to_go_back(p) && (is(p, "error") || is(p, "expired"));
}

bool
when_back_behind(P *p, F *f)
{
	(void)f;
	return is_to_go_back(p) && !is(p, "pending_receiver");
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

static bool
outflow(P *p, enum outflow_state state)
{
	return p->state == PAYMENT_OUT && p->outflow.state == state;
}

/* Neither does any money leave by the way that this one goes. */
static bool
has_no_outlet(P *p, F *f)
{
	return f->outlets[payment_way(p)].missing != NULL;
}

bool
when_unapproved(P *p, F *f)
{
	(void)f;
	return outflow(p, OUTFLOW_READY) && p->is_unapproved;
}

bool
when_ready_without_bank(P *p, F *f)
{
	return outflow(p, OUTFLOW_READY) && has_no_outlet(p, f);
}

bool
when_ready_on_hold(P *p, F *f)
{
	return outflow(p, OUTFLOW_READY) && f->hold != NULL;
}

bool
when_ready(P *p, F *f)
{
	(void)f;
	return outflow(p, OUTFLOW_READY);
}

/* Before an order is sent the record waits for us; who was asked for other
 * data, or told of an earlier order that failed, has it elsewhere. */
bool
when_astray(P *p, F *f)
{
	(void)f;
	return !p->outflow.is_refund &&
	       (outflow(p, OUTFLOW_READY) ||
		   (outflow(p, OUTFLOW_SENDING) && p->attempt.sends == 0)) &&
	       !p->outflow.is_told && !is(p, "pending_receiver");
}

/* An order that was never sent waits until money may leave; one that was sent
 * is looked up whatever holds. */
bool
when_unsent_without_bank(P *p, F *f)
{
	return outflow(p, OUTFLOW_SENDING) && has_no_outlet(p, f);
}

bool
when_unsent_on_hold(P *p, F *f)
{
	return outflow(p, OUTFLOW_SENDING) && p->attempt.sends == 0 &&
	       f->hold != NULL;
}

bool
when_unsent_while_open(P *p, F *f)
{
	return outflow(p, OUTFLOW_SENDING) && p->attempt.sends == 0 &&
	       f->outlets[payment_way(p)].open_until > f->now;
}

bool
when_sending_later(P *p, F *f)
{
	return outflow(p, OUTFLOW_SENDING) && p->attempt.look_at > f->now;
}

bool
when_sending(P *p, F *f)
{
	(void)f;
	return outflow(p, OUTFLOW_SENDING);
}

bool
when_looking_without_bank(P *p, F *f)
{
	return (outflow(p, OUTFLOW_ACCEPTED) || outflow(p, OUTFLOW_REFUSED)) &&
	       has_no_outlet(p, f);
}

bool
when_accepted_later(P *p, F *f)
{
	return outflow(p, OUTFLOW_ACCEPTED) && p->attempt.look_at > f->now;
}

bool
when_accepted(P *p, F *f)
{
	(void)f;
	return outflow(p, OUTFLOW_ACCEPTED);
}

bool
when_refused_in_quarantine(P *p, F *f)
{
	return outflow(p, OUTFLOW_REFUSED) &&
	       (p->attempt.last_sent + f->outlets[payment_way(p)].quarantine >
		       f->now ||
		   p->attempt.look_at > f->now);
}

bool
when_refused(P *p, F *f)
{
	(void)f;
	return outflow(p, OUTFLOW_REFUSED);
}

/* --- no order is alive --------------------------------------------------- */

static bool
failed(P *p)
{
	return outflow(p, OUTFLOW_FAILED) && !p->outflow.is_refund;
}

bool
when_failed_after_completion(P *p, F *f)
{
	(void)f;
	return failed(p) && p->outflow.is_told;
}

bool
when_failed_on_hold(P *p, F *f)
{
	return failed(p) && f->hold != NULL;
}

bool
when_failed_and_erased(P *p, F *f)
{
	(void)f;
	return failed(p) && p->is_erased;
}

bool
when_returned_for_good(P *p, F *f)
{
	(void)f;
	return failed(p) && p->attempt.is_returned && !p->attempt.is_fixable;
}

bool
when_refused_for_good(P *p, F *f)
{
	(void)f;
	return failed(p) && !p->attempt.is_fixable;
}

bool
when_failed_too_often(P *p, F *f)
{
	(void)f;
	return failed(p) && p->attempt.n >= ORDERS_MOST;
}

bool
when_failed_too_long(P *p, F *f)
{
	return failed(p) && f->now > p->outflow.moved_at + CORRECTED_WITHIN;
}

bool
when_failed(P *p, F *f)
{
	(void)f;
	return failed(p);
}

bool
when_anything(P *p, F *f)
{
	(void)p;
	(void)f;
	return true;
}
