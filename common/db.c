/*
 * db - one connection to PostgreSQL, and calls of our SQL functions on it.
 *
 * What an outcome is called (db_outcome) decides whether money may be acted
 * on, so it is conservative: only an ERROR of the server, or a failure before
 * the first byte was sent, is definite.  The implicit transaction of a call is
 * committed after its rows were sent, so rows count only once the server is
 * ready again.
 */
#include <errno.h>
#include <time.h>

#include <libpq-fe.h>
#include <sodium.h>

#include "arena.h"
#include "db.h"
#include "db_rows.h"
#include "db_wire.h"
#include "instant.h"
#include "log.h"

enum {
	TRIES = 5,
	PREPARED_MAX = 128,
	PARAMS_MAX = 64,
	CALL_MS = 6000,
	CONNECT_MS = 2000, /* as db_wire.c says to libpq */
	LOOK_MS = 500
};

struct db {
	PGconn *conn;
	char *url;
	char user[64];
	bool is_preparing;
	bool in_tx;
	bool is_tx_lost; /* its connection died: only rollback leads out */
	int64_t until;   /* of all calls together; 0: none */
	uint64_t connections;
	int64_t looked_ms;
	char server[40]; /* since when it runs; "" if that was not asked */
	size_t prepared_count;
	const struct db_statement *prepared[PREPARED_MAX];
	char state[6];
	char reason[256];
};

/* What to do after one attempt. */
enum { AGAIN = 100 };

static const struct db_statement look = {"look",
    "select pg_catalog.pg_postmaster_start_time()", 0};
static const struct db_statement begin = {"begin", "begin", 0};
static const struct db_statement commit = {"commit", "commit", 0};
static const struct db_statement rollback = {"rollback", "rollback", 0};

struct db *
db_new(const char *url, const char *program, bool prepare)
{
	struct db *db = calloc(1, sizeof(*db));

	if (db == NULL || (db->url = strdup(url)) == NULL)
		abort();
	snprintf(db->user, sizeof(db->user), "windlass_%s", program);
	db->is_preparing = prepare;
	return db;
}

static void
disconnect(struct db *db)
{
	PQfinish(db->conn);
	db->conn = NULL;
	db->server[0] = '\0';
	db->prepared_count = 0;
	db->is_tx_lost = db->in_tx;
}

void
db_free(struct db *db)
{
	if (db == NULL)
		return;
	PQfinish(db->conn);
	free(db->url);
	free(db);
}

void
db_until(struct db *db, int64_t ms)
{
	db->until = ms;
}

/* When a wait of at most ms, begun now, has to end. */
static int64_t
end_of_wait(const struct db *db, int64_t ms)
{
	int64_t end = monotonic_ms() + ms;

	return db->until != 0 && db->until < end ? db->until : end;
}

static int db_outcome(struct db *db, const struct db_statement *st,
    const PGresult *res);

/* A pooler keeps our connection while what stands behind it is another server
 * by now, or the same with an older database: whoever began at another time
 * counts as another connection. */
static int
look_behind(struct db *db)
{
	int64_t until = end_of_wait(db, CALL_MS);
	const char *since;
	PGresult *res;
	int rc;

	res = db_wire_wait(db->conn,
	    PQsendQueryParams(db->conn, look.sql, 0, NULL, NULL, NULL, NULL,
		0) == 1,
	    until);
	rc = db_outcome(db, &look, res);
	if (rc == 0) {
		since = PQgetvalue(res, 0, 0);
		if (db->server[0] != '\0' && strcmp(db->server, since) != 0)
			db->connections++;
		snprintf(db->server, sizeof(db->server), "%s", since);
		db->looked_ms = monotonic_ms();
	}
	PQclear(res);
	return rc == 0 ? 0 : -EIO;
}

static int
look_if_due(struct db *db)
{
	/* Statements that are not prepared are how one is told of a pooler. */
	if (db->is_preparing || db->in_tx ||
	    (db->server[0] != '\0' && monotonic_ms() - db->looked_ms < LOOK_MS))
		return 0;
	return look_behind(db);
}

