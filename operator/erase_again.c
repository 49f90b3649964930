/*
 * erase-again FILE - erases whom a file of erased ids names, in a database that
 *                    was restored from an older backup.
 *
 * An endpoint customer does so by itself with the file of its own host; this is
 * for the files of other hosts, and for whoever wants it done before they
 * start.
 */
#include "arena.h"
#include "db.h"
#include "erased.h"
#include "verb.h"

static const struct column columns[] = {{"lines", COLUMN_COUNT, NULL},
    {"erased", COLUMN_COUNT, NULL}};

static int
run(struct call *c)
{
	struct db *db = operator_db();
	struct erased_tally tally;
	const char *cells[2];
	struct table table;
	int code;

	if (db == NULL)
		return VERB_FAILED;
	if (erased_tell(c->operands[0], db, &tally) != 0) {
		db_free(db);
		return failed("not all of %s was told; see the line above, and"
			      " do it again",
		    c->operands[0]);
	}
	db_free(db);
	cells[0] = arena_printf(c->arena, "%zu", tally.lines);
	cells[1] = arena_printf(c->arena, "%lld", (long long)tally.erased);
	table = table_made("erased", columns, 2, cells, 1);
	table.is_one = true;
	code = told(c, &table, 1);
	/* Of an erasure that did not come to its end, or no such file at all.
	 */
	return tally.odd == 0 ? code
	                      : failed("of %s, %zu lines are none that an"
				       " erasure has written: ID TIME"
				       " erased, held or lifted",
				    c->operands[0], tally.odd);
}

const struct verb verb_erase_again = {.name = "erase-again",
    .operands = "FILE",
    .help = "erases whom a file of erased ids names, after a restore",
    .run = run};
