/*
 * prepare - orders to the bank are made and stored, all of a list at once; who
 *           may be paid is asked once more before.
 */
#include "arena.h"
#include "ask.h"
#include "book.h"
#include "funds.h"
#include "keys.h"
#include "order.h"
#include "people.h"
#include "refund.h"
#include "watch.h"

#define LOOK_AGAIN (10 * SECOND)

/* Nothing leads back from a record that is completed: who cannot be paid again
 * stands where it stood when that was asked for. */
static void
stop(struct watcher *w, struct payment *p, const char *code,
    const char *sentence)
{
	if (p->outflow.is_told)
		watch_review(w, p, "returned_after_completion",
		    arena_printf(w->arena,
			"the payout that came back cannot be ordered again "
			"(%s): %s",
			code, sentence),
		    false);
	else
		watch_stop(w, p, false, code, sentence);
}

/* Between the money's arrival and the order days may lie: both customers must
 * still be those of the gate, and still be accepted. */
static bool
may_be_paid(struct watcher *w, struct payment *p, struct asked *x)
{
	const char *departs = funds_departs(p, &p->record);
	struct gate_answer answer;

	if (departs != NULL) {
		stop(w, p, "record_departs", departs);
		return false;
	}
	if (ask_customers(w, p, x) != 0) {
		watch_after(w, p, -1);
		return false;
	}
	answer = gate_customers(&p->record, &x->gate.sender, &x->gate.receiver);
	if (answer.says == GATE_REFUSE && p->outflow.is_told)
		stop(w, p, answer.code, answer.sentence);
	else if (answer.says == GATE_REFUSE)
		refund_or_stop(w, p, x->book, answer.code, answer.sentence);
	else if (answer.says != GATE_PASS)
		watch_wait(w, p, answer.code, answer.sentence,
		    watch_now(w) + LOOK_AGAIN);
	return answer.says == GATE_PASS;
}

/* After an order that failed the receiver may have another account; before the
 * first one it has to be the gate's. */
static bool
beneficiary_holds(struct watcher *w, struct payment *p, const struct asked *x,
    const char *hex)
{
	char per_day[AMOUNT_TEXT];
	struct payout_limits limits;
	const char *outcome;
	int rc;

	if (ask_is_same(hex, p->beneficiary))
		return true;
	if (p->attempt.n == 0) {
		watch_stop(w, p, false, "beneficiary_changed",
		    "the receiver's account is another than at the gate");
		return false;
	}
	if (book_payout_limits(x->book,
		arena_printf(w->arena, "iso4217:%s", p->currency),
		&limits) != 0) {
		watch_wait(w, p, "no_limits",
		    "the book has no limits for payouts in that currency",
		    watch_now(w) + LOOK_AGAIN);
		return false;
	}
	rc = store_beneficiary(&w->store, w->arena, p, hex,
	    amount_print(limits.per_beneficiary, per_day), &outcome);
	if (rc == 0 && strcmp(outcome, "ok") != 0) {
		watch_wait(w, p, outcome,
		    "the limit for its beneficiary on one day",
		    watch_now(w) + LOOK_AGAIN);
		return false;
	}
	if (rc != 0)
		watch_after(w, p, rc);
	return rc == 0;
}

/* The key of the order that came back may have ended with its payment. */
static bool
has_key(struct watcher *w, struct payment *p)
{
	const char *outcome;
	struct sealed key;
	int rc;

	if (p->outflow.key.len > 0)
		return true;
	key = order_key(w, p);
	rc = store_key_new(&w->store, w->arena, p, key, &outcome);
	/* Again at once, by the wrapping key that counts now. */
	if (rc == 0 && strcmp(outcome, "old_key") == 0)
		watch_after(w, p,
		    keys_learn(w->store.db, w->arena, w->keys) == 0 ? 0 : -1);
	else if (rc != 0)
		watch_after(w, p, rc);
	else
		p->outflow.key = key;
	return p->outflow.key.len > 0;
}

/* True: the order was made, as *out says. */
static bool
prepare(struct watcher *w, struct payment *p, struct ordered *out)
{
	const char *beneficiary;
	const struct asset *asset;
	struct asked x;

	*out = (struct ordered){.payment = p, .n = p->attempt.n + 1};
	if (!may_be_paid(w, p, &x))
		return false;
	asset = book_asset(x.book,
	    arena_printf(w->arena, "iso4217:%s", p->currency));
	if (asset == NULL) {
		stop(w, p, "currency_gone",
		    "the book does not know its currency any more");
		return false;
	}
	if (ask_beneficiary(w, x.receiver, &beneficiary) != 0) {
		watch_wait(w, p, "receiver_sealed",
		    "the receiver's values cannot be opened",
		    watch_now(w) + LOOK_AGAIN);
		return false;
	}
	if (!beneficiary_holds(w, p, &x, beneficiary) || !has_key(w, p))
		return false;
	if (order_make(w, p, out->n, asset->decimals, x.receiver, x.sender,
		&out->body) != 0) {
		watch_wait(w, p, "order_unmade",
		    "the order to the bank cannot be made",
		    watch_now(w) + LOOK_AGAIN);
		return false;
	}
	return true;
}

static void
store_all(struct watcher *w, struct ordered *list, size_t count)
{
	int all = store_orders(&w->store, w->arena, list, count), rc;
	size_t i;

	for (i = 0; i < count; i++) {
		struct payment *p = list[i].payment;

		rc = all != 0 ? all : store_outcome(list[i].outcome);
		if (rc != 0 || strcmp(list[i].outcome, "ok") == 0)
			watch_after(w, p, rc);
		else
			p->next = watch_now(w) + LOOK_AGAIN;
	}
}

void
act_prepare(struct watcher *w, struct payment **list, size_t count)
{
	struct ordered *made = arena_array(w->arena, count + 1, sizeof(*made));
	size_t n = 0, i;

	people_read(w, list, count);
	for (i = 0; i < count && !watch_is_ending(w); i++)
		if (list[i]->outflow.is_refund)
			refund_prepare(w, list[i]);
		else
			n += prepare(w, list[i], &made[n]);
	people_forget(w);
	if (!watch_is_ending(w))
		store_all(w, made, n);
}
