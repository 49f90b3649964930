/*
 * Calls of the database against a PostgreSQL of our own: what is definite,
 * what is unknown, what is repeated.
 */
#include "unit.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <libpq-fe.h>

#include "arena.h"
#include "db.h"
#include "instant.h"

static char folder[] = "/tmp/windlass-db-XXXXXX";
static char url[128];
static struct arena *a;
static struct db *db;
static PGconn *owner;

static const char functions[] =
    "create role windlass_rate login;"
    "create schema windlass;"
    "grant usage on schema windlass to public;"
    "create sequence windlass.tries;"
    "create table windlass.t (n int primary key,"
    " later int references windlass.t deferrable initially deferred);"
    "create function windlass.t_echo(a text, b bytea, n bigint, f boolean)"
    " returns table (a text, b bytea, n bigint, f boolean, who text)"
    " language sql as $$ select a, b, n, f, session_user::text $$;"
    "create function windlass.t_none() returns setof int"
    " language sql as $$ select 1 where false $$;"
    "create function windlass.t_refuse(code text) returns int"
    " language plpgsql as $$ begin"
    " raise exception 'no: %', code using errcode = code; end $$;"
    "create function windlass.t_insert(n int, later int) returns int"
    " language sql security definer as $$"
    " insert into windlass.t values (n, later) returning t.n $$;"
    "create function windlass.t_count() returns bigint"
    " language sql security definer as $$ select count(*) from windlass.t $$;"
    "create function windlass.t_flaky(good int) returns bigint"
    " language plpgsql security definer as $$"
    " declare n bigint = nextval('windlass.tries'); begin"
    " if n < good then raise exception 'again' using errcode = '40001';"
    " end if; return n; end $$;"
    "create function windlass.t_die() returns int language plpgsql"
    " security definer as $$ begin"
    " perform pg_terminate_backend(pg_backend_pid());"
    " perform pg_sleep(5); return 1; end $$;"
    "create function windlass.t_sleep() returns void"
    " language sql as $$ select pg_sleep(20) $$;"
    "create function windlass.t_bad(v text) returns int"
    " language sql as $$ select v::int $$;"
    "create function windlass.t_shape() returns table (x int)"
    " language sql as $$ select 1 $$;";

// clang-format off
static const struct db_statement echo = { "t_echo",
    "select * from windlass.t_echo($1, $2, $3, $4)", 4 };
static const struct db_statement none = { "t_none",
    "select * from windlass.t_none() as x", 0 };
static const struct db_statement refuse = { "t_refuse",
    "select windlass.t_refuse($1) as x", 1 };
static const struct db_statement insert = { "t_insert",
    "select windlass.t_insert($1, $2) as n", 2 };
static const struct db_statement count = { "t_count",
    "select windlass.t_count() as n", 0 };
static const struct db_statement flaky = { "t_flaky",
    "select windlass.t_flaky($1) as n", 1 };
static const struct db_statement die = { "t_die",
    "select windlass.t_die() as x", 0 };
static const struct db_statement snooze = { "t_sleep",
    "select windlass.t_sleep() as x", 0 };
static const struct db_statement bad = { "t_bad",
    "select windlass.t_bad($1) as x", 1 };
static const struct db_statement shape = { "t_shape",
    "select * from windlass.t_shape()", 0 };
static const struct db_statement broken = { "t_broken", "select from from", 0 };
// clang-format on

