/*
 * gate - may a payment start?
 */
#include <stddef.h>

#include "account.h"
#include "asset.h"
#include "gate.h"

bool
is_same_amount(const char *text, struct amount amount)
{
	struct amount read;

	return amount_parse(text, &read) == AMOUNT_OK &&
	       amount_cmp(read, amount) == 0;
}

static struct gate_answer
refuse(const char *code, const char *sentence)
{
	return (struct gate_answer){GATE_REFUSE, code, sentence, false};
}

static struct gate_answer
waits(const char *code, const char *sentence)
{
	return (struct gate_answer){GATE_WAIT, code, sentence, false};
}

/* --- customers ----------------------------------------------------------- */

/* The creator's account without its memo, and that memo: a muxed address
 * carries one as its id. */
static bool
creator(const struct record *r, char base[static ACCOUNT_TEXT],
    char memo[static MEMO_ID_TEXT], const char **said)
{
	if (account_base(r->creator, base, memo) != 0)
		return false;
	*said = r->creator_memo[0] != '\0' ? r->creator_memo : memo;
	return true;
}

/* A customer is the creator's if the account is, and the memo, where the
 * creator has one, is that one or none. */
static bool
is_of_creator(const struct record *r, const struct gate_party *party)
{
	char base[ACCOUNT_TEXT], memo[MEMO_ID_TEXT];
	const char *said;

	if (!creator(r, base, memo, &said) || strcmp(base, party->account) != 0)
		return false;
	return said[0] == '\0' || party->memo[0] == '\0' ||
	       strcmp(said, party->memo) == 0;
}

/* What is told about a sender and about a receiver. */
struct wording {
	const char *missing, *unknown, *foreign, *rejected, *processing, *needs;
};

static const struct wording senders = {"sender_missing", "sender_unknown",
    "sender_foreign", "sender_rejected", "sender_in_review",
    "sender_needs_info"};
static const struct wording receivers = {"receiver_missing", "receiver_unknown",
    "receiver_foreign", "receiver_rejected", "receiver_in_review",
    "receiver_needs_info"};

static struct gate_answer
party_answers(const struct record *r, const struct gate_party *party,
    const struct wording *w)
{
	if (party->id[0] == '\0')
		return refuse(w->missing, "the record names no such customer");
	if (party->is_erased)
		return refuse("customer_deleted",
		    "a customer of it was erased; what was paid has to go "
		    "back");
	if (!party->exists)
		return refuse(w->unknown,
		    "the record names a customer whom we do not have");
	if (!is_of_creator(r, party))
		return refuse(w->foreign,
		    "the customer is not one of the client who pays");
	switch (party->status) {
	case CUSTOMER_REJECTED:
		return refuse(w->rejected, "the customer was rejected");
	case CUSTOMER_PROCESSING:
		return waits(w->processing, "the customer is in review");
	case CUSTOMER_NEEDS_INFO:
		return (struct gate_answer){GATE_ASK, w->needs,
		    "the customer has to show more", false};
	case CUSTOMER_ACCEPTED:
		break;
	}
	return (struct gate_answer){GATE_PASS, NULL, NULL, false};
}

struct gate_answer
gate_policy(struct gate_answer answer, enum policy policy)
{
	static const enum gate_says says[POLICY_MAX] = {[POLICY_HOLD] =
							    GATE_REFUSE,
	    [POLICY_WAIT] = GATE_WAIT,
	    [POLICY_ASK] = GATE_ASK,
	    [POLICY_FAIL] = GATE_REFUSE};

	if (answer.says != GATE_PASS)
		answer.says = says[policy];
	return answer;
}

struct gate_answer
gate_customers(const struct record *r, const struct gate_party *sender,
    const struct gate_party *receiver)
{
	struct gate_answer s = party_answers(r, sender, &senders);
	struct gate_answer v = party_answers(r, receiver, &receivers);

	v.is_receiver = true;
	/* The worse of the two counts, so that nobody is asked for papers of a
	 * payment that cannot start. */
	return v.says > s.says ? v : s;
}

/* --- the quote ----------------------------------------------------------- */

