/*
 * rail - what moves money, over HTTP: one protocol, by a table of what the two
 *        contracts call things.
 */
#include <errno.h>

#include "amount.h"
#include "arena.h"
#include "buf.h"
#include "http.h"
#include "json.h"
#include "log.h"
#include "rail.h"

enum {
	ANSWER_MOST = 256 * 1024,
	LIST_MOST = 16 * 1024 * 1024,
	LIST_PAGES = 1000,
	SUBMIT_MS = 20000,
	LOOK_MS = 10000
};

/* --- the contracts ------------------------------------------------------- */

// clang-format off
static const struct contract {
	const char *path;   /* and the member of a list */
	const char *id;     /* the rail's own */
	const char *money;  /* what the amount is in */
	const char *person; /* an object that must be as we ordered, or NULL */
	const char *texts[4]; /* texts that must be */
	bool may_return;
	const char *hash;   /* of what is settled, or NULL */
} contracts[RAIL_MAX] = {
	[RAIL_PAYOUTS] = { "payouts", "bank_id", "currency", "beneficiary",
		{ "currency", "method" }, true, NULL },
	[RAIL_TREASURY] = { "refunds", "treasury_id", "asset", NULL,
		{ "asset", "account", "memo", "memo_type" }, false,
		"stellar_transaction_id" },
};
// clang-format on

/* --- what an answer tells ------------------------------------------------ */

static const char *
text_of(const struct json *v, const char *name)
{
	const char *text = json_text(json_get(v, name));

	return text == NULL ? "" : text;
}

static bool
is_same_sum(const struct json *a, const struct json *b)
{
	struct amount x, y;

	return amount_parse(text_of(a, "amount"), &x) == AMOUNT_OK &&
	       amount_parse(text_of(b, "amount"), &y) == AMOUNT_OK &&
	       amount_cmp(x, y) == 0;
}

/* Two objects with the same names and texts, in any order. */
static bool
is_same_person(const struct json *a, const struct json *b)
{
	const char *name, *text;
	const struct json *v;
	size_t i;

	if (json_kind(a) != JSON_OBJECT || json_kind(b) != JSON_OBJECT ||
	    json_count(a) != json_count(b))
		return false;
	for (i = 0; (v = json_member(a, i, &name)) != NULL; i++) {
		text = json_text(json_get(b, name));
		if (text == NULL || json_text(v) == NULL ||
		    strcmp(text, json_text(v)) != 0)
			return false;
	}
	return true;
}

/* What of the rail's payout is not as we ordered it, or NULL. */
static const char *
what_differs(struct arena *a, const struct contract *c,
    const struct rail_order *order, const struct json *payout)
{
	const struct json *ours;
	const char *why;
	size_t i;

	if (strcmp(text_of(payout, "reference"), order->reference) != 0)
		return "another reference";
	if (order->body == NULL)
		return NULL;
	if (json_parse(a, order->body, order->body_len, &ours, &why) != 0)
		return "our own order cannot be read";
	if (!is_same_sum(ours, payout))
		return "another amount";
	for (i = 0; i < sizeof(c->texts) / sizeof(c->texts[0]); i++)
		if (c->texts[i] != NULL && strcmp(text_of(payout, c->texts[i]),
					       text_of(ours, c->texts[i])) != 0)
			return arena_printf(a, "another %s", c->texts[i]);
	if (c->person != NULL && !is_same_person(json_get(ours, c->person),
				     json_get(payout, c->person)))
		return arena_printf(a, "another %s", c->person);
	return NULL;
}

