/*
 * code - codes that prove a number or an address, sent through a hook.
 */
#include <errno.h>

#include "arena.h"
#include "backoff.h"
#include "book.h"
#include "counts.h"
#include "customer_place.h"
#include "customer_store.h"
#include "customer_verdict.h"
#include "json.h"
#include "log.h"
#include "review.h"
#include "store_hooks.h"
#include "watch.h"

enum { TAKEN_MS = 60000, AGAIN_MOST_MS = 60000, GO_ON_MS = 1000 };

enum code_says {
	CODE_SENT,
	CODE_UNDELIVERABLE,
	CODE_REFUSED,
	CODE_ODD,
	CODE_AWAY
};

static const char *const names[] = {
    [CODE_SENT] = "sent",
    [CODE_UNDELIVERABLE] = "undeliverable",
    [CODE_REFUSED] = "refused",
    [CODE_ODD] = "odd",
    [CODE_AWAY] = "away",
};

/* A page of somebody who stands in the hook's place is no answer of it. */
static enum code_says
read_answer(struct arena *a, const struct hook_answer *answer)
{
	const struct json *v = NULL;
	const char *why, *error;
	int status = answer->status;

	if (status == -EFBIG)
		return CODE_ODD;
	if (status < 0)
		return CODE_AWAY;
	if (answer->body.len > 0 &&
	    json_parse(a, answer->body.data, answer->body.len, &v, &why) != 0)
		return status < 400 ? CODE_ODD : CODE_REFUSED;
	if (status == 200 || status == 201 || status == 202 || status == 204)
		return CODE_SENT;
	error = json_text(json_get(v, "error"));
	if (status == 422 && error != NULL &&
	    strcmp(error, "undeliverable") == 0)
		return CODE_UNDELIVERABLE;
	return status < 400 ? CODE_ODD : CODE_REFUSED;
}

static int
open_request(struct watcher *w, const struct code_task *code,
    struct hook_request *out)
{
	unsigned char *key = arena_secret(w->arena, SEAL_KEY);

	*out = (struct hook_request){.method = "POST",
	    .path = "/codes",
	    .id = code->id,
	    .content_type = "application/json"};
	if (seal_unwrap(w->keys, code->wrapped_key,
		customer_key_place(w->arena, code->customer), key) == 0 &&
	    seal_read(w->arena, key, code->request,
		customer_code_place(w->arena, code->customer, code->id),
		&out->body, &out->len) == 0)
		return 0;
	log_line(LOG_ERROR, "unreadable", "customer=%s code=%s", code->customer,
	    code->id);
	return -EBADMSG;
}

/* What cannot be reached is no number of theirs. */
static void
reject(struct watcher *w, const struct code_task *code)
{
	const struct field_error error = {code->name, "undeliverable"};
	const struct verdict_ask ask = {.by = "hook",
	    .errors = &error,
	    .error_count = 1};
	const struct customer_field *has;
	struct customer_seen seen;
	const struct book *book;
	int rc = book_current(w->books, w->store.db, &book);

	if (rc == 0)
		rc = customer_look(w->store.db, w->arena,
		    (struct customer_key){.id = code->customer}, NULL, &seen);
	has = rc == 0 ? customer_has(seen.customer, code->name) : NULL;
	if (has != NULL && !has->is_proven)
		rc = customer_verdict_save(w->store.db, w->arena, book,
		    seen.customer, &ask, seen.today, NULL);
	/* Not rejected, it still has to be proven: by another code, which the
	 * customer gets by giving it again. */
	if (rc != 0)
		log_line(LOG_WARN, "code_unjudged", "customer=%s name=%s",
		    code->customer, code->name);
}

static void
apply(struct watcher *w, const struct code_task *code,
    const struct hook_answer *answer)
{
	static const char *const what[] = {"sent", "over", "new", "new", "new"};
	enum code_says says = read_answer(w->arena, answer);
	int rc = store_code_moved(&w->store, w->arena, code->id, what[says],
	    backoff_part(code->tries, AGAIN_MOST_MS));

	count_hook("code", names[says]);
	log_line(says == CODE_SENT ? LOG_INFO : LOG_WARN, "code",
	    "code=%s customer=%s name=%s outcome=%s status=%d", code->id,
	    code->customer, code->name, names[says], answer->status);
	if (rc == 0 && says == CODE_UNDELIVERABLE)
		reject(w, code);
}

/* Whether there may be more. */
static bool
send_some(struct watcher *w)
{
	struct hook_request requests[HOOK_AT_ONCE];
	struct hook_answer answers[HOOK_AT_ONCE];
	struct code_task *list;
	size_t count, asks = 0;

	if (w->code_hook.is_away(w->code_hook.self) ||
	    store_codes(&w->store, w->arena, HOOK_AT_ONCE, TAKEN_MS, &list,
		&count) != 0)
		return false;
	for (size_t i = 0; i < count; i++)
		if (open_request(w, &list[i], &requests[asks]) == 0)
			list[asks++] = list[i];
	if (asks > 0)
		w->code_hook.call(w->code_hook.self, w->arena, requests, asks,
		    answers);
	for (size_t i = 0; i < asks; i++)
		apply(w, &list[i], &answers[i]);
	return count == HOOK_AT_ONCE;
}

bool
pass_codes(struct watcher *w)
{
	int64_t began = monotonic_ms();
	bool more = w->code_hook.self != NULL;

	while (more && monotonic_ms() - began < GO_ON_MS && !watch_is_ending(w))
		more = send_some(w);
	return !more;
}
