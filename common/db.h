/*
 * db - one connection to PostgreSQL, and calls of our SQL functions on it.
 *
 * Shape:  a module lists its statements in one static table, each a call of
 *         one function of schema windlass.  A statement is prepared at its
 *         first use on a connection (WINDLASS_DB_PREPARE=1), or sent with
 *         PQexecParams every time (0), as behind a pooler: then, twice a
 *         second, it is also asked which server there is behind it.
 * Errors: 0 rows are there; DB_NONE no row; DB_REFUSED our SQL said no
 *         (SQLSTATE class WL, or a constraint): see db_state(), db_reason();
 *         -EIO definite failure, nothing was written; -EINPROGRESS unknown:
 *         the connection died with the call under way, so read back before
 *         acting on it.  Serialization failures and deadlocks are repeated
 *         here, five times at most.
 * Owner:  rows hang on the arena given to the call.
 * Rule:   every wait has an end (connect 2 s, statement 5 s set on the roles,
 *         tcp_user_timeout 3 s, a call 6 s, all calls of a request together:
 *         db_until()); the connection is re-made between calls only.
 */
#ifndef WINDLASS_DB_H
#define WINDLASS_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct db;
struct db_rows;

struct db_statement {
	const char *name; /* of the SQL function, for logs */
	const char *sql;
	int params;
};

struct db_value {
	const char *text; /* NULL is SQL NULL */
	size_t len;       /* of bytes */
	bool is_bytes;    /* sent as bytea, binary */
};

enum { DB_NONE = 1, DB_REFUSED = 2 };

/* Can PostgreSQL's library read that connection string?  Nothing is said of it:
 * it may hold a password. */
bool db_is_url(const char *url);
/* url is a libpq connection string; where it names no user the role is
 * windlass_<program>. */
struct db *db_new(const char *url, const char *program, bool prepare);
void db_free(struct db *db);
/* From now on no call waits past that time (monotonic_ms()); 0: each has its
 * own end only. */
void db_until(struct db *db, int64_t ms);
/* Makes the connection if there is none: 0, or -EIO. */
int db_ready(struct db *db) __attribute__((warn_unused_result));
/* How many connections were made so far: who saw another number before may
 * have lost one in between, and its database may be another by now. */
uint64_t db_connections(const struct db *db);
/* Asks now whether what a pooler has behind it is still the same; without one
 * the connection tells.  0, or -EIO. */
int db_look(struct db *db) __attribute__((warn_unused_result));

/* One value per parameter; the statement's address is its identity. */
int db_call(struct db *db, struct arena *a,
    const struct db_statement *statement, const struct db_value *values,
    const struct db_rows **out) __attribute__((warn_unused_result));
/* Several calls in one transaction (documents only).  db_commit() tells
 * unknown from failed like db_call(). */
int db_begin(struct db *db) __attribute__((warn_unused_result));
int db_commit(struct db *db) __attribute__((warn_unused_result));
void db_rollback(struct db *db);

const char *db_state(const struct db *db);  /* SQLSTATE of the last no */
const char *db_reason(const struct db *db); /* its message, ours by writing */

struct db_value db_text(const char *text); /* NULL is welcome */
struct db_value db_bytes(const void *bytes, size_t len);
struct db_value db_int(struct arena *a, int64_t value);
struct db_value db_bool(bool value);

size_t db_count(const struct db_rows *rows);
/* Column by its name; NULL for SQL NULL.  Unknown names end the program. */
const char *db_col(const struct db_rows *rows, size_t row, const char *name);
int64_t db_col_int(const struct db_rows *rows, size_t row, const char *name);
bool db_col_bool(const struct db_rows *rows, size_t row, const char *name);
/* timestamptz columns are selected as microseconds (windlass.us(t)). */
/* A bytea column decoded into the arena. */
const unsigned char *db_col_bytes(const struct db_rows *rows, struct arena *a,
    size_t row, const char *name, size_t *len);

#endif
