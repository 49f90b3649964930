/*
 * funds - what really arrived for a payment.
 */
#include "arena.h"
#include "asset.h"
#include "book.h"
#include "funds.h"
#include "gate.h"
#include "json.h"
#include "step.h"

enum { FUNDS_MOST = 100 };

static struct funds_answer
hold(const char *code, const char *sentence)
{
	return (struct funds_answer){.says = FUNDS_HOLD,
	    .code = code,
	    .sentence = sentence};
}

static struct funds_answer
wait_for(const char *code, const char *sentence)
{
	return (struct funds_answer){.says = FUNDS_WAIT,
	    .code = code,
	    .sentence = sentence};
}

static const char *
text_of(const struct json *v)
{
	const char *text = json_text(v);

	return text == NULL ? "" : text;
}

size_t
funds_hashes(struct arena *a, const struct record *r,
    const char *const **hashes)
{
	size_t count = json_count(r->stellar), i;
	const char **list = arena_array(a, count + 1, sizeof(*list));

	for (i = 0; i < count; i++)
		list[i] = text_of(json_get(json_at(r->stellar, i), "id"));
	*hashes = list;
	return count;
}

const char *
funds_departs(const struct payment *p, const struct record *r)
{
	/* A payment that got one of our quotes names none in its record. */
	if (r->quote_id[0] != '\0' && strcmp(r->quote_id, p->quote_id) != 0)
		return "the record names another quote than the gate's";
	if (strcmp(r->sender, p->sender) != 0 ||
	    strcmp(r->receiver, p->receiver) != 0)
		return "the record names other customers than the gate's";
	if (strcmp(r->method, p->method) != 0)
		return "the record is to be paid out by another method";
	if (r->expected.amount[0] != '\0' &&
	    (strcmp(r->expected.asset, p->asset) != 0 ||
		!is_same_amount(r->expected.amount, p->expected)))
		return "the record expects another sum than the gate's";
	if (strcmp(record_currency(r), p->currency) != 0 ||
	    !is_same_amount(r->out.amount, p->payout))
		return "the record is to be paid out in another sum";
	if (r->fee.amount[0] == '\0' ? !amount_is_zero(p->fee)
				     : !is_same_amount(r->fee.amount, p->fee))
		return "the record has another fee than the gate's";
	return NULL;
}

/* --- one list of operations, as the record or as the ledger has it ------- */

struct sums {
	struct fund funds[FUNDS_MOST];
	size_t count;
	struct amount sum;
	bool is_foreign;   /* something else came to our account */
	bool is_malformed; /* an amount that is none, or too many */
};

static void
count_in(struct sums *s, const struct payment *p, struct fund fund,
    const char *to, const char *asset, const char *amount)
{
	if (strcmp(to, p->destination) != 0)
		return;
	if (strcmp(asset, asset_on_ledger(p->asset)) != 0) {
		s->is_foreign = true;
		return;
	}
	if (amount_parse(amount, &fund.amount) != AMOUNT_OK ||
	    amount_is_zero(fund.amount) || s->count == FUNDS_MOST ||
	    amount_add(s->sum, fund.amount, &s->sum) != AMOUNT_OK) {
		s->is_malformed = true;
		return;
	}
	s->funds[s->count++] = fund;
}

static void
count_record(struct sums *s, const struct payment *p, const struct record *r)
{
	size_t i, k;

	for (i = 0; i < json_count(r->stellar); i++) {
		const struct json *tx = json_at(r->stellar, i);
		const struct json *list = json_get(tx, "payments");

		for (k = 0; k < json_count(list); k++) {
			const struct json *v = json_at(list, k);
			struct fund fund = {
			    .hash = text_of(json_get(tx, "id")),
			    .id = text_of(json_get(v, "id")),
			    .from = text_of(json_get(v, "source_account")),
			    .at = r->received_at,
			};

			count_in(s, p, fund,
			    text_of(json_get(v, "destination_account")),
			    text_of(json_path(v, "amount.asset")),
			    text_of(json_path(v, "amount.amount")));
		}
	}
}

