/*
 * why_rows - what the tables of why have in common.
 *
 * Shape:  a table a file, the first row that holds counts: why_states.c what
 *         counts before a stored reason, why_reasons.c the reasons, why_money.c
 *         what the states tell where no reason is stored.
 * Rule:   the rows follow those of watcher/step.c.
 * Owner:  rows are static; NULL: none holds.
 */
#ifndef WINDLASS_WHY_ROWS_H
#define WINDLASS_WHY_ROWS_H

#include <stddef.h>
#include <string.h>

#include "why.h"

typedef const struct why_facts F;

/* Since when it waits. */
enum why_from { REASON, GATE, NEXT, MOVED, FIRST_SENT, REPORT, REPORT_SENT };

struct why_row {
	bool (*when)(F *f);
	bool is_over;
	enum why_from from;
	bool is_last; /* a stored reason may say more than this row */
	const char *what, *until;
};

struct why_reason {
	const char *code, *what, *until;
};

const struct why_row *why_state(F *f);
const struct why_row *why_money(F *f);
const struct why_reason *why_reason(F *f);

static inline const struct why_row *
why_first(const struct why_row *rows, size_t count, F *f)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (rows[i].when(f))
			return &rows[i];
	return NULL;
}

static inline bool
is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static inline bool
in_state(F *f, const char *state)
{
	return is(f->state, state);
}

static inline bool
out(F *f, const char *outflow)
{
	return in_state(f, "out") && is(f->outflow, outflow);
}

static inline bool
by_hand(F *f)
{
	return f->via != NULL && is(f->via, "manual");
}

static inline bool
failed(F *f)
{
	return out(f, "failed");
}

#endif
