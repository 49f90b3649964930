/*
 * pay - money out: the order is stored, looked up, and sent; in this order.
 *
 * Both ways, the bank's and the treasury's, go through here.  Before the first
 * sending all references of the payment are looked up at both, the next
 * attempt's too: money that a lost database ordered is found.
 * The record is read afresh before every sending, and must still wait for us.
 * The references are in the watcher's own file, and the attempts count as sent
 * in the database, before a byte leaves.
 */
#include <inttypes.h>

#include "arena.h"
#include "counts.h"
#include "funds.h"
#include "history.h"
#include "log.h"
#include "moves.h"
#include "order.h"
#include "outlet.h"
#include "refs.h"
#include "refund.h"
#include "road.h"
#include "watch.h"

#define LOOK_AGAIN (10 * SECOND)
/* Whoever confirms what is pending has it looked at. */
#define PENDING_AGAIN (600 * SECOND)
/* Longer than this between the last look and the call: not sent. */
enum { STALE_MS = 5000 };

/* --- what the rail says -------------------------------------------------- */

/* What every look-up and every sending may find; false: it did not tell. */
static bool
take_answer(struct moves *m, struct payment *p, const struct rail_answer *r)
{
	switch (r->says) {
	case RAIL_SETTLED:
	case RAIL_ACCEPTED:
	case RAIL_RETURNED:
		/* What else it became meanwhile is the next look's matter. */
		moves_add(m, p,
		    r->says == RAIL_SETTLED && !p->outflow.is_refund
			? "settled"
			: "accepted",
		    r, m->w->now);
		return true;
	case RAIL_PENDING:
		moves_add(m, p, "seen", r, watch_now(m->w) + PENDING_AGAIN);
		return true;
	case RAIL_MISMATCH:
		moves_mismatch(m->w, p, r);
		return true;
	default:
		return false;
	}
}

/* --- sending ------------------------------------------------------------- */

static const char *
next_reference(struct watcher *w, const struct payment *p, int64_t n)
{
	return arena_printf(w->arena, "%s:%" PRId64, p->tx_id, n);
}

struct looked {                 /* up, before an attempt may be sent */
	struct rail_answer own; /* what is known of it */
	bool is_alien;          /* there is money that we do not know of */
	bool is_untold;         /* something did not tell */
};

static bool
is_known(enum rail_says says)
{
	return says != RAIL_NONE && says != RAIL_UNKNOWN;
}

static void
take_look(struct looked *out, const struct payment *p, enum way at, int64_t n,
    const struct rail_answer *r)
{
	out->is_untold |= r->says == RAIL_UNKNOWN;
	if (at == payment_way(p) && n == p->attempt.n) {
		out->own = *r;
		out->is_alien |= is_known(r->says) && p->attempt.sends == 0;
		return;
	}
	/* Earlier attempts were refused or returned. */
	out->is_alien |= is_known(r->says) && r->says != RAIL_REFUSED &&
	                 r->says != RAIL_RETURNED;
}

/* Looks up references 1 to n+1 of each payment by one rail; by the one that the
 * attempt does not go to only before its first sending. */
static void
look_up_at(struct watcher *w, enum way at, struct payment **list, size_t count,
    const struct rail_order *orders, struct looked *out)
{
	const struct rail *rail = &w->outlets[at].rail;
	struct rail_order *asked;
	struct rail_answer *answers;
	size_t total = 0, k = 0, i;
	int64_t n;

	for (i = 0; i < count; i++)
		total += (size_t)list[i]->attempt.n + 1;
	asked = arena_array(w->arena, total + 1, sizeof(*asked));
	answers = arena_array(w->arena, total + 1, sizeof(*answers));
	for (i = 0; i < count; i++)
		for (n = 1; n <= list[i]->attempt.n + 1; n++, k++) {
			asked[k].reference = next_reference(w, list[i], n);
			if (orders != NULL && at == payment_way(list[i]) &&
			    n == list[i]->attempt.n)
				asked[k] = orders[i];
		}
	rail->look_up(rail->self, w->arena, asked, total, answers);
	outlet_hears(w, at, answers, total, false);
	for (i = 0, k = 0; i < count; i++)
		for (n = 1; n <= list[i]->attempt.n + 1; n++, k++)
			take_look(&out[i], list[i], at, n, &answers[k]);
}