static void
count_ledger(struct sums *s, const struct payment *p,
    const struct ledger_transaction *t)
{
	size_t i;

	for (i = 0; i < t->count; i++) {
		const struct ledger_operation *op = &t->operations[i];
		struct fund fund = {.hash = t->hash,
		    .id = op->id,
		    .from = op->from,
		    .at = t->at};

		if (!op->is_payment) {
			s->is_foreign |= strcmp(op->to, p->destination) == 0;
			continue;
		}
		count_in(s, p, fund, op->to, op->asset, op->amount);
	}
}

static bool
is_listed_twice(const struct sums *s)
{
	size_t i, k;

	for (i = 0; i < s->count; i++)
		for (k = 0; k < i; k++)
			if (strcmp(s->funds[i].id, s->funds[k].id) == 0 &&
			    strcmp(s->funds[i].hash, s->funds[k].hash) == 0)
				return true;
	return false;
}

static bool
has_fund(const struct sums *s, const struct fund *wanted)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		if (strcmp(s->funds[i].id, wanted->id) == 0 &&
		    strcmp(s->funds[i].hash, wanted->hash) == 0 &&
		    amount_cmp(s->funds[i].amount, wanted->amount) == 0)
			return true;
	return false;
}

static bool
is_same_list(const struct sums *a, const struct sums *b)
{
	size_t i;

	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (!has_fund(b, &a->funds[i]))
			return false;
	return true;
}

/* --- what is taken for what was asked for ------------------------------- */

enum { LEDGER_DECIMALS = 7 };

/* Rounded down, so that the rules never let through more than they say; what
 * cannot be reckoned is nothing. */
static struct amount
part_of(struct amount whole, struct amount percent)
{
	struct amount part;

	return amount_part(whole, percent, LEDGER_DECIMALS, ROUND_DOWN,
		   &part) == AMOUNT_OK
	           ? part
	           : amount_of(0);
}

/* The least and the most; to the letter, where they cannot be reckoned. */
static void
set_bounds(const struct payment *p, const struct funds_rules *r,
    struct funds_answer *out)
{
	if (amount_sub(p->expected, part_of(p->expected, r->under_percent),
		&out->least) != AMOUNT_OK ||
	    amount_add(p->expected, part_of(p->expected, r->over_percent),
		&out->most) != AMOUNT_OK)
		out->least = out->most = p->expected;
}

static instant
latest(const struct payment *p, const struct funds_rules *r)
{
	return p->pay_by +
	       (r->late_seconds == 0 ? LATE_GRACE : r->late_seconds * SECOND);
}

/* --- the answer ---------------------------------------------------------- */

/* What one list comes to; FUNDS_OK if it is what was asked for. */
static struct funds_answer
judge(const struct sums *s, const struct payment *p,
    const struct funds_rules *rules)
{
	struct funds_answer taken = {.says = FUNDS_OK};
	size_t i;

	set_bounds(p, rules, &taken);
	if (s->is_malformed || is_listed_twice(s))
		return hold("funds_unclear",
		    "the payments for it cannot be added up");
	if (s->is_foreign)
		return hold("wrong_asset",
		    "something else than the asset we asked for came in");
	if (s->count == 0)
		return hold("no_funds",
		    "it is called paid, and no payment to "
		    "our account is among its transactions");
	if (amount_cmp(s->sum, taken.least) < 0)
		return hold("paid_short", "less came in than we asked for");
	if (amount_cmp(s->sum, taken.most) > 0)
		return hold("paid_over", "more came in than we asked for");
	for (i = 0; i < s->count; i++)
		if (s->funds[i].at > latest(p, rules))
			return hold("paid_late", "the money came too late");
	return taken;
}

