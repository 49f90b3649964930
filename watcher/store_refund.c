/*
 * store_refund - what a watcher asks of the database about money that goes
 * back.
 */
#include "arena.h"
#include "store_parts.h"

// clang-format off
static const struct db_statement
    turn = {"payment_turn", "select windlass.payment_turn($1, $2, $3) as outcome", 3},
    facts = {"refund_facts", "select * from windlass.refund_facts($1)", 1},
    step = {"refund_step", "select windlass.refund_step($1, $2, $3, $4, $5, $6) as outcome", 6},
    again = {"refund_again", "select windlass.refund_again($1, $2, $3, $4) as ok", 4},
    done = {"custody_done", "select windlass.custody_done($1, $2, $3) as ok", 3};
// clang-format on

int
store_turn(struct store *s, struct arena *a, const struct payment *p,
    const char *code, const char **outcome)
{
	struct db_value v[] = {db_text(p->tx_id), db_int(a, p->token),
	    db_text(code)};

	return store_word(s, a, &turn, v, outcome);
}

int
store_came(struct store *s, struct arena *a, const struct payment *p,
    struct came *out)
{
	struct db_value v[] = {db_text(p->tx_id)};
	const struct db_rows *rows;
	int rc = store_call(s, a, &facts, v, &rows);

	if (rc != 0)
		return rc;
	*out = (struct came){.sources = db_col_int(rows, 0, "sources"),
	    .source = db_col(rows, 0, "source"),
	    .assets = db_col_int(rows, 0, "assets"),
	    .asset = db_col(rows, 0, "asset")};
	/* Our own numeric, within the bounds of its checks. */
	if (amount_parse(db_col(rows, 0, "amount"), &out->sum) != AMOUNT_OK)
		abort();
	return 0;
}

int
store_refund_step(struct store *s, struct arena *a, const struct payment *p,
    const char *method, const char *params, const char *expect,
    const char **outcome)
{
	struct db_value v[] = {db_text(p->tx_id), db_int(a, p->token),
	    db_int(a, p->outflow.version), db_text(method), db_text(params),
	    db_text(expect)};

	return store_word(s, a, &step, v, outcome);
}

int
store_refund_again(struct store *s, struct arena *a, const struct payment *p,
    const struct record *now)
{
	struct json_out *o;
	struct db_value v[4];
	struct batch b;

	batch_begin(&b, a);
	o = batch_item(&b, p);
	store_put_record(o, a, "record", now, record_currency(now));
	json_close(o, '}');
	v[0] = db_text(p->tx_id);
	v[1] = db_int(a, p->token);
	v[2] = db_int(a, p->report.seq);
	v[3] = batch_end(&b);
	return store_yes(s, a, &again, v);
}

int
store_custody_done(struct store *s, struct arena *a, const struct payment *p)
{
	struct db_value v[] = {db_text(p->tx_id), db_int(a, p->token),
	    db_int(a, p->outflow.version)};

	return store_yes(s, a, &done, v);
}
