/*
 * event - POST /event: the platform says that something happened.
 *
 * In:     anything; the body is not read.  An event is late, double or lost
 *         as it pleases, so it is only a hint: the watcher looks at once
 *         instead of at its next turn.
 * Out:    200 and {} to everybody who may call, also when the database is
 *         away: any other answer makes the platform send the event again and
 *         again, and nothing else until it is taken.
 * Source: Anchor Platform callbacks API, POST /event.
 */
#include "db.h"
#include "reply.h"
#include "request.h"
#include "serve.h"

static const struct db_statement event_wake = {"event_wake",
    "select windlass.event_wake()", 0};

static int
event_post(const struct request *rq, struct reply *rp)
{
	const struct db_rows *rows;

	int rc = db_call(rq->db, rq->arena, &event_wake, NULL, &rows);

	/* A fault was logged where it was born; polling finds the news. */
	(void)rc;
	json_open(&rp->json, NULL, '{');
	json_close(&rp->json, '}');
	return 0;
}

static const struct route routes[] = {
    {"POST", "/event", event_post, ROUTE_NO_BODY},
};

static const struct endpoint event = {
    .name = "event",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
};

int
main(int argc, char **argv)
{
	return serve_main(argc, argv, &event);
}
