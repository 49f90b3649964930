/*
 * quote - holding a firm quote: the arguments of quote_hold().
 */
#include <errno.h>

#include "arena.h"
#include "book_parts.h"
#include "buf.h"
#include "db.h"
#include "json.h"
#include "log.h"

enum { HOLD_PARAMS = 21, JSON_MOST = 8192 };

static const struct db_statement hold = {"quote_hold",
    "select outcome, expires_us from windlass.quote_hold("
    "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, "
    "$16, $17, $18, windlass.from_us($19), $20, $21)",
    HOLD_PARAMS};

/* Names as quote_hold_json() reads them, values as text, in the order of
 * quote_hold()'s arguments. */
struct argument {
	const char *name;
	const char *value; /* NULL: SQL NULL */
};

static const char *
decimal(struct arena *a, struct amount amount)
{
	char text[AMOUNT_TEXT];

	return arena_strdup(a, amount_print(amount, text));
}

static const char *
whole(struct arena *a, int64_t n)
{
	return arena_printf(a, "%lld", (long long)n);
}

static const char *
or_empty(const char *text)
{
	return text != NULL ? text : "";
}

/* What the fee is called. */
static const char *
line_names(struct arena *a, const struct quote *q)
{
	const char *names = "";
	size_t i;

	for (i = 0; i < q->line_count; i++)
		names = arena_printf(a, "%s%s%s", names, i == 0 ? "" : ", ",
		    q->lines[i].name);
	return names;
}

static void
arguments(struct arena *a, const struct book *book, const struct quote *q,
    const char *id, int64_t lifetime, struct argument out[static HOLD_PARAMS])
{
	const struct argument all[HOLD_PARAMS] = {
	    {"id", id},
	    {"client", q->client},
	    {"holder", q->holder},
	    {"shared", q->shared ? "true" : "false"},
	    {"cap", decimal(a, q->cap)},
	    {"pool", q->pool},
	    {"sell_asset", q->sell_asset},
	    {"buy_asset", q->buy_asset},
	    {"side", q->by_buy ? "buy" : "sell"},
	    {"sell_amount", decimal(a, q->sell)},
	    {"buy_amount", decimal(a, q->buy)},
	    {"fee", decimal(a, q->fee)},
	    {"fee_asset", q->fee_asset},
	    {"fee_name", line_names(a, q)},
	    {"price", q->price},
	    {"method", or_empty(q->method)},
	    {"country", or_empty(q->country)},
	    {"lifetime", whole(a, lifetime)},
	    {"asked_us", q->asked != 0 ? whole(a, q->asked) : NULL},
	    {"version", whole(a, book->version)},
	    {"day_cap", q->has_day_cap ? decimal(a, q->day_cap) : NULL},
	};

	memcpy(out, all, sizeof(all));
}

int
quote_hold(struct db *db, struct arena *a, const struct book *book,
    const struct quote *q, const char *id, int64_t lifetime,
    instant *expires_at)
{
	struct argument in[HOLD_PARAMS];
	struct db_value values[HOLD_PARAMS];
	const struct db_rows *rows;
	const char *outcome;
	size_t i;
	int rc;

	arguments(a, book, q, id, lifetime, in);
	for (i = 0; i < HOLD_PARAMS; i++)
		values[i] = db_text(in[i].value);
	rc = db_call(db, a, &hold, values, &rows);
	if (rc < 0)
		return rc;
	if (rc != 0) {
		/* An amount or pool that SQL refuses is a bug of the book. */
		log_line(LOG_ERROR, "hold_refused", "state=%s reason=%s",
		    db_state(db), log_quoted(db_reason(db)));
		return -EIO;
	}
	outcome = db_col(rows, 0, "outcome");
	if (strcmp(outcome, "ok") == 0) {
		*expires_at = db_col_int(rows, 0, "expires_us");
		return HOLD_OK;
	}
	if (strcmp(outcome, "cap") == 0)
		return HOLD_CAP;
	if (strcmp(outcome, "day_cap") == 0)
		return HOLD_DAY_CAP;
	if (strcmp(outcome, "book_changed") == 0)
		return HOLD_BOOK_CHANGED;
	return HOLD_EMPTY;
}

const char *
quote_hold_json(struct arena *a, const struct book *book, const struct quote *q,
    const char *id, int64_t lifetime)
{
	struct argument in[HOLD_PARAMS];
	struct json_out json;
	struct buf text;
	size_t i;

	arguments(a, book, q, id, lifetime, in);
	buf_init(&text, a, JSON_MOST);
	json_begin(&json, &text);
	json_open(&json, NULL, '{');
	for (i = 0; i < HOLD_PARAMS; i++)
		if (in[i].value != NULL)
			json_put_text(&json, in[i].name, in[i].value);
	json_close(&json, '}');
	return text.data;
}
