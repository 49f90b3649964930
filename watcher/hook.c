#include "hook.h"

#include <stdint.h>
#include <stdlib.h>

#include "arena.h"
#include "backoff.h"
#include "http.h"
#include "instant.h"
#include "webhook.h"

enum {
	ANSWER_MOST = 64 * 1024,
	CALL_MS = 5000,
	SLOWEST = 512, /* bytes in a ms */
	AWAY_MOST_MS = 64000,
	HOOKS_MOST = 3
};

struct hook_self {
	struct http *http;
	const char *url;
	const struct webhook_keys *keys;
	int64_t failures; /* one after the other */
	int64_t away_until;
};

static struct http_call
call_of(const struct hook_self *self, struct arena *a,
    const struct hook_request *rq)
{
	struct http_call call = {.method = rq->method,
	    .url = arena_printf(a, "%s%s", self->url, rq->path),
	    .body = rq->body,
	    .body_len = rq->len,
	    .timeout_ms = CALL_MS + (int64_t)rq->len / SLOWEST};

	webhook_sign(self->keys, a, rq->id, instant_now(), rq->body, rq->len,
	    call.headers);
	if (rq->content_type != NULL)
		call.headers[WEBHOOK_LINES] =
		    arena_printf(a, "Content-Type: %s", rq->content_type);
	return call;
}

/* A hook that let one call wait in vain is not asked for the next at once. */
static void
remember(struct hook_self *self, const struct hook_answer *answers,
    size_t count)
{
	bool is_away = false;

	for (size_t i = 0; i < count; i++)
		is_away = is_away || answers[i].status < 0;
	if (!is_away) {
		self->failures = 0;
		self->away_until = 0;
		return;
	}
	self->away_until =
	    monotonic_ms() + backoff_most(self->failures++, AWAY_MOST_MS);
}

static void
call_all(void *to, struct arena *a, const struct hook_request *requests,
    size_t count, struct hook_answer *answers)
{
	struct hook_self *self = to;
	struct http_call *calls = arena_array(a, count + 1, sizeof(*calls));
	struct buf *bodies = arena_array(a, count + 1, sizeof(*bodies));
	int *statuses = arena_array(a, count + 1, sizeof(*statuses));

	for (size_t i = 0; i < count; i++) {
		answers[i] = (struct hook_answer){0};
		calls[i] = call_of(self, a, &requests[i]);
		calls[i].retry_after = &answers[i].retry_after;
		buf_init(&bodies[i], a, ANSWER_MOST);
	}
	http_calls(self->http, calls, count, HOOK_AT_ONCE, bodies, statuses);
	for (size_t i = 0; i < count; i++) {
		answers[i].status = statuses[i];
		answers[i].body = bodies[i];
	}
	remember(self, answers, count);
}

static bool
is_away(void *to)
{
	const struct hook_self *self = to;

	return monotonic_ms() < self->away_until;
}

struct hook
hook_http(struct http *http, const char *url, const struct webhook_keys *keys)
{
	static struct hook_self selves[HOOKS_MOST];
	static size_t count;
	struct hook_self *self = &selves[count];

	if (count == HOOKS_MOST)
		abort();
	count++;
	*self = (struct hook_self){.http = http, .url = url, .keys = keys};
	return (struct hook){self, call_all, is_away};
}
