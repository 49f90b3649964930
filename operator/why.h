/*
 * why - what a payment waits for, since when, and what ends the wait.
 *
 * Shape:  pure: (how a payment stands, now) in, words out.  Tables for what the
 *         states tell by themselves and for the reasons that the watcher
 *         stores (why_rows.h).  Every state and reason has an answer; one that
 *         nobody foresaw is a person's.
 * Units:  times in microseconds; 0 or less: none; INT64_MAX: never.
 * Owner:  texts live in the arena.
 * Source: watcher/step.c, whose order the tables follow.
 */
#ifndef WINDLASS_WHY_H
#define WINDLASS_WHY_H

#include <stdbool.h>
#include <stdint.h>

#include "instant.h"

struct arena;

struct why_facts { /* texts are "" where there is none, as in the database */
	const char *tx_id, *state, *reason, *status;
	bool is_paid;
	const char *expected, *asset, *destination, *memo;
	const char *payout, *currency, *method;
	instant now, since, gated, pay_by, next, claimed;

	const char *way, *outflow; /* of the money that goes out */
	instant moved;
	const char *reference, *bank_id, *refusal; /* of the last attempt */
	const char *field; /* of the receiver, that the bank finds at fault */
	bool is_doubted;   /* the bank said that it came back, once */
	int64_t sends, empties;
	instant first_sent, deadline, look;
	const char *rail, *outflow_reason;
	const char *leaves, *leaves_in; /* by the next order */

	const char *report; /* the method of the first that is open */
	int64_t tries;
	bool doubt;
	instant report_made, report_sent, report_due;

	const char *via;    /* of the last attempt: http, or people (manual) */
	int64_t batch;      /* in which they have it; 0: in none yet, -1: not */
	const char *said;   /* by people of that order; pending: nothing yet */
	bool is_said_out;   /* to be carried out by an export that is lost */
	bool is_unapproved; /* a second person is wanted yet */

	bool is_on_hold; /* no money leaves, since held */
	instant held, polled;
};

struct why {
	bool is_over;     /* it waits for nothing */
	const char *what; /* "the bank to settle ..." */
	instant since;
	const char *until; /* "when the bank has ..."; NULL if it is over */
};

struct why why_waits(struct arena *a, const struct why_facts *f);
/* All of it, in one sentence. */
const char *why_sentence(struct arena *a, const struct why_facts *f,
    const struct why *why);

#endif
