/*
 * round - what a watcher does again and again.
 *
 * What the database says of time and holds; the readings, if they are due and
 * the lease is ours; the payments that are due.
 */
#include <signal.h>

#include "arena.h"
#include "backoff.h"
#include "counts.h"
#include "duties.h"
#include "history.h"
#include "log.h"
#include "watch.h"

enum { LEASE_EXTRA_MS = 10000, LATER_MOST_MS = 300 * 1000 };

static volatile sig_atomic_t is_told_to_end;

void
watch_end(void)
{
	is_told_to_end = 1;
}

bool
watch_is_ending(const struct watcher *w)
{
	return w->is_ending || is_told_to_end;
}

instant
watch_now(const struct watcher *w)
{
	return w->now + (monotonic_ms() - w->now_ms) * 1000;
}

bool
watch_is_due(const struct watcher *w, instant last, instant every)
{
	return w->now < last || w->now - last >= every;
}

instant
watch_later(const struct watcher *w, int64_t tries)
{
	return watch_now(w) + backoff_part(tries, LATER_MOST_MS) * 1000;
}

/* What holds for this round; false: the database cannot be asked.  After a new
 * connection it is asked again, for the hold may be on since. */
static bool
look_at_database(struct watcher *w, struct tick *tick)
{
	if (store_tick(&w->store, w->arena, tick) != 0)
		return false;
	if (!history_is_known(w) &&
	    (!history_holds(w) || store_tick(&w->store, w->arena, tick) != 0 ||
		!history_is_known(w)))
		return false;
	w->now = tick->now;
	w->now_ms = monotonic_ms();
	w->hold = tick->is_on_hold ? tick->hold : NULL;
	w->epoch = tick->epoch;
	return history_learns(w);
}

/* Whether it was. */
static bool
poll_if_due(struct watcher *w, int64_t wakes)
{
	int64_t since = w->now_ms - w->polled_ms;
	bool is_woken = wakes != w->wakes && since >= WAKE_MS;

	if (w->polled_ms != 0 && since < w->interval_ms && !is_woken)
		return false;
	w->polled_ms = w->now_ms;
	w->wakes = wakes;
	if (!store_lease(&w->store, w->arena,
		3 * w->interval_ms + LEASE_EXTRA_MS))
		return false;
	if (!count_poll("news", poll_news(w)))
		log_line(LOG_WARN, "poll_failed", "what=news");
	duties(w, DUTY_OF_POLL);
	return true;
}

bool
watch_round(struct watcher *w)
{
	struct tick tick;
	size_t moved = 0;

	arena_reset(w->arena);
	if (!look_at_database(w, &tick)) {
		w->failures += w->failures < REST_DOUBLINGS;
		return false;
	}
	w->failures = 0;
	if (poll_if_due(w, tick.wakes) || tick.is_due || w->keeps > 0)
		moved = watch_is_ending(w) ? 0 : pass(w);
	return moved > 0;
}
