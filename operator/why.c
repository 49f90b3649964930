/*
 * why - what a payment waits for, since when, and what ends the wait.
 */
#include "../watcher/step.h"
#include "arena.h"
#include "why_rows.h"
#include "why_words.h"

/* After the time for the money, when an unpaid payment ends. */
#define LATE (LATE_GRACE + LATE_MARGIN)

static const char unpaid_decision[] =
    "when a person has ended the record at the platform "
    "(windlass payment end): the watcher then closes the payment";
static const char unpaid_review[] =
    "when a person has found out who changed the record, and has decided "
    "(windlass payment release)";
static const char paid_decision[] =
    "when a person has decided what becomes of the money: it came, and none "
    "has gone out (windlass payment retry, or refund)";
static const char sent_decision[] =
    "when a person has learned from the bank what became of the order "
    "{reference}, and has decided (windlass payment release, or retry)";

/* --- the answer ---------------------------------------------------------- */

static instant
since_of(const struct why_facts *f, enum why_from from)
{
	const instant times[] = {[REASON] = f->since,
	    [GATE] = f->gated,
	    [NEXT] = f->next,
	    [MOVED] = f->moved,
	    [FIRST_SENT] = f->first_sent,
	    [REPORT] = f->report_made,
	    [REPORT_SENT] = f->report_sent};

	return times[from] > 0 && times[from] != INT64_MAX ? times[from]
	                                                   : f->since;
}

static struct known
known_of(const struct why_facts *f)
{
	size_t code = strcspn(f->reason, ":");
	struct known k = {.f = *f, .sentence = f->reason};

	if (f->reason[code] != '\0')
		k.sentence += code + 1 + strspn(f->reason + code + 1, " ");
	if (k.sentence[0] == '\0')
		k.sentence = "nothing says why";
	if (f->outflow[0] != '\0' && f->sends > 0)
		k.decision = sent_decision;
	else if (f->is_paid)
		k.decision = paid_decision;
	else
		k.decision =
		    in_state(f, "review") ? unpaid_review : unpaid_decision;
	if (f->pay_by > 0 && f->pay_by < INT64_MAX - LATE)
		k.give_up = f->pay_by + LATE;
	if (f->moved > 0)
		k.week_over = f->moved + CORRECTED_WITHIN;
	/* The rail need not say which: it is where the money goes. */
	k.field = f->field[0] != '\0' ? f->field : "account";
	return k;
}

struct why
why_waits(struct arena *a, const struct why_facts *f)
{
	struct known k = known_of(f);
	const struct why_row *row = why_state(f);
	const struct why_reason *reason = NULL;
	struct why why;

	if (row == NULL || !row->is_last)
		reason = why_reason(f);
	/* A row of the states comes before or after the stored reason. */
	if (row == NULL && reason == NULL)
		row = why_money(f);
	why.is_over = row != NULL && row->is_over;
	why.what = why_words(a, &k,
	    reason != NULL && reason->what != NULL ? reason->what
	    : row != NULL                          ? row->what
						   : "{sentence}");
	why.until = why_words(a, &k,
	    reason != NULL && reason->until != NULL ? reason->until
	    : row != NULL                           ? row->until
						    : "{decision}");
	why.since = since_of(f, row == NULL ? REASON : row->from);
	if (reason != NULL && is(reason->code, "money_on_hold") &&
	    f->is_on_hold)
		why.since = f->held;
	return why;
}

const char *
why_sentence(struct arena *a, const struct why_facts *f, const struct why *why)
{
	char since[INSTANT_TEXT];
	instant t = why->since - why->since % SECOND;

	instant_print(t, since);
	if (why->is_over)
		return arena_printf(a,
		    "Payment %s waits for nothing since %s: %s.", f->tx_id,
		    since, why->what);
	return arena_printf(a, "Payment %s waits for %s, since %s; it ends %s.",
	    f->tx_id, why->what, since, why->until);
}