static bool
is_text(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* What the record says of the amounts is the quote's, where it says it. */
static bool
quote_fits(const struct record *r, const struct gate_quote *q)
{
	return is_text(r->in.asset, q->sell_asset) &&
	       is_same_amount(r->in.amount, q->sell) &&
	       (r->expected.amount[0] == '\0' ||
		   (is_text(r->expected.asset, q->sell_asset) &&
		       is_same_amount(r->expected.amount, q->sell)));
}

static bool
quote_is_as_recorded(const struct record *r, const struct gate_quote *q)
{
	return is_text(r->out.asset, q->buy_asset) &&
	       is_same_amount(r->out.amount, q->buy) &&
	       (r->fee.amount[0] == '\0'
		       ? amount_is_zero(q->fee)
		       : is_same_amount(r->fee.amount, q->fee) &&
			     (amount_is_zero(q->fee) ||
				 is_text(r->fee.asset, q->fee_asset)));
}

static struct gate_answer
quote_answers(const struct gate_ask *ask)
{
	const struct record *r = ask->record;
	const struct gate_quote *q = &ask->quote;
	char base[ACCOUNT_TEXT], memo[MEMO_ID_TEXT];
	const char *said;
	bool is_named = r->quote_id[0] != '\0';
	bool is_over = r->started_at == INSTANT_NONE ||
	               r->started_at >= q->expires_at ||
	               q->expires_at - ask->now < ask->least_left;

	if (!q->exists)
		return refuse("quote_unknown", "the quote is none of ours");
	if (!creator(r, base, memo, &said) || !is_text(base, q->client))
		return refuse("quote_foreign",
		    "the quote was given to another client");
	/* One that it had itself and gave back in time is used; one that is
	 * over by now would have ended either way. */
	if (q->used_by[0] != '\0' &&
	    (!is_text(q->used_by, ask->tx_id) ||
		(!is_text(q->ended, "live") && !is_over)))
		return refuse("quote_used", "the quote was used before");
	if (!quote_fits(r, q) || (is_named && !quote_is_as_recorded(r, q)))
		return refuse("quote_differs",
		    "assets or amounts of the record are not the quote's");
	if (is_over)
		return refuse("quote_expired",
		    "the quote is over, or nearly so");
	if (amount_cmp(q->held, q->buy) < 0)
		return refuse("quote_expired",
		    "the quote holds no money any more");
	if (!is_named && !ask->is_asked && gate_amounts(r, q) == AMOUNTS_CANNOT)
		return refuse("fee_asset",
		    "our price differs from the record's, and its fee is in an "
		    "asset that cannot be told again");
	return (struct gate_answer){GATE_PASS, NULL, NULL, false};
}

enum gate_amounts
gate_amounts(const struct record *r, const struct gate_quote *q)
{
	if (quote_is_as_recorded(r, q))
		return AMOUNTS_EQUAL;
	return is_stellar_asset(r->fee.asset) &&
	               is_text(r->fee.asset, q->fee_asset)
	           ? AMOUNTS_TELL
	           : AMOUNTS_CANNOT;
}

/* --- all of it ----------------------------------------------------------- */

struct gate_answer
gate_asks(const struct gate_ask *ask)
{
	const struct record *r = ask->record;
	struct gate_answer answer;

	answer = gate_customers(r, &ask->sender, &ask->receiver);
	if (answer.says == GATE_REFUSE)
		return answer;
	if (ask->is_barred)
		return refuse("client_not_allowed",
		    "payments of this client may not begin");
	if (r->method[0] == '\0')
		return refuse("method_missing",
		    "the record does not say how to pay out");
	if (!is_stellar_asset(r->in.asset) || ask->destination == NULL)
		return refuse("asset_unknown",
		    "we have no account for the asset that is to come");
	/* Without a customer's papers no quote of ours is taken. */
	if (answer.says != GATE_PASS)
		return answer;
	answer = quote_answers(ask);
	if (answer.says != GATE_PASS)
		return answer;
	if (strncmp(ask->quote.buy_asset, "iso4217:", 8) != 0)
		return refuse("payout_asset",
		    "what is to be paid out is no currency of a bank");
	if (!ask->has_limit)
		return waits("no_limits",
		    "the book has no limits for payouts in that currency");
	if (amount_cmp(ask->quote.buy, ask->per_payment) > 0)
		return refuse("limit_payment",
		    "the payout is above the limit for one payment");
	return answer;
}
