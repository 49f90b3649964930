/*
 * settle - what becomes of an order that a rail has answered: accepted, until
 *          it settles; refused, until that is believed; come back, likewise.
 */
#include "arena.h"
#include "moves.h"
#include "order.h"
#include "outlet.h"
#include "report.h"
#include "watch.h"

/* Between the two empty look-ups after which a refusal is believed. */
#define GAP (5 * SECOND)
/* Between the two answers after which a return is. */
#define TWICE (30 * SECOND)
/* Once it has settled, while the platform is not told of it. */
#define SELDOM (30 * SECOND)
enum { EMPTIES = 2, LOST_AFTER = 10 };

/* Half a second, a second ... half a minute. */
static instant
next_look(struct watcher *w, const struct payment *p)
{
	int64_t looks = p->attempt.looks < 6 ? p->attempt.looks : 6;

	return watch_now(w) + (SECOND / 2 << looks);
}

/* --- it came back -------------------------------------------------------- */

static bool
is_about_money(const struct report *r)
{
	return r->seq != 0 && (strcmp(r->method, FUNDS_PENDING) == 0 ||
				  strcmp(r->method, FUNDS_SENT) == 0);
}

/* The bank says so: believed if it has said the same before, long enough ago,
 * and no report about that money can land any more. */
static bool
is_returned(struct watcher *w, struct moves *m, struct payment *p,
    const struct rail_answer *r)
{
	instant t = watch_now(w), due = p->attempt.doubted_at + TWICE;

	if (p->attempt.doubted_at == 0 ||
	    strcmp(p->attempt.refusal, r->code) != 0) {
		moves_add(m, p, "doubted", r, t + TWICE);
		return false;
	}
	if (is_about_money(&p->report) &&
	    p->report.sent_at + REPORT_FLIGHT > due)
		due = p->report.sent_at + REPORT_FLIGHT;
	/* In doubt it is read back first. */
	if (is_about_money(&p->report) && p->report.doubt && due < t + GAP)
		due = t + GAP;
	if (due <= t)
		return true;
	moves_add(m, p, "looked", NULL, due);
	return false;
}

/* What follows hangs on the record as it is now. */
static void
believe(struct watcher *w, struct moves *m, struct payment **list, size_t count)
{
	const char **ids = arena_array(w->arena, count + 1, sizeof(*ids));
	struct got *got = arena_array(w->arena, count + 1, sizeof(*got));
	const char *why;
	size_t i;

	if (count == 0)
		return;
	for (i = 0; i < count; i++)
		ids[i] = list[i]->tx_id;
	w->platform.get(w->platform.self, w->arena, ids, count, got);
	for (i = 0; i < count; i++) {
		struct record *now = arena_alloc(w->arena, sizeof(*now));

		if (got[i].rc == GOT_NONE) {
			watch_review(w, list[i], "record_lost",
			    "the platform does not know it any more", true);
		} else if (got[i].rc != GOT_RECORD ||
			   record_read(got[i].record, now, &why) != 0) {
			moves_add(m, list[i], "looked", NULL,
			    watch_now(w) + GAP);
		} else {
			moves_add(m, list[i], "returned", NULL, w->now);
			m->list[m->count - 1].record = now;
		}
	}
}

/* --- it was accepted ----------------------------------------------------- */

/* True: it came back, and that is believed. */
static bool
accepted(struct watcher *w, struct moves *m, struct payment *p,
    const struct rail_answer *r)
{
	bool is_known = r->says == RAIL_ACCEPTED || r->says == RAIL_SETTLED ||
	                r->says == RAIL_RETURNED;

	if (is_known && strcmp(r->bank_id, p->attempt.bank_id) != 0) {
		watch_review(w, p, "bank_id_changed",
		    rail_words(w->arena, p, "has it under another id now"),
		    true);
		return false;
	}
	switch (r->says) {
	case RAIL_SETTLED:
		if (p->outflow.state == OUTFLOW_ACCEPTED)
			moves_add(m, p, "settled", r, w->now);
		else
			moves_add(m, p, "seen", r, watch_now(w) + SELDOM);
		break;
	case RAIL_RETURNED:
		if (!p->outflow.is_refund)
			return is_returned(w, m, p, r);
		watch_review(w, p, "returned",
		    arena_printf(w->arena, "the treasury returned it (%s)",
			r->code),
		    false);
		break;
	case RAIL_REFUSED:
		watch_review(w, p, "accepted_then_refused",
		    rail_words(w->arena, p,
			"accepted it and says now that it never did"),
		    true);
		break;
	case RAIL_MISMATCH:
		moves_mismatch(w, p, r);
		break;
	case RAIL_NONE:
		if (p->attempt.empties >= LOST_AFTER)
			watch_review(w, p, "lost_at_bank",
			    rail_words(w->arena, p,
				"accepted it and does not know it now"),
			    true);
		else
			moves_add(m, p, "empty", r, next_look(w, p));
		break;
	case RAIL_ACCEPTED:
		moves_add(m, p, "seen", r, next_look(w, p));
		break;
	default:
		moves_untold(m, p, next_look(w, p));
		break;
	}
	return false;
}

/* --- it was refused ------------------------------------------------------ */

static void
refused(struct watcher *w, struct moves *m, struct payment *p,
    const struct rail_answer *r)
{
	switch (r->says) {
	case RAIL_ACCEPTED:
	case RAIL_SETTLED:
	case RAIL_RETURNED:
		/* Another sending of the same order went through. */
		moves_add(m, p, "accepted", r, w->now);
		break;
	case RAIL_MISMATCH:
		moves_mismatch(w, p, r);
		break;
	case RAIL_NONE:
	case RAIL_REFUSED:
		moves_add(m, p, "empty", r,
		    p->attempt.empties + 1 < EMPTIES ? watch_now(w) + GAP
						     : w->now);
		break;
	default:
		moves_untold(m, p, next_look(w, p));
		break;
	}
}

static void
look_by(struct watcher *w, enum way way, struct payment **list, size_t count)
{
	struct payment **asked =
	    arena_array(w->arena, count + 1, sizeof(struct payment *));
	struct rail_order *orders =
	    arena_array(w->arena, count + 1, sizeof(*orders));
	struct rail_answer *answers =
	    arena_array(w->arena, count + 1, sizeof(*answers));
	const struct rail *rail = &w->outlets[way].rail;
	struct payment **back =
	    arena_array(w->arena, count + 1, sizeof(struct payment *));
	struct moves m = moves_for(w, count);
	size_t n = 0, returned = 0, i;

	for (i = 0; i < count; i++) {
		struct payment *p = list[i];

		if (payment_way(p) != way)
			continue;
		if (p->outflow.state == OUTFLOW_REFUSED &&
		    p->attempt.empties >= EMPTIES)
			moves_add(&m, p, "believed", NULL, w->now);
		else if (order_known(w, p, &orders[n]) == 0)
			asked[n++] = p;
		else
			p->next = watch_now(w) + GAP;
	}
	if (n > 0)
		rail->look_up(rail->self, w->arena, orders, n, answers);
	outlet_hears(w, way, answers, n, false);
	for (i = 0; i < n; i++)
		if (asked[i]->outflow.state == OUTFLOW_REFUSED)
			refused(w, &m, asked[i], &answers[i]);
		else if (accepted(w, &m, asked[i], &answers[i]))
			back[returned++] = asked[i];
	believe(w, &m, back, returned);
	moves_write(&m);
}

void
act_look(struct watcher *w, struct payment **list, size_t count)
{
	look_by(w, WAY_OUT, list, count);
	look_by(w, WAY_BACK, list, count);
}
