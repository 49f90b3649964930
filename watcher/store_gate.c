/*
 * store_gate - what moves a payment before money goes out.
 */
#include "arena.h"
#include "funds.h"
#include "log.h"
#include "store_parts.h"

// clang-format off
static const struct db_statement
    quote_get = {"quote_get", "select * from windlass.quote_get($1)", 1},
    gate_pass = {"gate_pass", "select windlass.gate_pass($1, $2, $3) as outcome", 3},
    gate_drop = {"gate_drop", "select windlass.gate_drop($1, $2, $3, $4) as ok", 4},
    stop = {"payment_stop", "select windlass.payment_stop($1, $2, $3, $4, $5) as ok", 5},
    is_erased = {"customer_is_erased", "select windlass.customer_is_erased($1) as ok", 1},
    closes = {"payment_close", "select windlass.payment_close($1, $2, $3) as ok", 3},
    intend = {"report_intend", "select windlass.report_intend($1, $2, $3, $4, $5, $6, $7, $8) as ok", 8},
    funds_taken = {"all_funds_taken", "select tx_id, outcome from windlass.all_funds_taken($1)", 1};
// clang-format on

static struct amount
amount_col(const struct db_rows *rows, size_t row, const char *name)
{
	struct amount out = {0, 0};

	/* Our own numeric, within the bounds of its checks. */
	if (amount_parse(db_col(rows, row, name), &out) != AMOUNT_OK)
		abort();
	return out;
}

int
store_quote(struct store *s, struct arena *a, const char *id,
    struct gate_quote *out)
{
	struct db_value v[] = {db_text(id)};
	const struct db_rows *rows;
	int rc = store_call(s, a, &quote_get, v, &rows);

	memset(out, 0, sizeof(*out));
	if (rc != 0)
		return rc;
	if (db_count(rows) == 0)
		return 0;
	out->exists = true;
	out->client = db_col(rows, 0, "client");
	out->sell_asset = db_col(rows, 0, "sell_asset");
	out->buy_asset = db_col(rows, 0, "buy_asset");
	out->fee_asset = db_col(rows, 0, "fee_asset");
	out->sell = amount_col(rows, 0, "sell_amount");
	out->buy = amount_col(rows, 0, "buy_amount");
	out->fee = amount_col(rows, 0, "fee");
	out->held = amount_col(rows, 0, "held");
	out->expires_at = db_col_int(rows, 0, "expires_us");
	out->used_by = db_col(rows, 0, "tx_id");
	out->ended = db_col(rows, 0, "ended");
	return 0;
}

int
store_gate_pass(struct store *s, struct arena *a, const struct payment *p,
    const char *facts, const char **outcome)
{
	struct db_value v[] = {db_text(p->tx_id), db_int(a, p->token),
	    db_text(facts)};

	return store_word(s, a, &gate_pass, v, outcome);
}

int
store_gate_drop(struct store *s, struct arena *a, const struct payment *p,
    const char *reason)
{
	struct db_value v[] = {db_text(p->tx_id), db_int(a, p->token),
	    db_int(a, p->report.seq), db_text(reason)};

	return store_yes(s, a, &gate_drop, v);
}

int
store_stop(struct store *s, struct arena *a, const struct payment *p,
    bool is_review, const char *code, const char *sentence)
{
	struct db_value v[] = {db_text(p->tx_id), db_int(a, p->token),
	    db_text(is_review ? "review" : "held"), db_text(code),
	    db_text(sentence)};

	log_line(LOG_WARN, "payment_stopped", "tx=%s state=%s code=%s",
	    p->tx_id, is_review ? "review" : "held", code);
	return store_yes(s, a, &stop, v);
}

int
store_is_erased(struct store *s, struct arena *a, const char *id, bool *out)
{
	struct db_value v[] = {db_text(id)};
	const struct db_rows *rows;
	int rc = store_call(s, a, &is_erased, v, &rows);

	if (rc == 0)
		*out = db_col_bool(rows, 0, "ok");
	return rc;
}

int
store_close(struct store *s, struct arena *a, const struct payment *p,
    const char *reason)
{
	struct db_value v[] = {db_text(p->tx_id), db_int(a, p->token),
	    db_text(reason)};

	return store_yes(s, a, &closes, v);
}

int
store_intend(struct store *s, struct arena *a, const struct payment *p,
    const char *method, const char *params, const char *mark,
    const struct notice *notice)
{
	struct db_value v[] = {db_text(p->tx_id), db_int(a, p->token),
	    db_text(method), db_text(params), db_text(mark),
	    db_text(notice == NULL ? "" : notice->customer),
	    db_text(notice == NULL ? "" : notice->type),
	    db_int(a, notice == NULL ? 0 : notice->version)};

	return store_yes(s, a, &intend, v);
}

static void
put_taken(struct batch *b, struct arena *a, const struct taken *t)
{
	const struct funds_answer *f = t->funds;
	char text[AMOUNT_TEXT];
	struct json_out *o = batch_item(b, t->payment);
	size_t i;

	batch_put_bytes(o, a, "sealed_key", t->key);
	json_put_text(o, "least", amount_print(f->least, text));
	json_put_text(o, "most", amount_print(f->most, text));
	json_open(o, "operations", '[');
	for (i = 0; i < f->count; i++) {
		json_open(o, NULL, '{');
		json_put_text(o, "hash", f->funds[i].hash);
		json_put_text(o, "id", f->funds[i].id);
		json_put_text(o, "from", f->funds[i].from);
		json_put_text(o, "asset", t->payment->asset);
		json_put_text(o, "amount",
		    amount_print(f->funds[i].amount, text));
		json_put_int(o, "at_us", f->funds[i].at);
		json_close(o, '}');
	}
	json_close(o, ']');
	json_close(o, '}');
}

int
store_funds(struct store *s, struct arena *a, struct taken *list, size_t count)
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
		put_taken(&b, a, &list[i]);
	v = batch_end(&b);
	rc = store_call(s, a, &funds_taken, &v, &rows);
	for (i = 0; rc == 0 && i < count; i++)
		list[i].outcome =
		    store_outcome_of(rows, list[i].payment->tx_id);
	return rc;
}