int
db_look(struct db *db)
{
	db->looked_ms = -LOOK_MS;
	return db_ready(db);
}

int
db_ready(struct db *db)
{
	if (db->is_tx_lost)
		return -EIO;
	if (db->conn != NULL && db_wire_is_alive(db->conn))
		return look_if_due(db);
	disconnect(db);
	if (db->is_tx_lost)
		return -EIO;
	/* libpq takes no shorter time for a connection than this. */
	if (db->until != 0 && db->until - monotonic_ms() < CONNECT_MS)
		return -EIO;
	db->conn = db_wire_connect(db->url, db->user);
	if (db->conn == NULL)
		return -EIO;
	db->connections++;
	return look_if_due(db);
}

uint64_t
db_connections(const struct db *db)
{
	return db->connections;
}

const char *
db_state(const struct db *db)
{
	return db->state;
}

const char *
db_reason(const struct db *db)
{
	return db->reason;
}

static bool
is_class(const char *state, const char *prefix)
{
	return strncmp(state, prefix, strlen(prefix)) == 0;
}

/* Serialization failure and deadlock; and statements that the server forgot
 * (a pooler in between) or whose function was replaced by a deploy. */
static bool
is_worth_repeating(struct db *db)
{
	if (is_class(db->state, "40001") || is_class(db->state, "40P01"))
		return true;
	if (db->is_preparing && db->prepared_count != 0 &&
	    (is_class(db->state, "26000") || is_class(db->state, "0A000"))) {
		disconnect(db);
		return true;
	}
	return false;
}

/* Outcome of what the server answered, or did not: see db.h. */
static int
db_outcome(struct db *db, const struct db_statement *st, const PGresult *res)
{
	const char *state, *severity, *message;

	db->state[0] = db->reason[0] = '\0';
	if (res != NULL && (PQresultStatus(res) == PGRES_TUPLES_OK ||
			       PQresultStatus(res) == PGRES_COMMAND_OK))
		return 0;
	state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);
	message = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	snprintf(db->state, sizeof(db->state), "%s", state ? state : "");
	snprintf(db->reason, sizeof(db->reason), "%s", message ? message : "");

	/* FATAL can come after the commit, before we heard of it. */
	if (state == NULL || severity == NULL ||
	    strcmp(severity, "ERROR") != 0) {
		bool was_in_tx = db->in_tx;

		log_line(LOG_ERROR, "db_lost", "call=%s state=%s", st->name,
		    state ? state : "none");
		disconnect(db);
		return was_in_tx && st != &commit ? -EIO : -EINPROGRESS;
	}
	if (is_class(state, "WL") || is_class(state, "23"))
		return DB_REFUSED;
	if (!db->in_tx && is_worth_repeating(db))
		return AGAIN;
	/* Messages of class 22 repeat the value that they complain about. */
	log_line(LOG_ERROR, "db_error", "call=%s state=%s message=%s", st->name,
	    state,
	    log_quoted(is_class(state, "22") ? "bad value" : db->reason));
	return -EIO;
}

/* A constant statement of transaction control. */
static int
control(struct db *db, const struct db_statement *st, const char *tag)
{
	int64_t until = end_of_wait(db, CALL_MS);
	PGresult *res;
	int rc;

	res =
	    db_wire_wait(db->conn, PQsendQuery(db->conn, st->sql) == 1, until);
	rc = db_outcome(db, st, res);
	/* COMMIT of a failed transaction succeeds, as ROLLBACK. */
	if (rc == 0 && strcmp(PQcmdStatus(res), tag) != 0)
		rc = -EIO;
	PQclear(res);
	return rc > 0 ? -EIO : rc;
}

