/*
 * payment list - payments, the newest first.
 */
#include "arena.h"
#include "db.h"
#include "instant.h"
#include "verb.h"

enum { STATE, SINCE, LIMIT }; /* options */
enum { LIMIT_STANDARD = 50, LIMIT_MOST = 1000 };

static const struct db_statement get = {"operator_payments",
    "select tx_id, made_us, state, status, outflow, reason, since_us,"
    " expected, asset, payout, currency, client"
    " from windlass.operator_payments(string_to_array($1, ','), $2, $3)",
    3};

static const struct column columns[] = {{.name = "tx_id"},
    {"made_at", COLUMN_TIME, "made_us"}, {.name = "state"}, {.name = "status"},
    {.name = "outflow"}, {.name = "reason"}, {"since", COLUMN_TIME, "since_us"},
    {"expected", COLUMN_AMOUNT, NULL}, {.name = "asset"},
    {"payout", COLUMN_AMOUNT, NULL}, {.name = "currency"}, {.name = "client"}};
/* The line of a terminal ends somewhere. */
static const struct column columns_text[] = {{.name = "tx_id"},
    {"made_at", COLUMN_TIME, "made_us"}, {.name = "state"}, {.name = "status"},
    {.name = "outflow"}, {"payout", COLUMN_AMOUNT, NULL}, {.name = "currency"},
    {.name = "reason"}};
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *const states[] = {"new", "asked", "out", "done", "closed",
    "held", "review"};

/* Words parted by commas, each of them a state. */
static bool
is_states(const char *words)
{
	size_t len, i;

	for (;; words += len + 1) {
		len = strcspn(words, ",");
		for (i = 0; i < COUNT(states); i++)
			if (strlen(states[i]) == len &&
			    memcmp(words, states[i], len) == 0)
				break;
		if (i == COUNT(states))
			return false;
		if (words[len] == '\0')
			return true;
	}
}

static int
list(struct call *c, const struct db_value *values)
{
	bool is_text = c->format == FORMAT_TEXT;
	struct db *db = operator_db();
	const struct db_rows *rows;
	struct table table;
	int rc, code;

	if (db == NULL)
		return VERB_FAILED;
	rc = db_call(db, c->arena, &get, values, &rows);
	if (rc == 0 || rc == DB_NONE) {
		table = table_of(c->arena, "payments",
		    is_text ? columns_text : columns,
		    is_text ? COUNT(columns_text) : COUNT(columns), rows);
		table.none = "there are no such payments";
		code = told(c, &table, 1);
	} else {
		code = failed_call(db, rc);
	}
	db_free(db);
	return code;
}

static int
run(struct call *c)
{
	const char *wanted = c->options[STATE];
	int limit = LIMIT_STANDARD;
	instant since = 0;

	if (wanted != NULL && !is_states(wanted))
		return misused("--state %s: must be of new, asked, out, done,"
			       " closed, held and review, parted by commas",
		    wanted);
	if (c->options[SINCE] != NULL &&
	    words_since(c->arena, c->options[SINCE], &since) != 0)
		return misused("--since %s: is no day (2026-01-31) and no time"
			       " (2026-01-31T23:59:59Z)",
		    c->options[SINCE]);
	if (c->options[LIMIT] != NULL &&
	    words_count(c->options[LIMIT], 1, LIMIT_MOST, &limit) != 0)
		return misused("--limit %s: must be a number from 1 to %d",
		    c->options[LIMIT], LIMIT_MOST);

	const struct db_value values[] = {db_text(wanted == NULL ? "" : wanted),
	    db_int(c->arena, since), db_int(c->arena, limit)};

	return list(c, values);
}

const struct verb verb_payment_list = {.name = "payment list",
    .operands = "",
    .help = "payments, the newest first",
    .options = {[STATE] = {"state", "STATE[,STATE...]",
		    "only new, asked, out, done, closed, held, review ones"},
	[SINCE] = {"since", "TIME", "only those first seen since then"},
	[LIMIT] = {"limit", "NUMBER", "at most so many (50; 1000 at most)"}},
    .run = run};