static void
look_up_all(struct watcher *w, enum way way, struct payment **list,
    size_t count, const struct rail_order *orders, struct looked *out)
{
	enum way other = way == WAY_OUT ? WAY_BACK : WAY_OUT;
	struct payment **fresh =
	    arena_array(w->arena, count + 1, sizeof(struct payment *));
	struct looked *found = arena_array(w->arena, count + 1, sizeof(*found));
	size_t *places = arena_array(w->arena, count + 1, sizeof(*places));
	size_t n = 0, i;

	look_up_at(w, way, list, count, orders, out);
	if (w->outlets[other].rail.look_up == NULL)
		return;
	for (i = 0; i < count; i++)
		if (list[i]->attempt.sends == 0) {
			places[n] = i;
			fresh[n++] = list[i];
		}
	look_up_at(w, other, fresh, n, NULL, found);
	for (i = 0; i < n; i++) {
		out[places[i]].is_alien |= found[i].is_alien;
		out[places[i]].is_untold |= found[i].is_untold;
	}
}

/* Nobody may send it any more: what became of it only the bank can tell. */
static void
over(struct moves *m, struct payment *p)
{
	struct watcher *w = m->w;

	if (watch_now(w) >
	    p->attempt.last_sent + w->outlets[payment_way(p)].quarantine)
		watch_review(w, p, "unknown_after_deadline",
		    rail_words(w->arena, p,
			"never told what became of it, and it may not be sent "
			"again"),
		    false);
	else
		moves_add(m, p, "looked", NULL,
		    watch_later(w, p->attempt.looks));
}

/* After the look-ups: true if it is to be sent. */
static bool
goes_out(struct moves *m, struct payment *p, const struct looked *looked)
{
	const struct rail_answer *own = &looked->own;
	struct watcher *w = m->w;

	if (looked->is_alien) {
		watch_review(w, p, "never_sent",
		    p->outflow.is_refund
			? "there is money out for it that we never sent"
			: "the bank has a payout for it that we never sent",
		    true);
		return false;
	}
	if (take_answer(m, p, own))
		return false;
	if (own->says == RAIL_REFUSED) {
		moves_add(m, p, "refused", own, w->now);
		return false;
	}
	if (looked->is_untold) {
		moves_untold(m, p, watch_later(w, p->attempt.looks));
		return false;
	}
	if (watch_now(w) >= p->attempt.deadline) {
		over(m, p);
		return false;
	}
	if (w->hold != NULL) {
		watch_wait(w, p, "money_on_hold", w->hold,
		    watch_now(w) + LOOK_AGAIN);
		return false;
	}
	if (p->is_unapproved) {
		watch_wait(w, p, SECOND_PERSON, SECOND_PERSON_WHY,
		    watch_now(w) + LOOK_AGAIN);
		return false;
	}
	return true;
}

/* An order that was never sent goes out once the record has come back. */
static bool
is_on_a_road(struct watcher *w, struct payment *p, const struct record *now)
{
	const char *currency = record_currency(now);
	size_t news;

	if (p->attempt.sends > 0 || p->outflow.is_told || !now->is_paid ||
	    funds_departs(p, now) != NULL || road_method(now) == NULL)
		return false;
	if (store_seen(&w->store, w->arena, now, 1, &currency, &news) != 0)
		p->next = watch_now(w) + LOOK_AGAIN;
	else
		p->next = watch_now(w) + SECOND;
	return true;
}

/* The record as it is now: it must still wait for us, and say the same. */
static bool
record_holds(struct moves *m, struct payment *p, const struct got *got)
{
	struct watcher *w = m->w;
	const char *why, *departs;
	struct record now;

	if (got->rc == GOT_NONE) {
		watch_review(w, p, "record_lost",
		    "the platform does not know it any more", true);
		return false;
	}
	if (got->rc != GOT_RECORD ||
	    record_read(got->record, &now, &why) != 0) {
		moves_add(m, p, "looked", NULL,
		    watch_later(w, p->attempt.looks));
		return false;
	}
	departs = p->outflow.is_refund ? refund_departs(p, &now)
	                               : funds_departs(p, &now);
	if (!record_is(&now,
		p->outflow.is_told ? "completed" : "pending_receiver") ||
	    !now.is_paid)
		departs = "the platform has it in another status";
	if (departs == NULL)
		return true;
	if (is_on_a_road(w, p, &now))
		return false;
	watch_review(w, p, "record_departs", departs, false);
	return false;
}

static void
sent(struct moves *m, struct payment *p, const struct rail_answer *r)
{
	struct watcher *w = m->w;

	if (take_answer(m, p, r))
		return;
	if (r->says == RAIL_REFUSED)
		moves_add(m, p, "refused", r, w->now);
	else
		moves_add(m, p, "looked", NULL,
		    watch_later(w, p->attempt.sends));
}

/* What the database refuses of one is that one's matter: then each alone. */
static int
count_sent(struct watcher *w, struct payment **list, size_t count,
    instant window, bool *may)
{
	int rc = store_sent(&w->store, w->arena, list, count, window, may);
	size_t i;

	for (i = 0; rc == STORE_REFUSED && i < count; i++) {
		int one = store_sent(&w->store, w->arena, &list[i], 1, window,
		    &may[i]);

		may[i] = one == 0 && may[i];
		if (one != 0)
			watch_after(w, list[i], one);
	}
	return rc == STORE_REFUSED ? 0 : rc;
}

