/*
 * worker - accept, read, ask, answer, count; again.
 */
#include "worker.h"

#include <errno.h>
#include <fcgiapp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "arena.h"
#include "auth.h"
#include "buf.h"
#include "db.h"
#include "log.h"
#include "reply.h"
#include "request.h"
#include "route.h"
#include "serve.h"
#include "settings.h"
#include "stats.h"
#include "wire.h"

/* nginx has the whole request in memory before it connects, so a peer that is
 * silent for this long is gone.  An idle kept connection ends by it too. */
enum {
	SILENCE_MS = 3000,
	ANSWER_MS = 7000, /* for the database; the platform is promised 8 s */
	HEAD_MAX = 1024
};

struct worker {
	const struct endpoint *ep;
	const struct settings *settings;
	struct stats_slot *slot;
	struct arena *arena;
	struct db *db;
	const void *context;
	int listener, waiter; /* waiter: epoll on the listener */
	int64_t left;         /* requests until we leave */
	sigset_t open;        /* signal mask while waiting */
	FCGX_Request fcgi;
};

static volatile sig_atomic_t is_leaving;

static void
leave(int signo)
{
	(void)signo;
	is_leaving = 1;
}

/* SIGTERM means leave; what a terminal sends to the whole group is for the
 * parent alone. */
static void
take_signals(struct worker *w)
{
	static const int ignored[] = {SIGINT, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1,
	    SIGUSR2};
	struct sigaction act = {.sa_handler = SIG_IGN};
	size_t i;

	for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		sigaction(ignored[i], &act, NULL);
	act.sa_handler = SIG_DFL;
	sigaction(SIGCHLD, &act, NULL);
	act.sa_handler = leave; /* and no SA_RESTART */
	sigaction(SIGTERM, &act, NULL);
	sigfillset(&w->open);
	sigprocmask(SIG_SETMASK, &w->open, NULL);
	sigemptyset(&w->open);
}

/* Asked for, too: a wait that ends at once, because there is work, lets no
 * signal in. */
static bool
is_told_to_leave(void)
{
	sigset_t waiting;

	if (is_leaving == 0 && sigpending(&waiting) == 0 &&
	    sigismember(&waiting, SIGTERM) == 1)
		is_leaving = 1;
	return is_leaving != 0;
}

static ssize_t
body_read(void *from, char *bytes, size_t len)
{
	FCGX_Request *fcgi = from;
	int most = len > 1 << 20 ? 1 << 20 : (int)len;
	int got = FCGX_GetStr(bytes, most, fcgi->in);

	if (got == 0 && FCGX_GetError(fcgi->in) != 0)
		return -EPIPE;
	return got;
}

/* Whoever hung up was told 503 while the request waited for a worker, and may
 * have asked for something else since: it must not be carried out now. */
static bool
is_abandoned(const struct worker *w)
{
	struct pollfd p = {.fd = w->fcgi.ipcFd, .events = 0};

	return poll(&p, 1, 0) == 1 && (p.revents & POLLHUP) != 0;
}

/* 0 or the status of what is in rp; negative: no answer.  which: the route, if
 * there is one. */
static int
answer(struct worker *w, struct request *rq, size_t *which, struct reply *rp)
{
	struct wire wire = {w->fcgi.envp, body_read, &w->fcgi};
	const struct route *route;
	int st;

	st = request_head(rq, &wire, rp);
	if (strcmp(rq->id, "-") != 0)
		log_bind(rq->id);
	if (st != 0)
		return st;
	st = route_or_reply(w->ep, rq, &route, rp);
	if (st != 0)
		return st;
	*which = (size_t)(route - w->ep->routes);
	if ((route->flags & ROUTE_OPEN) == 0 &&
	    auth_check(&w->settings->auth, rq->x_api_key, rq->authorization,
		rq->now) != 0)
		return reply_error(rp, 401,
		    "the credentials are missing or wrong");
	if ((route->flags & ROUTE_NO_BODY) == 0) {
		st = request_values(rq, &wire, rp);
		if (st != 0)
			return st;
	}
	if (is_abandoned(w))
		return -EPIPE;
	st = route->handle(rq, rp);
	/* The one place where a fault of ours gets its face. */
	if (st < 0 || buf_full(&rp->body))
		return reply_error(rp, 503,
		    "the service cannot answer now; try again");
	return st;
}

/* Writes the answer and closes the request's streams: 0, or -1 if the peer
 * did not take it. */
static int
send_reply(struct worker *w, const struct reply *rp)
{
	struct buf head;
	int rc;

	buf_init(&head, w->arena, HEAD_MAX);
	reply_head(rp, &head);
	FCGX_PutStr(head.data, (int)head.len, w->fcgi.out);
	FCGX_PutStr(rp->body.data, (int)rp->body.len, w->fcgi.out);
	rc = FCGX_GetError(w->fcgi.out);
	FCGX_FClose(w->fcgi.err);
	if (FCGX_FClose(w->fcgi.out) != 0)
		rc = -1;
	return rc;
}

