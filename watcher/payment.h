/*
 * payment - a payment as a watcher has claimed it: its row, the platform's
 *           record as last read, its outflow, last attempt and first open
 *           report.
 *
 * Units:  times in microseconds; FOREVER for never.
 * Owner:  everything hangs on the arena of the pass that claimed it.
 */
#ifndef WINDLASS_PAYMENT_H
#define WINDLASS_PAYMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "amount.h"
#include "instant.h"
#include "read.h"
#include "seal.h"

#define FOREVER INT64_MAX

enum payment_state {
	PAYMENT_NEW,
	PAYMENT_ASKED,
	PAYMENT_OUT,
	PAYMENT_DONE,
	PAYMENT_CLOSED,
	PAYMENT_HELD,
	PAYMENT_REVIEW,
	PAYMENT_MAX
};

enum outflow_state {
	OUTFLOW_NONE,
	OUTFLOW_READY,
	OUTFLOW_SENDING,
	OUTFLOW_ACCEPTED,
	OUTFLOW_SETTLED,
	OUTFLOW_DONE,
	OUTFLOW_REFUSED,
	OUTFLOW_FAILED,
	OUTFLOW_REVIEW,
	OUTFLOW_MAX
};

/* Which way money goes. */
enum way { WAY_OUT, WAY_BACK, WAY_MAX };

struct outflow {
	enum outflow_state state;
	bool is_refund;
	int64_t version;
	instant moved_at; /* its last step */
	struct sealed key;
	bool is_told; /* the platform has it as completed: nothing more */
};

struct attempt {
	int64_t n; /* 0: none yet */
	const char *reference, *idem_key, *bank_id, *refusal, *hash;
	enum way way;
	struct amount sum; /* of a refund: with what is kept */
	const char *field; /* of the beneficiary, that is at fault; "" */
	bool is_fixable;   /* other data could help */
	bool is_returned;  /* it came back, and that is believed */
	const char *via;   /* http, manual: what it was made for */
	struct sealed body;
	instant first_sent, last_sent, deadline, look_at, emptied_at;
	instant doubted_at; /* the bank said that it came back; 0: never */
	int64_t sends, looks, empties;
};

struct report {
	int64_t seq; /* 0: none open */
	const char *method, *params, *expect, *last_error;
	instant due, made_at, sent_at;
	int64_t tries;
	bool doubt, alone;
};

struct notice { /* of a customer whose status has changed */
	const char *customer, *type; /* "" if there is none */
	int64_t version;
};

struct payment {
	const char *tx_id;
	int64_t token, nudged;
	enum payment_state state;
	const char *reason;
	struct record record;

	const char *sender, *receiver, *method, *currency; /* ours, if gated */
	const char *quote_id, *client, *destination, *deposit_memo;
	const char *asset, *fee_asset;
	const char *memo; /* ours, decimal */
	struct amount expected, payout, fee;
	const char *beneficiary; /* ask_beneficiary()'s */
	instant pay_by;
	const char *noticed;
	instant noticed_at;
	const char *refund_why; /* a code; "": it does not go back */
	bool is_erased;         /* one of its customers, when it was claimed */
	/* A second person has to approve its next order, or the one that was
	 * stored: see payment_unapproved.sql. */
	bool is_unapproved;

	struct outflow outflow;
	struct attempt attempt;
	struct report report;
	struct notice notice;

	/* What this pass has found: code and sentence of its step; when it is
	 * due again, and why it waits (NULL: as before). */
	const char *code, *sentence;
	instant next;
	const char *waits;
	bool goes_on;       /* its step was not to wait */
	bool is_given_back; /* its claim, with what was stored of it */
};

static inline enum way
payment_way(const struct payment *p)
{
	return p->outflow.is_refund ? WAY_BACK : WAY_OUT;
}

/* The memo that the money must carry. */
static inline const char *
payment_memo(const struct payment *p)
{
	return p->deposit_memo[0] != '\0' ? p->deposit_memo : p->memo;
}

#endif
