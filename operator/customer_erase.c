/*
 * customer erase ID - erases a customer as DELETE does.
 * customer legal-hold, legal-release ID - whether what is sealed outlives that.
 */
#include "arena.h"
#include "customer_erase.h"
#include "db.h"
#include "id.h"
#include "verb.h"

enum { REASON }; /* option */

static const struct db_statement hold_set = {"legal_hold_set",
    "select windlass.legal_hold_set($1::uuid, $2, $3) as outcome", 3};

static const struct column columns[] = {{.name = "id"}, {.name = "outcome"}};

/* What comes back, and what it means to a person; refused: 1. */
struct meaning {
	const char *outcome, *refused;
};

static int
set(struct db *db, struct arena *a, const char *file, const char *id,
    const struct erasure *by, const char **outcome)
{
	const struct db_value values[] = {db_text(id), db_text(by->who),
	    db_text(by->reason)};
	const struct db_rows *rows;
	int rc = db_call(db, a, &hold_set, values, &rows);

	(void)file;
	if (rc != 0)
		return rc;
	*outcome = db_col(rows, 0, "outcome");
	return strcmp(*outcome, "unknown") == 0 ? DB_NONE : 0;
}

typedef int (*act)(struct db *db, struct arena *a, const char *file,
    const char *id, const struct erasure *by, const char **outcome);

static int
tell(struct call *c, const char *outcome, const struct meaning *meanings)
{
	const char *cells[] = {c->operands[0], outcome};
	struct table table = table_made("customer", columns, 2, cells, 1);

	for (; meanings->outcome != NULL; meanings++)
		if (strcmp(meanings->outcome, outcome) == 0)
			return failed("customer %s %s", c->operands[0],
			    meanings->refused);
	table.is_one = true;
	return told(c, &table, 1);
}

static int
do_it(struct call *c, act how, const struct meaning *meanings)
{
	const char *id = c->operands[0], *file, *outcome;
	const struct erasure by = {operator_who(c->arena), c->options[REASON]};
	struct db *db;
	int code = operator_reason(c, by.reason), rc;

	if (code != VERB_DONE)
		return code;
	if (!is_id(id))
		return failed("there is no customer %s: that is no UUID", id);
	if (!operator_erased_file(&file))
		return VERB_FAILED;
	db = operator_db();
	if (db == NULL)
		return VERB_FAILED;
	rc = how(db, c->arena, file, id, &by, &outcome);
	if (rc == DB_NONE)
		code = failed("there is no customer %s", id);
	else if (rc != 0)
		code = failed("nothing is certain to be done; see the line"
			      " above, and do it again");
	else
		code = tell(c, outcome, meanings);
	db_free(db);
	return code;
}

static int
erase(struct call *c)
{
	static const struct meaning meanings[] = {{"gone", "was erased before"},
	    {NULL, NULL}};

	return do_it(c, customer_erase, meanings);
}

static int
legal_hold(struct call *c)
{
	static const struct meaning meanings[] = {
	    {"already", "is under a legal hold already"},
	    {"erased", "was erased: there is nothing left to hold"},
	    {NULL, NULL}};

	return do_it(c, set, meanings);
}

static int
legal_release(struct call *c)
{
	static const struct meaning meanings[] = {
	    {"none", "is under no legal hold"}, {NULL, NULL}};

	return do_it(c, customer_hold_lift, meanings);
}

// clang-format off
#define BECAUSE [REASON] = { "reason", "TEXT", "why; it stands in the audit trail: no personal data", true }

const struct verb verb_customer_erase = { .name = "customer erase",
	.operands = "ID",
	.help = "erases a customer; under a legal hold what is sealed is kept",
	.options = { BECAUSE }, .run = erase };
const struct verb verb_customer_legal_hold = { .name = "customer legal-hold",
	.operands = "ID",
	.help = "from now on an erasure leaves what is sealed to operators",
	.options = { BECAUSE }, .run = legal_hold };
const struct verb verb_customer_legal_release = {
	.name = "customer legal-release",
	.operands = "ID",
	.help = "ends a legal hold; an erasure that it kept open is completed",
	.options = { BECAUSE }, .run = legal_release };
// clang-format on
