#include "webhooks.h"

#include <sodium.h>

#include "arena.h"
#include "counts.h"
#include "log.h"
#include "store_hooks.h"
#include "watch.h"

enum {
	TAKEN_MS = 60000,
	GO_ON_MS = 1000,
	DROP_MOST = 1000,
	ROOM_EVERY_MS = 60000
};

static void
decide(struct webhook_told *told, const struct webhook_task *event,
    const struct hook_answer *answer)
{
	struct webhook_fate fate = webhook_judge(answer->status,
	    answer->retry_after, event->tries, event->first, event->now);
	int64_t ms = randombytes_uniform((uint32_t)fate.most_ms + 1);

	*told = (struct webhook_told){.id = event->id,
	    .what = fate.what,
	    .answer = answer->status > 0 && answer->status < 1000
	                  ? answer->status
	                  : 0,
	    .ms = ms < fate.least_ms ? fate.least_ms : ms};
	count_hook("webhook", fate.word);
	log_line(strcmp(fate.what, "done") == 0 ? LOG_INFO : LOG_WARN,
	    "webhook", "event=%s subject=%s outcome=%s status=%d", event->id,
	    log_quoted(event->subject), fate.word, answer->status);
}

/* Whether there may be more. */
static bool
send_some(struct watcher *w)
{
	struct hook_request requests[HOOK_AT_ONCE];
	struct hook_answer answers[HOOK_AT_ONCE];
	struct webhook_told told[HOOK_AT_ONCE];
	struct webhook_task *list;
	size_t count, i;

	if (w->webhook.is_away(w->webhook.self) ||
	    store_webhooks(&w->store, w->arena, HOOK_AT_ONCE, TAKEN_MS, &list,
		&count) != 0 ||
	    count == 0)
		return false;
	for (i = 0; i < count; i++)
		requests[i] = (struct hook_request){.method = "POST",
		    .path = "",
		    .id = list[i].id,
		    .content_type = "application/json",
		    .body = list[i].body,
		    .len = strlen(list[i].body)};
	w->webhook.call(w->webhook.self, w->arena, requests, count, answers);
	for (i = 0; i < count; i++)
		decide(&told[i], &list[i], &answers[i]);
	/* What is not written is sent again when its time is over. */
	if (store_webhooks_moved(&w->store, w->arena, told, count) != 0)
		log_line(LOG_WARN, "webhooks_unwritten", "count=%zu", count);
	return count == HOOK_AT_ONCE;
}

/* Whether events are to be made at all, and room for new ones. */
static void
keep_house(struct watcher *w)
{
	static int64_t done_ms;

	if (done_ms != 0 && monotonic_ms() - done_ms < ROOM_EVERY_MS)
		return;
	if (store_webhooks_wanted(&w->store, w->arena,
		w->webhook.self != NULL) == 0 &&
	    store_webhooks_drop(&w->store, w->arena, DROP_MOST) == 0)
		done_ms = monotonic_ms();
}

bool
pass_webhooks(struct watcher *w)
{
	int64_t began = monotonic_ms();
	bool more = w->webhook.self != NULL;

	keep_house(w);
	while (more && monotonic_ms() - began < GO_ON_MS && !watch_is_ending(w))
		more = send_some(w);
	return !more;
}
