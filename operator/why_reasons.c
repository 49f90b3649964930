/*
 * why_reasons - what the reasons tell that the watcher stores.
 */
#include "why_rows.h"

/* Waits end by themselves; in held and in review a reason has a row here only
 * if something else than a person's decision can end it, or a person needs to
 * know more.  what is NULL: as the state says it. */
// clang-format off
static const struct why_reason reasons[] = {
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
	  "when a person has found out who asked for the money with that memo: the gate is asked whether it stands for it (windlass payment release), or the record is ended at the platform (windlass payment end)" },
	{ "not_paid", "the client's payment of {expected} {asset}, which did not come in time",
	  "when it comes after all, or at the watcher's next look at it, which ends the payment" },
	{ "unreported", "the platform to show the payment that is on the ledger",
	  "when the record shows it as paid: the watcher tells the platform of it, once, when it is ten minutes old (rpc/onchain-funds-received.json tells it again)" },
	{ "ended_by_person", NULL,
	  "when a person has brought the record back (windlass payment recover), or has the money refunded (windlass payment refund)" },
	{ "paid_late", NULL,
	  "when a person has refunded it (windlass payment refund): its price was promised until {pay_by}" },
	{ "custody_failed", NULL,
	  "when a person has found out why, has brought the record back (windlass payment recover) and has it refunded again (windlass payment refund)" },
	{ "custody_late", NULL,
	  "when a person has learned from the custody whether the money went back, and has decided (windlass payment release, or refund)" },
	{ "wrong_asset", NULL, "when a person has sent back what came, and ended the record at the platform (windlass payment end)" },
	{ "record_lost", NULL, "when the platform knows the record again and a person has decided what is true" },
	{ "adopted", NULL,
	  "when a person has looked at it with the bank, and lets it go on (windlass payment release): what is settled is told, what the bank has is looked up" },
	{ "returned", NULL,
	  "when a person has decided: paid again with other data of the receiver, or refunded (windlass payment refund)" },
};
// clang-format on

const struct why_reason *
why_reason(F *f)
{
	size_t len = strcspn(f->reason, ":"), i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strlen(reasons[i].code) == len &&
		    memcmp(reasons[i].code, f->reason, len) == 0)
			return &reasons[i];
	return NULL;
}