/* Is the transaction what was asked for, apart from sums? */
static struct funds_answer
judge_transaction(const struct ledger_transaction *t, const struct payment *p)
{
	if (t->found < 0)
		return wait_for("no_ledger", "the ledger cannot be asked");
	if (t->found == 0)
		return wait_for("not_on_ledger",
		    "the ledger does not know the transaction");
	if (!t->is_successful)
		return hold("failed_on_ledger",
		    "the transaction has failed on the ledger");
	if (strcmp(t->memo_type, "id") != 0 ||
	    strcmp(t->memo, payment_memo(p)) != 0)
		return hold("wrong_memo",
		    "the transaction on the ledger carries another memo");
	return (struct funds_answer){.says = FUNDS_OK};
}

static bool
is_hash(const char *text)
{
	return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static bool
is_operation_id(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len <= 20 && strspn(text, "0123456789") == len;
}

/* Both lists, and that they are the same one. */
static struct funds_answer
count_all(struct arena *a, const struct payment *p,
    const struct funds_rules *rules,
    const struct ledger_transaction *transactions, size_t count)
{
	struct sums *recorded = arena_alloc(a, sizeof(*recorded));
	struct sums *found = arena_alloc(a, sizeof(*found));
	struct funds_answer answer;
	struct fund *funds;
	size_t i;

	if (p->destination[0] == '\0' ||
	    strcmp(p->record.destination, p->destination) != 0)
		return hold("other_account",
		    "the record names another account than ours");
	count_record(recorded, p, &p->record);
	answer = judge(recorded, p, rules);
	if (answer.says != FUNDS_OK)
		return answer;
	for (i = 0; transactions != NULL && i < count; i++) {
		answer = judge_transaction(&transactions[i], p);
		if (answer.says != FUNDS_OK)
			return answer;
		count_ledger(found, p, &transactions[i]);
	}
	if (transactions != NULL) {
		answer = judge(found, p, rules);
		if (answer.says == FUNDS_OK && !is_same_list(recorded, found))
			answer = hold("ledger_differs",
			    "the ledger shows other payments than the record");
		if (answer.says != FUNDS_OK)
			return answer;
	} else {
		found = recorded;
	}
	for (i = 0; i < found->count; i++)
		if (!is_hash(found->funds[i].hash) ||
		    !is_operation_id(found->funds[i].id))
			return hold("funds_unclear",
			    "a payment for it has no name on the ledger");
	funds = arena_array(a, found->count, sizeof(*funds));
	memcpy(funds, found->funds, found->count * sizeof(*funds));
	answer.count = found->count;
	answer.funds = funds;
	return answer;
}

struct funds_answer
funds_check(struct arena *a, const struct payment *p,
    const struct funds_rules *rules,
    const struct ledger_transaction *transactions, size_t count)
{
	const char *departs = funds_departs(p, &p->record);

	if (departs != NULL)
		return hold("record_departs", departs);
	return count_all(a, p, rules, transactions, count);
}

struct funds_answer
funds_back(struct arena *a, const struct payment *p,
    const struct ledger_transaction *transactions, size_t count)
{
	const struct funds_rules exact = {0};
	struct payment came = *p;
	struct funds_answer out;
	size_t i;

	came.pay_by = FOREVER - LATE_GRACE;
	if (strcmp(p->record.in.asset, p->asset) != 0 ||
	    amount_parse(p->record.in.amount, &came.expected) != AMOUNT_OK)
		return hold("refund_unclear",
		    "the record does not say what came in, in our asset");
	out = count_all(a, &came, &exact, transactions, count);
	/* The book knows what is short or over of what was asked for, and would
	 * have it sent back again and again. */
	if (out.says == FUNDS_HOLD && (strcmp(out.code, "paid_short") == 0 ||
					  strcmp(out.code, "paid_over") == 0))
		return hold("refund_differs",
		    "what was verified is not what the record says came in");
	if (out.says != FUNDS_OK)
		return out;
	for (i = 1; i < out.count; i++)
		if (strcmp(out.funds[i].from, out.funds[0].from) != 0)
			return hold("refund_sources",
			    "the money came from several accounts");
	return out;
}
