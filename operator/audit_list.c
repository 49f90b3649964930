/*
 * audit list - who did what to whom and why, the newest first.
 */
#include "arena.h"
#include "db.h"
#include "listing.h"

enum { SUBJECT, WHAT, SINCE, LIMIT }; /* options */

// clang-format off
static const struct db_statement get = { "operator_audit",
	"select number, at_us, actor, who, what, subject, why, detail"
	" from windlass.operator_audit($1, $2, $3, $4)", 4 };

static const struct column columns[] = {
	{ "number", COLUMN_COUNT, NULL }, { "at", COLUMN_TIME, "at_us" },
	{ .name = "actor" }, { .name = "who" }, { .name = "what" },
	{ .name = "subject" }, { .name = "why" }, { .name = "detail" },
};
// clang-format on

static const struct listing rows = {.get = &get,
    .name = "audit",
    .columns = columns,
    .column_count = sizeof(columns) / sizeof(columns[0]),
    .none = "there are no such rows"};

static const char *
or_all(const char *option)
{
	return option == NULL ? "" : option;
}

static int
run(struct call *c)
{
	int limit = LISTED_STANDARD, code;
	instant since = 0;

	code = since_option(c, c->options[SINCE], &since);
	if (code == VERB_DONE)
		code = limit_option(c->options[LIMIT], LISTED_MOST, &limit);
	if (code != VERB_DONE)
		return code;

	const struct db_value values[] = {db_text(or_all(c->options[SUBJECT])),
	    db_text(or_all(c->options[WHAT])), db_int(c->arena, since),
	    db_int(c->arena, limit)};

	return listed(c, &rows, values);
}

const struct verb verb_audit_list = {.name = "audit list",
    .operands = "",
    .help = "who did what to which customer, payment, ... and why",
    .options = {[SUBJECT] = {"subject", "ID", "only what was done to it"},
	[WHAT] = {"what", "WHAT", "only that, e.g. customer_put"},
	[SINCE] = {"since", "TIME", "only what was done since then"},
	[LIMIT] = {"limit", "NUMBER", "at most so many (50; 1000 at most)"}},
    .run = run};
