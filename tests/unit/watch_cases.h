/*
 * watch_cases - what the tests of the watcher's pure modules build their cases
 *               from.  In all JSON written here ' stands for ".
 */
#ifndef WINDLASS_WATCH_CASES_H
#define WINDLASS_WATCH_CASES_H

#include "unit.h"

#include <stdlib.h>

#include "arena.h"
#include "json.h"
#include "../../watcher/payment.h"

#define ISSUER "GDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7ENKCV37P6SUEO6XQBKPP"
#define OURS "GBN4NNCDGJO4XW4KQU3CBIESUJWFVBUZPOKUZHT7W7WRB7CWOA7BXVQF"
#define WALLET "GCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAWUW"
#define USDC "stellar:USDC:" ISSUER
#define HASH "fd83f7bbcec460218e3fad0c461d0e9f032e8ed50493b82f4c8d178e45ce90d0"

static inline const struct json *
json_of(struct arena *a, const char *quoted)
{
	char *text = arena_strdup(a, quoted), *c;
	const struct json *v;
	const char *why;

	for (c = text; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	if (json_parse(a, text, strlen(text), &v, &why) != 0)
		fail_msg("%s: %s", why, text);
	return v;
}

static inline struct record
record_of(struct arena *a, const char *quoted)
{
	struct record r;
	const char *why;

	if (record_read(json_of(a, quoted), &r, &why) != 0)
		fail_msg("%s: %s", why, quoted);
	return r;
}

static inline instant
at(const char *text)
{
	instant t;

	if (instant_parse(text, &t) != 0)
		fail_msg("no instant: %s", text);
	return t;
}

static inline struct amount
sum(const char *text)
{
	struct amount out;

	if (amount_parse(text, &out) != AMOUNT_OK)
		fail_msg("no amount: %s", text);
	return out;
}

/* A record as the platform has it before the gate; more goes into it. */
#define RECORD(status, more)                                                   \
	"{'id': 'tx1', 'sep': '31', 'kind': 'receive', 'status': '" status     \
	"', 'amount_expected': {'amount': '101', 'asset': '" USDC              \
	"'}, 'amount_in': {'amount': '101', 'asset': '" USDC                   \
	"'}, 'amount_out': {'amount': '500', 'asset': 'iso4217:BRL'},"         \
	" 'fee_details': {'total': '1.00', 'asset': '" USDC                    \
	"'}, 'quote_id': 'q1', 'fundingMethod': 'PIX',"                        \
	" 'started_at': '2026-01-02T10:00:00Z',"                               \
	" 'updated_at': '2026-01-02T10:00:01.5Z',"                             \
	" 'customers': {'sender': {'id': 's1'}, 'receiver': {'id': 'r1'}},"    \
	" 'creator': {'account': '" WALLET "'}" more "}"

/* The same, with our address, and paid; payments is a JSON array. */
#define PAID(status, payments)                                                 \
	RECORD(status,                                                         \
	    ", 'transfer_received_at': '2026-01-02T10:04:00Z',"                \
	    " 'destination_account': '" OURS "', 'memo': '77',"                \
	    " 'memo_type': 'id', 'stellar_transactions': [{'id': '" HASH       \
	    "', 'memo': '77', 'memo_type': 'id', 'payments': " payments "}]")
#define OPERATION(id, amount, asset, to)                                       \
	"{'id': '" id "', 'amount': {'amount': '" amount "', 'asset': '" asset \
	"'}, 'source_account': '" WALLET "', 'destination_account': '" to "'}"
#define RIGHT OPERATION("900", "101.0000000", "USDC:" ISSUER, OURS)

/* A payment that the gate has passed, with that record. */
static inline struct payment
payment_of(struct arena *a, enum payment_state state, const char *record)
{
	struct payment p = {.tx_id = "tx1",
	    .state = state,
	    .reason = "",
	    .record = record_of(a, record),
	    .sender = "s1",
	    .receiver = "r1",
	    .method = "PIX",
	    .currency = "BRL",
	    .quote_id = "q1",
	    .client = WALLET,
	    .destination = OURS,
	    .deposit_memo = "",
	    .asset = USDC,
	    .fee_asset = USDC,
	    .memo = "77",
	    .expected = sum("101"),
	    .payout = sum("500"),
	    .fee = sum("1"),
	    .beneficiary = "ab",
	    .pay_by = at("2026-01-02T10:05:00Z"),
	    .noticed = "",
	    .refund_why = "",
	    .notice = {"", "", 0}};

	p.attempt.bank_id = p.attempt.refusal = p.attempt.hash = "";
	p.report.method = p.report.params = p.report.expect =
	    p.report.last_error = "";
	return p;
}

#endif
