/*
 * wire - HTTP calls over plain sockets and poll(2).
 */
#include "wire.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { AT_ONCE_MOST = 64, HEAD_MOST = 2048, PIECE = 64 * 1024 };

/* One call under way. */
struct flight {
	struct wire_call *call; /* NULL: free */
	int fd;
	char *out;
	size_t out_len, sent;
	char *in;
	size_t in_len, room;
	size_t whole; /* of head and body; 0: not known yet */
};

static _Noreturn void
fail(const struct wire_call *call, const char *what)
{
	fprintf(stderr, "bare: %s %s: %s: %s\n", call->method, call->target,
	    what, strerror(errno));
	exit(EXIT_FAILURE);
}

static void *
bytes_or_end(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

static void
start(struct flight *f, struct wire_call *call)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
	    .sin_port = htons((unsigned short)call->port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	size_t body_len = call->body == NULL ? 0 : call->body_len;
	char length[64] = "";
	int n;

	memset(f, 0, sizeof(*f));
	f->call = call;
	f->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (f->fd < 0 ||
	    (connect(f->fd, (struct sockaddr *)&to, sizeof(to)) != 0 &&
		errno != EINPROGRESS))
		fail(call, "connect");
	if (call->body != NULL)
		snprintf(length, sizeof(length), "Content-Length: %zu\r\n",
		    body_len);
	f->out = bytes_or_end(malloc(HEAD_MOST + body_len));
	n = snprintf(f->out, HEAD_MOST,
	    "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: windlass\r\n"
	    "Accept: */*\r\n%s%s\r\n",
	    call->method, call->target, call->port,
	    call->headers == NULL ? "" : call->headers, length);
	if (n >= HEAD_MOST)
		fail(call, "too long");
	if (body_len > 0)
		memcpy(f->out + n, call->body, body_len);
	f->out_len = (size_t)n + body_len;
}

static void
give(struct flight *f)
{
	ssize_t n =
	    send(f->fd, f->out + f->sent, f->out_len - f->sent, MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN)
		fail(f->call, "send");
	f->sent += n > 0 ? (size_t)n : 0;
}

/* How long head and body are together, once the head is there. */
static size_t
whole_of(const struct flight *f)
{
	const char *end = strstr(f->in, "\r\n\r\n"), *length;

	if (end == NULL)
		return 0;
	length = strcasestr(f->in, "\r\ncontent-length:");
	if (length == NULL || length > end)
		fail(f->call, "no length");
	return (size_t)(end + 4 - f->in) +
	       strtoul(length + strlen("\r\ncontent-length:"), NULL, 10);
}

/* True when all is there. */
static bool
take(struct flight *f)
{
	ssize_t n;

	if (f->room - f->in_len < PIECE) {
		f->room = 2 * f->room + 2 * PIECE;
		f->in = bytes_or_end(realloc(f->in, f->room));
	}
	n = recv(f->fd, f->in + f->in_len, f->room - f->in_len - 1, 0);
	if (n == 0 || (n < 0 && errno != EAGAIN))
		fail(f->call, "recv");
	f->in_len += n > 0 ? (size_t)n : 0;
	f->in[f->in_len] = '\0';
	if (f->whole == 0)
		f->whole = whole_of(f);
	return f->whole != 0 && f->in_len >= f->whole;
}

static void
end(struct flight *f)
{
	const char *body = strstr(f->in, "\r\n\r\n") + 4;

	f->call->status = (int)strtol(f->in + strlen("HTTP/1.1 "), NULL, 10);
	f->call->answer = bytes_or_end(strdup(body));
	close(f->fd);
	free(f->in);
	free(f->out);
	f->call = NULL;
}

void
wire_calls(struct wire_call *calls, size_t count, size_t at_once)
{
	struct flight flights[AT_ONCE_MOST] = {{NULL}};
	struct pollfd waits[AT_ONCE_MOST];
	size_t next = 0, done = 0, i;

	if (at_once > AT_ONCE_MOST)
		abort();
	while (done < count) {
		for (i = 0; i < at_once; i++) {
			struct flight *f = &flights[i];

			if (f->call == NULL && next < count)
				start(f, &calls[next++]);
			waits[i] = (struct pollfd){-1, 0, 0};
			if (f->call != NULL)
				waits[i] = (struct pollfd){f->fd,
				    f->sent < f->out_len ? POLLOUT : POLLIN, 0};
		}
		if (poll(waits, at_once, -1) < 0)
			abort();
		for (i = 0; i < at_once; i++) {
			struct flight *f = &flights[i];

			if (f->call == NULL || waits[i].revents == 0)
				continue;
			if (f->sent < f->out_len) {
				give(f);
			} else if (take(f)) {
				end(f);
				done++;
			}
		}
	}
}
