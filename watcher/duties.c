#include "duties.h"

#include "counts.h"
#include "history.h"
#include "judge.h"
#include "log.h"
#include "money_in.h"
#include "review.h"
#include "watch.h"
#include "webhooks.h"

/* True: done for this interval.  False: it goes on, or is tried again, at the
 * next poll; a pass that takes long does so between parts of its work. */
typedef bool pass_of_duty(struct watcher *w);

struct duty {
	const char *name;
	enum duty_of of;
	int64_t interval_ms;
	pass_of_duty *pass;
};

static bool
sweep(struct watcher *w)
{
	bool is_over;

	if (!count_poll("sweep", poll_sweep(w, &is_over))) {
		log_line(LOG_WARN, "poll_failed", "what=sweep");
		return false;
	}
	if (is_over)
		history_of_rails(w);
	return is_over;
}

// clang-format off
static const struct duty table[] = {
	{ "sweep", DUTY_OF_POLL, 5 * 60 * 1000, sweep },
	{ "link", DUTY_OF_POLL, 1000, duty_link },
	{ "papers", DUTY_OF_POLL, 60 * 1000, judge_papers },
	{ "rules", DUTY_OF_POLL, 10 * 1000, judge_rules },
	{ "order_keys", DUTY_OF_POLL, 60 * 1000, erase_keys },
	{ "codes", DUTY_OF_ERRANDS, 500, pass_codes },
	{ "reviews", DUTY_OF_ERRANDS, 1000, pass_reviews },
	{ "money_in", DUTY_OF_ERRANDS, 30 * 1000, duty_money_in },
	{ "webhooks", DUTY_OF_ERRANDS, 500, pass_webhooks },
	{ "returns", DUTY_OF_POLL, 5 * 60 * 1000, duty_returns },
	{ "orphans", DUTY_OF_POLL, 10 * 1000, duty_orphans },
};
// clang-format on

enum { DUTIES = sizeof(table) / sizeof(table[0]) };

_Static_assert((int)DUTIES <= (int)DUTIES_MOST,
    "a watcher remembers too few duties");

void
duties(struct watcher *w, enum duty_of of)
{
	for (size_t i = 0; i < DUTIES && !watch_is_ending(w); i++) {
		const struct duty *duty = &table[i];

		if (duty->of != of ||
		    !watch_is_due(w, w->duty_done[i], duty->interval_ms * 1000))
			continue;
		log_line(LOG_DEBUG, "duty", "name=%s", duty->name);
		if (duty->pass(w))
			w->duty_done[i] = w->now;
	}
}