/* The last step before money leaves, and the sending. */
static void
send_out(struct moves *m, enum way way, struct payment **list,
    const struct rail_order *orders, size_t count)
{
	struct watcher *w = m->w;
	const struct outlet *outlet = &w->outlets[way];
	const char **references =
	    arena_array(w->arena, count + 1, sizeof(*references));
	struct rail_order *out = arena_array(w->arena, count + 1, sizeof(*out));
	struct payment **gone =
	    arena_array(w->arena, count + 1, sizeof(struct payment *));
	struct rail_answer *answers =
	    arena_array(w->arena, count + 1, sizeof(*answers));
	bool *may = arena_array(w->arena, count + 1, sizeof(*may));
	int64_t looked_ms;
	size_t going = 0, i;

	for (i = 0; i < count; i++) {
		references[i] = orders[i].reference;
		list[i]->next = watch_now(w) + SECOND;
	}
	if (count == 0 || watch_is_ending(w) ||
	    refs_add(w->refs, w->epoch, references, count) != 0)
		return;
	looked_ms = monotonic_ms();
	if (count_sent(w, list, count, outlet->window * 7 / 10, may) != 0)
		return;
	for (i = 0; i < count; i++)
		if (may[i]) {
			gone[going] = list[i];
			out[going++] = orders[i];
		}
	/* A process that was stopped here has lost its last look, and so has
	 * one whose database is another by now. */
	if (monotonic_ms() - looked_ms > STALE_MS || !history_is_known(w))
		return;
	outlet->rail.submit(outlet->rail.self, w->arena, out, going, answers);
	outlet_hears(w, way, answers, going, true);
	for (i = 0; i < going; i++) {
		count_payout("sent");
		gone[i]->attempt.sends++;
		sent(m, gone[i], &answers[i]);
	}
}

/* It is looked up again, and not sent yet. */
static void
left_alone(struct watcher *w, struct payment *p)
{
	watch_wait(w, p, BREAKER_OPEN, BREAKER_OPEN_WHY, watch_now(w) + SECOND);
}

static void
send_some(struct watcher *w, enum way way, struct payment **list, size_t count)
{
	struct rail_order *orders =
	    arena_array(w->arena, count + 1, sizeof(*orders));
	struct looked *looked =
	    arena_array(w->arena, count + 1, sizeof(*looked));
	struct got *got = arena_array(w->arena, count + 1, sizeof(*got));
	const char **ids = arena_array(w->arena, count + 1, sizeof(*ids));
	struct moves m = moves_for(w, 2 * count);
	size_t kept = 0, lets, i;

	for (i = 0; i < count; i++) {
		if (order_open(w, list[i], &orders[kept]) == 0)
			list[kept++] = list[i];
		else
			watch_wait(w, list[i], "order_sealed",
			    "the order to the bank cannot be opened",
			    watch_now(w) + LOOK_AGAIN);
	}
	count = kept;
	look_up_all(w, way, list, count, orders, looked);
	for (i = 0, kept = 0; i < count; i++)
		if (goes_out(&m, list[i], &looked[i])) {
			ids[kept] = list[i]->tx_id;
			orders[kept] = orders[i];
			list[kept++] = list[i];
		}
	count = kept;
	w->platform.get(w->platform.self, w->arena, ids, count, got);
	for (i = 0, kept = 0; i < count; i++)
		if (record_holds(&m, list[i], &got[i])) {
			orders[kept] = orders[i];
			list[kept++] = list[i];
		}
	lets = breaker_lets(&w->outlets[way].breaker, kept, watch_now(w));
	for (i = lets; i < kept; i++)
		left_alone(w, list[i]);
	send_out(&m, way, list, orders, lets);
	moves_write(&m);
}

/* In portions, so that an attempt is not sent long after its last look. */
static void
send_by(struct watcher *w, enum way way, struct payment **list, size_t count)
{
	struct payment **some =
	    arena_array(w->arena, SEND_MOST, sizeof(struct payment *));
	size_t n = 0, i;

	for (i = 0; i < count && !watch_is_ending(w); i++) {
		if (payment_way(list[i]) == way)
			some[n++] = list[i];
		if (n == SEND_MOST || (i + 1 == count && n > 0)) {
			send_some(w, way, some, n);
			n = 0;
		}
	}
}

void
act_send(struct watcher *w, struct payment **list, size_t count)
{
	send_by(w, WAY_OUT, list, count);
	send_by(w, WAY_BACK, list, count);
}
