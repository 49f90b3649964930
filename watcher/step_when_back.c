/*
 * step_when_back - what holds for money that goes back, for the table of steps.
 */
#include "step_when_parts.h"

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

/* The platform is to send the money back, and two people are wanted by now. */
bool
when_order_back_unapproved(P *p, F *f)
{
	return p->is_unapproved && when_report_due(p, f) &&
	       strcmp(p->report.method, DO_REFUND) == 0;
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
