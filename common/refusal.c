/*
 * refusal - why a payment may not begin, and what may follow.
 */
#include "refusal.h"

#include <stddef.h>
#include <string.h>

static const char *const names[POLICY_MAX] = {"hold", "wait", "ask", "fail"};

// clang-format off
#define HOLD (1u << POLICY_HOLD)
#define WAIT (1u << POLICY_WAIT)
#define ASK  (1u << POLICY_ASK)
#define FAIL (1u << POLICY_FAIL)

static const struct refusal {
	const char *code;
	enum policy usual;
	unsigned may;
} refusals[] = {
	/* Customers.  Who is not there cannot be asked for. */
	{ "sender_missing",      POLICY_HOLD, HOLD | FAIL },
	{ "receiver_missing",    POLICY_HOLD, HOLD | FAIL },
	{ "sender_unknown",      POLICY_HOLD, HOLD | WAIT | FAIL },
	{ "receiver_unknown",    POLICY_HOLD, HOLD | WAIT | FAIL },
	{ "sender_foreign",      POLICY_HOLD, HOLD | FAIL },
	{ "receiver_foreign",    POLICY_HOLD, HOLD | FAIL },
	{ "sender_rejected",     POLICY_HOLD, HOLD | WAIT | ASK | FAIL },
	{ "receiver_rejected",   POLICY_HOLD, HOLD | WAIT | ASK | FAIL },
	{ "sender_in_review",    POLICY_WAIT, HOLD | WAIT | ASK | FAIL },
	{ "receiver_in_review",  POLICY_WAIT, HOLD | WAIT | ASK | FAIL },
	{ "sender_needs_info",   POLICY_ASK,  HOLD | WAIT | ASK | FAIL },
	{ "receiver_needs_info", POLICY_ASK,  HOLD | WAIT | ASK | FAIL },

	/* Who sends, by what way, and what. */
	{ "client_not_allowed",  POLICY_HOLD, HOLD | WAIT | FAIL },
	{ "method_missing",      POLICY_HOLD, HOLD | FAIL },
	{ "asset_unknown",       POLICY_HOLD, HOLD | WAIT | FAIL },
	{ "payout_asset",        POLICY_HOLD, HOLD | WAIT | FAIL },
	{ "fee_asset",           POLICY_HOLD, HOLD | FAIL },

	/* The quote, or a price of ours. */
	{ "quote_unknown",       POLICY_HOLD, HOLD | FAIL },
	{ "quote_foreign",       POLICY_HOLD, HOLD | FAIL },
	{ "quote_used",          POLICY_HOLD, HOLD | FAIL },
	{ "quote_other_quote",   POLICY_HOLD, HOLD | FAIL },
	{ "quote_differs",       POLICY_HOLD, HOLD | FAIL },
	{ "quote_expired",       POLICY_HOLD, HOLD | FAIL },
	{ "no_price",            POLICY_HOLD, HOLD | WAIT | FAIL },
	{ "price_stale",         POLICY_WAIT, HOLD | WAIT | FAIL },

	/* Limits and liquidity. */
	{ "no_limits",           POLICY_WAIT, HOLD | WAIT | FAIL },
	{ "limit_payment",       POLICY_HOLD, HOLD | WAIT | FAIL },
	{ "limit_day",           POLICY_WAIT, HOLD | WAIT | FAIL },
	{ "limit_beneficiary",   POLICY_WAIT, HOLD | WAIT | FAIL },
	{ "empty",               POLICY_WAIT, HOLD | WAIT | FAIL },
	{ "cap",                 POLICY_WAIT, HOLD | WAIT | FAIL },
	{ "day_cap",             POLICY_WAIT, HOLD | WAIT | FAIL },

	/* Unpaid, and in a status that no gate of ours led to. */
	{ "asked_without_gate",  POLICY_FAIL, HOLD | FAIL },
	{ "unpaid_elsewhere",    POLICY_HOLD, HOLD | FAIL },
};
// clang-format on

static const struct refusal *
refusal_of(const char *code)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (strcmp(refusals[i].code, code) == 0)
			return &refusals[i];
	return NULL;
}

const char *
policy_name(enum policy policy)
{
	return names[policy];
}

enum policy
policy_named(const char *name)
{
	enum policy policy = POLICY_HOLD;

	while (policy < POLICY_MAX && strcmp(names[policy], name) != 0)
		policy++;
	return policy;
}

bool
is_refusal(const char *code)
{
	return refusal_of(code) != NULL;
}

bool
refusal_may(const char *code, enum policy policy)
{
	const struct refusal *refusal = refusal_of(code);

	return refusal != NULL && (refusal->may & 1u << policy) != 0;
}

enum policy
refusal_policy(const char *code)
{
	const struct refusal *refusal = refusal_of(code);

	return refusal == NULL ? POLICY_HOLD : refusal->usual;
}
