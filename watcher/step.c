/*
 * step - what is to be done next about a payment: a table, read from the top.
 */
#include <stddef.h>

#include "report.h"
#include "step.h"
#include "step_when.h"

typedef const struct payment P;
typedef const struct step_facts F;

/* --- when to look again -------------------------------------------------- */

static instant
never(P *p, F *f)
{
	(void)p;
	(void)f;
	return FOREVER;
}

static instant
at_report(P *p, F *f)
{
	(void)f;
	return p->report.due;
}

static instant
at_pay_by(P *p, F *f)
{
	(void)f;
	return p->pay_by + LATE_GRACE + LATE_MARGIN + 1;
}

static instant
at_look(P *p, F *f)
{
	(void)f;
	return p->attempt.look_at;
}

static instant
after_quarantine(P *p, F *f)
{
	instant over =
	    p->attempt.last_sent + f->outlets[payment_way(p)].quarantine;

	return over > p->attempt.look_at ? over : p->attempt.look_at;
}

static instant
at_custody_end(P *p, F *f)
{
	(void)f;
	return p->outflow.moved_at + CUSTODY_MOST;
}

static instant
at_probe(P *p, F *f)
{
	return f->outlets[payment_way(p)].open_until;
}

static instant
at_platform_probe(P *p, F *f)
{
	(void)p;
	return f->platform_until;
}

static instant
soon(P *p, F *f)
{
	(void)p;
	return f->now + 2 * SECOND;
}

/* For the book may want it no more. */
static instant
in_a_minute(P *p, F *f)
{
	(void)p;
	return f->now + 60 * SECOND;
}

static const char other_rail[] =
    "its order was made for another rail than WINDLASS_PAYOUT_RAIL names";
/* Sentences that stand in what holds for all. */
static const char no_payout[] = "", on_hold[] = "";
/* The code stands in what was noticed last. */
static const char noticed[] = "";

/* --- the table ----------------------------------------------------------- */

struct row {
	step_when *when;
	enum step step;
	const char *code, *sentence; /* of a wait: why, if it is worth saying */
	instant (*next)(P *p, F *f);
};

