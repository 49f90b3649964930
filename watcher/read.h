/*
 * read - the platform's record of a SEP-31 transaction, as a struct.
 *
 * Shape:  unknown members are skipped; both fundingMethod and funding_method
 *         are known; {} stands for an absent customer or amount.
 * Errors: record_read() gives 0, or -EINVAL and what is wrong, without values.
 * Owner:  texts are borrowed from the JSON value, which must live as long.
 * Source: Anchor Platform, GET /transactions and the results of JSON-RPC.
 */
#ifndef WINDLASS_READ_H
#define WINDLASS_READ_H

#include <stdbool.h>

#include "instant.h"

struct arena;
struct json;
struct json_out;

enum { TX_ID_MOST = 56 }; /* an attempt's reference has 64, with :n */

struct money {
	const char *amount, *asset; /* "" where absent */
};

struct record { /* absent texts are "", absent times INSTANT_NONE */
	const char *id, *status, *quote_id, *method, *memo, *memo_type,
	    *destination, *external_id, *sender, *receiver, *creator,
	    *creator_memo;
	struct money in, expected, out, fee;
	instant started_at, updated_at, received_at;
	bool is_paid;
	const struct json *stellar; /* array, or absent */
	const struct json *whole;
};

int record_read(const struct json *v, struct record *out, const char **why)
    __attribute__((warn_unused_result));
/* Nothing of SEP-31 leads on from there. */
bool record_is_final(const struct record *r);
/* It ended without money. */
bool record_is_dead(const struct record *r);
bool record_is(const struct record *r, const char *status);
/* ISO code of the payout currency that the record names, or "". */
const char *record_currency(const struct record *r);
/* The named members, for the database: not the client's address, messages or
 * the ledger's envelopes. */
const char *record_snapshot(struct arena *a, const struct record *r);

#endif
