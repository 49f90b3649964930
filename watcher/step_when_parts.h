/*
 * step_when_parts - what the conditions of the table of steps have in common.
 */
#ifndef WINDLASS_STEP_WHEN_PARTS_H
#define WINDLASS_STEP_WHEN_PARTS_H

#include "report.h"
#include "step_when.h"

typedef const struct payment P;
typedef const struct step_facts F;

static inline bool
is(P *p, const char *status)
{
	return record_is(&p->record, status);
}

static inline bool
is_before_money(P *p)
{
	return p->state == PAYMENT_NEW || p->state == PAYMENT_ASKED ||
	       p->state == PAYMENT_HELD;
}

static inline bool
is_open(P *p)
{
	return p->report.seq != 0;
}

static inline bool
outflow(P *p, enum outflow_state state)
{
	return p->state == PAYMENT_OUT && p->outflow.state == state;
}

#endif
