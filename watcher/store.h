/*
 * store - all that a watcher asks of the database: one function here for one
 *         function of SQL.
 *
 * Shape:  a step of one payment, or of many at once where their fates are one
 *         round trip's matter; each is guarded by the payment's claim token.
 * Errors: 0; STORE_GONE somebody else moved the payment: drop the plan;
 *         STORE_REFUSED a rule of the database forbids it, now and later;
 *         negative: it failed, or nobody knows.  Read again before acting.
 * Owner:  rows hang on the arena given.
 */
#ifndef WINDLASS_STORE_H
#define WINDLASS_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gate.h"
#include "payment.h"
#include "seal.h"

struct arena;
struct db;
struct funds_answer;
struct refund;

enum { STORE_GONE = 1, STORE_REFUSED = 2 };

/* Of an outcome that names an SQLSTATE: does a rule or a value forbid it? */
bool store_forbids(const char *outcome);
/* An outcome of one payment of a list as what a call of its own would give: 0
 * for a word that is the caller's matter. */
int store_outcome(const char *outcome);

struct store {
	struct db *db;
	const char *holder; /* who this watcher is */
	const char *via;    /* by what its payouts go: http (NULL), manual */
};

struct tick {
	instant now;
	bool is_on_hold;
	const char *hold;
	int64_t epoch, wakes;
	bool is_due; /* a payment is */
};

int store_start(struct store *s, struct arena *a, int64_t *epoch,
    bool *has_attempts);
int store_tick(struct store *s, struct arena *a, struct tick *out);
/* Whether the lease is ours now; a failure is a no. */
bool store_lease(struct store *s, struct arena *a, int64_t ms);
/* name: poll or errands. */
void store_lease_end(struct store *s, struct arena *a, const char *name);
/* The time, and whether the lease of the errands is ours now. */
int store_errands(struct store *s, struct arena *a, int64_t ms, instant *now,
    bool *is_ours);
int store_polled(struct store *s, struct arena *a, const char *name,
    int64_t interval_ms, bool without_ledger);
/* Told once, and only then logged, however often it is met. */
int store_case(struct store *s, struct arena *a, const char *code,
    const char *tx_id, const char *sentence);
/* until: 0: not any more. */
int store_breaker(struct store *s, struct arena *a, const char *of,
    instant until);
int store_hold(struct store *s, struct arena *a, const char *reason);

/* How many of the records were neither known nor of no interest. */
int store_seen(struct store *s, struct arena *a, const struct record *records,
    size_t count, const char *const *currencies, size_t *news);
int store_unseen(struct store *s, struct arena *a, int64_t most,
    const char *const **ids, size_t *count);

int store_claim(struct store *s, struct arena *a, int64_t most, int64_t ms,
    struct payment ***out, size_t *count);
int store_let_go(struct store *s, struct arena *a, struct payment **list,
    size_t count);

int store_quote(struct store *s, struct arena *a, const char *id,
    struct gate_quote *out);
/* facts: an object, see gate_pass.sql.  *outcome is ok, or why not. */
int store_gate_pass(struct store *s, struct arena *a, const struct payment *p,
    const char *facts, const char **outcome);
int store_gate_drop(struct store *s, struct arena *a, const struct payment *p,
    const char *reason);
int store_stop(struct store *s, struct arena *a, const struct payment *p,
    bool is_review, const char *code, const char *sentence);
/* Was there such a customer, who is no more? */
int store_is_erased(struct store *s, struct arena *a, const char *id,
    bool *is_erased);
/* For one whose key has ended; *outcome is ok or old_key. */
int store_key_new(struct store *s, struct arena *a, const struct payment *p,
    struct sealed key, const char **outcome);
/* Keys of orders, after that time; how many, most at once. */
int store_keys_end(struct store *s, struct arena *a, int64_t after_ms,
    int64_t most, int64_t *count);
int store_close(struct store *s, struct arena *a, const struct payment *p,
    const char *reason);
int store_intend(struct store *s, struct arena *a, const struct payment *p,
    const char *method, const char *params, const char *mark,
    const struct notice *notice);

