/*
 * settle - what becomes of an order that a rail has answered: accepted, until
 *          it settles; refused, until that is believed.
 */
#include "arena.h"
#include "moves.h"
#include "order.h"
#include "watch.h"

/* Between the two empty look-ups after which a refusal is believed. */
#define GAP (5 * SECOND)
enum { EMPTIES = 2, LOST_AFTER = 10 };

/* Half a second, a second ... half a minute. */
static instant
next_look(struct watcher *w, const struct payment *p)
{
	int64_t looks = p->attempt.looks < 6 ? p->attempt.looks : 6;

	return watch_now(w) + (SECOND / 2 << looks);
}

static void
accepted(struct watcher *w, struct moves *m, struct payment *p,
    const struct rail_answer *r)
{
	bool is_known = r->says == RAIL_ACCEPTED || r->says == RAIL_SETTLED ||
	                r->says == RAIL_RETURNED;

	if (is_known && strcmp(r->bank_id, p->attempt.bank_id) != 0) {
		watch_review(w, p, "bank_id_changed",
		    rail_words(w->arena, p, "has it under another id now"),
		    true);
		return;
	}
	switch (r->says) {
	case RAIL_SETTLED:
		moves_add(m, p, "settled", r, w->now);
		break;
	case RAIL_RETURNED:
		watch_review(w, p, "returned",
		    arena_printf(w->arena, "the bank returned the payout (%s)",
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
}

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
	struct moves m = moves_for(w, count);
	size_t n = 0, i;

	for (i = 0; i < count; i++) {
		struct payment *p = list[i];

		if (payment_way(p) != way)
			continue;
		if (p->outflow.state == OUTFLOW_REFUSED &&
		    p->attempt.empties >= EMPTIES)
			moves_add(&m, p, "believed", NULL, w->now);
		else if (order_open(w, p, &orders[n]) == 0)
			asked[n++] = p;
		else
			p->next = watch_now(w) + GAP;
	}
	if (n > 0)
		rail->look_up(rail->self, w->arena, orders, n, answers);
	for (i = 0; i < n; i++)
		if (asked[i]->outflow.state == OUTFLOW_REFUSED)
			refused(w, &m, asked[i], &answers[i]);
		else
			accepted(w, &m, asked[i], &answers[i]);
	moves_write(&m);
}

void
act_look(struct watcher *w, struct payment **list, size_t count)
{
	look_by(w, WAY_OUT, list, count);
	look_by(w, WAY_BACK, list, count);
}
