/*
 * db_rows - rows as text, by column name; db.c makes them.
 */
#ifndef WINDLASS_DB_ROWS_H
#define WINDLASS_DB_ROWS_H

struct arena;
struct db_rows;
struct pg_result; /* libpq's PGresult */

/* res is cleared with the arena. */
const struct db_rows *db_rows_new(struct arena *a, struct pg_result *res);

#endif
