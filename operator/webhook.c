/*
 * webhook list, webhook resend ID - what the back office was told, and that it
 * is told again.
 */
#include "arena.h"
#include "db.h"
#include "listing.h"

enum { STATE, ABOUT, SINCE, LIMIT }; /* options of list */
enum { REASON };                     /* option of resend */

// clang-format off
static const struct db_statement
	get = { "operator_webhooks",
	"select id, type, subject, state, tries, answer, made_us, next_us,"
	" ended_us, body from windlass.operator_webhooks($1, $2, $3, $4)", 4 },
	again = { "operator_webhook_resend",
	"select windlass.operator_webhook_resend($1, $2, $3) as events", 3 };

static const struct column columns[] = {
	{ .name = "id" }, { .name = "type" }, { .name = "subject" },
	{ .name = "state" }, { "tries", COLUMN_COUNT, NULL },
	{ "answer", COLUMN_COUNT, NULL }, { "made_at", COLUMN_TIME, "made_us" },
	{ "next_at", COLUMN_TIME, "next_us" },
	{ "ended_at", COLUMN_TIME, "ended_us" }, { .name = "body" },
};
static const struct column again_columns[] = {
	{ .name = "id" }, { "events", COLUMN_COUNT, NULL },
};

static const char *const states[] = { "open", "done", "dead", NULL };
// clang-format on

static const struct listing events = {.get = &get,
    .name = "webhooks",
    .columns = columns,
    .column_count = sizeof(columns) / sizeof(columns[0]),
    .none = "there are no such events"};

static int
list(struct call *c)
{
	const char *state = "", *about = c->options[ABOUT];
	int limit = LISTED_STANDARD, code;
	instant since = 0;

	code = state_option(c->arena, c->options[STATE], states, &state);
	if (code == VERB_DONE)
		code = since_option(c, c->options[SINCE], &since);
	if (code == VERB_DONE)
		code = limit_option(c->options[LIMIT], LISTED_MOST, &limit);
	if (code != VERB_DONE)
		return code;

	const struct db_value values[] = {db_text(state),
	    db_text(about == NULL ? "" : about), db_int(c->arena, since),
	    db_int(c->arena, limit)};

	return listed(c, &events, values);
}

static int
tell_sent(struct call *c, const struct db_rows *row)
{
	const char *count = db_col(row, 0, "events");
	const char *const cells[] = {c->operands[0], count};
	struct table table;

	if (strcmp(count, "0") == 0)
		return strcmp(c->operands[0], "dead") == 0
		           ? failed("no event was given up")
		           : failed("there is no event %s, and none about it; "
				    "see windlass webhook list",
				 c->operands[0]);
	table = table_made("webhook", again_columns, 2, cells, 1);
	table.is_one = true;
	return told(c, &table, 1);
}

static int
resend(struct call *c)
{
	return operator_decides(c, &again, c->options[REASON], tell_sent);
}

const struct verb verb_webhook_list = {.name = "webhook list",
    .operands = "",
    .help = "what the back office is told, the newest first",
    .options = {[STATE] = {"state", "STATE",
		    "open, done, dead (given up) or all (if absent)"},
	[ABOUT] = {"about", "ID", "only about that payment or customer"},
	[SINCE] = {"since", "TIME", "only those made since then"},
	[LIMIT] = {"limit", "NUMBER", "at most so many (50; 1000 at most)"}},
    .run = list};
const struct verb verb_webhook_resend = {.name = "webhook resend",
    .operands = "ID",
    .help = "tells the back office again: an event, all about a payment or "
	    "customer, or dead: all that were given up",
    .options = {[REASON] = {"reason", "TEXT",
		    "why; it stands in the audit trail: no personal data",
		    true}},
    .run = resend};
