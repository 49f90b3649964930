/*
 * platform - the Platform API as functions; no decisions here.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>

#include "arena.h"
#include "auth.h"
#include "buf.h"
#include "http.h"
#include "instant.h"
#include "json.h"
#include "log.h"
#include "platform.h"

enum {
	PAGE_MOST = 16 * 1024 * 1024,
	RECORD_MOST = 1024 * 1024,
	ARRAY_MOST = 16 * 1024 * 1024,
	READ_MS = 10000,
	RPC_MS = 20000,
	READS_AT_ONCE = 16,
	ARRAYS_AT_ONCE = 4
};

struct platform_self {
	struct http *http;
	const char *base_url;
	const struct auth *auth;
};

static struct http_call
call_to(const struct platform_self *self, struct arena *a, const char *method,
    const char *path, int64_t timeout_ms)
{
	struct http_call call = {.method = method,
	    .url = arena_printf(a, "%s%s", self->base_url, path),
	    .headers = {"Content-Type: application/json",
		auth_header(self->auth, a, instant_now())},
	    .timeout_ms = timeout_ms};

	return call;
}

/* Something that answered, but not as the platform does. */
static int
odd(const char *what, int status, const char *why)
{
	if (status > 0)
		log_line(LOG_WARN, "platform_odd", "call=%s status=%d why=%s",
		    what, status, log_quoted(why == NULL ? "" : why));
	return -EIO;
}

/* A page of records, whichever way it came. */
static int
page_of(const struct json *holder, const char *what, int status,
    const struct json **records)
{
	*records = json_get(holder, "records");
	if (json_kind(*records) != JSON_ARRAY ||
	    json_count(*records) > PAGE_SIZE)
		return odd(what, status, "no page of records");
	return 0;
}

static int
list(void *to, struct arena *a, const struct list_ask *ask,
    const struct json **records)
{
	struct platform_self *self = to;
	const char *path = arena_printf(a,
	    "/transactions?sep=31&order_by=%s&order=%s&page_size=%d"
	    "&page_number=%" PRId64 "%s%s",
	    ask->order_by, ask->order, PAGE_SIZE, ask->page,
	    ask->statuses == NULL ? "" : "&statuses=",
	    ask->statuses == NULL ? "" : http_escape(a, ask->statuses));
	struct http_call call = call_to(self, a, "GET", path, READ_MS);
	const struct json *v;
	const char *why = NULL;
	struct buf answer;
	int status;

	buf_init(&answer, a, PAGE_MOST);
	status = http_call(self->http, &call, &answer);
	if (status != 200 ||
	    json_parse(a, answer.data, answer.len, &v, &why) != 0)
		return odd("list", status, why);
	return page_of(v, "list", status, records);
}

struct got
get_read(struct arena *a, const char *id, int status, const char *text,
    size_t len)
{
	struct got out = {-EIO, NULL};
	const struct json *v = NULL;
	const char *why = NULL, *its;

	if ((status != 200 && status != 404) ||
	    json_parse(a, text, len, &v, &why) != 0) {
		odd("get", status, why);
		return out;
	}
	its = json_text(json_get(v, "id"));
	/* Money is held when a record is lost: whoever stands before the
	 * platform may answer 404, too, but not in its words. */
	if (status == 404 && json_text(json_get(v, "error")) != NULL) {
		out.rc = GOT_NONE;
	} else if (status == 200 && its != NULL && strcmp(its, id) == 0) {
		out.rc = GOT_RECORD;
		out.record = v;
	} else {
		odd("get", status, "another record");
	}
	return out;
}

static void
get(void *to, struct arena *a, const char *const *ids, size_t count,
    struct got *out)
{
	struct platform_self *self = to;
	struct http_call *calls = arena_array(a, count + 1, sizeof(*calls));
	struct buf *answers = arena_array(a, count + 1, sizeof(*answers));
	int *statuses = arena_array(a, count + 1, sizeof(*statuses));
	size_t i;

	for (i = 0; i < count; i++) {
		calls[i] = call_to(self, a, "GET",
		    arena_printf(a, "/transactions/%s", http_escape(a, ids[i])),
		    READ_MS);
		buf_init(&answers[i], a, RECORD_MOST);
	}
	http_calls(self->http, calls, count, READS_AT_ONCE, answers, statuses);
	for (i = 0; i < count; i++)
		out[i] = get_read(a, ids[i], statuses[i], answers[i].data,
		    answers[i].len);
}

/* --- JSON-RPC ------------------------------------------------------------ */

static void
put_array(struct buf *b, const struct rpc_call *calls, size_t count)
{
	struct json_out o;
	size_t i;

	json_begin(&o, b);
	json_open(&o, NULL, '[');
	for (i = 0; i < count; i++) {
		json_open(&o, NULL, '{');
		json_put_text(&o, "jsonrpc", "2.0");
		json_put_text(&o, "id", calls[i].id);
		json_put_text(&o, "method", calls[i].method);
		json_put_raw(&o, "params", calls[i].params);
		json_close(&o, '}');
	}
	json_close(&o, ']');
}

