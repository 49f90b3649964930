/*
 * read - the platform's record of a SEP-31 transaction, as a struct.
 */
#include <ctype.h>
#include <errno.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "read.h"

enum { SNAPSHOT_MOST = 256 * 1024 };

static const char *
text_at(const struct json *v, const char *path)
{
	const char *text = json_text(json_path(v, path));

	return text == NULL ? "" : text;
}

/* Amounts come as text; a number is taken as it was written. */
static struct money
money_at(const struct json *v, const char *name, const char *amount)
{
	const struct json *m = json_get(v, name);
	const char *number = json_number(json_get(m, amount));
	struct money out = {text_at(m, amount), text_at(m, "asset")};

	if (out.amount[0] == '\0' && number != NULL)
		out.amount = number;
	return out;
}

/* An instant, or INSTANT_NONE where there is none; false: no instant. */
static bool
instant_at(const struct json *v, const char *name, instant *out)
{
	const char *text = json_text(json_get(v, name));

	*out = INSTANT_NONE;
	return text == NULL || instant_parse(text, out) == 0;
}

static bool
is_tx_id(const char *id)
{
	size_t i;

	for (i = 0; id[i] != '\0'; i++)
		if (i == TX_ID_MOST || (!isalnum((unsigned char)id[i]) &&
					   strchr("._-", id[i]) == NULL))
			return false;
	return i > 0;
}

int
record_read(const struct json *v, struct record *out, const char **why)
{
	struct record r = {
	    .id = text_at(v, "id"),
	    .status = text_at(v, "status"),
	    .quote_id = text_at(v, "quote_id"),
	    .method = text_at(v, "fundingMethod"),
	    .memo = text_at(v, "memo"),
	    .memo_type = text_at(v, "memo_type"),
	    .destination = text_at(v, "destination_account"),
	    .external_id = text_at(v, "external_transaction_id"),
	    .sender = text_at(v, "customers.sender.id"),
	    .receiver = text_at(v, "customers.receiver.id"),
	    .creator = text_at(v, "creator.account"),
	    .creator_memo = text_at(v, "creator.memo"),
	    .in = money_at(v, "amount_in", "amount"),
	    .expected = money_at(v, "amount_expected", "amount"),
	    .out = money_at(v, "amount_out", "amount"),
	    .fee = money_at(v, "fee_details", "total"),
	    .stellar = json_get(v, "stellar_transactions"),
	    .whole = v,
	};

	*why = NULL;
	if (r.method[0] == '\0')
		r.method = text_at(v, "funding_method");
	if (!is_tx_id(r.id))
		*why = "id is missing or no id";
	else if (strcmp(text_at(v, "sep"), "31") != 0)
		*why = "sep is not 31";
	else if (r.status[0] == '\0')
		*why = "status is missing";
	else if (!instant_at(v, "updated_at", &r.updated_at) ||
		 r.updated_at == INSTANT_NONE)
		*why = "updated_at is missing or no time";
	else if (!instant_at(v, "started_at", &r.started_at) ||
		 !instant_at(v, "transfer_received_at", &r.received_at))
		*why = "a time is none";
	if (*why != NULL)
		return -EINVAL;
	r.is_paid = r.received_at != INSTANT_NONE;
	*out = r;
	return 0;
}

bool
record_is(const struct record *r, const char *status)
{
	return strcmp(r->status, status) == 0;
}

bool
record_is_dead(const struct record *r)
{
	return !r->is_paid &&
	       (record_is(r, "error") || record_is(r, "expired"));
}

bool
record_is_final(const struct record *r)
{
	return record_is_dead(r) || record_is(r, "completed") ||
	       record_is(r, "refunded");
}

const char *
record_currency(const struct record *r)
{
	const char *asset = r->out.asset;
	size_t i;

	if (strncmp(asset, "iso4217:", 8) != 0 || strlen(asset) != 11)
		return "";
	for (i = 8; i < 11; i++)
		if (!isupper((unsigned char)asset[i]))
			return "";
	return asset + 8;
}

/* One member, as it is; envelopes and what else the ledger added stay out. */
static void
put_member(struct json_out *o, struct arena *a, const struct json *v,
    const char *name)
{
	const struct json *member = json_get(v, name);

	if (json_kind(member) != JSON_ABSENT)
		json_put_raw(o, name, json_print(a, member));
}

static void
put_stellar(struct json_out *o, struct arena *a, const struct json *stellar)
{
	static const char *const names[] = {"id", "memo", "memo_type",
	    "created_at", "payments"};
	size_t i, k;

	if (json_kind(stellar) != JSON_ARRAY)
		return;
	json_open(o, "stellar_transactions", '[');
	for (i = 0; i < json_count(stellar); i++) {
		json_open(o, NULL, '{');
		for (k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			put_member(o, a, json_at(stellar, i), names[k]);
		json_close(o, '}');
	}
	json_close(o, ']');
}

const char *
record_snapshot(struct arena *a, const struct record *r)
{
	static const char *const names[] = {"id", "sep", "kind", "status",
	    "amount_expected", "amount_in", "amount_out", "fee_details",
	    "quote_id", "fundingMethod", "funding_method", "started_at",
	    "updated_at", "completed_at", "transfer_received_at",
	    "user_action_required_by", "refunds", "source_account",
	    "destination_account", "memo", "memo_type", "refund_memo",
	    "refund_memo_type", "external_transaction_id", "client_name",
	    "customers", "creator"};
	struct json_out o;
	struct buf b;
	size_t i;

	buf_init(&b, a, SNAPSHOT_MOST);
	json_begin(&o, &b);
	json_open(&o, NULL, '{');
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		put_member(&o, a, r->whole, names[i]);
	put_stellar(&o, a, r->stellar);
	json_close(&o, '}');
	return buf_full(&b) ? NULL : b.data;
}
