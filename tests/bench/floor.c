/*
 * floor - an endpoint without business: what make bench measures ours against.
 *
 * It accepts as common/worker.c does, reads every byte of the request, makes
 * the round trips and commits that FLOOR_KIND names (round_trips.c), answers
 * the bytes of the file FLOOR_ANSWER and writes the same log line.  It shares
 * no code with the endpoints: what is slow there must not be slow here.
 *
 * It is started as tests/stack.sh starts an endpoint, with the same settings:
 * the last part of its name is the name of the socket.
 */
#include <fcgiapp.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "round_trips.h"

enum { SILENCE_MS = 3000, WORKERS_MOST = 64, LINE = 512 };

static const char *name;
static char *answer;
static size_t answer_len;

static _Noreturn void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static const char *
setting(const char *key)
{
	const char *value = getenv(key);

	if (value == NULL) {
		fprintf(stderr, "floor: %s is not set\n", key);
		exit(EXIT_FAILURE);
	}
	return value;
}

static void
read_answer(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat about;

	if (fd < 0 || fstat(fd, &about) != 0)
		fail(path);
	answer_len = (size_t)about.st_size;
	answer = malloc(answer_len + 1);
	if (answer == NULL ||
	    read(fd, answer, answer_len) != (ssize_t)answer_len)
		fail(path);
	close(fd);
}

/* --- one request --------------------------------------------------------- */

static const char *
param(const FCGX_Request *rq, const char *key)
{
	const char *value = FCGX_GetParam(key, rq->envp);

	return value == NULL ? "" : value;
}

/* All of the body, as one piece. */
static struct body
read_body(const FCGX_Request *rq)
{
	size_t most = strtoul(param(rq, "CONTENT_LENGTH"), NULL, 10), got = 0;
	struct body body = {malloc(most + BODY_SPARE), 0};
	int n = 1;

	if (body.bytes == NULL)
		fail("malloc");
	while (n > 0 && got < most) {
		n = FCGX_GetStr(body.bytes + got, (int)(most - got), rq->in);
		got += n > 0 ? (size_t)n : 0;
	}
	memset(body.bytes + got, 0, BODY_SPARE);
	body.len = got;
	return body;
}

static void
log_request(const FCGX_Request *rq, int status, long ms)
{
	char line[LINE], day[32];
	struct timespec now;
	struct tm tm;
	int len;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	len = snprintf(line, sizeof(line),
	    "ts=%s.%03ldZ level=info prog=%s event=request method=%s path=%.*s "
	    "status=%d ms=%ld bytes=%zu request_id=%s\n",
	    day, now.tv_nsec / 1000000, name, param(rq, "REQUEST_METHOD"),
	    (int)strcspn(param(rq, "REQUEST_URI"), "?"),
	    param(rq, "REQUEST_URI"), status, ms, answer_len,
	    param(rq, "REQUEST_ID"));
	if (write(STDERR_FILENO, line, (size_t)len) != len)
		exit(EXIT_FAILURE);
}

static long
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
serve_request(FCGX_Request *rq, struct trips *trips, long began)
{
	struct body body = read_body(rq);
	int status =
	    trips_make(trips, param(rq, "REQUEST_URI"), body) ? 200 : 503;

	FCGX_FPrintF(rq->out,
	    "Status: %d %s\r\nCache-Control: no-store\r\n"
	    "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n",
	    status, status == 200 ? "OK" : "Service Unavailable",
	    (int)answer_len);
	FCGX_PutStr(answer, (int)answer_len, rq->out);
	FCGX_FClose(rq->err);
	FCGX_FClose(rq->out);
	log_request(rq, status, now_ms() - began);
	FCGX_Finish_r(rq);
	free(body.bytes);
}

/* --- workers, as in common/worker.c -------------------------------------- */

static void
serve_connection(FCGX_Request *rq, struct trips *trips, int fd)
{
	struct timeval limit = {SILENCE_MS / 1000, SILENCE_MS % 1000 * 1000};
	long began = now_ms();

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	FCGX_InitRequest(rq, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	rq->ipcFd = fd;
	rq->keepConnection = 1;
	while (FCGX_Accept_r(rq) >= 0) {
		serve_request(rq, trips, began);
		if (rq->ipcFd < 0)
			return;
		began = now_ms();
	}
	FCGX_Free(rq, 1);
}

static _Noreturn void
work(int listener)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE};
	struct trips *trips =
	    trips_new(setting("FLOOR_KIND"), setting("WINDLASS_DATABASE_URL"));
	int waiter = epoll_create1(EPOLL_CLOEXEC), fd;
	FCGX_Request rq;

	if (trips == NULL || FCGX_Init() != 0 || waiter < 0 ||
	    epoll_ctl(waiter, EPOLL_CTL_ADD, listener, &event) != 0)
		exit(EXIT_FAILURE);
	for (;;) {
		if (epoll_wait(waiter, &event, 1, -1) != 1)
			continue;
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			serve_connection(&rq, trips, fd);
	}
}

static int
listen_at(const char *folder)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if ((size_t)snprintf(at.sun_path, sizeof(at.sun_path), "%s/%s.sock",
		folder, name) >= sizeof(at.sun_path))
		exit(EXIT_FAILURE);
	unlink(at.sun_path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(fd, SOMAXCONN) != 0)
		fail(at.sun_path);
	return fd;
}

/* As many as the endpoint of that name has. */
static int
workers(void)
{
	char key[64];
	int n, i;

	snprintf(key, sizeof(key), "WINDLASS_%s_WORKERS", name);
	for (i = 0; key[i] != '\0'; i++)
		if (key[i] >= 'a' && key[i] <= 'z')
			key[i] = (char)(key[i] - 'a' + 'A');
	n = (int)strtol(setting(key), NULL, 10);
	return n < 1 ? 1 : n > WORKERS_MOST ? WORKERS_MOST : n;
}

int
main(int argc, char **argv)
{
	int listener, left;

	(void)argc;
	name = basename(argv[0]);
	read_answer(setting("FLOOR_ANSWER"));
	listener = listen_at(setting("WINDLASS_RUN_DIR"));
	for (left = workers(); left > 0; left--)
		if (fork() == 0) {
			/* Nobody is left behind when the parent is ended. */
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			work(listener);
		}
	/* A worker that dies is no floor any more: all end. */
	wait(NULL);
	return EXIT_FAILURE;
}
