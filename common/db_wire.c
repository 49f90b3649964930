/*
 * db_wire - libpq with an end to every wait.
 */
#include <errno.h>
#include <poll.h>

#include <libpq-fe.h>

#include "db.h"
#include "db_wire.h"
#include "instant.h"
#include "log.h"

/* Notices would go to standard error past the log. */
static void
no_notice(void *to, const PGresult *res)
{
	(void)to;
	(void)res;
}

/* NULL: not said. */
static const char *
option(const PQconninfoOption *all, const char *keyword)
{
	for (; all->keyword != NULL; all++)
		if (strcmp(all->keyword, keyword) == 0)
			return all->val;
	return NULL;
}

bool
db_is_url(const char *url)
{
	PQconninfoOption *all = PQconninfoParse(url, NULL);
	const char *host, *port;
	bool good;

	if (all == NULL)
		return false;
	/* A password with @, : or / in it that was not encoded ends up there.
	 */
	host = option(all, "host");
	port = option(all, "port");
	good = (host == NULL || strchr(host, '@') == NULL) &&
	       (port == NULL || port[strspn(port, "0123456789,")] == '\0');
	PQconninfoFree(all);
	return good;
}

PGconn *
db_wire_connect(const char *url, const char *user)
{
	/* Those before dbname are overruled by the connection string, those
	 * after it are not. */
	// clang-format off
	const char *const names[] = {
		"user", "connect_timeout", "tcp_user_timeout",
		"dbname",
		"application_name", "client_encoding", NULL
	};
	const char *const values[] = {
		user, "2", "3000",
		url,
		user, "UTF8", NULL
	};
	// clang-format on
	PGconn *conn;

	/* libpq's own words about such a text repeat parts of it. */
	if (!db_is_url(url)) {
		log_line(LOG_ERROR, "db_connect",
		    "message=\"the connection string is malformed\"");
		return NULL;
	}
	conn = PQconnectdbParams(names, values, 1);
	if (PQstatus(conn) != CONNECTION_OK || PQsetnonblocking(conn, 1) != 0) {
		log_line(LOG_ERROR, "db_connect", "message=%s",
		    log_quoted(PQerrorMessage(conn)));
		PQfinish(conn);
		return NULL;
	}
	PQsetNoticeReceiver(conn, no_notice, NULL);
	return conn;
}

/* Waits for events on the socket; false when the time is over. */
static bool
wait_for(PGconn *conn, short events, int64_t until)
{
	struct pollfd fd = {PQsocket(conn), events, 0};
	int64_t left;
	int n;

	for (;;) {
		left = until - monotonic_ms();
		n = poll(&fd, 1, left > 0 ? (int)left : 0);
		if (n >= 0 || errno != EINTR)
			return n > 0;
	}
}

bool
db_wire_is_alive(PGconn *conn)
{
	/* A server that went away has left its farewell and an end of file in
	 * the socket; a healthy one may have left a changed parameter. */
	while (PQstatus(conn) == CONNECTION_OK && PQsocket(conn) >= 0 &&
	       wait_for(conn, POLLIN, 0))
		if (PQconsumeInput(conn) == 0)
			return false;
	return PQstatus(conn) == CONNECTION_OK;
}

static bool
flush(PGconn *conn, int64_t until)
{
	int left;

	while ((left = PQflush(conn)) == 1) {
		/* The server may be writing too: read, or both block. */
		if (!wait_for(conn, POLLIN | POLLOUT, until) ||
		    PQconsumeInput(conn) == 0)
			return false;
	}
	return left == 0;
}

PGresult *
db_wire_wait(PGconn *conn, bool is_sent, int64_t until)
{
	PGresult *kept = NULL, *res;

	if (!is_sent || !flush(conn, until))
		return NULL;
	for (;;) {
		while (PQisBusy(conn))
			if (!wait_for(conn, POLLIN, until) ||
			    PQconsumeInput(conn) == 0)
				goto lost;
		res = PQgetResult(conn);
		if (res == NULL)
			break;
		/* An error at the commit follows the rows. */
		if (kept != NULL && PQresultStatus(kept) == PGRES_FATAL_ERROR) {
			PQclear(res);
			continue;
		}
		PQclear(kept);
		kept = res;
	}
	if (PQstatus(conn) == CONNECTION_OK)
		return kept;
	/* Closed after an error: the error says more than nothing does, but
	 * rows without the server's ready are no rows. */
	if (kept != NULL && PQresultStatus(kept) == PGRES_FATAL_ERROR)
		return kept;
lost:
	PQclear(kept);
	return NULL;
}
