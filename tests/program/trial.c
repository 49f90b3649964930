/*
 * trial - an endpoint for tests of what serve does for every endpoint.
 *
 *   GET, PUT /values    the values that came in: {"name": length, ...}
 *   GET /slow?ms=N      answers after N milliseconds; a line of the log before
 *   GET /pid            which worker answers
 *   GET /fault          our own fault: -EIO
 *   GET /silent         nothing was written: 200 without a body
 *   GET /open           without credentials
 *   DELETE /things/ID   an empty 204; the segment is in no answer
 */
#include <errno.h>
#include <unistd.h>

#include "arena.h"
#include "conf.h"
#include "instant.h"
#include "log.h"
#include "reply.h"
#include "request.h"
#include "serve.h"

static int64_t start_ms;
static bool is_broken;

static const struct conf settings[] = {
    {.name = "TRIAL_START_MS",
	.kind = CONF_INT,
	.into = &start_ms,
	.standard = "0",
	.least = 0,
	.most = 60000,
	.help = "how long a worker takes to start"},
    {.name = "TRIAL_BROKEN",
	.kind = CONF_BOOL,
	.into = &is_broken,
	.standard = "0",
	.help = "a worker cannot start"},
};

static int
values(const struct request *rq, struct reply *rp)
{
	size_t i;

	json_open(&rp->json, NULL, '{');
	for (i = 0; i < rq->count; i++)
		json_put_int(&rp->json, rq->values[i].name,
		    (int64_t)rq->values[i].len);
	json_close(&rp->json, '}');
	return 0;
}

static int
pid(const struct request *rq, struct reply *rp)
{
	(void)rq;
	json_open(&rp->json, NULL, '{');
	json_put_int(&rp->json, "pid", getpid());
	json_close(&rp->json, '}');
	return 0;
}

/* Interrupted sleeps go on: only the parent may end a request. */
static int
slow(const struct request *rq, struct reply *rp)
{
	const char *ms = request_text(rq, "ms");
	int64_t last = strtoll(ms == NULL ? "0" : ms, NULL, 10);
	int64_t end = monotonic_ms() + last;

	log_line(LOG_INFO, "slow", "for_ms=%lld", (long long)last);
	while (monotonic_ms() < end)
		usleep(5000);
	return pid(rq, rp);
}

static int
fault(const struct request *rq, struct reply *rp)
{
	json_open(&rp->json, NULL, '{');
	json_put_text(&rp->json, "half", rq->path);
	return -EIO;
}

static int
silent(const struct request *rq, struct reply *rp)
{
	(void)rq;
	(void)rp;
	return 0;
}

static int
thing_delete(const struct request *rq, struct reply *rp)
{
	return rq->tail[0] == '\0' ? -EIO : reply_empty(rp, 204);
}

static void *
start(struct db *db)
{
	usleep((useconds_t)start_ms * 1000);
	return is_broken ? NULL : db;
}

static const struct route routes[] = {
    {"GET", "/values", values, 0},
    {"PUT", "/values", values, 0},
    {"GET", "/slow", slow, 0},
    {"GET", "/pid", pid, 0},
    {"GET", "/fault", fault, 0},
    {"GET", "/silent", silent, 0},
    {"GET", "/open", pid, ROUTE_OPEN},
    {"DELETE", "/things/*", thing_delete, 0},
};

static const struct endpoint trial = {
    .name = "trial",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .settings = settings,
    .setting_count = sizeof(settings) / sizeof(settings[0]),
    .start = start,
};

int
main(int argc, char **argv)
{
	return serve_main(argc, argv, &trial);
}
