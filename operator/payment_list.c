/*
 * payment list - payments, the newest first.
 */
#include "arena.h"
#include "db.h"
#include "listing.h"

enum { STATE, CODE, SINCE, LIMIT }; /* options */

static const struct db_statement get = {"operator_payments",
    "select tx_id, made_us, state, status, outflow, reason, since_us,"
    " expected, asset, payout, currency, client"
    " from windlass.operator_payments(string_to_array($1, ','), $2,"
    " $3, $4)",
    4};

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

static const struct listing payments = {.get = &get,
    .name = "payments",
    .columns = columns,
    .column_count = COUNT(columns),
    .none = "there are no such payments"};
static const struct listing payments_text = {.get = &get,
    .name = "payments",
    .columns = columns_text,
    .column_count = COUNT(columns_text),
    .none = "there are no such payments"};

static int
run(struct call *c)
{
	const char *wanted = c->options[STATE];
	int limit = LISTED_STANDARD, code;
	instant since = 0;

	if (wanted != NULL && !is_states(wanted))
		return misused("--state %s: must be of new, asked, out, done,"
			       " closed, held and review, parted by commas",
		    wanted);
	code = since_option(c, c->options[SINCE], &since);
	if (code == VERB_DONE)
		code = limit_option(c->options[LIMIT], LISTED_MOST, &limit);
	if (code != VERB_DONE)
		return code;

	const struct db_value values[] = {db_text(wanted == NULL ? "" : wanted),
	    db_text(c->options[CODE] == NULL ? "" : c->options[CODE]),
	    db_int(c->arena, since), db_int(c->arena, limit)};

	return listed(c, c->format == FORMAT_TEXT ? &payments_text : &payments,
	    values);
}

const struct verb verb_payment_list = {.name = "payment list",
    .operands = "",
    .help = "payments, the newest first",
    .options = {[STATE] = {"state", "STATE[,STATE...]",
		    "only new, asked, out, done, closed, held, review ones"},
	[CODE] = {"reason", "CODE",
	    "only those that stand or wait for that: second_person ..."},
	[SINCE] = {"since", "TIME", "only those first seen since then"},
	[LIMIT] = {"limit", "NUMBER", "at most so many (50; 1000 at most)"}},
    .run = run};
