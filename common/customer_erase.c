/*
 * customer_erase - a customer is erased, here and in the file of erased ids.
 *
 * The file is written before the erasure is committed: whoever dies between
 * leaves a line about somebody who asked to be erased, and is asked again.
 */
#include "customer_erase.h"

#include <string.h>

#include "arena.h"
#include "customer_place.h"
#include "db.h"
#include "erased.h"
#include "id.h"

// clang-format off
static const struct db_statement erase = { "customer_delete",
	"select windlass.customer_delete($1::uuid) as outcome", 1 };
static const struct db_statement erase_by = { "operator_customer_erase",
	"select windlass.operator_customer_erase($1::uuid, $2, $3)"
	" as outcome", 3 };
static const struct db_statement lift = { "legal_hold_lift",
	"select windlass.legal_hold_lift($1::uuid, $2, $3) as outcome", 3 };

/* What the file says of an outcome; nothing of the others. */
static const struct {
	const struct db_statement *statement;
	const char *outcome, *how;
} lines[] = {
	{ &erase, "erased", "erased" },
	{ &erase, "kept", "held" },
	{ &erase_by, "erased", "erased" },
	{ &erase_by, "kept", "held" },
	{ &lift, "erased", "lifted" },
};
// clang-format on

static int
note(const char *file, const char *id, const struct db_statement *statement,
    const char *outcome)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (lines[i].statement == statement &&
		    strcmp(lines[i].outcome, outcome) == 0)
			return erased_append(file, id, lines[i].how);
	return 0;
}

static int
call(struct db *db, struct arena *a, const char *id,
    const struct db_statement *statement, const struct erasure *by,
    const char **outcome)
{
	const struct db_value values[] = {db_text(id),
	    db_text(by == NULL ? NULL : by->who),
	    db_text(by == NULL ? NULL : by->reason)};
	const struct db_rows *rows;
	int st = db_call(db, a, statement, values, &rows);

	if (st != 0)
		return customer_unforeseen(db, statement->name, st);
	*outcome = db_col(rows, 0, "outcome");
	return strcmp(*outcome, "unknown") == 0 ? DB_NONE : 0;
}

static int
call_and_note(struct db *db, struct arena *a, const char *file, const char *id,
    const struct db_statement *statement, const struct erasure *by,
    const char **outcome)
{
	int st;

	if (!is_id(id))
		return DB_NONE;
	if (file == NULL)
		return call(db, a, id, statement, by, outcome);
	st = db_begin(db);
	if (st != 0)
		return st;
	st = call(db, a, id, statement, by, outcome);
	if (st == 0)
		st = note(file, id, statement, *outcome);
	if (st == 0)
		return db_commit(db);
	db_rollback(db);
	return st;
}

int
customer_erase(struct db *db, struct arena *a, const char *file, const char *id,
    const struct erasure *by, const char **outcome)
{
	return call_and_note(db, a, file, id, by == NULL ? &erase : &erase_by,
	    by, outcome);
}

int
customer_hold_lift(struct db *db, struct arena *a, const char *file,
    const char *id, const struct erasure *by, const char **outcome)
{
	return call_and_note(db, a, file, id, &lift, by, outcome);
}
