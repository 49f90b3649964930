/*
 * ask - what the gate has to know about a payment.
 */
#include <errno.h>
#include <sodium.h>

#include "account.h"
#include "arena.h"
#include "ask.h"
#include "db.h"
#include "id.h"
#include "kyc.h"
#include "log.h"
#include "people.h"

enum { LIFETIME_LEAST = 300 };

/* --- customers ----------------------------------------------------------- */

static int
party_of(struct watcher *w, const struct asked *x, const struct payment *p,
    const char *id, const char *type, const char *today,
    struct gate_party *party, const struct customer **customer)
{
	struct corridor corridor = {
	    .method = p->record.method[0] == '\0' ? NULL : p->record.method,
	    .currency = p->currency[0] == '\0' ? NULL : p->currency};
	int rc;

	*customer = NULL;
	*party = (struct gate_party){.id = id, .account = "", .memo = ""};
	if (!is_id(id))
		return 0;
	rc = people_find(w, id, customer);
	if (rc == DB_NONE)
		return store_is_erased(&w->store, w->arena, id,
		    &party->is_erased);
	if (rc != 0)
		return -EIO;
	party->exists = true;
	party->account = (*customer)->account;
	party->memo = (*customer)->memo;
	party->status =
	    kyc_status(x->book, w->arena, people_opened(w, x->book, *customer),
		type, corridor, NULL, today, NULL, NULL);
	return 0;
}

int
ask_customers(struct watcher *w, const struct payment *p, struct asked *out)
{
	char today[INSTANT_TEXT];
	int rc;

	memset(out, 0, sizeof(*out));
	out->gate.tx_id = p->tx_id;
	out->gate.record = &p->record;
	out->gate.now = watch_now(w);
	instant_print(out->gate.now, today);
	today[10] = '\0';
	rc = book_current(w->books, w->store.db, &out->book);
	if (rc != 0)
		return rc;
	rc = party_of(w, out, p, p->record.sender, "sep31-sender", today,
	    &out->gate.sender, &out->sender);
	if (rc != 0)
		return rc;
	return party_of(w, out, p, p->record.receiver, "sep31-receiver", today,
	    &out->gate.receiver, &out->receiver);
}

/* Values that say where money goes, the surest first: the first group of which
 * the receiver has any is what counts. */
static const char *const accounts[] = {"bank_account_number", "bank_number",
    "bank_branch_number", "clabe_number", "cbu_number", "cbu_alias",
    "mobile_money_number", "crypto_address", "crypto_memo", NULL};
static const char *const persons[] = {"tax_id", "mobile_number",
    "email_address", NULL};
static const char *const *const groups[] = {accounts, persons};

const char *const *
ask_accounts(void)
{
	return accounts;
}

static const char *
value_of(const char *const *pairs, const char *name)
{
	for (; pairs[0] != NULL; pairs += 2)
		if (strcmp(pairs[0], name) == 0)
			return pairs[1];
	return "";
}

/* Spaces, dashes and dots are how people write numbers. */
#define OF_NUMBERS " -.\t"

static bool
hash_value(crypto_generichash_state *state, const char *value,
    const char *without)
{
	bool is_empty = true;

	for (; *value != '\0'; value++)
		if (strchr(without, *value) == NULL) {
			crypto_generichash_update(state,
			    (const unsigned char *)value, 1);
			is_empty = false;
		}
	crypto_generichash_update(state, (const unsigned char *)"", 1);
	return !is_empty;
}

static bool
hash_group(struct watcher *w, const char *const *names,
    const char *const *pairs, unsigned char hash[static 32])
{
	crypto_generichash_state state;
	bool has_any = false;

	crypto_generichash_init(&state, w->fingerprint_key,
	    sizeof(w->fingerprint_key), 32);
	hash_value(&state, names[0], OF_NUMBERS);
	for (; *names != NULL; names++)
		has_any |=
		    hash_value(&state, value_of(pairs, *names), OF_NUMBERS);
	crypto_generichash_final(&state, hash, 32);
	return has_any;
}

/* All that an order has of where its money goes.  What is no number counts to
 * the letter; a person's own, with an account beside them, are how to reach
 * them. */
static const struct whither {
	const char *name;
	bool is_number, is_account, is_person;
} whither[] = {
    {.name = "bank_account_number", .is_number = true, .is_account = true},
    {.name = "bank_account_type"},
    {.name = "bank_name"},
    {.name = "bank_number", .is_number = true},
    {.name = "bank_branch_number", .is_number = true},
    {.name = "clabe_number", .is_number = true, .is_account = true},
    {.name = "cbu_number", .is_number = true, .is_account = true},
    {.name = "cbu_alias", .is_account = true},
    {.name = "mobile_money_number", .is_number = true, .is_account = true},
    {.name = "mobile_money_provider"},
    {.name = "crypto_address", .is_account = true},
    {.name = "crypto_memo"},
    {.name = "external_transfer_memo"},
    {.name = "tax_id", .is_number = true, .is_person = true},
    {.name = "mobile_number", .is_number = true, .is_person = true},
    {.name = "email_address", .is_person = true},
};

