/*
 * seams - where the simulation stands between the watchers and the machine: the
 *         linker puts these in the place of the functions of that name
 *         (--wrap, see the Makefile), so that the watchers' code is as it is
 *         shipped.
 *
 * Clocks are the run's; a connection to the database breaks as the seed has it,
 * but the server's side of it stays and serves the next one, since a new one
 * costs more than a run.  Nothing waits, and no file is synced.
 */
#include <errno.h>
#include <libpq-fe.h>
#include <stdarg.h>

#include "db.h"
#include "fleet.h"
#include "instant.h"
#include "log.h"
#include "sim.h"

struct watcher;

int64_t __wrap_monotonic_ms(void);
int64_t __wrap_monotonic_us(void);
instant __wrap_instant_now(void);
int __wrap_nanosleep(const struct timespec *for_how_long,
    struct timespec *left);
int __wrap_fdatasync(int fd);
int __wrap_fsync(int fd);
void __wrap_log_line(enum log_level level, const char *event,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
int __wrap_db_call(struct db *db, struct arena *a,
    const struct db_statement *st, const struct db_value *values,
    const struct db_rows **out);
int __real_db_call(struct db *db, struct arena *a,
    const struct db_statement *st, const struct db_value *values,
    const struct db_rows **out);
PGresult *__wrap_db_wire_wait(PGconn *conn, bool is_sent, int64_t until);
PGresult *__real_db_wire_wait(PGconn *conn, bool is_sent, int64_t until);
PGconn *__wrap_db_wire_connect(const char *url, const char *user);
PGconn *__real_db_wire_connect(const char *url, const char *user);
bool __wrap_db_wire_is_alive(PGconn *conn);
void __wrap_PQfinish(PGconn *conn);
void __real_PQfinish(PGconn *conn);
bool __wrap_judge_papers(struct watcher *w);
bool __wrap_judge_rules(struct watcher *w);
bool __wrap_duty_orphans(struct watcher *w);
bool __wrap_duty_link(struct watcher *w);
bool __wrap_erase_keys(struct watcher *w);

/* --- time ---------------------------------------------------------------- */

int64_t
__wrap_monotonic_ms(void)
{
	return sim.now / 1000;
}

int64_t
__wrap_monotonic_us(void)
{
	return sim.now;
}

instant
__wrap_instant_now(void)
{
	return sim.now;
}

int
__wrap_nanosleep(const struct timespec *for_how_long, struct timespec *left)
{
	(void)for_how_long;
	(void)left;
	return 0;
}

int
__wrap_fdatasync(int fd)
{
	(void)fd;
	return 0;
}

int
__wrap_fsync(int fd)
{
	(void)fd;
	return 0;
}

void
__wrap_log_line(enum log_level level, const char *event, const char *format,
    ...)
{
	char line[512];
	va_list args;

	if (!sim.is_told || level == LOG_DEBUG)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	/* Not a part of the story: that is the world's. */
	printf("          %s: %s %s\n", fleet_name(), event, line);
}

/* --- the database -------------------------------------------------------- */

int
__wrap_db_call(struct db *db, struct arena *a, const struct db_statement *st,
    const struct db_value *values, const struct db_rows **out)
{
	int rc;

	if (!fleet_is_on())
		return __real_db_call(db, a, st, values, out);
	seam(st->name, false);
	if (sim_falls(MISHAP_DB_FAILS)) {
		*fleet_is_cut() |= sim_between(0, 1) == 0;
		*out = NULL;
		return -EIO;
	}
	rc = __real_db_call(db, a, st, values, out);
	seam(st->name, false);
	return rc;
}

/* The server is busy, not away: it is waited for, a minute of the machine's. */
PGresult *
__wrap_db_wire_wait(PGconn *conn, bool is_sent, int64_t until)
{
	PGresult *res =
	    __real_db_wire_wait(conn, is_sent, until + INT64_C(60000));

	if (!fleet_is_on() || !sim_falls(MISHAP_DB_LOST))
		return res;
	tell("%s loses its connection", fleet_name());
	PQclear(res);
	return NULL;
}

PGconn *
__wrap_db_wire_connect(const char *url, const char *user)
{
	if (!fleet_is_on())
		return __real_db_wire_connect(url, user);
	*fleet_is_cut() = false;
	if (*fleet_connection() == NULL)
		*fleet_connection() = __real_db_wire_connect(url, user);
	return *fleet_connection();
}

bool
__wrap_db_wire_is_alive(PGconn *conn)
{
	if (fleet_is_on() && *fleet_is_cut())
		return false;
	return PQstatus(conn) == CONNECTION_OK;
}

/* The watchers' live until the program ends. */
void
__wrap_PQfinish(PGconn *conn)
{
	if (!fleet_keeps(conn))
		__real_PQfinish(conn);
}

/* --- what watchers do besides payments ----------------------------------- */

bool
__wrap_judge_papers(struct watcher *w)
{
	(void)w;
	return true;
}

bool
__wrap_judge_rules(struct watcher *w)
{
	(void)w;
	return true;
}

bool
__wrap_duty_orphans(struct watcher *w)
{
	(void)w;
	return true;
}

bool
__wrap_duty_link(struct watcher *w)
{
	(void)w;
	return true;
}

bool
__wrap_erase_keys(struct watcher *w)
{
	(void)w;
	return true;
}
