/*
 * db_wire - libpq with an end to every wait; db.c alone uses it.
 */
#ifndef WINDLASS_DB_WIRE_H
#define WINDLASS_DB_WIRE_H

#include <stdbool.h>
#include <stdint.h>

/* libpq's PGconn and PGresult */
struct pg_conn;
struct pg_result;

/* NULL after a line in the log. */
struct pg_conn *db_wire_connect(const char *url, const char *user);
/* Is an idle connection still good?  Asks the socket, not the server. */
bool db_wire_is_alive(struct pg_conn *conn);
/* After a PQsend...() that gave is_sent: the first error, or else the last
 * result, once the server is ready again; NULL if that did not come until
 * then (monotonic_ms()) or the connection died. */
struct pg_result *db_wire_wait(struct pg_conn *conn, bool is_sent,
    int64_t until);

#endif
