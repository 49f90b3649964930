/*
 * report - what the platform was told, and whether it has it: decided by its
 *          record, never by an error.
 *
 * Shape:  pure: (payment with its open report, record) in, a verdict out.
 * Source: JSON-RPC of the Platform API: a repeat of any call is an error, and
 *         a call that was carried out may be answered by one.
 */
#ifndef WINDLASS_REPORT_H
#define WINDLASS_REPORT_H

#include "payment.h"

#define REQUEST "request_onchain_funds"
#define CUSTOMER_INFO "notify_customer_info_updated"
#define ERROR "notify_transaction_error"
#define EXPIRED "notify_transaction_expired"
#define RECOVERY "notify_transaction_recovery"
#define FUNDS_RECEIVED "notify_onchain_funds_received"
#define FUNDS_PENDING "notify_offchain_funds_pending"
#define FUNDS_SENT "notify_offchain_funds_sent"
#define REFUND_SENT "notify_refund_sent"
#define DO_REFUND "do_stellar_refund"

/* What was sent so long ago does not land any more: our own timeout, and as
 * long again twice for whatever lies between. */
#define REPORT_FLIGHT (60 * SECOND)

enum verdict {
	VERDICT_DONE,
	VERDICT_AGAIN,  /* not carried out: it may be sent again */
	VERDICT_DROP,   /* it cannot be carried out any more */
	VERDICT_ROAD,   /* it can be, after the record was brought back */
	VERDICT_REVIEW, /* the record contradicts us */
	VERDICT_MAX
};

/* What a reading of the record says about a report in doubt. */
enum verdict report_read_back(const struct payment *p, const struct record *now,
    bool platform_memos);
/* Does the result of the call show that it was carried out as we meant it? */
bool report_is_done(const struct payment *p, const struct record *result,
    bool platform_memos);
/* Is the platform never going to take it, so that a person has to know?  code:
 * of its last error, 0 none. */
bool report_is_hopeless(const struct payment *p, int64_t code, instant now);

#endif