static void
hash_whither(struct watcher *w, const char *const *pairs,
    unsigned char hash[static 32])
{
	crypto_generichash_state state;
	bool has_account = false;

	crypto_generichash_init(&state, w->fingerprint_key,
	    sizeof(w->fingerprint_key), 32);
	hash_value(&state, "whither", "");
	for (size_t i = 0; i < sizeof(whither) / sizeof(whither[0]); i++) {
		const struct whither *one = &whither[i];
		bool is_there = hash_value(&state,
		    one->is_person && has_account ? ""
						  : value_of(pairs, one->name),
		    one->is_number ? OF_NUMBERS : "");

		has_account |= is_there && one->is_account;
	}
	crypto_generichash_final(&state, hash, 32);
}

int
ask_beneficiary(struct watcher *w, const struct customer *receiver,
    const char **hex)
{
	const char *const only_id[] = {"id", NULL};
	const char *const id[] = {"id", receiver->id, NULL};
	char *text = arena_alloc(w->arena, BENEFICIARY_TEXT);
	const char *const *pairs;
	unsigned char hash[64];

	if (!w->has_fingerprint_key || people_values(w, receiver, &pairs) != 0)
		return -EBADMSG;
	if (!hash_group(w, groups[0], pairs, hash) &&
	    !hash_group(w, groups[1], pairs, hash))
		hash_group(w, only_id, id, hash);
	hash_whither(w, pairs, hash + 32);
	*hex = sodium_bin2hex(text, BENEFICIARY_TEXT, hash, sizeof(hash));
	return 0;
}

bool
ask_is_same(const char *now, const char *then)
{
	size_t len = strlen(then);

	return len == ACCOUNT_HEX ? strncmp(now, then, len) == 0
	                          : strcmp(now, then) == 0;
}

/* --- the quote ----------------------------------------------------------- */

/* What our own quote pays out in: the record's currency, else the one that is
 * configured for the asset. */
static const char *
payout_asset(const struct asked *x, const struct payment *p)
{
	const struct asset *asset;

	if (record_currency(&p->record)[0] != '\0')
		return p->record.out.asset;
	asset = book_asset(x->book, p->record.in.asset);
	return asset == NULL ? NULL : asset->payout_asset;
}

static const char *
creator_base(struct watcher *w, const struct payment *p)
{
	char base[ACCOUNT_TEXT], memo[MEMO_ID_TEXT];

	if (account_base(p->record.creator, base, memo) != 0)
		return "";
	return arena_strdup(w->arena, base);
}

static struct gate_answer
refuse(const char *code, const char *sentence)
{
	return (struct gate_answer){GATE_REFUSE, code, sentence, false};
}

/* A price of now for this client, as a quote that the gate can look at. */
static void
own_quote(struct watcher *w, const struct payment *p, struct asked *x,
    struct gate_answer *refused)
{
	const char *buy = payout_asset(x, p);
	struct quote_ask ask = {.sell_asset = p->record.in.asset,
	    .buy_asset = buy,
	    .sell_amount = p->record.in.amount,
	    .buy_delivery_method = p->record.method,
	    .client = creator_base(w, p),
	    .firm = true};
	struct gate_quote *q = &x->gate.quote;
	int rc;

	x->is_own = true;
	if (buy == NULL) {
		*refused = refuse("payout_asset",
		    "neither the record nor the book says what to pay out");
		return;
	}
	rc = book_quote(x->book, w->arena, &ask, x->gate.now, &x->own);
	if (rc == BOOK_STALE || rc == BOOK_STOPPED) {
		*refused = (struct gate_answer){GATE_WAIT, "price_stale",
		    book_reason(rc), false};
		return;
	}
	if (rc != BOOK_OK) {
		*refused = refuse("no_price", book_reason(rc));
		return;
	}
	x->lifetime =
	    x->own.lifetime > LIFETIME_LEAST ? x->own.lifetime : LIFETIME_LEAST;
	*q = (struct gate_quote){.exists = true,
	    .client = x->own.client,
	    .sell_asset = x->own.sell_asset,
	    .buy_asset = x->own.buy_asset,
	    .fee_asset = x->own.fee_asset,
	    .sell = x->own.sell,
	    .buy = x->own.buy,
	    .fee = x->own.fee,
	    .held = x->own.buy,
	    .expires_at = x->gate.now + x->lifetime * SECOND,
	    .used_by = "",
	    .ended = ""};
}

int
ask_all(struct watcher *w, const struct payment *p, instant least_left,
    struct asked *x, struct gate_answer *refused)
{
	const char *quote_id =
	    p->quote_id[0] != '\0' ? p->quote_id : p->record.quote_id;
	const struct asset *asset;
	int rc;

	refused->says = GATE_PASS;
	rc = ask_customers(w, p, x);
	if (rc != 0)
		return rc;
	x->gate.least_left = least_left;
	x->gate.is_asked = p->quote_id[0] != '\0';
	x->gate.is_barred = !book_lets(x->book, creator_base(w, p));
	asset = book_asset(x->book, p->record.in.asset);
	x->gate.destination = w->platform_memos ? ""
	                      : asset == NULL   ? NULL
	                                        : asset->distribution_account;
	if (quote_id[0] != '\0') {
		rc = store_quote(&w->store, w->arena, quote_id, &x->gate.quote);
		if (rc != 0)
			return rc;
	} else {
		own_quote(w, p, x, refused);
		if (refused->says != GATE_PASS)
			return 0;
	}
	if (!x->gate.quote.exists)
		return 0;
	x->payout = book_asset(x->book, x->gate.quote.buy_asset);
	x->gate.has_limit =
	    x->payout != NULL && book_payout_limits(x->book,
				     x->gate.quote.buy_asset, &x->limits) == 0;
	x->gate.per_payment = x->limits.per_payment;
	return 0;
}
