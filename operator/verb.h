/*
 * verb - what `windlass VERB` is made of: one file per verb.
 *
 * Errors: a verb gives the exit code: 0 done, 1 refused or failed (one line per
 *         reason was said), 2 called wrongly, 3 books differ (reconcile).
 * Rule:   what a verb tells goes to standard output, why it failed to standard
 *         error.
 */
#ifndef WINDLASS_VERB_H
#define WINDLASS_VERB_H

#include <stddef.h>
#include <stdio.h>

#include "show.h"
#include "words.h"

struct arena;
struct book;
struct db;
struct db_rows;
struct db_statement;
struct seal;

enum { VERB_DONE, VERB_FAILED, VERB_MISUSED, VERB_DIFFERS };

extern const struct verb verb_audit_list, verb_audit_verify,
    verb_customer_approve, verb_customer_erase, verb_customer_export,
    verb_customer_hold, verb_customer_legal_hold, verb_customer_legal_release,
    verb_customer_list, verb_customer_reject, verb_customer_release,
    verb_customer_show, verb_erase_again, verb_keys_list, verb_keys_rotate,
    verb_load, verb_payment_end, verb_payment_list, verb_payment_recover,
    verb_payment_show, verb_payment_why, verb_pool_show, verb_pool_verify;
extern const struct verb verb_case_close, verb_case_list, verb_hold_off,
    verb_hold_on, verb_payment_approve, verb_payment_confirm,
    verb_payment_refund, verb_payout_confirm, verb_payout_export,
    verb_payment_release, verb_payment_retry, verb_reconcile;
extern const struct verb verb_webhook_list, verb_webhook_resend;

/* The database, as role windlass_operator; NULL after a line that says why. */
struct db *operator_db(void);
/* The current book; NULL after a line that says why. */
const struct book *operator_book(struct db *db);
/* The wrapping keys of WINDLASS_KEK_FILE; NULL after a line that says why. */
struct seal *operator_keys(void);
/* What act gives with both of them, or VERB_FAILED after a line. */
int operator_with_keys(struct call *c,
    int (*act)(struct call *c, struct db *db, const struct seal *keys));
/* Who asks, as the operating system knows them, and WINDLASS_OPERATOR, where it
 * is set: for the audit trail. */
const char *operator_who(struct arena *a);
/* WINDLASS_ERASED_FILE, NULL: none is kept; false after a line that says why.
 */
bool operator_erased_file(const char **path);
/* VERB_DONE, or VERB_MISUSED after a line: it must be there, and one line. */
int operator_reason(const struct call *c, const char *reason);
/* What a person decides about the operand: asks that statement of (operand,
 * who, reason) and gives what tell does with its row, or fails after a line. */
int operator_decides(struct call *c, const struct db_statement *how,
    const char *reason, int (*tell)(struct call *c, const struct db_rows *row));
/* What can be set. */
void operator_help(FILE *to);
/* What was found, to standard output; gives the exit code. */
int told(const struct call *c, const struct table *tables, size_t count);
/* "windlass: ..." to standard error; gives VERB_FAILED, or VERB_MISUSED. */
int failed(const char *format, ...) __attribute__((format(printf, 1, 2)));
int misused(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for a db_call() that did not give rows. */
int failed_call(const struct db *db, int rc);

#endif
