/*
 * store_money - what a watcher asks of the database about money that goes out,
 *               and about what the platform is told.
 */
#include <errno.h>

#include "arena.h"
#include "log.h"
#include "order.h"
#include "store_parts.h"

// clang-format off
static const struct db_statement
    attempts_store = {"attempts_store", "select tx_id, outcome from windlass.attempts_store($1, $2, $3)", 3},
    attempt_store = {"attempt_store", "select windlass.attempt_store($1, $2, $3, $4, $5, $6, $7, $8) as outcome", 8},
    attempts_sent = {"attempts_sent", "select tx_id from windlass.attempts_sent($1, $2)", 2},
    attempts_moved = {"attempts_moved", "select tx_id, outcome from windlass.attempts_moved($1)", 1},
    returns_listed = {"returns_listed", "select windlass.returns_listed($1) as count", 1},
    corrected = {"outflow_corrected", "select windlass.outflow_corrected($1, $2, $3) as outcome", 3},
    beneficiary = {"beneficiary_corrected", "select windlass.beneficiary_corrected($1, $2, $3, $4, $5) as outcome", 5},
    key_new = {"outflow_key_new", "select windlass.outflow_key_new($1, $2, $3, $4) as outcome", 4},
    keys_end = {"outflow_keys_end", "select windlass.outflow_keys_end($1, $2) as count", 2},
    review = {"outflow_review", "select windlass.outflow_review($1, $2, $3, $4, $5, $6, $7) as ok", 7},
    reports_sent = {"reports_sent", "select tx_id from windlass.reports_sent($1)", 1},
    reports_done = {"reports_done", "select tx_id, outcome from windlass.reports_done($1)", 1},
    reports_again = {"reports_again", "select windlass.reports_again($1)", 1},
    park = {"report_park", "select windlass.report_park($1, $2, $3, $4, $5) as ok", 5};
// clang-format on

/* Which of the payments the rows name. */
static void
mark_named(const struct db_rows *rows, struct payment **list, size_t count,
    bool *may)
{
	size_t i, k;

	for (i = 0; i < count; i++) {
		may[i] = false;
		for (k = 0; k < db_count(rows) && !may[i]; k++)
			may[i] = strcmp(db_col(rows, k, "tx_id"),
				     list[i]->tx_id) == 0;
	}
}

static const char *
via_of(const struct store *s)
{
	return s->via == NULL ? "http" : s->via;
}

/* --- attempts ------------------------------------------------------------ */

/* See attempt_store.sql. */
static const char *
refund_json(struct arena *a, const struct refund *refund)
{
	char text[AMOUNT_TEXT];
	struct json_out o;
	struct buf b;

	buf_init(&b, a, 4096);
	json_begin(&o, &b);
	json_open(&o, NULL, '{');
	json_put_text(&o, "amount", amount_print(refund->amount, text));
	json_put_text(&o, "asset", refund->asset);
	json_put_text(&o, "fee", amount_print(refund->fee, text));
	json_put_text(&o, "fee_asset", refund->fee_asset);
	json_close(&o, '}');
	return b.data;
}

int
store_orders(struct store *s, struct arena *a, struct ordered *list,
    size_t count)
{
	const struct db_rows *rows;
	struct db_value v[3];
	struct json_out *o;
	struct batch b;
	size_t i;
	int rc;

	if (count == 0)
		return 0;
	batch_begin(&b, a);
	for (i = 0; i < count; i++) {
		o = batch_item(&b, list[i].payment);
		json_put_int(o, "version", list[i].payment->outflow.version);
		json_put_int(o, "n", list[i].n);
		batch_put_bytes(o, a, "body", list[i].body);
		json_close(o, '}');
	}
	v[0] = batch_end(&b);
	v[1] = db_text(s->holder);
	v[2] = db_text(via_of(s));
	rc = store_call(s, a, &attempts_store, v, &rows);
	for (i = 0; rc == 0 && i < count; i++)
		list[i].outcome =
		    store_outcome_of(rows, list[i].payment->tx_id);
	return rc;
}

int
store_refund(struct store *s, struct arena *a, const struct payment *p,
    int64_t n, struct sealed body, const struct refund *refund,
    const char **outcome)
{
	struct db_value v[] = {db_text(p->tx_id), db_int(a, p->token),
	    db_int(a, p->outflow.version), db_int(a, n),
	    db_bytes(body.bytes, body.len), db_text(s->holder),
	    db_text(refund_json(a, refund)), db_text(via_of(s))};

	return store_word(s, a, &attempt_store, v, outcome);
}

