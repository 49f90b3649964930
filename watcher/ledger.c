/*
 * ledger - the Stellar ledger through Horizon.
 */
#include <errno.h>

#include "arena.h"
#include "buf.h"
#include "http.h"
#include "json.h"
#include "ledger.h"
#include "log.h"

/* A transaction has at most 100 operations. */
enum {
	ANSWER_MOST = 2 * 1024 * 1024,
	AT_ONCE = 16,
	LOOK_MS = 10000,
	OPERATIONS_MOST = 200
};

static const char *
text_of(const struct json *v, const char *name)
{
	const char *text = json_text(json_get(v, name));

	return text == NULL ? "" : text;
}

static const char *
first_of(const struct json *v, const char *name, const char *other)
{
	const char *text = text_of(v, name);

	return text[0] != '\0' ? text : text_of(v, other);
}

static struct ledger_operation
read_operation(struct arena *a, const struct json *v)
{
	const char *type = text_of(v, "type");
	struct ledger_operation op = {
	    .id = text_of(v, "id"),
	    .from = first_of(v, "from", "source_account"),
	    .to = first_of(v, "to", "account"),
	    .amount = text_of(v, "amount"),
	    .is_payment = strcmp(type, "payment") == 0 ||
	                  strcmp(type, "path_payment_strict_send") == 0 ||
	                  strcmp(type, "path_payment_strict_receive") == 0,
	};

	/* A merge names its destination "into"; of others we know nothing. */
	if (strcmp(type, "account_merge") == 0)
		op.to = text_of(v, "into");
	op.asset = strcmp(text_of(v, "asset_type"), "native") == 0
	               ? "native"
	               : arena_printf(a, "%s:%s", text_of(v, "asset_code"),
			     text_of(v, "asset_issuer"));
	return op;
}

struct ledger_transaction
ledger_read(struct arena *a, const char *hash, int status, const char *text,
    size_t len)
{
	struct ledger_transaction out = {.found = -EIO, .hash = hash};
	const struct json *v, *list, *tx = NULL;
	struct ledger_operation *operations;
	const char *why = NULL;
	size_t i;

	out.memo = out.memo_type = "";
	if (status == 404) {
		out.found = 0;
		return out;
	}
	if (status != 200 || json_parse(a, text, len, &v, &why) != 0)
		return out;
	list = json_path(v, "_embedded.records");
	if (json_kind(list) != JSON_ARRAY ||
	    json_count(list) >= OPERATIONS_MOST)
		return out;
	out.count = json_count(list);
	/* Failed transactions have no payments here. */
	if (out.count == 0) {
		out.found = 0;
		return out;
	}
	operations = arena_array(a, out.count, sizeof(*operations));
	out.is_successful = true;
	for (i = 0; i < out.count; i++) {
		const struct json *one = json_at(list, i);

		tx = json_get(one, "transaction");
		if (strcmp(text_of(one, "transaction_hash"), hash) != 0 ||
		    strcmp(text_of(tx, "hash"), hash) != 0)
			return out;
		out.is_successful =
		    out.is_successful &&
		    json_is_true(json_get(one, "transaction_successful")) &&
		    json_is_true(json_get(tx, "successful"));
		operations[i] = read_operation(a, one);
	}
	if (instant_parse(text_of(tx, "created_at"), &out.at) != 0)
		return out;
	out.memo = text_of(tx, "memo");
	out.memo_type = text_of(tx, "memo_type");
	out.operations = operations;
	out.found = 1;
	return out;
}

static void
transactions(void *to, struct arena *a, const char *const *hashes, size_t count,
    struct ledger_transaction *out)
{
	struct ledger_self *self = to;
	struct http_call *calls = arena_array(a, count + 1, sizeof(*calls));
	struct buf *answers = arena_array(a, count + 1, sizeof(*answers));
	int *statuses = arena_array(a, count + 1, sizeof(*statuses));
	size_t i;

	for (i = 0; i < count; i++) {
		calls[i] = (struct http_call){.method = "GET",
		    .url = arena_printf(a,
			"%s/transactions/%s/payments?join=transactions"
			"&limit=%d",
			self->base_url, http_escape(a, hashes[i]),
			OPERATIONS_MOST),
		    .headers = {"Accept: application/json"},
		    .timeout_ms = LOOK_MS};
		buf_init(&answers[i], a, ANSWER_MOST);
	}
	http_calls(self->http, calls, count, AT_ONCE, answers, statuses);
	for (i = 0; i < count; i++) {
		out[i] = ledger_read(a, hashes[i], statuses[i], answers[i].data,
		    answers[i].len);
		if (out[i].found < 0 && statuses[i] > 0)
			log_line(LOG_WARN, "ledger_odd", "hash=%s status=%d",
			    log_quoted(hashes[i]), statuses[i]);
	}
}

struct ledger
ledger_http(struct http *h, const char *base_url)
{
	static struct ledger_self self;
	struct ledger out = {&self, transactions, ledger_carry};

	self = (struct ledger_self){h, base_url};
	return out;
}
