/*
 * history - has the database gone back in time, or a rail paid what we never
 *           stored?
 */
#include "history.h"

#include <sodium.h>

#include "arena.h"
#include "db.h"
#include "keys.h"
#include "log.h"
#include "refs.h"

/* Others' transactions that were open when we last asked are over by then. */
#define OVERLAP (30 * SECOND)
/* How far back a rail's list is read when a watcher begins, and again. */
#define FIRST_LIST (24 * 3600 * SECOND)
#define LIST_OVERLAP (600 * SECOND)

/* The fingerprint key is made by the first watcher that comes. */
static bool
load_key(struct watcher *w)
{
	unsigned char fresh[SEAL_KEY];
	struct sealed wrapped;
	int rc;

	if (w->has_fingerprint_key)
		return true;
	seal_new_key(fresh);
	rc = store_fingerprint_key(&w->store, w->arena,
	    seal_wrap(w->keys, w->arena, fresh, FINGERPRINT_PLACE), &wrapped);
	sodium_memzero(fresh, sizeof(fresh));
	if (rc != 0) {
		/* Under an old key?  The next round comes with the other. */
		(void)keys_learn(w->store.db, w->arena, w->keys);
		return false;
	}
	w->has_fingerprint_key =
	    seal_unwrap(w->keys, wrapped, FINGERPRINT_PLACE,
		w->fingerprint_key) == 0;
	if (!w->has_fingerprint_key)
		log_line(LOG_ERROR, "fingerprint_key", "what=does_not_open");
	return w->has_fingerprint_key;
}

static bool
look_back(struct watcher *w)
{
	const char *const *references, *lacking;
	bool has_attempts, is_later;
	size_t count;
	int64_t epoch;

	if (store_start(&w->store, w->arena, &epoch, &has_attempts) != 0)
		return false;
	count = refs_of_epoch(w->refs, w->arena, epoch, &references, &is_later);
	if (store_lacking(&w->store, w->arena, references, count, &lacking) !=
	    0)
		return false;
	if (lacking != NULL)
		return store_hold(&w->store, w->arena,
			   arena_printf(w->arena,
			       "the database does not know the order %s that "
			       "this watcher has sent: it has gone back in "
			       "time",
			       lacking)) == 0;
	if (is_later)
		return store_hold(&w->store, w->arena,
			   "this watcher has sent orders of a later epoch "
			   "than the database is in") == 0;
	if (w->is_without_file && has_attempts)
		return store_hold(&w->store, w->arena,
			   "a watcher without a file of references came to a "
			   "database that has orders") == 0;
	return true;
}

bool
history_is_known(const struct watcher *w)
{
	return db_look(w->store.db) == 0 &&
	       w->connections == db_connections(w->store.db);
}

bool
history_holds(struct watcher *w)
{
	uint64_t seen = db_connections(w->store.db);

	/* Whom the database has to forget, it forgets before anything else. */
	if (erased_again(&w->erased, w->store.db) != 0 || !look_back(w) ||
	    !load_key(w) || refs_begin(w->refs) != 0)
		return false;
	/* If another connection was made meanwhile, it is not this one. */
	w->connections = seen;
	w->is_without_file = false;
	return true;
}

bool
history_learns(struct watcher *w)
{
	const char *const *references;
	size_t count;

	if (store_of_others(&w->store, w->arena, w->others_since, &references,
		&count) != 0)
		return false;
	/* What cannot be written is asked for again; no money leaves before it
	 * is, for an order needs the same file. */
	if (refs_add(w->refs, w->epoch, references, count) == 0)
		w->others_since = w->now > OVERLAP ? w->now - OVERLAP : 0;
	return true;
}

static void
look_at_rail(struct watcher *w, enum way way)
{
	static const char *const words[WAY_MAX] = {[WAY_OUT] =
						       "the bank has a payout",
	    [WAY_BACK] = "the treasury has a refund"};
	const struct rail *rail = &w->outlets[way].rail;
	instant *listed = &w->listed[way];
	instant since =
	    *listed == 0 ? w->now - FIRST_LIST : *listed - LIST_OVERLAP;
	const char *const *references, *lacking;
	size_t count;

	if (w->outlets[way].missing != NULL || rail->list == NULL)
		return;
	if (rail->list(rail->self, w->arena, since, &references, &count) != 0 ||
	    store_lacking(&w->store, w->arena, references, count, &lacking) !=
		0)
		return;
	*listed = w->now;
	if (lacking != NULL &&
	    store_hold(&w->store, w->arena,
		arena_printf(w->arena, "%s %.80s that we never ordered",
		    words[way], lacking)) != 0)
		*listed = 0;
}

void
history_of_rails(struct watcher *w)
{
	look_at_rail(w, WAY_OUT);
	look_at_rail(w, WAY_BACK);
}
