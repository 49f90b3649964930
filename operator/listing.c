#include "listing.h"

#include "arena.h"
#include "db.h"

int
listed(struct call *c, const struct listing *l, const struct db_value *values)
{
	struct db *db = operator_db();
	const struct db_rows *rows;
	struct table table;
	int rc, code;

	if (db == NULL)
		return VERB_FAILED;
	rc = db_call(db, c->arena, l->get, values, &rows);
	if (rc == 0 || rc == DB_NONE) {
		table = table_of(c->arena, l->name, l->columns, l->column_count,
		    rows);
		table.none = l->none;
		code = told(c, &table, 1);
		if (rc == 0 && l->faulty != NULL)
			code = failed("%s", l->faulty);
	} else {
		code = failed_call(db, rc);
	}
	db_free(db);
	return code;
}

int
state_option(struct arena *a, const char *word, const char *const *names,
    const char **state)
{
	const char *all = names[0];
	size_t i;

	if (word == NULL)
		return VERB_DONE;
	for (i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], word) == 0) {
			*state = word;
			return VERB_DONE;
		}
	if (strcmp(word, "all") == 0) {
		*state = "";
		return VERB_DONE;
	}
	for (i = 1; names[i] != NULL; i++)
		all = arena_printf(a, "%s, %s", all, names[i]);
	return misused("--state %s: must be %s or all", word, all);
}

int
since_option(const struct call *c, const char *word, instant *since)
{
	if (word == NULL || words_since(c->arena, word, since) == 0)
		return VERB_DONE;
	return misused("--since %s: is no day (2026-01-31) and no time"
		       " (2026-01-31T23:59:59Z)",
	    word);
}

int
limit_option(const char *word, int most, int *limit)
{
	if (word == NULL || words_count(word, 1, most, limit) == 0)
		return VERB_DONE;
	return misused("--limit %s: must be a number from 1 to %d", word, most);
}
