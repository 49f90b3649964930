/*
 * A sound file of ours, so that "refused" below is not the compiler failing at
 * everything.
 */
#include "arena.h"
#include "db.h"
#include "log.h"

int control(struct arena *a, struct db *db);

int
control(struct arena *a, struct db *db)
{
	const char *text = arena_printf(a, "%d", 5);

	log_line(LOG_INFO, "control", "text=%s", log_quoted(text));
	return db_ready(db);
}
