/*
 * store_claim - payments that are due, claimed, as structs.
 */
#include <errno.h>

#include "arena.h"
#include "log.h"
#include "store_parts.h"

static const struct db_statement claim = {"payments_claim",
    "select * from windlass.payments_claim($1, $2, $3)", 3};

/* A row as it is read: every absent text is "". */
struct row {
	const struct db_rows *rows;
	size_t at;
	struct arena *arena;
};

static const char *
text_of(const struct row *r, const char *name)
{
	const char *text = db_col(r->rows, r->at, name);

	return text == NULL ? "" : text;
}

static int64_t
int_of(const struct row *r, const char *name)
{
	return db_col(r->rows, r->at, name) == NULL
	           ? 0
	           : db_col_int(r->rows, r->at, name);
}

static bool
bool_of(const struct row *r, const char *name)
{
	return db_col(r->rows, r->at, name) != NULL &&
	       db_col_bool(r->rows, r->at, name);
}

static struct amount
amount_of_col(const struct row *r, const char *name)
{
	struct amount out = {0, 0};

	/* Our own numeric, within the bounds of its checks. */
	if (amount_parse(text_of(r, name), &out) != AMOUNT_OK)
		abort();
	return out;
}

static struct sealed
sealed_of(const struct row *r, const char *name)
{
	struct sealed out;

	out.bytes = db_col_bytes(r->rows, r->arena, r->at, name, &out.len);
	return out;
}

static int
state_of(const char *text, const char *const *names, int count)
{
	int i;

	for (i = 0; i < count; i++)
		if (strcmp(text, names[i]) == 0)
			return i;
	log_line(LOG_ERROR, "db_misfit", "state=%s", log_quoted(text));
	abort();
}

static const char *const payment_states[PAYMENT_MAX] = {"new", "asked", "out",
    "done", "closed", "held", "review"};
static const char *const outflow_states[OUTFLOW_MAX] = {"", "ready", "sending",
    "accepted", "settled", "done", "refused", "failed", "review"};

static void
read_outflow(const struct row *r, struct payment *p)
{
	p->outflow.state = (enum outflow_state)state_of(text_of(r, "outflow"),
	    outflow_states, OUTFLOW_MAX);
	p->outflow.is_refund = strcmp(text_of(r, "way"), "refund") == 0;
	p->outflow.version = int_of(r, "version");
	p->outflow.moved_at = int_of(r, "moved_us");
	p->outflow.key = sealed_of(r, "sealed_key");
	p->outflow.is_told = bool_of(r, "told");
}

static void
read_attempt(const struct row *r, struct attempt *t)
{
	t->n = int_of(r, "n");
	t->reference = text_of(r, "reference");
	t->idem_key = text_of(r, "idem_key");
	t->bank_id = text_of(r, "bank_id");
	t->hash = text_of(r, "hash");
	t->way =
	    strcmp(text_of(r, "rail"), "treasury") == 0 ? WAY_BACK : WAY_OUT;
	t->refusal = text_of(r, "refusal");
	if (t->way == WAY_BACK)
		t->sum = amount_of_col(r, "came");
	t->field = text_of(r, "field");
	t->is_fixable = bool_of(r, "is_fixable");
	t->is_returned = strcmp(text_of(r, "outcome"), "returned") == 0;
	t->via = text_of(r, "via");
	t->body = sealed_of(r, "body");
	t->first_sent = int_of(r, "first_us");
	t->last_sent = int_of(r, "last_us");
	t->deadline = int_of(r, "deadline_us");
	t->look_at = int_of(r, "look_us");
	t->emptied_at = int_of(r, "emptied_us");
	t->doubted_at = int_of(r, "doubted_us");
	t->sends = int_of(r, "sends");
	t->looks = int_of(r, "looks");
	t->empties = int_of(r, "empties");
}

static void
read_report(const struct row *r, struct report *t)
{
	t->seq = int_of(r, "seq");
	t->method = text_of(r, "report");
	t->params = text_of(r, "params");
	t->expect = text_of(r, "expect_status");
	t->last_error = text_of(r, "last_error");
	t->due = int_of(r, "report_us");
	t->made_at = int_of(r, "report_made_us");
	t->sent_at = int_of(r, "report_sent_us");
	t->tries = int_of(r, "tries");
	t->doubt = bool_of(r, "doubt");
	t->alone = bool_of(r, "alone");
}

static struct payment *
read_payment(const struct row *r)
{
	struct payment *p = arena_alloc(r->arena, sizeof(*p));
	const char *snapshot = text_of(r, "snapshot"), *why;
	const struct json *v;

	p->tx_id = text_of(r, "tx_id");
	p->token = int_of(r, "token");
	p->nudged = int_of(r, "nudged");
	p->state = (enum payment_state)state_of(text_of(r, "state"),
	    payment_states, PAYMENT_MAX);
	p->reason = text_of(r, "reason");
	p->sender = text_of(r, "sender");
	p->receiver = text_of(r, "receiver");
	p->method = text_of(r, "method");
	p->currency = text_of(r, "currency");
	p->quote_id = text_of(r, "quote_id");
	p->client = text_of(r, "client");
	p->destination = text_of(r, "destination");
	p->deposit_memo = text_of(r, "deposit_memo");
	p->asset = text_of(r, "asset");
	p->fee_asset = text_of(r, "fee_asset");
	p->memo = text_of(r, "memo");
	p->expected = amount_of_col(r, "expected");
	p->payout = amount_of_col(r, "payout");
	p->fee = amount_of_col(r, "fee");
	/* The column's text is \x and the hex digits. */
	p->beneficiary = text_of(r, "beneficiary") + 2;
	p->pay_by = int_of(r, "pay_by_us");
	p->noticed = text_of(r, "noticed");
	p->noticed_at = int_of(r, "noticed_us");
	p->is_erased = bool_of(r, "is_erased");
	p->is_unapproved = bool_of(r, "is_unapproved");
	p->refund_why = text_of(r, "refund_why");
	p->notice.customer = text_of(r, "notice_customer");
	p->notice.type = text_of(r, "notice_type");
	p->notice.version = int_of(r, "notice_version");
	read_outflow(r, p);
	read_attempt(r, &p->attempt);
	read_report(r, &p->report);
	p->next = int_of(r, "now_us");
	if (json_parse(r->arena, snapshot, strlen(snapshot), &v, &why) != 0 ||
	    record_read(v, &p->record, &why) != 0) {
		/* It was read before it was stored. */
		log_line(LOG_ERROR, "snapshot_unreadable", "tx=%s why=%s",
		    p->tx_id, log_quoted(why));
		return NULL;
	}
	return p;
}

int
store_claim(struct store *s, struct arena *a, int64_t most, int64_t ms,
    struct payment ***out, size_t *count)
{
	struct db_value v[] = {db_text(s->holder), db_int(a, most),
	    db_int(a, ms)};
	struct row row = {NULL, 0, a};
	struct payment **list, *p;
	int rc = store_call(s, a, &claim, v, &row.rows);

	*count = 0;
	if (rc != 0)
		return rc;
	list = arena_array(a, db_count(row.rows) + 1, sizeof(struct payment *));
	for (row.at = 0; row.at < db_count(row.rows); row.at++) {
		p = read_payment(&row);
		if (p != NULL)
			list[(*count)++] = p;
	}
	*out = list;
	return 0;
}
