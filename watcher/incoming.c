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

static const char *
asset_of(struct arena *a, const struct json *v)
{
	return strcmp(text_of(v, "asset_type"), "native") == 0
	           ? "native"
	           : arena_printf(a, "%s:%s", text_of(v, "asset_code"),
			 text_of(v, "asset_issuer"));
}

int
incoming_read(struct arena *a, const char *account, const char *text,
    size_t len, struct incoming_page *out)
{
	const struct json *v, *all;
	struct incoming *list;
	const char *why;
	instant at;
	size_t i;

	*out = (struct incoming_page){.oldest = INT64_MAX, .cursor = ""};
	if (json_parse(a, text, len, &v, &why) != 0)
		return -EIO;
	all = json_path(v, "_embedded.records");
	if (json_kind(all) != JSON_ARRAY || json_count(all) > INCOMING_PAGE)
		return -EIO;
	list = arena_array(a, json_count(all) + 1, sizeof(*list));
	out->is_last = json_count(all) < INCOMING_PAGE;
	for (i = 0; i < json_count(all); i++) {
		const struct json *one = json_at(all, i);

		out->cursor = text_of(one, "paging_token");
		if (instant_parse(text_of(one, "created_at"), &at) != 0 ||
		    out->cursor[0] == '\0' || text_of(one, "id")[0] == '\0' ||
		    text_of(one, "transaction_hash")[0] == '\0')
			return -EIO;
		if (at < out->oldest)
			out->oldest = at;
		if (!is_payment(one) ||
		    strcmp(text_of(one, "to"), account) != 0)
			continue;
		list[out->count++] =
		    (struct incoming){{.id = text_of(one, "id"),
					  .from = text_of(one, "from"),
					  .to = account,
					  .asset = asset_of(a, one),
					  .amount = text_of(one, "amount"),
					  .is_payment = true},
			text_of(one, "transaction_hash"),
			text_of(json_get(one, "transaction"), "memo")};
	}
	out->list = list;
	return 0;
}

int
incoming_page(struct http *h, const char *base_url, struct arena *a,
    const char *account, const char *cursor, struct incoming_page *out)
{
	struct http_call call = {.method = "GET",
	    .url = arena_printf(a,
		"%s/accounts/%s/payments?join=transactions&order=desc"
		"&limit=%d%s%s",
		base_url, http_escape(a, account), INCOMING_PAGE,
		cursor[0] == '\0' ? "" : "&cursor=", http_escape(a, cursor)),
	    .headers = {"Accept: application/json"},
	    .timeout_ms = LOOK_MS};
	struct buf answer;
	int status;

	buf_init(&answer, a, ANSWER_MOST);
	status = http_call(h, &call, &answer);
	if (status == 404 && cursor[0] == '\0') {
		*out = (struct incoming_page){.is_last = true, .cursor = ""};
		return 0;
	}
	if (status == 200 &&
	    incoming_read(a, account, answer.data, answer.len, out) == 0 &&
	    (out->is_last || strcmp(out->cursor, cursor) != 0))
		return 0;
	if (status > 0)
		log_line(LOG_WARN, "ledger_odd", "call=payments status=%d",
		    status);
	return -EIO;
}