/* The answer with that id, if there is exactly one. */
static const struct json *
answer_of(const struct json *answers, const char *id)
{
	const struct json *found = NULL;
	size_t i;

	for (i = 0; i < json_count(answers); i++) {
		const struct json *v = json_at(answers, i);
		const char *its = json_text(json_get(v, "id"));

		if (its == NULL || strcmp(its, id) != 0)
			continue;
		if (found != NULL)
			return NULL;
		found = v;
	}
	return found;
}

static struct rpc_answer
one_answer(const struct json *v)
{
	const struct json *result = json_get(v, "result");
	const struct json *error = json_get(v, "error");
	struct rpc_answer out = {.kind = RPC_UNKNOWN};

	if (json_kind(result) == JSON_OBJECT && error == NULL) {
		out.kind = RPC_RESULT;
		out.result = result;
	} else if (json_kind(error) == JSON_OBJECT && result == NULL &&
		   json_integer(json_get(error, "code"), &out.code)) {
		out.kind = RPC_ERROR;
	}
	return out;
}

void
rpc_read(struct arena *a, int status, const char *text, size_t len,
    const struct rpc_call *calls, size_t count, struct rpc_answer *out)
{
	const struct json *v = NULL;
	const char *why = NULL;
	size_t i;

	/* An HTTP 500 comes after the other calls of the array were carried
	 * out: nothing is known about any of them. */
	if (status == 200 && json_parse(a, text, len, &v, &why) != 0)
		v = NULL;
	for (i = 0; i < count; i++)
		out[i] = status == 200 && json_kind(v) == JSON_ARRAY
		             ? one_answer(answer_of(v, calls[i].id))
		             : (struct rpc_answer){.kind = RPC_UNKNOWN};
	if (status > 0 && (status != 200 || json_kind(v) != JSON_ARRAY))
		odd("rpc", status, why);
}

static void
rpc(void *to, struct arena *a, const struct rpc_call *calls,
    const size_t *sizes, size_t arrays, struct rpc_answer *out)
{
	struct platform_self *self = to;
	struct http_call *https = arena_array(a, arrays + 1, sizeof(*https));
	struct buf *bodies = arena_array(a, arrays + 1, sizeof(*bodies));
	struct buf *answers = arena_array(a, arrays + 1, sizeof(*answers));
	int *statuses = arena_array(a, arrays + 1, sizeof(*statuses));
	int64_t *waits = arena_array(a, arrays + 1, sizeof(*waits));
	size_t i, k, at = 0;

	for (i = 0; i < arrays; i++) {
		buf_init(&bodies[i], a, ARRAY_MOST);
		put_array(&bodies[i], calls + at, sizes[i]);
		https[i] = call_to(self, a, "POST", "/", RPC_MS);
		https[i].body = bodies[i].data;
		https[i].body_len = bodies[i].len;
		https[i].retry_after = &waits[i];
		buf_init(&answers[i], a, ARRAY_MOST);
		at += sizes[i];
	}
	http_calls(self->http, https, arrays, ARRAYS_AT_ONCE, answers,
	    statuses);
	for (i = 0, at = 0; i < arrays; at += sizes[i++]) {
		rpc_read(a, statuses[i], answers[i].data, answers[i].len,
		    calls + at, sizes[i], out + at);
		for (k = 0; k < sizes[i]; k++)
			out[at + k].retry_after = waits[i];
	}
}

/* --- the list, by JSON-RPC ----------------------------------------------- */

static const char *
upper(struct arena *a, const char *word)
{
	char *out = arena_strdup(a, word);

	for (char *c = out; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	return out;
}

/* "one,two" as members of an array. */
static void
put_words(struct json_out *o, const char *name, const char *words)
{
	json_open(o, name, '[');
	while (*words != '\0') {
		size_t len = strcspn(words, ",");

		json_put_textn(o, NULL, words, len);
		words += words[len] == ',' ? len + 1 : len;
	}
	json_close(o, ']');
}

/* Every member is needed, and names of orders are in upper case here. */
static const char *
list_params(struct arena *a, const struct list_ask *ask)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, a, 4096);
	json_begin(&o, &b);
	json_open(&o, NULL, '{');
	json_put_text(&o, "sep", "31");
	json_put_text(&o, "order_by", upper(a, ask->order_by));
	json_put_text(&o, "order", upper(a, ask->order));
	json_put_int(&o, "page_size", PAGE_SIZE);
	json_put_int(&o, "page_number", ask->page);
	if (ask->statuses != NULL)
		put_words(&o, "statuses", ask->statuses);
	json_close(&o, '}');
	return b.data;
}

static int
list_by_rpc(void *to, struct arena *a, const struct list_ask *ask,
    const struct json **records)
{
	const struct rpc_call call = {"list", "get_transactions",
	    list_params(a, ask)};
	const size_t one = 1;
	struct rpc_answer answer;

	rpc(to, a, &call, &one, 1, &answer);
	if (answer.kind != RPC_RESULT)
		return odd("get_transactions", 200, "no result");
	return page_of(answer.result, "get_transactions", 200, records);
}

struct platform
platform_http(struct http *h, const char *base_url, const struct auth *auth,
    bool is_rpc)
{
	static struct platform_self self;
	struct platform out = {&self, is_rpc ? list_by_rpc : list, get, rpc};

	self = (struct platform_self){h, base_url, auth};
	return out;
}
