/*
 * ask - what the gate has to know about a payment, from the database and the
 *       book; and telling the platform that a customer has to show more.
 *
 * Errors: 0, or negative: it cannot be told now.
 * Owner:  everything hangs on the arena of the round.
 */
#ifndef WINDLASS_ASK_H
#define WINDLASS_ASK_H

#include "book.h"
#include "gate.h"
#include "watch.h"

struct customer;

struct asked {
	struct gate_ask gate;
	const struct book *book;
	const struct customer *sender, *receiver; /* NULL: none */
	struct payout_limits limits;
	const struct asset *payout; /* of the book; NULL: none */
	/* A payment without a quote gets one of ours. */
	bool is_own;
	struct quote own;
	int64_t lifetime;
};

/* Both customers and how they stand. */
int ask_customers(struct watcher *w, const struct payment *p, struct asked *out)
    __attribute__((warn_unused_result));
/* All of it.  *refused is set if the book has no price: why. */
int ask_all(struct watcher *w, const struct payment *p, instant least_left,
    struct asked *out, struct gate_answer *refused)
    __attribute__((warn_unused_result));
/* Where the receiver's money is to go, as two keyed hashes in hex.  The first
 * is of the account alone: equal accounts are equal, whoever's customer they
 * are and however they are written, and no memo makes another of one, so that
 * is what a beneficiary's limit counts by.  The second is of all that an order
 * says of it, to the letter where that is no number: what was gated, and
 * approved. */
enum { ACCOUNT_HEX = 64, BENEFICIARY_TEXT = 2 * ACCOUNT_HEX + 1 };

int ask_beneficiary(struct watcher *w, const struct customer *receiver,
    const char **hex) __attribute__((warn_unused_result));

/* Then may be of a payment that was gated when the account alone was kept. */
bool ask_is_same(const char *now, const char *then);

/* Names of the fields that say where money goes, the surest first, then NULL.
 */
const char *const *ask_accounts(void);

/* Deals with a customer's notice, with papers that are missing, and with a
 * record that waits for papers which are there by now.  True: the payment has
 * its next step. */
bool ask_informs(struct watcher *w, struct payment *p, const struct asked *x,
    struct gate_answer answer);

#endif
