/*
 * status - GET /health: may one rely on this service now, and if not, why?
 *          GET /metrics: how much of everything, for Prometheus.
 *
 * Out:    200, or 500 if any check is red; the platform's own shape: each
 *         check has a status (green, yellow, red) and a sentence.
 * Rule:   open to everybody, so no sentence holds anything of a customer, and
 *         the database is asked at most once a second by each worker.
 *         /metrics asks it every time: nginx lets in only who is meant to.
 * Source: Anchor Platform, GET /health.
 * What is asked of the database stands in sql/functions/health.sql and
 * metrics.sql, what is shown of it in common/measures.c.
 */
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "db.h"
#include "log.h"
#include "measures.h"
#include "metrics.h"
#include "reply.h"
#include "request.h"
#include "serve.h"
#include "stats.h"

enum { FRESH_MS = 1000, CHECKS_MAX = 32, SILENT_MS = 5000 };

enum colour { GREEN, YELLOW, RED };

static const char *const colours[] = {"green", "yellow", "red"};
static const char *const endpoints[] = {"customer", "rate", "event", "status"};
/* Those that count: the endpoints, the watchers, and those who run errands for
 * them. */
static const char *const programs[] = {"customer", "rate", "event", "status",
    "watcher", "errands"};
enum { PROGRAMS = sizeof(programs) / sizeof(programs[0]) };

struct check {
	const char *name;
	enum colour colour;
	const char *message;
};

/* The last look, on an arena of its own. */
static struct {
	struct arena *arena;
	int64_t at;
	size_t count;
	struct check checks[CHECKS_MAX];
} look;

static const struct db_statement health = {"health",
    "select name, status, message from windlass.health()", 0};

static void
add(const char *name, enum colour colour, const char *message)
{
	if (look.count == CHECKS_MAX)
		return;
	look.checks[look.count].name = name;
	look.checks[look.count].colour = colour;
	look.checks[look.count].message = message;
	look.count++;
}

/* A word of our own SQL; one it does not know is a reason for alarm. */
static enum colour
colour_of(const char *word)
{
	size_t i;

	for (i = GREEN; i < RED; i++) {
		if (strcmp(word, colours[i]) == 0)
			return (enum colour)i;
	}
	return RED;
}

static void
look_at_database(struct db *db)
{
	const struct db_rows *rows;
	int rc = db_call(db, look.arena, &health, NULL, &rows);
	size_t i;

	if (rc != 0) {
		add("database", RED,
		    rc < 0 ? "The database does not answer."
			   : "The database refuses to say how things are.");
		return;
	}
	add("database", GREEN, "The database answers.");
	for (i = 0; i < db_count(rows); i++) {
		add(db_col(rows, i, "name"),
		    colour_of(db_col(rows, i, "status")),
		    db_col(rows, i, "message"));
	}
}

/* The endpoints that were started on this machine: are their workers there? */
static void
look_at_workers(void)
{
	const char *all = "";
	enum colour worst = GREEN;
	struct stats_sum sum;
	size_t i;

	for (i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++) {
		int rc = stats_read(serve_run_dir(), endpoints[i], &sum);

		if (rc != 0)
			continue;
		if (sum.beat_age_ms > SILENT_MS)
			sum.alive = 0;
		if (sum.alive < sum.workers)
			worst = YELLOW;
		all = arena_printf(look.arena, "%s%s%s %lld of %lld", all,
		    all[0] != '\0' ? ", " : "", endpoints[i],
		    (long long)sum.alive, (long long)sum.workers);
	}
	add("workers", worst,
	    arena_printf(look.arena, "Workers on this machine: %s.", all));
}

static void
take_look(struct db *db)
{
	int64_t now = monotonic_ms();

	if (look.at != 0 && now - look.at < FRESH_MS)
		return;
	if (look.arena == NULL)
		look.arena = arena_new();
	arena_reset(look.arena);
	look.count = 0;
	look_at_database(db);
	look_at_workers();
	look.at = monotonic_ms();
}

static int
health_get(const struct request *rq, struct reply *rp)
{
	char started[INSTANT_TEXT];
	int64_t began = monotonic_ms();
	enum colour worst = GREEN;
	size_t i;

	take_look(rq->db);
	json_open(&rp->json, NULL, '{');
	json_put_text(&rp->json, "started_at", instant_print(rq->now, started));
	json_put_text(&rp->json, "version", WINDLASS_VERSION);
	json_put_int(&rp->json, "elapsed_time_ms", monotonic_ms() - began);
	json_put_int(&rp->json, "number_of_checks", (int64_t)look.count);
	json_open(&rp->json, "checks", '{');
	for (i = 0; i < look.count; i++) {
		const struct check *c = &look.checks[i];

		json_open(&rp->json, c->name, '{');
		json_put_text(&rp->json, "status", colours[c->colour]);
		json_put_text(&rp->json, "message", c->message);
		json_close(&rp->json, '}');
		if (c->colour > worst)
			worst = c->colour;
	}
	json_close(&rp->json, '}');
	json_close(&rp->json, '}');
	if (worst == RED)
		rp->status = 500;
	return rp->status == 200 ? 0 : rp->status;
}

static const struct db_statement metrics = {"metrics",
    "select family, label_1, label_2, value from windlass.metrics()", 0};

/* NULL: the database is away, and that is a figure, too. */
static const struct measured_row *
ask_database(const struct request *rq, size_t *count)
{
	const struct db_rows *rows;
	struct measured_row *out;
	size_t i;

	*count = 0;
	if (db_call(rq->db, rq->arena, &metrics, NULL, &rows) != 0)
		return NULL;
	*count = db_count(rows);
	out = arena_array(rq->arena, *count, sizeof(*out));
	for (i = 0; i < *count; i++)
		out[i] = (struct measured_row){db_col(rows, i, "family"),
		    {db_col(rows, i, "label_1"), db_col(rows, i, "label_2")},
		    db_col(rows, i, "value")};
	return out;
}

static int
metrics_get(const struct request *rq, struct reply *rp)
{
	struct measured_program *list =
	    arena_array(rq->arena, PROGRAMS, sizeof(*list));
	struct measures m = {.programs = list};
	size_t i, odd;

	for (i = 0; i < PROGRAMS; i++) {
		list[m.program_count].name = programs[i];
		if (stats_read(serve_run_dir(), programs[i],
			&list[m.program_count].sum) == 0)
			m.program_count++;
	}
	m.rows = ask_database(rq, &m.row_count);
	odd = measures_write(&rp->body, &m);
	if (odd > 0)
		log_line(LOG_ERROR, "metrics_unknown", "count=%zu", odd);
	rp->type = METRICS_TYPE;
	return 0;
}

static const struct route routes[] = {
    {"GET", "/health", health_get, ROUTE_OPEN},
    {"GET", "/metrics", metrics_get, ROUTE_OPEN},
};

static const struct endpoint status = {
    .name = "status",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
};

int
main(int argc, char **argv)
{
	return serve_main(argc, argv, &status);
}
