/*
 * money_in - what came in to our accounts on the ledger and no payment has
 *         taken: the platform is told of what it lost; a case for each, once.
 *
 * Shape:  an errand.  Each account is read forward from where it was left, so a
 *         quiet one costs a call an interval; what was read is judged a while
 *         later, in SQL (ledger_judge.sql).
 *         What the platform should have seen is among a payment's reports
 * before (ledger_report.sql). Rule:   no money moves by what is read here.  A
 * page that is not whole, in order and of this account is not taken, and asked
 * for again. Source: Horizon, GET
 * /accounts/{account}/payments?join=transactions.
 */
#ifndef WINDLASS_MONEY_IN_H
#define WINDLASS_MONEY_IN_H

#include <stdbool.h>

struct watcher;

bool duty_money_in(struct watcher *w);

#endif
