/*
 * step_when - what holds for a payment: the conditions of the table of steps.
 *
 * Shape:  pure; each stands for one row of the table, and for those above it
 *         not holding.
 */
#ifndef WINDLASS_STEP_WHEN_H
#define WINDLASS_STEP_WHEN_H

#include "step.h"

typedef bool step_when(const struct payment *p, const struct step_facts *f);

step_when when_recovery_in_doubt, when_recovery_due, when_recovery_waits,
    when_review, when_dead_by_us, when_dead, when_done_but_not_completed,
    when_closed_but_alive, when_ended_but_returned_later,
    when_ended_but_returned, when_ended, when_report_due_in_doubt,
    when_return_doubted_without_bank, when_return_doubted_later,
    when_return_doubted, when_report_while_open, when_unsent_while_open,
    when_report_due, when_settled_unlooked, when_report_waits, when_other_memo,
    when_unasked_and_erased, when_held_unpaid_now_paid, when_asked_too_long,
    when_held, when_new_but_paid, when_new_but_asked_for, when_new_but_asked,
    when_new_and_waiting_for_us, when_new_elsewhere, when_asked_and_paid,
    when_asked_and_paid_elsewhere, when_asked, when_asked_but_elsewhere,
    when_road_on_hold, when_order_back_unapproved, when_info_overdue,
    when_held_to_go_back, when_held_with_money, when_custody_ended,
    when_custody_failed, when_custody_late, when_custody, when_back_unpaid,
    when_back_elsewhere, when_back_by_platform, when_back_behind_info,
    when_back_behind_error, when_back_behind, when_unapproved,
    when_other_rail_doubted, when_other_rail, when_ready_without_bank,
    when_ready_on_hold, when_unsent_without_bank, when_unsent_on_hold,
    when_astray, when_ready, when_sending_later, when_sending,
    when_looking_without_bank, when_accepted_later, when_accepted,
    when_refused_in_quarantine, when_refused, when_failed_after_completion,
    when_failed_on_hold, when_failed_and_erased, when_returned_for_good,
    when_refused_for_good, when_failed_too_often, when_failed_too_long,
    when_failed, when_anything;

#endif
