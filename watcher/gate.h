/*
 * gate - may a payment start?  Asked before any money is asked for, and again
 *        before every sending of the request.
 *
 * Shape:  pure: (record, both customers, quote, limits, now) in, one answer
 *         out.  Limits by day are counted in SQL, in the transaction that
 *         passes the gate.
 * Units:  times in microseconds.
 * Source: SEP-31; the platform checks no customer and no use of a quote.
 */
#ifndef WINDLASS_GATE_H
#define WINDLASS_GATE_H

#include <stdbool.h>

#include "amount.h"
#include "instant.h"
#include "kyc.h"
#include "read.h"
#include "refusal.h"

struct arena;

enum gate_says {
	GATE_PASS,
	GATE_WAIT,   /* nothing to do but wait */
	GATE_ASK,    /* a customer has to show more: the platform is told */
	GATE_REFUSE, /* it cannot start; for a person */
	GATE_MAX
};

struct gate_answer {
	enum gate_says says;
	const char *code, *sentence;
	bool is_receiver; /* of what is about a customer: which one */
};

/* The answer as a policy has it. */
struct gate_answer gate_policy(struct gate_answer answer, enum policy policy);

struct gate_party {
	const char *id; /* as the record names it; "" */
	bool exists;
	const char *account, *memo;
	enum customer_status status; /* for their type and the corridor */
	bool is_erased;              /* existed once */
};

struct gate_quote {
	bool exists;
	const char *client, *sell_asset, *buy_asset, *fee_asset;
	struct amount sell, buy, fee, held;
	instant expires_at;
	const char *used_by, *ended; /* "" */
};

struct gate_ask {
	const char *tx_id;
	const struct record *record;
	struct gate_party sender, receiver;
	struct gate_quote quote; /* the named one, or one of ours */
	bool is_barred;          /* its client's payments may not begin */
	const char *destination; /* our account for the asset, NULL: none */
	bool has_limit;
	struct amount per_payment; /* of the payout currency */
	instant now, least_left;
	bool is_asked; /* the quote is bound to us already: a later sending */
};

/* The part about customers, which also holds before a payout. */
struct gate_answer gate_customers(const struct record *record,
    const struct gate_party *sender, const struct gate_party *receiver);
struct gate_answer gate_asks(const struct gate_ask *ask);
/* Do the amounts of one of our quotes have to be told to the platform? */
enum gate_amounts {
	AMOUNTS_EQUAL, /* the record has them */
	AMOUNTS_TELL,
	AMOUNTS_CANNOT /* its fee is not in the asset on the ledger */
};
enum gate_amounts gate_amounts(const struct record *record,
    const struct gate_quote *quote);
/* Is the text an amount, and this one? */
bool is_same_amount(const char *text, struct amount amount);

#endif
