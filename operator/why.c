/*
 * why - what a payment waits for, since when, and what ends the wait.
 */

#include "../watcher/step.h"
#include "arena.h"
#include "why.h"
#include "why_words.h"

/* After the time for the money, when an unpaid payment ends. */
#define LATE (LATE_GRACE + LATE_MARGIN)
/* Due for so long, and nobody has come. */
#define SILENCE (60 * SECOND)

typedef const struct why_facts F;

/* --- what holds ---------------------------------------------------------- */

static bool
is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static bool
in_state(F *f, const char *state)
{
	return is(f->state, state);
}

static bool
out(F *f, const char *outflow)
{
	return in_state(f, "out") && is(f->outflow, outflow);
}

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
by_hand(F *f)
{
	return f->via != NULL && is(f->via, "manual");
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
failed(F *f)
{
	return out(f, "failed");
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

static bool
anything(F *f)
{
	(void)f;
	return true;
}

/* --- what the states tell ------------------------------------------------ */

enum from { REASON, GATE, NEXT, MOVED, FIRST_SENT, REPORT, REPORT_SENT };

struct row {
	bool (*when)(F *f);
	bool is_over;
	enum from from;
	bool is_last; /* a stored reason may say more than this row */
	const char *what, *until;
};

// clang-format off
static const struct row before[] = { /* the stored reason */
	{ recovery_in_doubt, false, REPORT_SENT, true,
	  "the platform to show whether it has carried out {report}",
	  "when a reading of the record tells: the next is due {report_due}" },
	{ is_recovery, false, REPORT, true, "the platform to take {report}",
	  "when the platform has taken it: after {tries} tries the next is due {report_due}" },
	/* Dead ends of the platform. */
	{ refunded_in_part, false, REASON, true,
	  "a person: the platform has it as pending_anchor, where a refund of less than what came leads, and takes no other refund of it",
	  "when a person has sent back the rest by hand, or ended the record (rpc/transaction-error.json) and brought it back (windlass payment recover) to pay it out" },
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

static const struct row after[] = {
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

/* --- what the stored reasons tell ---------------------------------------- */

/* Waits end by themselves; in held and in review a reason has a row here only
 * if something else than a person's decision can end it, or a person needs to
 * know more.  what is NULL: as the state says it. */
static const struct reason {
	const char *code, *what, *until;
} reasons[] = {
	/* Customers. */
	{ "sender_needs_info", "the wallet to give what the sender still has to show",
	  "when a PUT /customer makes the sender complete (windlass customer show --payment tells what is missing)" },
	{ "receiver_needs_info", "the wallet to give what the receiver still has to show",
	  "when a PUT /customer makes the receiver complete (windlass customer show --payment tells what is missing)" },
	{ "sender_in_review", "the verdict on the sender", "when the review has accepted or rejected the sender" },
	{ "receiver_in_review", "the verdict on the receiver", "when the review has accepted or rejected the receiver" },
	{ "info_told", "the platform to bring the record back: it was told that both customers are complete",
	  "when the record is in pending_receiver again; it is told again every 20 minutes" },

	/* The book and its limits. */
	{ "price_stale", "a fresh price", "when prices are loaded (windlass load prices)" },
	{ "no_limits", "limits for payouts in its currency", "when they are loaded (windlass load limits)" },
	{ "limit_day", "the client's limit for one day", "at midnight UTC, or when higher limits are loaded" },
	{ "limit_beneficiary", "the limit for its beneficiary on one day",
	  "at midnight UTC, or when higher limits are loaded" },
	{ "empty", "money in the pool", "when quotes expire or a movement is loaded (windlass pool show, windlass load pools)" },
	{ "cap", "room under what its client may hold of the pool",
	  "when quotes of the client expire or settle, or terms with a higher cap are loaded" },
	{ "day_cap", "room under what its client may be quoted in a day",
	  "at midnight UTC, or when terms with a higher caps_per_day are loaded" },
	{ "book_changed", "a price by the book that was loaded meanwhile", "at the watcher's next look at it, due {next}" },
	{ "gate_odd", "the gate to answer", "at the watcher's next look at it, due {next}; its log says what is wrong" },

	/* The ledger. */
	{ "no_ledger", "the ledger, which cannot be asked", "when Horizon answers the watcher again" },
	{ "not_on_ledger", "the ledger, which does not know the transaction that the platform names",
	  "when Horizon has it: the watcher looks again {next}" },

	/* The keys. */
	{ "receiver_sealed", "a key: the receiver's values cannot be opened",
	  "when the watcher's WINDLASS_KEK_FILE has the key they are sealed under" },
	{ "order_unmade", "a key: the order to the bank cannot be made",
	  "when the watcher's WINDLASS_KEK_FILE has the keys of both customers and of the payment" },
	{ "order_sealed", "a key: the order to the bank cannot be opened",
	  "when the watcher's WINDLASS_KEK_FILE has the key it is sealed under" },

	/* The bank. */
	{ "no_payout", "a watcher that may pay: {sentence}", "when a watcher with that setting runs" },
	{ "money_on_hold", "the hold on all money to be lifted: {sentence}", "when a person lifts it (windlass hold off)" },
	{ "bank_silent", "the bank, which does not tell what became of the order",
	  "when it answers the watcher, which asks again {next}" },
	{ "breaker_open", "whoever did not answer clearly: {sentence}",
	  "when the next order or report that is tried is answered; the watcher tries one {next}" },
	{ "second_person", "a second person to approve {leaves} {leaves_in}",
	  "when somebody else than who has sent it on does so (windlass payment approve), or limits with a higher second_person_above are loaded" },
	{ "payout_returned", NULL,
	  "when a person has decided: paid again (windlass payment retry) with the data that the receiver has then, or refunded (windlass payment refund)" },
	{ "payout_uncorrected", NULL,
	  "when a person has decided: paid again (windlass payment retry) with the data that the receiver has then, or refunded (windlass payment refund)" },
	{ "payout_tried_out", NULL, "when a person has had it refunded (windlass payment refund): it is not ordered a fourth time" },
	{ "returned_after_completion", NULL,
	  "when a person has it paid again (windlass payment retry) with the data that the receiver has then, or has refunded it outside and closed the case (windlass case close); the platform hears of neither" },
	{ "other_rail", "a watcher whose WINDLASS_PAYOUT_RAIL is the one that its order was made for",
	  "when such a watcher runs, and takes it to its end" },
	{ "payout_refused", NULL,
	  "when a person has decided: paid again (windlass payment retry) with the data that the receiver has then, or refunded (windlass payment refund)" },
	{ "refund_refused", NULL,
	  "when a person has found out why, and has it ordered again (windlass payment refund)" },
	{ "refund_account", NULL,
	  "when a person has set WINDLASS_REFUNDS_BY to treasury, or loaded limits without that account, and has it refunded again (windlass payment refund)" },
	{ "refund", "a watcher to verify what came and goes back", "at the watcher's next look at it, due {next}" },

	/* A person, or what comes by itself. */
	{ "asked_without_gate", "a gate of ours to stand for what was asked for, because {sentence}",
	  "at the watcher's next look at it, due {next}: then it passes; what does not pass once money is not held any more is called off or held, as the limits say" },
	{ "other_memo", NULL,
	  "when a person has found out who asked for the money with that memo: the gate is asked whether it stands for it (windlass payment release), or the record is ended at the platform (rpc/transaction-error.json)" },
	{ "not_paid", "the client's payment of {expected} {asset}, which did not come in time",
	  "when it comes after all, or at the watcher's next look at it, which ends the payment" },
	{ "unreported", "the platform to show the payment that is on the ledger",
	  "when the record shows it as paid (rpc/onchain-funds-received.json tells the platform)" },
	{ "paid_late", NULL,
	  "when a person has refunded it (windlass payment refund): its price was promised until {pay_by}" },
	{ "custody_failed", NULL,
	  "when a person has found out why, has brought the record back (windlass payment recover) and has it refunded again (windlass payment refund)" },
	{ "custody_late", NULL,
	  "when a person has learned from the custody whether the money went back, and has decided (windlass payment release, or refund)" },
	{ "wrong_asset", NULL, "when a person has sent back what came, and ended the record at the platform" },
	{ "record_lost", NULL, "when the platform knows the record again and a person has decided what is true" },
	{ "adopted", NULL,
	  "when a person has looked at it with the bank, and lets it go on (windlass payment release): what is settled is told, what the bank has is looked up" },
	{ "returned", NULL,
	  "when a person has decided: paid again with other data of the receiver, or refunded (windlass payment refund)" },
};
// clang-format on

static const char unpaid_decision[] =
    "when a person has ended the record at the platform "
    "(rpc/transaction-error.json): the watcher then closes the payment";
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
since_of(const struct why_facts *f, enum from from)
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

static const struct reason *
reason_of(const struct why_facts *f)
{
	size_t len = strcspn(f->reason, ":"), i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strlen(reasons[i].code) == len &&
		    memcmp(reasons[i].code, f->reason, len) == 0)
			return &reasons[i];
	return NULL;
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
		k.decision = review(f) ? unpaid_review : unpaid_decision;
	if (f->pay_by > 0 && f->pay_by < INT64_MAX - LATE)
		k.give_up = f->pay_by + LATE;
	if (f->moved > 0)
		k.week_over = f->moved + CORRECTED_WITHIN;
	/* The rail need not say which: it is where the money goes. */
	k.field = f->field[0] != '\0' ? f->field : "account";
	return k;
}

static const struct row *
row_of(const struct row *rows, size_t count, const struct why_facts *f)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (rows[i].when(f))
			return &rows[i];
	return NULL;
}

struct why
why_waits(struct arena *a, const struct why_facts *f)
{
	struct known k = known_of(f);
	const struct row *row =
	    row_of(before, sizeof(before) / sizeof(before[0]), f);
	const struct reason *reason = NULL;
	struct why why;

	if (row == NULL || !row->is_last)
		reason = reason_of(f);
	/* A row of the states comes before or after the stored reason. */
	if (row == NULL && reason == NULL)
		row = row_of(after, sizeof(after) / sizeof(after[0]), f);
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
