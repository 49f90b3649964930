/*
 * moves - what became of attempts, by the rail's answers.
 */
#include "arena.h"
#include "counts.h"
#include "log.h"
#include "moves.h"

/* Looks, until it is worth a person's notice that none was answered. */
enum { SILENT_AFTER = 5 };

const char *
rail_words(struct arena *a, const struct payment *p, const char *words)
{
	return arena_printf(a, "%s %s",
	    p->outflow.is_refund ? "the treasury" : "the bank", words);
}

struct moves
moves_for(struct watcher *w, size_t most)
{
	return (struct moves){w,
	    arena_array(w->arena, most + 1, sizeof(struct moved)), 0};
}

void
moves_add(struct moves *m, struct payment *p, const char *what,
    const struct rail_answer *r, instant next)
{
	m->list[m->count++] = (struct moved){.payment = p,
	    .what = what,
	    .bank_id = r == NULL ? "" : r->bank_id,
	    .code = r == NULL ? "" : r->code,
	    .hash = r == NULL ? "" : r->hash,
	    .field = r == NULL ? "" : r->field,
	    .is_fixable = r != NULL && r->is_fixable,
	    .next = next};
	p->next = next;
}

void
moves_untold(struct moves *m, struct payment *p, instant next)
{
	if (p->attempt.looks >= SILENT_AFTER)
		watch_wait(m->w, p, "bank_silent",
		    rail_words(m->w->arena, p,
			"does not tell what became of the order"),
		    next);
	moves_add(m, p, "looked", NULL, next);
}

static bool
is_only_a_look(const struct moved *one)
{
	return strcmp(one->what, "looked") == 0 ||
	       strcmp(one->what, "seen") == 0 ||
	       strcmp(one->what, "empty") == 0;
}

void
moves_write(struct moves *m)
{
	struct watcher *w = m->w;
	size_t i;
	int rc = store_moved(&w->store, w->arena, m->list, m->count);

	for (i = 0; i < m->count; i++) {
		struct moved *one = &m->list[i];
		struct payment *p = one->payment;

		if (rc != 0)
			watch_after(w, p, rc);
		else if (strcmp(one->outcome, "conflict") == 0)
			watch_review(w, p, "bank_id_used",
			    rail_words(w->arena, p,
				"gave it an id that another payment has"),
			    true);
		else if (store_forbids(one->outcome))
			watch_review(w, p, "move_refused",
			    rail_words(w->arena, p,
				arena_printf(w->arena,
				    "says what cannot be stored (%s)",
				    one->outcome)),
			    false);
		else if (strcmp(one->outcome, "ok") != 0)
			watch_after(w, p, STORE_GONE);
		else if (!is_only_a_look(one)) {
			count_payout(one->what);
			log_line(LOG_INFO,
			    p->outflow.is_refund ? "refund" : "payout",
			    "reference=%s now=%s", p->attempt.reference,
			    one->what);
		}
	}
}

void
moves_mismatch(struct watcher *w, struct payment *p,
    const struct rail_answer *r)
{
	count_payout("mismatch");
	watch_review(w, p, "bank_mismatch",
	    rail_words(w->arena, p,
		arena_printf(w->arena, "has %s for it than we ordered",
		    r->why)),
	    true);
}