/* clang-format off */
static const struct row rows[] = {
	/* A person has it, or it is over. */
	{ when_recovery_in_doubt, STEP_READ_BACK, NULL, NULL, NULL },
	{ when_recovery_due, STEP_REPORT, NULL, NULL, NULL },
	{ when_recovery_waits, STEP_WAIT, NULL, NULL, at_report },
	{ when_review, STEP_WAIT, NULL, NULL, never },
	{ when_dead_by_us, STEP_CLOSE, noticed, "we have ended it at the platform before any money came", NULL },
	{ when_dead, STEP_CLOSE, "ended", "it ended at the platform before any money came", NULL },
	{ when_done_but_not_completed, STEP_CASE, "record_disagrees", "we have paid this out and reported it, the platform shows another status", never },
	{ when_ended_but_returned_later, STEP_WAIT, NULL, NULL, at_look },
	{ when_ended_but_returned, STEP_LOOK, NULL, NULL, NULL },
	{ when_closed_but_alive, STEP_CASE, "record_disagrees", "we have closed this, the platform has it open again", never },
	{ when_ended, STEP_WAIT, NULL, NULL, never },

	/* What the platform is to be told, in order; in doubt it is asked first. */
	{ when_report_due_in_doubt, STEP_READ_BACK, NULL, NULL, NULL },
	{ when_road_on_hold, STEP_WAIT, "money_on_hold", on_hold, soon },
	{ when_order_back_unapproved, STEP_WAIT, SECOND_PERSON, SECOND_PERSON_WHY, in_a_minute },
	{ when_other_rail_doubted, STEP_WAIT, "other_rail", other_rail, in_a_minute },
	{ when_return_doubted_without_bank, STEP_WAIT, "no_payout", no_payout, soon },
	{ when_return_doubted_later, STEP_WAIT, "return_doubted", "the bank says that the payout came back, and may say otherwise yet", at_look },
	{ when_return_doubted, STEP_LOOK, NULL, NULL, NULL },
	{ when_report_while_open, STEP_WAIT, BREAKER_OPEN, "the platform gave no clear answer lately, and is told nothing for a while", at_platform_probe },
	{ when_report_due, STEP_REPORT, NULL, NULL, NULL },
	{ when_settled_unlooked, STEP_LOOK, NULL, NULL, NULL },
	{ when_report_waits, STEP_WAIT, NULL, NULL, at_report },

	/* Before the money. */
	{ when_new_but_asked_for, STEP_GATE, NULL, NULL, NULL },
	{ when_other_memo, STEP_REVIEW, "other_memo", "the record carries a memo that we did not give it", NULL },
	{ when_unasked_and_erased, STEP_END, "customer_deleted", "a customer of this payment was erased", NULL },
	{ when_held_unpaid_now_paid, STEP_FUNDS, NULL, NULL, NULL },
	{ when_asked_too_long, STEP_END, "not_paid", "no money came in time", NULL },
	{ when_info_overdue, STEP_TURN, "info_overdue", "a customer has not shown for a week what is missing", NULL },
	{ when_held_to_go_back, STEP_VERIFY, NULL, NULL, NULL },
	{ when_held_with_money, STEP_TURN, NULL, NULL, NULL },
	{ when_held, STEP_WAIT, NULL, NULL, never },
	{ when_new_but_paid, STEP_HOLD, "paid_without_gate", "it is paid, and we never asked for the money", NULL },
	{ when_new_but_asked, STEP_REFUSE, "asked_without_gate", "the money was asked for, but not by a gate of ours that holds", NULL },
	{ when_new_and_waiting_for_us, STEP_GATE, NULL, NULL, NULL },
	{ when_new_elsewhere, STEP_REFUSE, "unpaid_elsewhere", "it is not paid, and in a status in which we have nothing to do", NULL },

	/* Asked for. */
	{ when_asked_and_paid, STEP_FUNDS, NULL, NULL, NULL },
	{ when_asked_and_paid_elsewhere, STEP_REVIEW, "paid_elsewhere", "it is paid, and in a status that does not lead to a payout", NULL },
	{ when_asked, STEP_WAIT, NULL, NULL, at_pay_by },
	{ when_asked_but_elsewhere, STEP_REVIEW, "asked_elsewhere", "we asked for money, and the record does not show it", NULL },

	/* Money out. */
	{ when_unapproved, STEP_WAIT, SECOND_PERSON, SECOND_PERSON_WHY, in_a_minute },
	{ when_custody_ended, STEP_BACK, NULL, NULL, NULL },
	{ when_custody_failed, STEP_REVIEW, "custody_failed", "the platform was to send the money back, and has ended it as an error", NULL },
	{ when_custody_late, STEP_REVIEW, "custody_late", "the platform was to send the money back, and does not end it", NULL },
	{ when_custody, STEP_WAIT, NULL, NULL, at_custody_end },
	{ when_ready_without_bank, STEP_WAIT, "no_payout", no_payout, soon },
	{ when_ready_on_hold, STEP_WAIT, "money_on_hold", on_hold, soon },
	{ when_back_unpaid, STEP_REVIEW, "refund_unpaid", "it is to go back, and the record shows no money", NULL },
	{ when_back_elsewhere, STEP_REVIEW, "refund_elsewhere", "it is to go back, and the record is where nothing leads back from", NULL },
	{ when_back_by_platform, STEP_ORDER_BACK, NULL, NULL, NULL },
	{ when_back_behind_info, STEP_ROAD, CUSTOMER_INFO, NULL, NULL },
	{ when_back_behind_error, STEP_ROAD, RECOVERY, NULL, NULL },
	{ when_back_behind, STEP_ROAD, ERROR, NULL, NULL },
	{ when_other_rail, STEP_WAIT, "other_rail", other_rail, in_a_minute },
	{ when_unsent_without_bank, STEP_WAIT, "no_payout", no_payout, soon },
	{ when_unsent_on_hold, STEP_WAIT, "money_on_hold", on_hold, soon },
	{ when_astray, STEP_ASTRAY, NULL, NULL, NULL },
	{ when_ready, STEP_PREPARE, NULL, NULL, NULL },
	{ when_unsent_while_open, STEP_WAIT, BREAKER_OPEN, BREAKER_OPEN_WHY, at_probe },
	{ when_sending_later, STEP_WAIT, NULL, NULL, at_look },
	{ when_sending, STEP_SEND, NULL, NULL, NULL },
	{ when_looking_without_bank, STEP_WAIT, "no_payout", no_payout, soon },
	{ when_accepted_later, STEP_WAIT, NULL, NULL, at_look },
	{ when_accepted, STEP_LOOK, NULL, NULL, NULL },
	{ when_refused_in_quarantine, STEP_WAIT, "refusal_doubted", "the bank said no; an earlier order may still be on its way", after_quarantine },
	{ when_refused, STEP_LOOK, NULL, NULL, NULL },

	/* The bank did not take it, or gave it back. */
	{ when_failed_after_completion, STEP_REVIEW, "returned_after_completion", "the bank did not take the payout that was ordered after the one that came back", NULL },
	{ when_failed_on_hold, STEP_WAIT, "money_on_hold", on_hold, soon },
	{ when_failed_and_erased, STEP_GIVE_UP, "customer_deleted", "a customer of this payment was erased, and the bank did not pay it out before", NULL },
	{ when_returned_for_good, STEP_GIVE_UP, "payout_returned", "the bank returned the payout", NULL },
	{ when_refused_for_good, STEP_GIVE_UP, "payout_refused", "the bank refused the payout", NULL },
	{ when_failed_too_often, STEP_GIVE_UP, "payout_tried_out", "the bank has not taken the payout three times", NULL },
	{ when_failed_too_long, STEP_GIVE_UP, "payout_uncorrected", "what the bank did not take was not corrected within seven days", NULL },
	{ when_failed, STEP_CORRECT, NULL, NULL, NULL },
	{ when_anything, STEP_WAIT, NULL, NULL, never },
};
/* clang-format on */

struct step_choice
step_choose(P *p, F *f)
{
	const struct row *row = rows;
	struct step_choice choice;

	while (!row->when(p, f))
		row++;
	choice.step = row->step;
	choice.code = row->code;
	choice.sentence = row->sentence;
	choice.next = row->next == NULL ? f->now : row->next(p, f);
	if (row->sentence == no_payout)
		choice.sentence = f->outlets[payment_way(p)].missing;
	else if (row->sentence == on_hold)
		choice.sentence = f->hold;
	if (row->code == noticed)
		choice.code = p->noticed + strlen(NOTED_END);
	/* A report that waits while its payment goes on is not forgotten. */
	if (row->step == STEP_WAIT && p->report.seq != 0 &&
	    p->state != PAYMENT_REVIEW && p->report.due > f->now &&
	    p->report.due < choice.next)
		choice.next = p->report.due;
	return choice;
}

const char *
step_name(enum step step)
{
	static const char *const names[STEP_MAX] = {"wait", "read_back",
	    "report", "gate", "end", "refuse", "funds", "verify", "turn",
	    "road", "order_back", "back", "astray", "correct", "give_up",
	    "prepare", "send", "look", "hold", "review", "close", "case"};

	return names[step];
}
