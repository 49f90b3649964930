/*
 * store - what a watcher asks of the database about itself, and about payments
 *         that it has not claimed.
 */
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>

#include "arena.h"
#include "buf.h"
#include "db.h"
#include "id.h"
#include "json.h"
#include "log.h"
#include "store.h"
#include "store_parts.h"

// clang-format off
static const struct db_statement
    start = {"watcher_start", "select epoch, has_attempts, freed from windlass.watcher_start($1)", 1},
    tick = {"watcher_tick", "select * from windlass.watcher_tick()", 0},
    lease = {"lease_take", "select windlass.lease_take('poll', $1, $2) as ok", 2},
    lease_end = {"lease_end", "select windlass.lease_end($1, $2)", 2},
    errands_take = {"errands_take", "select * from windlass.errands_take($1, $2)", 2},
    polled = {"poll_done", "select windlass.poll_done($1, $2, $3)", 3},
    case_open = {"case_open", "select windlass.case_open($1, $2, '', $3) as ok", 3},
    breaker_set = {"breaker_set", "select windlass.breaker_set($1, $2, $3)", 3},
    hold_set = {"hold_set", "select windlass.hold_set($1)", 1},
    seen = {"payments_seen", "select tx_id, outcome from windlass.payments_seen($1)", 1},
    unseen = {"payments_unseen", "select tx_id from windlass.payments_unseen($1)", 1},
    let_go = {"payments_let_go", "select windlass.payments_let_go($1)", 1},
    lacking_of = {"references_lacking", "select reference from windlass.references_lacking($1)", 1},
    of_others = {"references_of_others", "select epoch, reference from windlass.references_of_others($1, $2)", 2},
    fingerprint = {"fingerprint_key", "select wrapped from windlass.fingerprint_key($1)", 1};
// clang-format on

int
store_call(struct store *s, struct arena *a, const struct db_statement *st,
    const struct db_value *values, const struct db_rows **rows)
{
	int rc = db_call(s->db, a, st, values, rows);

	/* A value that the database cannot take, it cannot take tomorrow. */
	if (rc == DB_REFUSED ||
	    (rc == -EIO && strncmp(db_state(s->db), "22", 2) == 0)) {
		log_line(LOG_ERROR, "refused", "call=%s state=%s reason=%s",
		    st->name, db_state(s->db),
		    log_quoted(
			rc == DB_REFUSED ? db_reason(s->db) : "bad value"));
		return STORE_REFUSED;
	}
	return rc == DB_NONE ? 0 : rc;
}

int
store_yes(struct store *s, struct arena *a, const struct db_statement *st,
    const struct db_value *values)
{
	const struct db_rows *rows;
	int rc = store_call(s, a, st, values, &rows);

	if (rc != 0)
		return rc;
	return db_col_bool(rows, 0, "ok") ? 0 : STORE_GONE;
}

int
store_word(struct store *s, struct arena *a, const struct db_statement *st,
    const struct db_value *values, const char **outcome)
{
	const struct db_rows *rows;
	int rc = store_call(s, a, st, values, &rows);

	if (rc != 0)
		return rc;
	*outcome = db_col(rows, 0, "outcome");
	return strcmp(*outcome, "gone") == 0 ? STORE_GONE : 0;
}

/* --- the watcher itself -------------------------------------------------- */

int
store_start(struct store *s, struct arena *a, int64_t *epoch,
    bool *has_attempts)
{
	struct db_value v[] = {db_text(s->holder)};
	const struct db_rows *rows;
	int rc = store_call(s, a, &start, v, &rows);

	if (rc != 0)
		return rc;
	*epoch = db_col_int(rows, 0, "epoch");
	*has_attempts = db_col_bool(rows, 0, "has_attempts");
	if (db_col_int(rows, 0, "freed") > 0)
		log_line(LOG_INFO, "claims_freed", "count=%" PRId64,
		    db_col_int(rows, 0, "freed"));
	return 0;
}

