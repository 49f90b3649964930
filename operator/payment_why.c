/*
 * payment why ID - in one sentence: what the payment waits for, since when, and
 *                  what ends the wait.
 */
#include "arena.h"
#include "db.h"
#include "payment.h"
#include "verb.h"

static const struct column columns[] = {{.name = "tx_id"}, {.name = "state"},
    {"is_over", COLUMN_BOOL, NULL}, {.name = "waits_for"}, {.name = "since"},
    {.name = "ends"}, {.name = "sentence"}};
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]), SENTENCE = COLUMNS - 1 };

static int
tell(struct call *c, const struct why_facts *f)
{
	struct why why = why_waits(c->arena, f);
	char since[INSTANT_TEXT];
	const char *cells[] = {f->tx_id, f->state, why.is_over ? "t" : "f",
	    why.is_over ? NULL : why.what, instant_print(why.since, since),
	    why.until, why_sentence(c->arena, f, &why)};
	struct table table = table_made("why", columns, COLUMNS, cells, 1);

	/* For people the sentence says it all. */
	if (c->format == FORMAT_TEXT)
		table = table_made("why", &columns[SENTENCE], 1,
		    &cells[SENTENCE], 1);
	table.is_one = true;
	return told(c, &table, 1);
}

static int
run(struct call *c)
{
	struct db *db = operator_db();
	struct why_facts facts;
	int rc, code;

	if (db == NULL)
		return VERB_FAILED;
	rc = payment_facts(db, c->arena, c->operands[0], &facts);
	if (rc == 0)
		code = tell(c, &facts);
	else if (rc == DB_NONE)
		code = failed("there is no payment %s", c->operands[0]);
	else
		code = failed_call(db, rc);
	db_free(db);
	return code;
}

const struct verb verb_payment_why = {.name = "payment why",
    .operands = "ID",
    .help = "what a payment waits for, since when, and what ends the wait",
    .run = run};