/* One request whose parameters are there; began: monotonic_us(). */
static void
serve_request(struct worker *w, int64_t began)
{
	size_t which = STATS_NO_ROUTE;
	struct request rq = {.arena = w->arena,
	    .db = w->db,
	    .context = w->context,
	    .now = instant_now()};
	struct reply rp;
	bool is_dropped, is_named;
	int64_t us;

	reply_init(&rp, w->arena);
	db_until(w->db, began / 1000 + ANSWER_MS);
	is_dropped = answer(w, &rq, &which, &rp) < 0;
	/* What is left of a body would be taken for the next request. */
	if (w->fcgi.keepConnection != 0 &&
	    (is_dropped || FCGX_GetChar(w->fcgi.in) != EOF ||
		FCGX_GetError(w->fcgi.in) != 0))
		w->fcgi.keepConnection = 0;
	if (is_dropped || send_reply(w, &rp) != 0) {
		rp.status = 0;
		buf_reset(&rp.body);
	}
	us = monotonic_us() - began;
	is_named = rq.client[0] != '\0';
	log_line(LOG_INFO, "request",
	    "method=%s path=%s status=%d ms=%lld bytes=%zu%s%s",
	    log_quoted(rq.method), log_quoted(rq.path), rp.status,
	    (long long)us / 1000, rp.body.len, is_named ? " client=" : "",
	    is_named ? log_quoted(rq.client) : "");
	stats_end(which, rp.status, rp.body.len, us);
	log_bind(NULL);
	if (is_dropped)
		FCGX_Free(&w->fcgi, 1);
	else
		FCGX_Finish_r(&w->fcgi);
	arena_reset(w->arena);
}

/* Another request on a kept connection, or a signal, or silence. */
static bool
has_more(struct worker *w)
{
	struct timespec patience = {SILENCE_MS / 1000,
	    SILENCE_MS % 1000 * 1000000L};
	struct pollfd p = {.fd = w->fcgi.ipcFd, .events = POLLIN};

	return ppoll(&p, 1, &patience, &w->open) == 1;
}

static void
serve_connection(struct worker *w, int fd)
{
	struct timeval limit = {SILENCE_MS / 1000, SILENCE_MS % 1000 * 1000};
	int64_t began = monotonic_us();

	w->slot->busy_since = began / 1000;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	FCGX_InitRequest(&w->fcgi, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	w->fcgi.ipcFd = fd;
	w->fcgi.keepConnection = 1; /* or the next call closes it at once */
	for (;;) {
		if (FCGX_Accept_r(&w->fcgi) < 0) {
			stats_begin_not();
			break;
		}
		serve_request(w, began);
		w->left--;
		w->slot->busy_since = 0;
		if (w->fcgi.ipcFd < 0)
			return;
		if (w->left <= 0 || is_told_to_leave() || !has_more(w))
			break;
		stats_begin();
		began = monotonic_us();
		w->slot->busy_since = began / 1000;
	}
	FCGX_Free(&w->fcgi, 1);
	w->slot->busy_since = 0;
}

/* A connection, or -1 when there is none after all. */
static int
next_connection(struct worker *w)
{
	struct epoll_event event;
	int fd;

	if (epoll_pwait(w->waiter, &event, 1, -1, &w->open) != 1)
		return -1;
	/* Begun before it is taken: who ends us here, too, loses one. */
	stats_begin();
	fd = accept4(w->listener, NULL, NULL, SOCK_CLOEXEC);
	/* Another worker may have been faster: then wait again. */
	if (fd < 0)
		stats_begin_not();
	return fd;
}

static int
prepare(struct worker *w)
{
	/* Exclusive: one connection wakes one worker. */
	struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE};

	if (FCGX_Init() != 0) {
		log_line(LOG_ERROR, "start", "why=libfcgi");
		return -1;
	}
	w->waiter = epoll_create1(EPOLL_CLOEXEC);
	if (w->waiter < 0 ||
	    epoll_ctl(w->waiter, EPOLL_CTL_ADD, w->listener, &event) != 0) {
		log_line(LOG_ERROR, "start", "why=%s",
		    log_quoted(strerror(errno)));
		return -1;
	}
	w->arena = arena_new();
	w->db = db_new(w->settings->database_url, w->ep->name,
	    w->settings->prepare);
	if (w->ep->start != NULL) {
		w->context = w->ep->start(w->db);
		if (w->context == NULL)
			return -1;
	}
	return 0;
}

int
worker_run(const struct endpoint *ep, const struct settings *settings,
    int listener, struct stats_slot *slot)
{
	/* Static, so that a leak check at exit sees what the worker held. */
	static struct worker w;
	int fd;

	w.ep = ep;
	w.settings = settings;
	w.slot = slot;
	w.listener = listener;
	take_signals(&w);
	stats_take(slot);
	if (prepare(&w) != 0)
		return EXIT_FAILURE;
	/* Not all workers at the same time. */
	w.left = settings->worker_requests;
	w.left -= getpid() % (w.left / 10 + 1);
	slot->busy_since = 0;
	slot->is_ready = 1;
	while (w.left > 0 && !is_told_to_leave()) {
		fd = next_connection(&w);
		if (fd >= 0)
			serve_connection(&w, fd);
	}
	slot->is_ready = 0;
	db_free(w.db);
	arena_free(w.arena);
	close(w.waiter);
	return EXIT_SUCCESS;
}