int
store_tick(struct store *s, struct arena *a, struct tick *out)
{
	const struct db_rows *rows;
	int rc = store_call(s, a, &tick, NULL, &rows);

	if (rc != 0)
		return rc;
	out->now = db_col_int(rows, 0, "now_us");
	out->is_on_hold = db_col_bool(rows, 0, "is_on");
	out->hold = db_col(rows, 0, "reason");
	out->epoch = db_col_int(rows, 0, "epoch");
	out->wakes = db_col_int(rows, 0, "wakes");
	out->is_due = db_col_bool(rows, 0, "is_due");
	return 0;
}

bool
store_lease(struct store *s, struct arena *a, int64_t ms)
{
	struct db_value v[] = {db_text(s->holder), db_int(a, ms)};

	return store_yes(s, a, &lease, v) == 0;
}

void
store_lease_end(struct store *s, struct arena *a, const char *name)
{
	struct db_value v[] = {db_text(name), db_text(s->holder)};
	const struct db_rows *rows;

	/* Whoever cannot say goodbye is missed when the lease ends. */
	if (store_call(s, a, &lease_end, v, &rows) != 0)
		log_line(LOG_WARN, "lease_kept", "name=%s until=its_end", name);
}

int
store_errands(struct store *s, struct arena *a, int64_t ms, instant *now,
    bool *is_ours)
{
	struct db_value v[] = {db_text(s->holder), db_int(a, ms)};
	const struct db_rows *rows;
	int rc = store_call(s, a, &errands_take, v, &rows);

	if (rc != 0)
		return rc;
	*now = db_col_int(rows, 0, "now_us");
	*is_ours = db_col_bool(rows, 0, "is_ours");
	return 0;
}

int
store_polled(struct store *s, struct arena *a, const char *name,
    int64_t interval_ms, bool without_ledger)
{
	struct db_value v[] = {db_text(name), db_int(a, interval_ms),
	    db_bool(without_ledger)};
	const struct db_rows *rows;

	return store_call(s, a, &polled, v, &rows);
}

int
store_case(struct store *s, struct arena *a, const char *code,
    const char *tx_id, const char *sentence)
{
	struct db_value v[] = {db_text(code), db_text(tx_id),
	    db_text(sentence)};
	int rc = store_yes(s, a, &case_open, v);

	/* A record is met at every reading. */
	if (rc == 0)
		log_line(LOG_ERROR, "case_opened", "kind=%s tx=%s why=%s", code,
		    log_quoted(tx_id), log_quoted(sentence));
	return rc == STORE_GONE ? 0 : rc;
}

int
store_breaker(struct store *s, struct arena *a, const char *of, instant until)
{
	struct db_value v[] = {db_text(s->holder), db_text(of),
	    db_int(a, until)};
	const struct db_rows *rows;

	return store_call(s, a, &breaker_set, v, &rows);
}

int
store_hold(struct store *s, struct arena *a, const char *reason)
{
	struct db_value v[] = {db_text(reason)};
	const struct db_rows *rows;

	log_line(LOG_ERROR, "money_on_hold", "reason=%s", log_quoted(reason));
	return store_call(s, a, &hold_set, v, &rows);
}

/* A bank's list may be long: so many at once. */
enum { LACKING_MOST = 10000 };

int
store_lacking(struct store *s, struct arena *a, const char *const *references,
    size_t count, const char **lacking)
{
	const struct db_rows *rows;
	struct db_value v;
	struct batch b;
	size_t i = 0, end;
	int rc;

	*lacking = NULL;
	while (i < count) {
		end = count - i > LACKING_MOST ? i + LACKING_MOST : count;
		batch_begin(&b, a);
		for (; i < end; i++)
			json_put_text(&b.out, NULL, references[i]);
		v = batch_end(&b);
		rc = store_call(s, a, &lacking_of, &v, &rows);
		if (rc != 0)
			return rc;
		if (rows != NULL && db_count(rows) > 0) {
			*lacking = db_col(rows, 0, "reference");
			return 0;
		}
	}
	return 0;
}