/* A word for machines, or "unnamed": a refusal's text may hold a value. */
static const char *
word_of(const struct json *reason)
{
	const char *code = text_of(reason, "code");
	size_t len = strlen(code);

	if (len == 0 || len > 64 ||
	    strspn(code, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789_.:-") != len)
		return "unnamed";
	return code;
}

/* A name, or "": what else it may be is nothing to keep. */
static const char *
field_of(const struct json *reason)
{
	const char *field = text_of(reason, "field");
	size_t len = strlen(field);

	return len <= 64 && strspn(field,
				"abcdefghijklmnopqrstuvwxyz0123456789_.") == len
	           ? field
	           : "";
}

static struct rail_answer
says(enum rail_says what)
{
	return (struct rail_answer){.says = what,
	    .bank_id = "",
	    .code = "",
	    .field = "",
	    .why = "",
	    .hash = ""};
}

static bool
is_hash(const char *text)
{
	return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static struct rail_answer
read_payout(struct arena *a, const struct contract *c,
    const struct rail_order *order, const struct json *v)
{
	static const struct {
		const char *status;
		enum rail_says says;
		const char *reason;
	} statuses[] = {
	    {"accepted", RAIL_ACCEPTED, NULL},
	    {"settled", RAIL_SETTLED, NULL},
	    {"returned", RAIL_RETURNED, "return"},
	    {"refused", RAIL_REFUSED, "refusal"},
	};
	struct rail_answer out = says(RAIL_UNKNOWN);
	const char *differs;
	size_t i;

	for (i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (strcmp(text_of(v, "status"), statuses[i].status) == 0)
			break;
	if (i == sizeof(statuses) / sizeof(statuses[0]) ||
	    (statuses[i].says == RAIL_RETURNED && !c->may_return))
		return out;
	differs = what_differs(a, c, order, v);
	if (differs != NULL) {
		out.says = RAIL_MISMATCH;
		out.why = differs;
		return out;
	}
	out.bank_id = text_of(v, c->id);
	/* Without an id of theirs nobody could be told what was paid. */
	if (statuses[i].says != RAIL_REFUSED &&
	    (out.bank_id[0] == '\0' || strlen(out.bank_id) > 128))
		return out;
	if (c->hash != NULL && statuses[i].says == RAIL_SETTLED) {
		out.hash = text_of(v, c->hash);
		if (!is_hash(out.hash))
			return out;
	}
	out.says = statuses[i].says;
	if (statuses[i].reason != NULL) {
		const struct json *reason = json_get(v, statuses[i].reason);

		out.code = word_of(reason);
		out.field = field_of(reason);
		out.is_fixable = json_is_true(json_get(reason, "fixable"));
	}
	return out;
}

struct rail_answer
rail_read(struct arena *a, enum rail_kind kind, const struct rail_order *order,
    bool is_look_up, int status, const char *text, size_t len)
{
	const struct contract *c = &contracts[kind];
	struct rail_answer out = says(RAIL_UNKNOWN);
	const struct json *v;
	const char *why;

	if (status <= 0 || json_parse(a, text, len, &v, &why) != 0 ||
	    json_kind(v) != JSON_OBJECT)
		return out;
	if (is_look_up && status == 404 && text_of(v, "error")[0] != '\0')
		return says(RAIL_NONE);
	if (is_look_up)
		return status == 200 ? read_payout(a, c, order, v) : out;
	switch (status) {
	case 200:
	case 201:
		out = read_payout(a, c, order, v);
		/* A refusal has a status of its own. */
		return out.says == RAIL_REFUSED ? says(RAIL_UNKNOWN) : out;
	case 422:
		out = read_payout(a, c, order, v);
		return out.says == RAIL_REFUSED || out.says == RAIL_MISMATCH
		           ? out
		           : says(RAIL_UNKNOWN);
	case 400:
		if (text_of(v, "error")[0] == '\0')
			return out;
		out = says(RAIL_REFUSED);
		out.code = "not_understood";
		return out;
	case 409:
		if (strcmp(text_of(v, "error"), "reference_used") == 0)
			return says(RAIL_USED);
		if (strcmp(text_of(v, "error"), "key_reused") != 0)
			return out;
		out = says(RAIL_MISMATCH);
		out.why = "our key came with another body before";
		return out;
	default:
		return out;
	}
}

/* --- over HTTP ----------------------------------------------------------- */

struct rail_self {
	struct http *http;
	enum rail_kind kind;
	const char *base_url, *key_header;
};

static void
call_all(struct rail_self *self, struct arena *a,
    const struct rail_order *orders, struct http_call *calls, size_t count,
    bool is_look_up, struct rail_answer *out)
{
	struct buf *answers = arena_array(a, count + 1, sizeof(*answers));
	int *statuses = arena_array(a, count + 1, sizeof(*statuses));
	int64_t *waits = arena_array(a, count + 1, sizeof(*waits));
	size_t i;

	for (i = 0; i < count; i++) {
		buf_init(&answers[i], a, ANSWER_MOST);
		calls[i].retry_after = &waits[i];
	}
	http_calls(self->http, calls, count, RAIL_AT_ONCE, answers, statuses);
	for (i = 0; i < count; i++) {
		out[i] = rail_read(a, self->kind, &orders[i], is_look_up,
		    statuses[i], answers[i].data, answers[i].len);
		out[i].retry_after = waits[i];
		if (out[i].says == RAIL_UNKNOWN && statuses[i] > 0)
			log_line(LOG_WARN, "rail_odd",
			    "call=%s reference=%s status=%d",
			    is_look_up ? "look_up" : "submit",
			    orders[i].reference, statuses[i]);
	}
}

static void
submit(void *to, struct arena *a, const struct rail_order *orders, size_t count,
    struct rail_answer *out)
{
	struct rail_self *self = to;
	struct http_call *calls = arena_array(a, count + 1, sizeof(*calls));
	size_t i;

	for (i = 0; i < count; i++)
		calls[i] = (struct http_call){.method = "POST",
		    .url = arena_printf(a, "%s/%s", self->base_url,
			contracts[self->kind].path),
		    .headers = {"Content-Type: application/json",
			arena_printf(a, "Idempotency-Key: %s",
			    orders[i].idem_key),
			self->key_header},
		    .body = orders[i].body,
		    .body_len = orders[i].body_len,
		    .timeout_ms = SUBMIT_MS};
	call_all(self, a, orders, calls, count, false, out);
}

static void
look_up(void *to, struct arena *a, const struct rail_order *orders,
    size_t count, struct rail_answer *out)
{
	struct rail_self *self = to;
	struct http_call *calls = arena_array(a, count + 1, sizeof(*calls));
	size_t i;

	for (i = 0; i < count; i++)
		calls[i] = (struct http_call){.method = "GET",
		    .url = arena_printf(a, "%s/%s/%s", self->base_url,
			contracts[self->kind].path,
			http_escape(a, orders[i].reference)),
		    .headers = {self->key_header},
		    .timeout_ms = LOOK_MS};
	call_all(self, a, orders, calls, count, true, out);
}

static int
page(void *to, struct arena *a, instant since, const char *after,
    struct rail_page *out)
{
	struct rail_self *self = to;
	const struct contract *c = &contracts[self->kind];
	char since_text[INSTANT_TEXT];
	struct http_call call = {.method = "GET",
	    .url =
		arena_printf(a, "%s/%s?since=%s&limit=1000%s%s", self->base_url,
		    c->path, http_escape(a, instant_print(since, since_text)),
		    after == NULL ? "" : "&after=",
		    after == NULL ? "" : http_escape(a, after)),
	    .headers = {self->key_header},
	    .timeout_ms = LOOK_MS};
	struct rail_payout *payouts;
	const struct json *v, *list;
	const char *why = NULL;
	struct buf answer;
	size_t i;
	int status;

	buf_init(&answer, a, LIST_MOST);
	status = http_call(self->http, &call, &answer);
	if (status != 200 ||
	    json_parse(a, answer.data, answer.len, &v, &why) != 0 ||
	    json_kind(json_get(v, c->path)) != JSON_ARRAY) {
		if (status > 0)
			log_line(LOG_WARN, "rail_odd", "call=list status=%d",
			    status);
		return -EIO;
	}
	list = json_get(v, c->path);
	payouts = arena_array(a, json_count(list) + 1, sizeof(*payouts));
	for (i = 0; i < json_count(list); i++) {
		const struct json *one = json_at(list, i);

		payouts[i] = (struct rail_payout){text_of(one, "reference"),
		    text_of(one, c->id), text_of(one, "amount"),
		    text_of(one, c->money), text_of(one, "status")};
	}
	*out = (struct rail_page){payouts, json_count(list),
	    json_text(json_get(v, "next"))};
	return 0;
}

static int
list(void *to, struct arena *a, instant since, const char *const **references,
    size_t *count)
{
	const char **all = arena_array(a, 1, sizeof(*all)), **longer;
	struct rail_page at = {.next = NULL};
	int pages = 0, rc;
	size_t i;

	*count = 0;
	do {
		rc = page(to, a, since, at.next, &at);
		if (rc != 0)
			break;
		longer = arena_array(a, *count + at.count + 1, sizeof(*longer));
		memcpy(longer, all, *count * sizeof(*longer));
		for (i = 0; i < at.count; i++)
			longer[*count + i] = at.payouts[i].reference;
		*count += at.count;
		all = longer;
	} while (at.next != NULL && ++pages < LIST_PAGES);
	*references = all;
	return rc;
}

struct rail
rail_http(struct http *h, enum rail_kind kind, const char *base_url,
    const char *key)
{
	static struct rail_self selves[RAIL_MAX];
	static char headers[RAIL_MAX][600];
	struct rail_self *self = &selves[kind];

	if (key != NULL)
		snprintf(headers[kind], sizeof(headers[kind]), "X-Api-Key: %s",
		    key);
	*self = (struct rail_self){h, kind, base_url,
	    key == NULL ? NULL : headers[kind]};
	return (struct rail){self, submit, look_up, list, page};
}
