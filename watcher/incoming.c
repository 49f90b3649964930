/*
 * incoming - what came in to an account on the Stellar ledger.
 */
#include "incoming.h"

#include <errno.h>

#include "arena.h"
#include "buf.h"
#include "http.h"
#include "json.h"
#include "log.h"

enum { ANSWER_MOST = 4 * 1024 * 1024, LOOK_MS = 10000 };

/* Each record repeats its whole transaction, of up to 100 operations and of
 * whoever likes to pay us: a page that is too large is asked for in parts, and
 * a single record that is, without its transaction. */
static const struct part {
	size_t limit;
	bool is_joined;
} parts[] = {{INCOMING_PAGE, true}, {20, true}, {1, true}, {1, false}};

static const char *
text_of(const struct json *v, const char *name)
{
	const char *text = json_text(json_get(v, name));

	return text == NULL ? "" : text;
}

static bool
is_payment(const struct json *v)
{
	static const char *const types[] = {"payment",
	    "path_payment_strict_send", "path_payment_strict_receive"};
	const char *type = text_of(v, "type");
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i], type) == 0)
			return json_is_true(
			    json_get(v, "transaction_successful"));
	return false;
}

/* All that another account had; how much only the effects tell. */
static bool
is_merge(const struct json *v, const char *account)
{
	return strcmp(text_of(v, "type"), "account_merge") == 0 &&
	       json_is_true(json_get(v, "transaction_successful")) &&
	       strcmp(text_of(v, "into"), account) == 0;
}

static const char *
asset_of(struct arena *a, const struct json *v)
{
	return strcmp(text_of(v, "asset_type"), "native") == 0
	           ? "native"
	           : arena_printf(a, "%s:%s", text_of(v, "asset_code"),
			 text_of(v, "asset_issuer"));
}

/* A number; the ledger has them up to 2^63. */
static bool
is_token(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len < 20 && text[0] != '0' &&
	       strspn(text, "0123456789") == len;
}

static bool
is_behind(const char *before, const char *token, enum incoming_order order)
{
	size_t a = strlen(before), b = strlen(token);
	int cmp = a != b ? (a < b ? -1 : 1) : strcmp(before, token);

	return order == INCOMING_RISING ? cmp < 0 : cmp > 0;
}

static struct incoming
read_one(struct arena *a, const char *account, const struct json *one,
    instant at)
{
	const struct json *tx = json_get(one, "transaction");
	struct incoming out = {.operation = {.id = text_of(one, "id"),
				   .from = text_of(one, "from"),
				   .to = account,
				   .asset = asset_of(a, one),
				   .amount = text_of(one, "amount"),
				   .is_payment = true},
	    .hash = text_of(one, "transaction_hash"),
	    .memo = text_of(tx, "memo"),
	    .muxed = text_of(one, "to_muxed_id"),
	    .at = at};

	if (!is_payment(one)) {
		out.operation.from = text_of(one, "account");
		out.operation.asset = "native";
		out.operation.amount = "0";
		out.operation.is_payment = false;
	}
	if (out.memo[0] == '\0')
		out.memo = out.muxed;
	out.is_unread = json_kind(tx) != JSON_OBJECT && out.memo[0] == '\0';
	return out;
}

int
incoming_read(struct arena *a, const char *account, const char *text,
    size_t len, enum incoming_order order, size_t limit,
    struct incoming_page *out)
{
	const struct json *v, *all;
	struct incoming *list;
	const char *why, *before;
	instant at;
	size_t i;

	*out = (struct incoming_page){.oldest = INT64_MAX,
	    .cursor = "",
	    .newest = ""};
	if (json_parse(a, text, len, &v, &why) != 0)
		return -EIO;
	all = json_path(v, "_embedded.records");
	if (json_kind(all) != JSON_ARRAY || json_count(all) > limit)
		return -EIO;
	list = arena_array(a, json_count(all) + 1, sizeof(*list));
	out->is_last = json_count(all) < limit;
	for (i = 0; i < json_count(all); i++) {
		const struct json *one = json_at(all, i);

		before = out->cursor;
		out->cursor = text_of(one, "paging_token");
		if (i == 0)
			out->newest = out->cursor;
		if (instant_parse(text_of(one, "created_at"), &at) != 0 ||
		    !is_token(out->cursor) ||
		    (i > 0 && !is_behind(before, out->cursor, order)) ||
		    text_of(one, "id")[0] == '\0' ||
		    text_of(one, "transaction_hash")[0] == '\0')
			return -EIO;
		if (at < out->oldest)
			out->oldest = at;
		if (!is_merge(one, account) &&
		    (!is_payment(one) ||
			strcmp(text_of(one, "to"), account) != 0))
			continue;
		list[out->count++] = read_one(a, account, one, at);
	}
	out->list = list;
	return 0;
}

static int
ask(struct http *h, const char *base_url, struct arena *a, const char *account,
    const char *cursor, enum incoming_order order, struct part part,
    struct buf *answer)
{
	const struct http_call call = {.method = "GET",
	    .url = arena_printf(a,
		"%s/accounts/%s/payments?order=%s&limit=%zu%s%s%s", base_url,
		http_escape(a, account),
		order == INCOMING_RISING ? "asc" : "desc", part.limit,
		part.is_joined ? "&join=transactions" : "",
		cursor[0] == '\0' ? "" : "&cursor=", http_escape(a, cursor)),
	    .headers = {"Accept: application/json"},
	    .timeout_ms = LOOK_MS};

	return http_call(h, &call, answer);
}

int
incoming_page(struct http *h, const char *base_url, struct arena *a,
    const char *account, const char *cursor, enum incoming_order order,
    struct incoming_page *out)
{
	struct buf answer;
	int status = -EFBIG;
	size_t limit = 0, i;

	buf_init(&answer, a, ANSWER_MOST);
	for (i = 0; status == -EFBIG && i < sizeof(parts) / sizeof(parts[0]);
	     i++) {
		limit = parts[i].limit;
		status = ask(h, base_url, a, account, cursor, order, parts[i],
		    &answer);
	}
	/* Without payments ever there is no such account. */
	if (status == 404 && (cursor[0] == '\0' || order == INCOMING_RISING)) {
		*out = (struct incoming_page){.is_last = true,
		    .cursor = "",
		    .newest = ""};
		return 0;
	}
	if (status == 200 &&
	    incoming_read(a, account, answer.data, answer.len, order, limit,
		out) == 0 &&
	    (cursor[0] == '\0' || out->cursor[0] == '\0' ||
		is_behind(cursor, out->newest, order)))
		return 0;
	if (status > 0)
		log_line(LOG_WARN, "ledger_odd", "call=payments status=%d",
		    status);
	return -EIO;
}
