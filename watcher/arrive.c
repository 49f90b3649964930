/*
 * arrive - what is done about money that arrived: checked against the ledger,
 *          each operation used up, an outflow made ready, to pay out or back.
 */
#include "arena.h"
#include "ask.h"
#include "funds.h"
#include "keys.h"
#include "log.h"
#include "order.h"
#include "people.h"
#include "refund.h"
#include "watch.h"

#define LOOK_AGAIN (10 * SECOND)

/* A payment, what is taken for what it expects, and the part of the hashes
 * that are its own. */
struct arrival {
	struct payment *payment;
	struct funds_rules rules;
	bool goes_back; /* whatever was expected */
	size_t first, count;
};

/* Without limits in the book, to the letter. */
static struct funds_rules
rules_of(struct watcher *w, const struct payment *p, const struct book *book)
{
	struct payout_limits limits;

	if (book_payout_limits(book,
		arena_printf(w->arena, "iso4217:%s", p->currency),
		&limits) != 0)
		return (struct funds_rules){0};
	return limits.funds;
}

/* The receiver must still be one that may be paid; what is missing is asked
 * for.  False: the payment has its next step. */
static bool
customers_hold(struct watcher *w, struct payment *p, struct arrival *out)
{
	struct gate_answer answer;
	struct asked x;

	if (ask_customers(w, p, &x) != 0) {
		watch_after(w, p, -1);
		return false;
	}
	answer = gate_customers(&p->record, &x.gate.sender, &x.gate.receiver);
	if (answer.says == GATE_REFUSE) {
		refund_or_stop(w, p, x.book, answer.code, answer.sentence);
		return false;
	}
	*out = (struct arrival){.payment = p, .rules = rules_of(w, p, x.book)};
	return !ask_informs(w, p, &x, answer);
}

static void
was_taken(struct watcher *w, const struct taken *t)
{
	struct payment *p = t->payment;
	int rc = store_outcome(t->outcome);

	if (rc != 0) {
		watch_after(w, p, rc);
	} else if (strcmp(t->outcome, "ok") == 0) {
		log_line(LOG_INFO, "funds_taken", "tx=%s operations=%zu",
		    p->tx_id, t->funds->count);
		p->next = w->now;
	} else if (strcmp(t->outcome, "old_key") == 0) {
		/* Again at once, by the one that counts now. */
		if (keys_learn(w->store.db, w->arena, w->keys) == 0)
			p->next = w->now;
		else
			watch_after(w, p, -1);
	} else {
		watch_stop(w, p, false, "operation_used",
		    "a payment on the ledger for it was used for another one");
	}
}

static void
take_all(struct watcher *w, struct taken *list, size_t count)
{
	int rc = store_funds(&w->store, w->arena, list, count);
	size_t i;

	for (i = 0; i < count; i++)
		if (rc != 0)
			watch_after(w, list[i].payment, rc);
		else
			was_taken(w, &list[i]);
}

/* True: the money is there, as *out says. */
static bool
judge(struct watcher *w, const struct arrival *arrival,
    const struct ledger_transaction *transactions, struct taken *out)
{
	struct payment *p = arrival->payment;
	struct funds_answer *f = arena_alloc(w->arena, sizeof(*f));

	*f = arrival->goes_back
	         ? funds_back(w->arena, p, transactions, arrival->count)
	         : funds_check(w->arena, p, &arrival->rules, transactions,
		       arrival->count);

	switch (f->says) {
	case FUNDS_OK:
		*out = (struct taken){.payment = p,
		    .funds = f,
		    .key = order_key(w, p)};
		return true;
	case FUNDS_WAIT:
		watch_wait(w, p, f->code, f->sentence,
		    watch_now(w) + LOOK_AGAIN);
		break;
	case FUNDS_HOLD:
		watch_stop(w, p, false, f->code, f->sentence);
		break;
	}
	return false;
}

/* All hashes that all payments name, in one list. */
static size_t
list_hashes(struct watcher *w, struct arrival *arrivals, size_t count,
    const char *const **out)
{
	const char *const *own;
	const char **all;
	size_t total = 0, i;

	for (i = 0; i < count; i++) {
		arrivals[i].first = total;
		arrivals[i].count =
		    funds_hashes(w->arena, &arrivals[i].payment->record, &own);
		total += arrivals[i].count;
	}
	all = arena_array(w->arena, total + 1, sizeof(*all));
	for (i = 0; i < count; i++) {
		funds_hashes(w->arena, &arrivals[i].payment->record, &own);
		memcpy(all + arrivals[i].first, own,
		    arrivals[i].count * sizeof(*all));
	}
	*out = all;
	return total;
}

static void
judge_all(struct watcher *w, struct arrival *arrivals, size_t count)
{
	struct ledger_transaction *found = NULL;
	const char *const *hashes;
	struct taken *taken = arena_array(w->arena, count + 1, sizeof(*taken));
	size_t total, n = 0, i;

	if (w->ledger.transactions != NULL) {
		total = list_hashes(w, arrivals, count, &hashes);
		found = arena_array(w->arena, total + 1, sizeof(*found));
		w->ledger.transactions(w->ledger.self, w->arena, hashes, total,
		    found);
	}
	for (i = 0; i < count; i++)
		n += judge(w, &arrivals[i],
		    found == NULL ? NULL : found + arrivals[i].first,
		    &taken[n]);
	if (!watch_is_ending(w))
		take_all(w, taken, n);
}

void
act_funds(struct watcher *w, struct payment **list, size_t count)
{
	struct arrival *arrivals =
	    arena_array(w->arena, count, sizeof(*arrivals));
	size_t ready = 0, i;

	people_read(w, list, count);
	for (i = 0; i < count && !watch_is_ending(w); i++)
		ready += customers_hold(w, list[i], &arrivals[ready]);
	people_forget(w);
	judge_all(w, arrivals, ready);
}

/* What came without a gate of ours: to an account of ours, or not ours to send
 * back. */
static bool
is_ours(struct watcher *w, struct payment *p)
{
	const struct asset *asset;
	const struct book *book;

	if (p->asset[0] != '\0' && p->destination[0] != '\0')
		return true;
	if (book_current(w->books, w->store.db, &book) != 0) {
		watch_after(w, p, -1);
		return false;
	}
	asset = book_asset(book, p->record.in.asset);
	if (asset == NULL ||
	    (!w->platform_memos && (asset->distribution_account == NULL ||
				       strcmp(asset->distribution_account,
					   p->record.destination) != 0))) {
		watch_stop(w, p, false, "refund_unclear",
		    "it did not come in our asset to our account");
		return false;
	}
	p->asset = asset->id;
	p->destination = p->record.destination;
	if (w->platform_memos)
		p->deposit_memo = p->record.memo;
	return true;
}

void
act_verify(struct watcher *w, struct payment **list, size_t count)
{
	struct arrival *arrivals =
	    arena_array(w->arena, count, sizeof(*arrivals));
	size_t ready = 0, i;

	for (i = 0; i < count && !watch_is_ending(w); i++)
		if (is_ours(w, list[i]))
			arrivals[ready++] = (struct arrival){.payment = list[i],
			    .goes_back = true};
	judge_all(w, arrivals, ready);
}
