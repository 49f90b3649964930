/*
 * counts - what a watcher counts for GET /metrics, in
 *          $WINDLASS_RUN_DIR/watcher.stats and errands.stats.
 *
 * Rule:   without that file a watcher counts nothing and works all the same.
 */
#ifndef WINDLASS_WATCHER_COUNTS_H
#define WINDLASS_WATCHER_COUNTS_H

#include <stdbool.h>

#include "platform.h"

/* A line in the log if there is no file to count in. */
void counts_open(const char *run_dir);
/* The same of the process that runs errands: what it counts, nobody else does.
 */
void counts_open_errands(const char *run_dir);
void count_rpc(const char *method, enum rpc_kind kind);
/* reading: news or sweep.  Gives is_good back. */
bool count_poll(const char *reading, bool is_good);
/* what: sent, mismatch, or what became of an attempt (moves.h); looks that
 * changed nothing are not counted. */
void count_payout(const char *what);
/* Nothing is sent to the bank, treasury or platform for a while. */
void count_breaker(const char *of);
/* A quote that the platform never had was released. */
void count_orphan(void);

/* hook: review, code or webhook; outcome: a word of review_answer.c, code.c or
 * webhooks.c. */
void count_hook(const char *hook, const char *outcome);

#endif
