/*
 * why_states - what a payment waits for whatever reason is stored: it is over,
 * a person has it, nobody comes, or the platform is to be told.
 */
#include "why_rows.h"

/* Due for so long, and nobody has come. */
#define SILENCE (60 * SECOND)

static bool
done_elsewhere(F *f)
{
	return in_state(f, "done") && !is(f->way, "refund") &&
	       !is(f->status, "completed");
}

static bool
done(F *f)
{
	return in_state(f, "done");
}

static bool
refund_done_elsewhere(F *f)
{
	return in_state(f, "done") && is(f->way, "refund") &&
	       !is(f->status, "refunded");
}

static bool
refund_done(F *f)
{
	return in_state(f, "done") && is(f->way, "refund");
}

static bool
closed_but_alive(F *f)
{
	return in_state(f, "closed") &&
	       (f->is_paid ||
		   (!is(f->status, "error") && !is(f->status, "expired")));
}

static bool
closed(F *f)
{
	return in_state(f, "closed");
}

static bool
before_a_person(F *f)
{
	return in_state(f, "held") || in_state(f, "review");
}

static bool
has_ended(F *f)
{
	return is(f->status, "error") || is(f->status, "expired");
}

static bool
is_recovery(F *f)
{
	return is(f->report, "notify_transaction_recovery");
}

static bool
recovery_in_doubt(F *f)
{
	return is_recovery(f) && f->doubt;
}

static bool
ended_and_paid(F *f)
{
	return before_a_person(f) && f->is_paid && has_ended(f);
}

static bool
ended_and_unpaid(F *f)
{
	return before_a_person(f) && !f->is_paid && has_ended(f);
}

static bool
refunded_in_part(F *f)
{
	return is(f->status, "pending_anchor");
}

static bool
held(F *f)
{
	return in_state(f, "held");
}

static bool
review(F *f)
{
	return in_state(f, "review");
}

static bool
nobody_comes(F *f)
{
	return f->next > 0 && f->next < f->now - SILENCE && f->claimed < f->now;
}

/* Once the bank has the order its answer is what counts, whatever is open. */
static bool
report_counts(F *f)
{
	return f->report[0] != '\0' && !out(f, "accepted") &&
	       !out(f, "refused");
}

static bool
report_in_doubt(F *f)
{
	return report_counts(f) && f->doubt;
}

static bool
request_open(F *f)
{
	return report_counts(f) && is(f->report, "request_onchain_funds");
}

static bool
report_open(F *f)
{
	return report_counts(f);
}

static bool
came_back(F *f)
{
	return f->is_doubted && (out(f, "accepted") || out(f, "settled"));
}

/* Asked for, or about to be. */
static bool
correcting(F *f)
{
	return failed(f) &&
	       (f->reason[0] == '\0' ||
		   strncmp(f->reason, "receiver_needs_info:", 20) == 0);
}

/* It was paid out and told, and the bank has said once that it came back. */
static bool
done_but_doubted(F *f)
{
	return in_state(f, "done") && !is(f->way, "refund") && f->is_doubted;
}

/* Nobody has looked at it since. */
static bool
approved(F *f)
{
	return strncmp(f->reason, "second_person:", 14) == 0 &&
	       !f->is_unapproved && (out(f, "ready") || out(f, "sending"));
}

// clang-format off
static const struct why_row rows[] = {
	{ recovery_in_doubt, false, REPORT_SENT, true,
	  "the platform to show whether it has carried out {report}",
	  "when a reading of the record tells: the next is due {report_due}" },
	{ is_recovery, false, REPORT, true, "the platform to take {report}",
	  "when the platform has taken it: after {tries} tries the next is due {report_due}" },
	/* Dead ends of the platform. */
	{ refunded_in_part, false, REASON, true,
	  "a person: the platform has it as pending_anchor, where a refund of less than what came leads, and takes no other refund of it",
	  "when a person has sent back the rest by hand, or ended the record (windlass payment end) and brought it back (windlass payment recover) to pay it out" },
	{ ended_and_paid, false, REASON, true,
	  "a person: the platform has it as {status} though its money came ({sentence})",
	  "when a person has brought it back (windlass payment recover): then it goes on as far as it may, and can be refunded" },
	{ ended_and_unpaid, false, REASON, true,
	  "a person: the platform has it as {status} without any money, and nothing leads on from there ({sentence})",
	  "when a person has found out what became of it: who wants to pay needs a new transaction, and money that still comes is sent back by hand" },
	{ done_elsewhere, false, REASON, true,
	  "a person: we have paid it out and reported it, and the platform shows it as {status}",
	  "when the record says completed again" },
	{ refund_done_elsewhere, false, REASON, true,
	  "a person: we have refunded it and reported it, and the platform shows it as {status}",
	  "when the record says refunded again" },
	{ done_but_doubted, false, MOVED, true,
	  "the bank to say again that the order {reference}, which was paid out and told, came back ({refusal})",
	  "when it says so half a minute later, or otherwise: the next look-up is due {look}" },
	{ refund_done, true, REASON, true, "it was refunded and the platform shows it as refunded", NULL },
	{ done, true, REASON, true, "it was paid out and the platform shows it as completed", NULL },
	{ closed_but_alive, false, REASON, true,
	  "a person: we have closed it, and the platform shows it as {status}",
	  "when the record has ended at the platform" },
	{ closed, true, REASON, true, "{sentence}; nothing leads on from {status} without money, who still wants to pay needs a new transaction", NULL },
	{ held, false, REASON, false, "a person, because {sentence}", "{decision}" },
	{ review, false, REASON, false, "a person, because {sentence}", "{decision}" },
	{ nobody_comes, false, NEXT, true, "a watcher to go on with it",
	  "when a watcher runs: none has taken it up, and the platform was last read {polled}" },
	{ approved, false, MOVED, true,
	  "a watcher to go on with it: a second person has approved {leaves} {leaves_in}",
	  "at the watcher's next look at it, due {next}" },
	{ came_back, false, MOVED, true,
	  "the bank to say again that the order {reference} came back ({refusal})",
	  "when it says so half a minute later, or otherwise: the next look-up is due {look}" },
	{ report_in_doubt, false, REPORT_SENT, true,
	  "the platform to show whether it has carried out {report}",
	  "when a reading of the record tells: the next is due {report_due}" },
	{ request_open, false, REPORT, true,
	  "the platform to take {report}, which asks the client for the money",
	  "when the platform has taken it: after {tries} tries the next is due {report_due}" },
	{ report_open, false, REPORT, true, "the platform to take {report}",
	  "when the platform has taken it: after {tries} tries the next is due {report_due}" },
	{ correcting, false, MOVED, true,
	  "the wallet to give another {field} of the receiver: the bank did not take the order {reference} ({refusal})",
	  "when a PUT /customer has changed it and the receiver is accepted, and it is ordered again; at {week_over} it is given up" },
};
// clang-format on

const struct why_row *
why_state(F *f)
{
	return why_first(rows, sizeof(rows) / sizeof(rows[0]), f);
}