struct taken { /* the money for a payment, and the key of its outflow */
	struct payment *payment;
	const struct funds_answer *funds;
	struct sealed key;
	const char *outcome; /* out: ok gone operation_used old_key "failed ..."
	                      */
};
int store_funds(struct store *s, struct arena *a, struct taken *list,
    size_t count);

struct ordered { /* a payout, as it will be sent */
	struct payment *payment;
	int64_t n;
	struct sealed body;
	const char *outcome; /* out: ok gone hold report_open unapproved
	                      * "failed ..." */
};
int store_orders(struct store *s, struct arena *a, struct ordered *list,
    size_t count);
/* *outcome is ok, hold, report_open or unapproved. */
int store_refund(struct store *s, struct arena *a, const struct payment *p,
    int64_t n, struct sealed body, const struct refund *refund,
    const char **outcome);
/* may[i]: it may be sent, and from now on counts as sent. */
int store_sent(struct store *s, struct arena *a, struct payment **list,
    size_t count, instant window, bool *may);

struct moved { /* what became of an attempt */
	struct payment *payment;
	const char *what; /* accepted settled refused believed doubted returned
	                   * empty looked seen, see attempts_moved.sql */
	const char *bank_id, *code, *field, *hash; /* "" */
	bool is_fixable;
	const struct record *record; /* as read just now, or NULL */
	instant next;                /* empty, looked: when to look again */
	const char *outcome;         /* out: ok gone conflict "failed ..." */
};
int store_moved(struct store *s, struct arena *a, struct moved *list,
    size_t count);
/* Orders that had settled, and are listed as returned. */
int store_returns(struct store *s, struct arena *a,
    const char *const *references, size_t count);
/* What the bank did not take is ordered again: *outcome is ok, or why not. */
int store_corrected(struct store *s, struct arena *a, const struct payment *p,
    const char **outcome);
/* The receiver has another account by now: *outcome is ok or
 * limit_beneficiary. */
int store_beneficiary(struct store *s, struct arena *a, const struct payment *p,
    const char *hex, const char *per_day, const char **outcome);
int store_review(struct store *s, struct arena *a, const struct payment *p,
    const char *code, const char *sentence, bool is_hold);

/* may[i]: the report may be sent, and from now on is in doubt. */
int store_reports_sent(struct store *s, struct arena *a, struct payment **list,
    size_t count, bool *may);

struct came { /* in for a payment, as it was verified */
	int64_t sources, assets;
	const char *source, *asset; /* one of them */
	struct amount sum;
};
/* By policy the money goes back; *outcome is ok, or why not. */
int store_turn(struct store *s, struct arena *a, const struct payment *p,
    const char *code, const char **outcome);
int store_came(struct store *s, struct arena *a, const struct payment *p,
    struct came *out);
/* The next report on the road back; *outcome is ok, hold or report_open. */
int store_refund_step(struct store *s, struct arena *a, const struct payment *p,
    const char *method, const char *params, const char *expect,
    const char **outcome);
/* Its report cannot be taken there: the road once more, then the report. */
int store_refund_again(struct store *s, struct arena *a,
    const struct payment *p, const struct record *now);
/* The platform has sent it back itself. */
int store_custody_done(struct store *s, struct arena *a,
    const struct payment *p);

struct told { /* what became of a report */
	struct payment *payment;
	const struct record *record; /* as it shows it, or NULL */
	bool takes_memo;     /* the platform makes memos: take the record's */
	bool is_dropped;     /* it is not to be told any more */
	const char *error;   /* of the platform, or NULL */
	const char *outcome; /* out, of reports that are done: ok over (nothing
	                      * is due of it any more, and its claim is given
	                      * back) gone failed */
};
int store_reports_done(struct store *s, struct arena *a, struct told *list,
    size_t count);
int store_reports_again(struct store *s, struct arena *a,
    const struct told *list, size_t count);
int store_report_park(struct store *s, struct arena *a, const struct payment *p,
    const char *code, const char *sentence);

/* Those that the database does not have, or an empty list. */
int store_lacking(struct store *s, struct arena *a,
    const char *const *references, size_t count, const char **lacking);
int store_of_others(struct store *s, struct arena *a, instant since,
    const char *const **references, size_t *count);
int store_fingerprint_key(struct store *s, struct arena *a, struct sealed fresh,
    struct sealed *out);

#endif