int
store_sent(struct store *s, struct arena *a, struct payment **list,
    size_t count, instant window, bool *may)
{
	const struct db_rows *rows;
	struct db_value v[2];
	struct json_out *o;
	struct batch b;
	size_t i;
	int rc;

	batch_begin(&b, a);
	for (i = 0; i < count; i++) {
		o = batch_item(&b, list[i]);
		json_put_int(o, "version", list[i]->outflow.version);
		json_put_int(o, "n", list[i]->attempt.n);
		json_put_text(o, "via", via_of(s));
		json_close(o, '}');
	}
	v[0] = batch_end(&b);
	v[1] = db_int(a, window / 1000);
	rc = store_call(s, a, &attempts_sent, v, &rows);
	if (rc == 0)
		mark_named(rows, list, count, may);
	return rc;
}

int
store_moved(struct store *s, struct arena *a, struct moved *list, size_t count)
{
	const struct db_rows *rows;
	struct json_out *o;
	struct db_value v;
	struct batch b;
	size_t i;
	int rc;

	if (count == 0)
		return 0;
	batch_begin(&b, a);
	for (i = 0; i < count; i++) {
		const struct moved *m = &list[i];

		o = batch_item(&b, m->payment);
		json_put_int(o, "version", m->payment->outflow.version);
		json_put_int(o, "n", m->payment->attempt.n);
		json_put_text(o, "what", m->what);
		json_put_text(o, "bank_id", m->bank_id);
		json_put_text(o, "code", m->code);
		json_put_text(o, "hash", m->hash);
		json_put_bool(o, "is_fixable", m->is_fixable);
		json_put_text(o, "field", m->field);
		if (m->record != NULL)
			store_put_record(o, a, "record", m->record,
			    record_currency(m->record));
		json_put_int(o, "next_us", m->next);
		json_close(o, '}');
	}
	v = batch_end(&b);
	rc = store_call(s, a, &attempts_moved, &v, &rows);
	if (rc != 0)
		return rc;
	for (i = 0; i < count; i++) {
		list[i].outcome =
		    store_outcome_of(rows, list[i].payment->tx_id);
		if (strcmp(list[i].outcome, "ok") != 0)
			log_line(LOG_WARN, "attempt_not_moved",
			    "tx=%s what=%s outcome=%s", list[i].payment->tx_id,
			    list[i].what, log_quoted(list[i].outcome));
	}
	return 0;
}

int
store_returns(struct store *s, struct arena *a, const char *const *references,
    size_t count)
{
	const struct db_rows *rows;
	struct db_value v;
	struct batch b;
	size_t i;
	int rc;

	if (count == 0)
		return 0;
	batch_begin(&b, a);
	for (i = 0; i < count; i++)
		json_put_text(&b.out, NULL, references[i]);
	v = batch_end(&b);
	rc = store_call(s, a, &returns_listed, &v, &rows);
	if (rc == 0 && db_col_int(rows, 0, "count") > 0)
		log_line(LOG_WARN, "returns_listed", "count=%lld",
		    (long long)db_col_int(rows, 0, "count"));
	return rc;
}

int
store_corrected(struct store *s, struct arena *a, const struct payment *p,
    const char **outcome)
{
	struct db_value v[] = {db_text(p->tx_id), db_int(a, p->token),
	    db_int(a, p->outflow.version)};

	return store_word(s, a, &corrected, v, outcome);
}

int
store_beneficiary(struct store *s, struct arena *a, const struct payment *p,
    const char *hex, const char *per_day, const char **outcome)
{
	struct db_value v[] = {db_text(p->tx_id), db_int(a, p->token),
	    db_int(a, p->outflow.version), db_text(hex), db_text(per_day)};

	return store_word(s, a, &beneficiary, v, outcome);
}

int
store_review(struct store *s, struct arena *a, const struct payment *p,
    const char *code, const char *sentence, bool is_hold)
{
	struct db_value v[] = {db_text(p->tx_id), db_int(a, p->token),
	    db_int(a, p->outflow.version), db_text(code), db_text(sentence),
	    db_bool(is_hold), db_int(a, p->attempt.sends)};

	log_line(LOG_ERROR, "outflow_review", "tx=%s code=%s hold=%d", p->tx_id,
	    code, is_hold);
	return store_yes(s, a, &review, v);
}

