/*
 * funds - what really arrived for a payment: recomputed from the platform's
 *         record and from the ledger, which must say the same.
 *
 * Shape:  pure: (payment, transactions of the ledger, rules) in, one answer
 *         out.  Every operation counted is in the answer, to be used up.
 * Units:  amounts are exact decimals of the asset; times in microseconds.
 * Source: the platform's observer takes any asset and any amount.
 */
#ifndef WINDLASS_FUNDS_H
#define WINDLASS_FUNDS_H

#include <stddef.h>

#include "payment.h"

struct arena;
struct funds_rules;

struct ledger_operation {
	const char *id, *from, *to;
	const char *asset; /* as on the ledger: CODE:ISSUER, native */
	const char *amount;
	bool is_payment; /* moves the asset to that account; not a merge ... */
};

struct ledger_transaction {
	int found; /* 1: it is there; 0: not there; negative: cannot tell */
	bool is_successful;
	const char *hash, *memo, *memo_type;
	instant at;
	size_t count;
	const struct ledger_operation *operations;
};

enum funds_says {
	FUNDS_OK,
	FUNDS_WAIT, /* the ledger cannot be asked, or does not know it yet */
	FUNDS_HOLD  /* not what was asked for; for a person */
};

struct fund {
	const char *hash, *id, *from;
	struct amount amount;
	instant at;
};

struct funds_answer {
	enum funds_says says;
	const char *code, *sentence;
	size_t count;
	const struct fund *funds;
	struct amount least, most; /* that is taken for what is expected */
};

/* Hashes of the transactions that the record names, in its order. */
size_t funds_hashes(struct arena *a, const struct record *r,
    const char *const **hashes);
/* transactions: one per hash, or NULL where the ledger is not asked. */
struct funds_answer funds_check(struct arena *a, const struct payment *p,
    const struct funds_rules *rules,
    const struct ledger_transaction *transactions, size_t count);
/* The same for money that is to go back: all that the record says came in, in
 * one asset from one account, whatever was asked for.  Where no gate of ours
 * asked for it, p has to say what and where to. */
struct funds_answer funds_back(struct arena *a, const struct payment *p,
    const struct ledger_transaction *transactions, size_t count);
/* What of the record is not as it was at the gate: a sentence, or NULL. */
const char *funds_departs(const struct payment *p, const struct record *r);

#endif