/* Prepares the statement if it is not; 0, AGAIN, or negative. */
static int
prepare(struct db *db, const struct db_statement *st, char name[static 16],
    int64_t until)
{
	PGresult *res;
	size_t i;
	int rc;

	for (i = 0; i < db->prepared_count; i++)
		if (db->prepared[i] == st)
			break;
	snprintf(name, 16, "w%zu", i);
	if (i < db->prepared_count)
		return 0;
	if (i == PREPARED_MAX) {
		log_line(LOG_ERROR, "db_error", "too many statements");
		abort();
	}
	res = db_wire_wait(db->conn,
	    PQsendPrepare(db->conn, name, st->sql, 0, NULL) == 1, until);
	rc = db_outcome(db, st, res);
	PQclear(res);
	if (rc == 0)
		db->prepared[db->prepared_count++] = st;
	/* Preparing writes nothing, so nothing is unknown yet. */
	return rc == -EINPROGRESS ? AGAIN : rc;
}

static int
try_once(struct db *db, struct arena *a, const struct db_statement *st,
    const struct db_value *values, int64_t until, const struct db_rows **out)
{
	const char *texts[PARAMS_MAX];
	int lengths[PARAMS_MAX], formats[PARAMS_MAX], rc, i, sent;
	char name[16];
	PGresult *res;

	rc = db_ready(db);
	if (rc == 0 && db->is_preparing)
		rc = prepare(db, st, name, until);
	if (rc != 0)
		return rc;
	for (i = 0; i < st->params; i++) {
		texts[i] = values[i].text;
		lengths[i] = (int)values[i].len;
		formats[i] = values[i].is_bytes;
	}
	if (db->is_preparing)
		sent = PQsendQueryPrepared(db->conn, name, st->params, texts,
		    lengths, formats, 0);
	else
		sent = PQsendQueryParams(db->conn, st->sql, st->params, NULL,
		    texts, lengths, formats, 0);
	res = db_wire_wait(db->conn, sent == 1, until);
	rc = db_outcome(db, st, res);
	if (rc != 0) {
		PQclear(res);
		return rc;
	}
	*out = db_rows_new(a, res);
	return db_count(*out) == 0 ? DB_NONE : 0;
}

/* A short random wait, longer after each try, so that rivals part. */
static void
back_off(int tries)
{
	uint32_t us = randombytes_uniform(2000u << tries);
	struct timespec ts = {0, (long)us * 1000};

	nanosleep(&ts, NULL);
}

int
db_call(struct db *db, struct arena *a, const struct db_statement *st,
    const struct db_value *values, const struct db_rows **out)
{
	int64_t until = end_of_wait(db, CALL_MS);
	int tries, rc;

	if (st->params < 0 || st->params > PARAMS_MAX)
		abort();
	*out = NULL;
	for (tries = 1;; tries++) {
		rc = try_once(db, a, st, values, until, out);
		if (rc != AGAIN)
			return rc;
		if (tries > TRIES || monotonic_ms() >= until)
			break;
		back_off(tries);
	}
	log_line(LOG_ERROR, "db_error", "call=%s state=%s tries=%d", st->name,
	    db->state, tries);
	return -EIO;
}

int
db_begin(struct db *db)
{
	int rc;

	if (db->in_tx)
		abort();
	rc = db_ready(db);
	if (rc != 0)
		return rc;
	rc = control(db, &begin, "BEGIN");
	/* A lost BEGIN wrote nothing. */
	if (rc != 0)
		return -EIO;
	db->in_tx = true;
	return 0;
}

int
db_commit(struct db *db)
{
	int rc = -EIO;

	if (!db->in_tx)
		abort();
	if (!db->is_tx_lost)
		rc = control(db, &commit, "COMMIT");
	db->in_tx = db->is_tx_lost = false;
	return rc;
}

void
db_rollback(struct db *db)
{
	bool is_lost = db->is_tx_lost;

	if (!db->in_tx)
		return;
	/* Whatever goes wrong, a dead connection rolls back by itself. */
	if (!is_lost && control(db, &rollback, "ROLLBACK") != 0)
		disconnect(db);
	db->in_tx = db->is_tx_lost = false;
}
