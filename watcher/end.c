/*
 * end - payments that end without money.
 */
#include "arena.h"
#include "buf.h"
#include "end.h"
#include "json.h"
#include "log.h"
#include "report.h"

#define LOOK_AGAIN (10 * SECOND)

/* Nobody refused these: time did.  The platform takes neither as an end of a
 * payment whose money it has seen. */
static const char *const expiring[] = {"not_paid", "abandoned"};

static const char *
method_of(const char *code)
{
	size_t i;

	for (i = 0; i < sizeof(expiring) / sizeof(expiring[0]); i++)
		if (strcmp(code, expiring[i]) == 0)
			return EXPIRED;
	return ERROR;
}

/* The wallet sees it: our own words only, nothing of the record. */
static const char *
params_of(struct watcher *w, const struct payment *p)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, w->arena, 1024);
	json_begin(&o, &b);
	json_open(&o, NULL, '{');
	json_put_text(&o, "message",
	    arena_printf(w->arena, "%s: %s", p->code, p->sentence));
	json_close(&o, '}');
	return b.data;
}

bool
end_is(const struct payment *p)
{
	return p->outflow.state == OUTFLOW_NONE &&
	       strcmp(p->noticed, NOTED_END_PAID) != 0 &&
	       (strcmp(p->report.method, EXPIRED) == 0 ||
		   strcmp(p->report.method, ERROR) == 0);
}

/* --- the ledger ---------------------------------------------------------- */

static bool
is_askable(const struct watcher *w, const struct payment *p)
{
	return w->ledger.carry != NULL && p->record.memo[0] != '\0' &&
	       p->record.destination[0] != '\0';
}

/* All of the list that are to be paid to the account of its first. */
static void
look_at_account(struct watcher *w, struct payment **list, size_t count,
    int *found, bool *done)
{
	const char **memos = arena_array(w->arena, count + 1, sizeof(*memos));
	size_t *places = arena_array(w->arena, count + 1, sizeof(*places));
	int *got = arena_array(w->arena, count + 1, sizeof(*got));
	const char *account = list[0]->record.destination;
	instant since = FOREVER;
	size_t n = 0, i;

	for (i = 0; i < count; i++) {
		const struct record *r = &list[i]->record;

		if (done[i] || strcmp(r->destination, account) != 0)
			continue;
		done[i] = true;
		places[n] = i;
		memos[n++] = r->memo;
		/* Nobody knew the memo before there was a transaction. */
		if (r->started_at < since)
			since = r->started_at;
	}
	w->ledger.carry(w->ledger.self, account, memos, n, since, got);
	for (i = 0; i < n; i++)
		found[places[i]] = got[i];
}

void
end_look(struct watcher *w, struct payment **list, size_t count, int *found)
{
	bool *done = arena_array(w->arena, count + 1, sizeof(*done));
	size_t i;

	for (i = 0; i < count; i++) {
		found[i] = 0;
		done[i] = !is_askable(w, list[i]);
	}
	for (i = 0; i < count; i++) {
		if (done[i])
			continue;
		/* A walk may take long: the others have their turn later. */
		if (watch_is_ending(w)) {
			found[i] = -1;
			continue;
		}
		look_at_account(w, list + i, count - i, found + i, done + i);
	}
}

/* --- the intent ---------------------------------------------------------- */

static void
intend(struct watcher *w, struct payment *p)
{
	const char *method = method_of(p->code);
	int rc = store_intend(&w->store, w->arena, p, method, params_of(w, p),
	    arena_printf(w->arena, NOTED_END "%s", p->code), NULL);

	if (rc == 0)
		log_line(LOG_INFO, "payment_ends", "tx=%s method=%s code=%s",
		    p->tx_id, method, p->code);
	watch_after(w, p, rc);
}

void
act_end(struct watcher *w, struct payment **list, size_t count)
{
	int *found = arena_array(w->arena, count + 1, sizeof(*found));
	size_t i;

	end_look(w, list, count, found);
	for (i = 0; i < count && !watch_is_ending(w); i++)
		if (found[i] > 0)
			watch_stop(w, list[i], false, "unreported",
			    "a payment with its memo is on the ledger, and the "
			    "platform does not show it as paid");
		else if (found[i] < 0)
			watch_wait(w, list[i], "no_ledger",
			    "the ledger cannot be asked whether money came",
			    watch_now(w) + LOOK_AGAIN);
		else
			intend(w, list[i]);
}