/* --- reports ------------------------------------------------------------- */

int
store_reports_sent(struct store *s, struct arena *a, struct payment **list,
    size_t count, bool *may)
{
	const struct db_rows *rows;
	struct json_out *o;
	struct db_value v;
	struct batch b;
	size_t i;
	int rc;

	batch_begin(&b, a);
	for (i = 0; i < count; i++) {
		o = batch_item(&b, list[i]);
		json_put_int(o, "seq", list[i]->report.seq);
		json_close(o, '}');
	}
	v = batch_end(&b);
	rc = store_call(s, a, &reports_sent, &v, &rows);
	if (rc == 0)
		mark_named(rows, list, count, may);
	return rc;
}

static void
put_told(struct batch *b, struct arena *a, const struct told *t)
{
	struct json_out *o = batch_item(b, t->payment);

	json_put_int(o, "seq", t->payment->report.seq);
	json_put_int(o, "nudged", t->payment->nudged);
	if (t->record != NULL)
		store_put_record(o, a, "record", t->record,
		    record_currency(t->record));
	if (t->record != NULL && t->takes_memo) {
		json_put_text(o, "destination", t->record->destination);
		json_put_text(o, "deposit_memo", t->record->memo);
	}
	if (t->is_dropped)
		json_put_raw(o, "dropped", "true");
	if (t->error != NULL)
		json_put_text(o, "error", t->error);
	json_close(o, '}');
}

static struct db_value
told_batch(struct batch *b, struct arena *a, const struct told *list,
    size_t count)
{
	size_t i;

	batch_begin(b, a);
	for (i = 0; i < count; i++)
		put_told(b, a, &list[i]);
	return batch_end(b);
}

int
store_reports_done(struct store *s, struct arena *a, struct told *list,
    size_t count)
{
	const struct db_rows *rows;
	struct db_value v;
	struct batch b;
	size_t i;
	int rc;

	if (count == 0)
		return 0;
	v = told_batch(&b, a, list, count);
	rc = store_call(s, a, &reports_done, &v, &rows);
	if (rc != 0)
		return rc;
	for (i = 0; i < count; i++) {
		list[i].outcome =
		    store_outcome_of(rows, list[i].payment->tx_id);
		if (strcmp(list[i].outcome, "ok") != 0 &&
		    strcmp(list[i].outcome, "over") != 0)
			log_line(LOG_WARN, "report_not_done",
			    "tx=%s outcome=%s", list[i].payment->tx_id,
			    log_quoted(list[i].outcome));
	}
	return 0;
}

int
store_reports_again(struct store *s, struct arena *a, const struct told *list,
    size_t count)
{
	const struct db_rows *rows;
	struct db_value v;
	struct batch b;

	if (count == 0)
		return 0;
	v = told_batch(&b, a, list, count);
	return store_call(s, a, &reports_again, &v, &rows);
}

int
store_report_park(struct store *s, struct arena *a, const struct payment *p,
    const char *code, const char *sentence)
{
	struct db_value v[] = {db_text(p->tx_id), db_int(a, p->token),
	    db_int(a, p->report.seq), db_text(code), db_text(sentence)};

	log_line(LOG_ERROR, "report_parked", "tx=%s method=%s code=%s",
	    p->tx_id, p->report.method, code);
	return store_yes(s, a, &park, v);
}

int
store_key_new(struct store *s, struct arena *a, const struct payment *p,
    struct sealed key, const char **outcome)
{
	struct db_value v[] = {db_text(p->tx_id), db_int(a, p->token),
	    db_int(a, p->outflow.version), db_bytes(key.bytes, key.len)};

	return store_word(s, a, &key_new, v, outcome);
}

int
store_keys_end(struct store *s, struct arena *a, int64_t after_ms, int64_t most,
    int64_t *count)
{
	struct db_value v[] = {db_int(a, after_ms), db_int(a, most)};
	const struct db_rows *rows;
	int rc = store_call(s, a, &keys_end, v, &rows);

	if (rc == 0)
		*count = db_col_int(rows, 0, "count");
	return rc;
}