int
store_of_others(struct store *s, struct arena *a, instant since,
    const char *const **references, size_t *count)
{
	struct db_value v[] = {db_text(s->holder), db_int(a, since)};
	const struct db_rows *rows;
	const char **list;
	size_t i;
	int rc = store_call(s, a, &of_others, v, &rows);

	if (rc != 0)
		return rc;
	*count = db_count(rows);
	list = arena_array(a, *count + 1, sizeof(*list));
	for (i = 0; i < *count; i++)
		list[i] = db_col(rows, i, "reference");
	*references = list;
	return 0;
}

int
store_fingerprint_key(struct store *s, struct arena *a, struct sealed fresh,
    struct sealed *out)
{
	struct db_value v[] = {db_bytes(fresh.bytes, fresh.len)};
	const struct db_rows *rows;
	int rc = store_call(s, a, &fingerprint, v, &rows);

	if (rc != 0)
		return rc;
	out->bytes = db_col_bytes(rows, a, 0, "wrapped", &out->len);
	return 0;
}

/* --- what a reading showed ----------------------------------------------- */

void
store_put_record(struct json_out *o, struct arena *a, const char *name,
    const struct record *r, const char *currency)
{
	json_open(o, name, '{');
	json_put_text(o, "tx_id", r->id);
	json_put_text(o, "status", r->status);
	json_put_int(o, "updated_us", r->updated_at);
	json_put_bool(o, "is_paid", r->is_paid);
	json_put_bool(o, "is_final", record_is_final(r));
	json_put_text(o, "named_quote", r->quote_id);
	json_put_text(o, "sender", r->sender);
	json_put_text(o, "receiver", r->receiver);
	json_put_text(o, "method", r->method);
	json_put_text(o, "currency", currency);
	json_put_int(o, "memo", memo_new());
	json_put_raw(o, "snapshot", record_snapshot(a, r));
	json_close(o, '}');
}

int
store_seen(struct store *s, struct arena *a, const struct record *records,
    size_t count, const char *const *currencies, size_t *news)
{
	const struct db_rows *rows;
	struct db_value v;
	struct batch b;
	size_t i;
	int rc;

	*news = 0;
	if (count == 0)
		return 0;
	batch_begin(&b, a);
	for (i = 0; i < count; i++)
		store_put_record(&b.out, a, NULL, &records[i], currencies[i]);
	v = batch_end(&b);
	rc = store_call(s, a, &seen, &v, &rows);
	if (rc != 0)
		return rc;
	for (i = 0; i < db_count(rows); i++) {
		const char *outcome = db_col(rows, i, "outcome");

		if (strcmp(outcome, "new") == 0 ||
		    strcmp(outcome, "changed") == 0)
			(*news)++;
		if (strcmp(outcome, "failed") == 0)
			log_line(LOG_ERROR, "record_unstorable", "tx=%s",
			    log_quoted(db_col(rows, i, "tx_id")));
	}
	return 0;
}

int
store_unseen(struct store *s, struct arena *a, int64_t most,
    const char *const **ids, size_t *count)
{
	struct db_value v[] = {db_int(a, most)};
	const struct db_rows *rows;
	const char **list;
	size_t i;
	int rc = store_call(s, a, &unseen, v, &rows);

	if (rc != 0)
		return rc;
	*count = db_count(rows);
	list = arena_array(a, *count + 1, sizeof(*list));
	for (i = 0; i < *count; i++)
		list[i] = db_col(rows, i, "tx_id");
	*ids = list;
	return 0;
}

int
store_let_go(struct store *s, struct arena *a, struct payment **list,
    size_t count)
{
	const struct db_rows *rows;
	struct json_out *o;
	struct db_value v;
	struct batch b;
	size_t i;

	batch_begin(&b, a);
	for (i = 0; i < count; i++) {
		o = batch_item(&b, list[i]);
		json_put_int(o, "nudged", list[i]->nudged);
		json_put_int(o, "next_us", list[i]->next);
		if (list[i]->waits != NULL)
			json_put_text(o, "reason", list[i]->waits);
		json_close(o, '}');
	}
	v = batch_end(&b);
	return store_call(s, a, &let_go, &v, &rows);
}