static int
cluster(const char *verb)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execl("tests/cluster.sh", "cluster.sh", verb, folder,
		    (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return status;
}

/* The owner's connection: constant texts only. */
static void
as_owner(const char *sql)
{
	PGresult *res;

	if (PQstatus(owner) != CONNECTION_OK)
		PQreset(owner);
	res = PQexec(owner, sql);
	if (PQresultStatus(res) != PGRES_COMMAND_OK &&
	    PQresultStatus(res) != PGRES_TUPLES_OK)
		fail_msg("%s", PQerrorMessage(owner));
	PQclear(res);
}

static int
setup(void **state)
{
	char owners[160];

	(void)state;
	if (mkdtemp(folder) == NULL || chmod(folder, 0755) != 0 ||
	    cluster("start") != 0)
		return -1;
	snprintf(url, sizeof(url), "host=%s/pg-socket dbname=windlass", folder);
	snprintf(owners, sizeof(owners), "%s user=owner", url);
	owner = PQconnectdb(owners);
	as_owner(functions);
	a = arena_new();
	db = db_new(url, "rate", true);
	return 0;
}

static int
teardown(void **state)
{
	pid_t pid;
	int status;

	(void)state;
	db_free(db);
	db_free(NULL);
	arena_free(a);
	PQfinish(owner);
	status = cluster("stop");
	pid = fork();
	if (pid == 0) {
		execlp("rm", "rm", "-rf", folder, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
	return status;
}

/* A call whose log lines are expected; the last one's stay in said. */
static const char *said;

static int
call(const struct db_statement *st, const struct db_value *values,
    const struct db_rows **rows)
{
	struct caught c = catch_stderr();
	int rc = db_call(db, a, st, values, rows);

	said = caught_stderr(c);
	return rc;
}

static long long
number(const struct db_statement *st)
{
	const struct db_rows *rows;

	expect_int("number", call(st, NULL, &rows), 0);
	return db_col_int(rows, 0, "n");
}

static void
kill_our_connection(void)
{
	as_owner("select pg_terminate_backend(pid, 5000) from pg_stat_activity"
		 " where usename = 'windlass_rate'");
}

static void
values_come_back_as_they_were_sent(struct db *over)
{
	static const unsigned char bytes[] = {0, 1, 255, '\\', 'x', 0};
	struct db_value in[] = {db_text("S\xc3\xa3o 'x' \\ $1"),
	    db_bytes(bytes, sizeof(bytes)), db_int(a, INT64_MIN),
	    db_bool(true)};
	struct db_value nulls[4] = {{NULL, 0, false}};
	struct db_value empty[] = {db_text(""), db_bytes(NULL, 0),
	    db_text(NULL), db_bool(false)};
	const struct db_rows *rows;
	const unsigned char *got;
	size_t len;

	for (int round = 0; round < 2; round++) {
		expect_int("call", db_call(over, a, &echo, in, &rows), 0);
		expect_int("rows", (long long)db_count(rows), 1);
		expect_text("text", db_col(rows, 0, "a"), in[0].text);
		got = db_col_bytes(rows, a, 0, "b", &len);
		expect("bytes",
		    len == sizeof(bytes) && memcmp(got, bytes, len) == 0);
		expect_int("int", db_col_int(rows, 0, "n"), INT64_MIN);
		expect("bool", db_col_bool(rows, 0, "f"));
		expect_text("role", db_col(rows, 0, "who"), "windlass_rate");

		expect_int("nulls", db_call(over, a, &echo, nulls, &rows), 0);
		expect_text("null", db_col(rows, 0, "a"), NULL);
		expect("null", db_col_bytes(rows, a, 0, "b", &len) == NULL);
		expect_int("null", db_col_int(rows, 0, "n"), 0);
		expect("null", !db_col_bool(rows, 0, "f"));

		expect_int("empty", db_call(over, a, &echo, empty, &rows), 0);
		expect_text("empty", db_col(rows, 0, "a"), "");
		expect("empty bytes are not null",
		    db_col_bytes(rows, a, 0, "b", &len) != NULL && len == 0);
	}
}

static void
values_are_kept_prepared_or_not(void **state)
{
	struct db *plain = db_new(url, "rate", false);

	(void)state;
	values_come_back_as_they_were_sent(db);
	values_come_back_as_they_were_sent(plain);
	db_free(plain);
}

static void
outcomes_have_names(void **state)
{
	struct db_value wl = db_text("WL042"), odd = db_text("P0001"),
			secret = db_text("topsecret");
	struct db_value one[] = {db_text("1"), db_text(NULL)};
	struct db_value orphan[] = {db_text("2"), db_text("99")};
	const struct db_rows *rows;

	(void)state;
	expect_int("no row", call(&none, NULL, &rows), DB_NONE);
	expect_int("no rows", (long long)db_count(rows), 0);
	expect_int("refused", call(&refuse, &wl, &rows), DB_REFUSED);
	expect_text("state", db_state(db), "WL042");
	expect_text("reason", db_reason(db), "no: WL042");
	expect("no rows at all", rows == NULL && db_count(rows) == 0);
	expect_text("a no is no fault", said, "");
	expect_int("other class", call(&refuse, &odd, &rows), -EIO);
	expect("logged", strstr(said, "call=t_refuse state=P0001") != NULL);
	expect_int("bad value", call(&bad, &secret, &rows), -EIO);
	expect("not repeated in the log", strstr(said, "topsecret") == NULL);
	expect_int("no SQL", call(&broken, NULL, &rows), -EIO);

	expect_int("first", call(&insert, one, &rows), 0);
	expect_text("nothing refused", db_state(db), "");
	expect_int("twice", call(&insert, one, &rows), DB_REFUSED);
	expect_text("state", db_state(db), "23505");
	/* The row is sent, then the commit fails. */
	expect_int("at the commit", call(&insert, orphan, &rows), DB_REFUSED);
	expect_text("state", db_state(db), "23503");
	expect("no row of it", rows == NULL);
	expect_int("what is there", number(&count), 1);
}

static void
rivals_are_repeated_but_not_for_ever(void **state)
{
	struct db_value fourth = db_text("4"), never = db_text("1000");
	const struct db_rows *rows;

	(void)state;
	as_owner("select setval('windlass.tries', 1, false)");
	expect_int("fourth", call(&flaky, &fourth, &rows), 0);
	expect_int("tries", db_col_int(rows, 0, "n"), 4);
	as_owner("select setval('windlass.tries', 1, false)");
	expect_int("never", call(&flaky, &never, &rows), -EIO);
	expect("logged", strstr(said, "state=40001") != NULL);
	fourth = db_text("0");
	expect_int("afterwards", call(&flaky, &fourth, &rows), 0);
	expect_int("five repeats", db_col_int(rows, 0, "n"), 7);
}

static void
a_connection_that_died_idle_is_made_again(void **state)
{
	(void)state;
	expect_int("before", number(&count), 1);
	kill_our_connection();
	expect_int("after", number(&count), 1);
	expect_text("in silence", said, "");
}

static void
a_connection_that_died_under_a_call_leaves_it_unknown(void **state)
{
	const struct db_rows *rows;

	(void)state;
	expect_int("dies", call(&die, NULL, &rows), -EINPROGRESS);
	expect("logged", strstr(said, "event=db_lost") != NULL);
	expect_int("after", number(&count), 1);
}

static void
a_server_that_does_not_answer_is_left(void **state)
{
	const struct db_rows *rows;
	int64_t began = monotonic_ms();

	(void)state;
	expect_int("sleeps", call(&snooze, NULL, &rows), -EINPROGRESS);
	began = monotonic_ms() - began;
	expect("after 6 s", began >= 5900 && began < 7500);
	expect_int("after", number(&count), 1);
}

static void
a_replaced_function_is_prepared_again(void **state)
{
	const struct db_rows *rows;

	(void)state;
	expect_int("before", call(&shape, NULL, &rows), 0);
	as_owner("drop function windlass.t_shape();"
		 "create function windlass.t_shape()"
		 " returns table (x int, y text)"
		 " language sql as $$ select 1, 'new' $$");
	expect_int("after", call(&shape, NULL, &rows), 0);
	expect_text("new column", db_col(rows, 0, "y"), "new");
}

/* begin, commit and rollback with their log lines expected. */
static int
quietly(int (*act)(struct db *))
{
	struct caught c = catch_stderr();
	int rc = act(db);

	said = caught_stderr(c);
	return rc;
}

static void
transactions_hold_several_calls_together(void **state)
{
	struct db_value row[] = {db_text("10"), db_text(NULL)};
	const struct db_rows *rows;

	(void)state;
	expect_int("begin", quietly(db_begin), 0);
	expect_int("insert", call(&insert, row, &rows), 0);
	db_rollback(db);
	expect_int("rolled back", number(&count), 1);

	expect_int("begin", quietly(db_begin), 0);
	expect_int("insert", call(&insert, row, &rows), 0);
	expect_int("commit", quietly(db_commit), 0);
	expect_int("committed", number(&count), 2);

	/* PostgreSQL answers this COMMIT with success: ROLLBACK. */
	row[0] = db_text("11");
	expect_int("begin", quietly(db_begin), 0);
	expect_int("insert", call(&insert, row, &rows), 0);
	expect_int("twice", call(&insert, row, &rows), DB_REFUSED);
	expect_int("commit", quietly(db_commit), -EIO);
	expect_int("nothing of it", number(&count), 2);
}

static void
a_transaction_whose_connection_died_runs_nothing_more(void **state)
{
	struct db_value row[] = {db_text("20"), db_text(NULL)};
	const struct db_rows *rows;

	(void)state;
	expect_int("begin", quietly(db_begin), 0);
	expect_int("insert", call(&insert, row, &rows), 0);
	kill_our_connection();
	row[0] = db_text("21");
	expect_int("next", call(&insert, row, &rows), -EIO);
	expect_int("and next", call(&insert, row, &rows), -EIO);
	expect_int("commit", quietly(db_commit), -EIO);
	expect_int("nothing of it", number(&count), 2);

	expect_int("begin", quietly(db_begin), 0);
	expect_int("insert", call(&insert, row, &rows), 0);
	kill_our_connection();
	expect_int("a lost commit", quietly(db_commit), -EINPROGRESS);
	expect_int("nothing of it", number(&count), 2);

	expect_int("begin", quietly(db_begin), 0);
	kill_our_connection();
	{
		struct caught c = catch_stderr();

		db_rollback(db);
		caught_stderr(c);
	}
	expect_int("goes on", number(&count), 2);
}

static void
a_database_that_is_away_is_said_at_once(void **state)
{
	const struct db_rows *rows;
	int64_t began;

	(void)state;
	expect_int("crash", cluster("crash"), 0);
	began = monotonic_ms();
	expect_int("away", call(&count, NULL, &rows), -EIO);
	expect("logged", strstr(said, "event=db_connect") != NULL);
	expect_int("not ready", quietly(db_ready), -EIO);
	expect_int("no begin", quietly(db_begin), -EIO);
	expect("at once", monotonic_ms() - began < 1500);
	expect_int("start", cluster("start"), 0);
	expect_int("back", number(&count), 2);
}

static void
what_does_not_fit_the_program_ends_it(void **state)
{
	const struct db_rows *rows;

	(void)state;
	expect_int("call", call(&count, NULL, &rows), 0);
	for (int i = 0; i < 3; i++) {
		struct caught c = catch_stderr();
		int status;
		pid_t pid = fork();

		if (pid == 0) {
			if (i == 0)
				db_col(rows, 0, "no_such_column");
			if (i == 1)
				db_col(rows, 1, "n");
			if (i == 2)
				db_col_bool(rows, 0, "n");
			_exit(0);
		}
		waitpid(pid, &status, 0);
		expect("said", strstr(caught_stderr(c), "db_misfit") != NULL);
		expect_int("aborted", WIFSIGNALED(status), 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_are_kept_prepared_or_not),
	    cmocka_unit_test(outcomes_have_names),
	    cmocka_unit_test(rivals_are_repeated_but_not_for_ever),
	    cmocka_unit_test(a_connection_that_died_idle_is_made_again),
	    cmocka_unit_test(
		a_connection_that_died_under_a_call_leaves_it_unknown),
	    cmocka_unit_test(a_server_that_does_not_answer_is_left),
	    cmocka_unit_test(a_replaced_function_is_prepared_again),
	    cmocka_unit_test(transactions_hold_several_calls_together),
	    cmocka_unit_test(
		a_transaction_whose_connection_died_runs_nothing_more),
	    cmocka_unit_test(a_database_that_is_away_is_said_at_once),
	    cmocka_unit_test(what_does_not_fit_the_program_ends_it),
	};

	return cmocka_run_group_tests_name("db", tests, setup, teardown);
}
