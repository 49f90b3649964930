/*
 * why_money - what a payment waits for where no reason is stored: for the money
 * to come, to go out, or to go back.
 */
#include "why_rows.h"

static bool
back(F *f, const char *outflow)
{
	return is(f->way, "refund") && out(f, outflow);
}

/* The platform was ordered to send it back itself. */
static bool
back_by_platform(F *f)
{
	return is(f->outflow_reason, "do_stellar_refund") &&
	       (back(f, "sending") || back(f, "accepted"));
}

static bool
back_ready(F *f)
{
	return back(f, "ready") && is(f->status, "pending_receiver");
}

static bool
back_behind(F *f)
{
	return back(f, "ready");
}

static bool
back_unsent(F *f)
{
	return back(f, "sending") && f->sends == 0;
}

static bool
back_sending(F *f)
{
	return back(f, "sending");
}

static bool
back_accepted(F *f)
{
	return back(f, "accepted");
}

static bool
back_settled(F *f)
{
	return back(f, "settled");
}

static bool
back_refused(F *f)
{
	return back(f, "refused");
}

static bool new (F *f)
{
	return in_state(f, "new");
}

/* The book has it wait for what is a person's elsewhere. */
static bool
new_and_waiting(F *f)
{
	return in_state(f, "new") && f->reason[0] != '\0';
}

static bool
asked_and_paid(F *f)
{
	return in_state(f, "asked") && f->is_paid;
}

static bool
asked(F *f)
{
	return in_state(f, "asked");
}

static bool
ready(F *f)
{
	return out(f, "ready");
}

static bool
unsent(F *f)
{
	return out(f, "sending") && f->sends == 0;
}

static bool
sending(F *f)
{
	return out(f, "sending");
}

static bool
accepted(F *f)
{
	return out(f, "accepted");
}

static bool
to_be_exported(F *f)
{
	return sending(f) && by_hand(f) && f->batch == 0;
}

static bool
exported(F *f)
{
	return sending(f) && by_hand(f) && f->batch > 0;
}

static bool
accepted_by_hand(F *f)
{
	return accepted(f) && by_hand(f);
}

static bool
settled(F *f)
{
	return out(f, "settled");
}

static bool
refused(F *f)
{
	return out(f, "refused");
}

static bool
anything(F *f)
{
	(void)f;
	return true;
}

/* People have said what became of it, and no watcher has looked since. */
static bool
confirmed(F *f)
{
	if (!by_hand(f) || f->said[0] == '\0' || is(f->said, "pending"))
		return false;
	return sending(f) || (accepted(f) && !is(f->said, "accepted")) ||
	       (settled(f) && is(f->said, "returned"));
}

static bool
said_to_be_out(F *f)
{
	return sending(f) && by_hand(f) && f->batch == 0 && f->is_said_out;
}

// clang-format off
static const struct why_row rows[] = {
	{ new_and_waiting, false, REASON, true, "something to change, because {sentence}",
	  "when the watcher's next look at it, due {next}, finds it otherwise, or gives it up" },
	{ new, false, REASON, true, "a watcher to ask whether it may start",
	  "at the watcher's next look at it, due {next}" },
	{ asked_and_paid, false, REASON, true, "a watcher to check on the ledger what arrived",
	  "at the watcher's next look at it, due {next}" },
	{ asked, false, GATE, true,
	  "the client's payment of {expected} {asset} to {destination} with the memo {memo}",
	  "when the money is on the ledger, good until {pay_by}; without it the payment is ended from {give_up} on" },
	{ back_by_platform, false, MOVED, true, "the platform to send the money back itself",
	  "when the record shows it as refunded; after an hour a person is asked" },
	{ back_ready, false, MOVED, true, "a watcher to order the refund",
	  "at the watcher's next look at it, due {next}" },
	{ back_behind, false, MOVED, true,
	  "a watcher to bring the record back from {status} to pending_receiver, where a refund can be told",
	  "at the watcher's next look at it, due {next}" },
	{ back_unsent, false, MOVED, true, "a watcher to send the order {reference} to the treasury",
	  "at the watcher's next look at it, due {next}" },
	{ back_sending, false, FIRST_SENT, true, "the treasury to say whether it has the order {reference}",
	  "when a look-up there tells, the next is due {look}; sent again it is before {deadline} only, and then a person is asked" },
	{ back_accepted, false, MOVED, true,
	  "the treasury to settle the order {reference}, {bank_id} there",
	  "when it is on the ledger: the next look-up is due {look}" },
	{ back_settled, false, MOVED, true, "a watcher to tell the platform that it is refunded",
	  "at the watcher's next look at it, due {next}" },
	{ back_refused, false, MOVED, true,
	  "the treasury's refusal ({refusal}) of the order {reference} to be certain",
	  "when the quarantine is over and two look-ups have found nothing, {empties} so far: the next is due {look}" },
	{ ready, false, MOVED, true, "a watcher to make the order to the bank",
	  "at the watcher's next look at it, due {next}" },
	{ unsent, false, MOVED, true, "a watcher to send the order {reference} to the bank",
	  "at the watcher's next look at it, due {next}" },
	{ confirmed, false, MOVED, true,
	  "a watcher to take up what was confirmed of the order {reference}: {said}",
	  "at the watcher's next look at it, due {next}" },
	{ said_to_be_out, false, FIRST_SENT, true,
	  "a person to find out what became of the order {reference}: the bank is said to have carried it out, and this database has never exported it",
	  "when a person has found out, and closed the case manual_unknown (windlass case close): then it is exported, unless it was confirmed as refused before (windlass payout confirm)" },
	{ to_be_exported, false, FIRST_SENT, true,
	  "a person to give the order {reference}, of {payout} {currency}, to the bank",
	  "when it was exported (windlass payout export) and what became of it is confirmed (windlass payout confirm)" },
	{ exported, false, FIRST_SENT, true,
	  "the bank's result of the order {reference}, of {payout} {currency}, which was exported in batch {batch}",
	  "when a person confirms it (windlass payout confirm, or payment confirm)" },
	{ sending, false, FIRST_SENT, true, "the bank to say whether it has the order {reference}",
	  "when a look-up there tells, the next is due {look}; sent again it is before {deadline} only, and then a person is asked" },
	{ accepted_by_hand, false, MOVED, true,
	  "the bank to settle the order {reference}, {bank_id} there, of {payout} {currency}",
	  "when a person confirms that it was settled or returned (windlass payout confirm)" },
	{ accepted, false, MOVED, true,
	  "the bank to settle the order {reference}, {bank_id} there, of {payout} {currency}",
	  "when the bank has settled or returned it: the next look-up is due {look}" },
	{ settled, false, MOVED, true, "a watcher to tell the platform that it is paid out",
	  "at the watcher's next look at it, due {next}" },
	{ refused, false, MOVED, true,
	  "the bank's refusal ({refusal}) of the order {reference} to be certain",
	  "when the quarantine is over and two look-ups have found nothing, {empties} so far: the next is due {look}" },
	{ failed, false, MOVED, true,
	  "a watcher to decide what follows: the bank did not take the order {reference} ({refusal})",
	  "at the watcher's next look at it, due {next}" },
	{ anything, false, REASON, true, "a person, because {sentence}", "{decision}" },
};
// clang-format on

const struct why_row *
why_money(F *f)
{
	return why_first(rows, sizeof(rows) / sizeof(rows[0]), f);
}
