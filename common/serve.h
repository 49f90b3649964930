/*
 * serve - the life of an endpoint program: settings, log, prefork parent,
 *         workers, accept loop, one log line per request.
 *
 * Shape:  an endpoint describes itself in one struct endpoint and calls
 *         serve_main() from main().
 * Errors: a handler gives 0 (answered, 200), a positive HTTP status that is
 *         already in the reply, or a negative fault of ours that was logged
 *         where it was born: serve turns it into 503, here and nowhere else.
 * Source: design: process model; FastCGI through libfcgi.
 */
#ifndef WINDLASS_SERVE_H
#define WINDLASS_SERVE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct conf;
struct db;
struct reply;
struct request;
struct stats_counter;

enum {
	ROUTE_OPEN = 1,   /* no credentials */
	ROUTE_NO_BODY = 2 /* body unread */
};

struct route {
	const char *method;
	const char *path; /* exact; a last segment "*" stands for any one */
	int (*handle)(const struct request *rq, struct reply *rp);
	unsigned flags;
};

struct endpoint {
	const char *name; /* also socket and setting names */
	const struct route *routes;
	size_t route_count;
	const struct conf *settings; /* besides those that all endpoints have */
	size_t setting_count;
	const struct stats_counter *counters; /* besides requests */
	size_t counter_count;
	/* Run before anything is opened, by -n, and on SIGHUP; NULL: nothing to
	 * check.  Says itself what is wrong: then nothing starts. */
	bool (*check)(void);
	/* Run in each worker before its first request; gives the context handed
	 * to handlers, or NULL: the worker leaves. */
	void *(*start)(struct db *db);
};

int serve_main(int argc, char **argv, const struct endpoint *ep);
/* The folder of sockets and counters, while serving. */
const char *serve_run_dir(void);

#endif
