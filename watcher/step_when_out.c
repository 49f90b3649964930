/*
 * step_when_out - what holds for money that goes out, for the table of steps.
 */
#include "step_when_parts.h"

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
	return when_ended(p, f) && p->outflow.state == OUTFLOW_DONE &&
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
 * data, or told of an earlier order that failed, has it elsewhere.  Where one
 * for money that goes back is to begin its own road leads there. */
bool
when_astray(P *p, F *f)
{
	(void)f;
	return (outflow(p, OUTFLOW_SENDING)
		       ? p->attempt.sends == 0
		       : outflow(p, OUTFLOW_READY) && !p->outflow.is_refund) &&
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
