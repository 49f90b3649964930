/*
 * link - rows of the audit trail become links of its chain.
 *
 * The head of the chain goes to the log once an hour: who keeps the logs
 * elsewhere can tell later that the chain was not made anew (windlass audit
 * verify --head).
 */
#include "arena.h"
#include "db.h"
#include "duties.h"
#include "log.h"
#include "watch.h"

#define TELL_EVERY (3600 * SECOND)
enum { PART = 1000 };

static const struct db_statement next = {"audit_link",
    "select linked, number, hash from windlass.audit_link($1)", 1};

static void
tell_head(struct watcher *w, const struct db_rows *row)
{
	if (!watch_is_due(w, w->head_told, TELL_EVERY) ||
	    db_col_int(row, 0, "number") == 0)
		return;
	w->head_told = w->now;
	log_line(LOG_INFO, "audit", "head=%s:%s", db_col(row, 0, "number"),
	    db_col(row, 0, "hash"));
}

bool
duty_link(struct watcher *w)
{
	const struct db_value values[] = {db_int(w->arena, PART)};
	const struct db_rows *row;

	if (db_call(w->store.db, w->arena, &next, values, &row) != 0)
		return false;
	tell_head(w, row);
	return db_col_int(row, 0, "linked") < PART;
}
