/*
 * Outgoing calls against a server that misbehaves as it is told by the path.
 */
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "arena.h"
#include "buf.h"
#include "http.h"
#include "instant.h"

/* What the server saw; shared with its children. */
static struct seen {
	atomic_int requests, now, most;
} * seen;

static struct arena *a;
static struct http *h;
static pid_t server;
static char base[64], secure[64], nobody[64];

static void
say(int fd, const char *text)
{
	if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		_exit(0);
}

/* The request's head and as much of its body as it announces. */
static const char *
hear(int fd)
{
	static char text[64 * 1024];
	size_t len = 0, want = sizeof(text) - 1;
	const char *end, *announced;
	ssize_t n;

	while (len < want) {
		n = read(fd, text + len, sizeof(text) - 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
		text[len] = '\0';
		end = strstr(text, "\r\n\r\n");
		announced = strstr(text, "Content-Length: ");
		if (end != NULL)
			want = (size_t)(end + 4 - text) +
			       (announced == NULL || announced > end
				       ? 0
				       : strtoul(announced + 16, NULL, 10));
	}
	text[len] = '\0';
	return text;
}

static void
serve_one(int fd)
{
	const char *request = hear(fd), *path = strchr(request, '/');
	int now;

	if (path == NULL)
		return;
	atomic_fetch_add(&seen->requests, 1);
	if (strncmp(path, "/echo", 5) == 0) {
		say(fd, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
		say(fd, request);
	} else if (strncmp(path, "/none ", 6) == 0) {
		say(fd, "HTTP/1.1 204 No Content\r\n\r\n");
	} else if (strncmp(path, "/missing ", 9) == 0) {
		say(fd,
		    "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno");
	} else if (strncmp(path, "/redirect ", 10) == 0) {
		say(fd, "HTTP/1.1 302 Found\r\nLocation: /echo\r\n"
			"Content-Length: 0\r\n\r\n");
	} else if (strncmp(path, "/cut ", 5) == 0) {
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123");
	} else if (strncmp(path, "/rubbish ", 9) == 0) {
		say(fd, "220 mail.example.com\r\n");
	} else if (strncmp(path, "/endless ", 9) == 0) {
		say(fd, "HTTP/1.1 200 OK\r\n\r\n");
		for (;;)
			say(fd, "0123456789abcdef0123456789abcdef");
	} else if (strncmp(path, "/heads ", 7) == 0) {
		say(fd, "HTTP/1.1 200 OK\r\n");
		for (;;)
			say(fd, "X-More: 0123456789abcdef0123456789\r\n");
	} else if (strncmp(path, "/wait ", 6) == 0) {
		now = atomic_fetch_add(&seen->now, 1) + 1;
		if (now > atomic_load(&seen->most))
			atomic_store(&seen->most, now);
		usleep(50000);
		atomic_fetch_sub(&seen->now, 1);
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	} else if (strncmp(path, "/keep ", 6) == 0) {
		/* Dies under the second request of the connection. */
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
		if (hear(fd)[0] != '\0')
			atomic_fetch_add(&seen->requests, 1);
	} else if (strncmp(path, "/silent ", 8) == 0) {
		sleep(5);
	}
	/* /gone: closed without a word. */
}

static int
listener(uint16_t *port)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&at, len) != 0 || listen(fd, 64) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		return -1;
	*port = ntohs(at.sin_port);
	return fd;
}

static int
setup(void **state)
{
	uint16_t port, unused;
	int fd = listener(&port), closed = listener(&unused);

	(void)state;
	if (fd < 0 || closed < 0)
		return -1;
	close(closed);
	snprintf(base, sizeof(base), "http://127.0.0.1:%u", port);
	snprintf(secure, sizeof(secure), "https://127.0.0.1:%u", port);
	snprintf(nobody, sizeof(nobody), "http://127.0.0.1:%u", unused);
	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	server = fork();
	if (server == 0) {
		signal(SIGCHLD, SIG_IGN);
		for (;;) {
			int peer = accept(fd, NULL, NULL);

			if (fork() == 0) {
				serve_one(peer);
				_exit(0);
			}
			close(peer);
		}
	}
	close(fd);
	a = arena_new();
	h = http_new();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	http_free(h);
	http_free(NULL);
	arena_free(a);
	munmap(seen, sizeof(*seen));
	return 0;
}

static struct http_call
get(const char *where, const char *path)
{
	return (struct http_call){.method = "GET",
	    .url = arena_printf(a, "%s%s", where, path)};
}

// clang-format off
static const struct {
	const char *path;
	int result, requests;
	const char *answer;
} cases[] = {
	{ "/none", 204, 1, "" },
	{ "/missing", 404, 1, "no" },
	{ "/redirect", 302, 1, "" }, /* not followed */
	{ "/gone", -EIO, 1, NULL },  /* and not sent again */
	{ "/cut", -EIO, 1, NULL },
	{ "/rubbish", -EIO, 1, NULL },
	{ "/endless", -EFBIG, 1, NULL },
	{ "/heads", -EFBIG, 1, NULL },
};
// clang-format on

static void
every_answer_has_its_outcome_and_one_request(void **state)
{
	struct buf answer;

	(void)state;
	buf_init(&answer, a, 100 * 1024);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct http_call call = get(base, cases[i].path);
		struct caught c = catch_stderr();
		int result;
		const char *said;

		call.method = "POST";
		call.body = "{}";
		call.body_len = 2;
		atomic_store(&seen->requests, 0);
		result = http_call(h, &call, &answer);
		said = caught_stderr(c);
		expect_int(cases[i].path, result, cases[i].result);
		if (cases[i].answer != NULL)
			expect_text(cases[i].path, answer.data,
			    cases[i].answer);
		expect_int(cases[i].path, atomic_load(&seen->requests),
		    cases[i].requests);
		expect(cases[i].path, (said[0] != '\0') == (result < 0));
	}
}

static void
what_never_left_is_told_from_what_may_have_arrived(void **state)
{
	struct http_call never[] = {get(nobody, "/echo"), get(secure, "/echo"),
	    get("http://no-such-host.invalid", "/"),
	    get("ftp://127.0.0.1", "/"), get("file:///etc", "/passwd"),
	    get(base, "/a b"), get(base, "/a\r\nX-Injected:1"),
	    get(base, "/echo")};
	struct http_call silent = get(base, "/silent");
	struct buf answer;
	struct caught c = catch_stderr();
	int results[COUNT(never)], timed_out;
	int64_t began;

	(void)state;
	buf_init(&answer, a, 1000);
	never[7].headers[0] = "X-Ours: 1\r\nX-Injected: 1";
	atomic_store(&seen->requests, 0);
	for (size_t i = 0; i < COUNT(never); i++)
		results[i] = http_call(h, &never[i], &answer);
	silent.timeout_ms = 200;
	began = monotonic_ms();
	timed_out = http_call(h, &silent, &answer);
	began = monotonic_ms() - began;
	caught_stderr(c);
	for (size_t i = 0; i < COUNT(never); i++)
		expect_int(never[i].url, results[i], -ECONNREFUSED);
	expect_int("silent", timed_out, -EIO);
	expect("in time", began >= 190 && began < 2000);
	expect_int("arrived", atomic_load(&seen->requests), 1);
}

static void
a_request_carries_what_was_asked_and_no_more(void **state)
{
	struct http_call call = get(base, "/echo/../x?y=%20");
	struct buf answer;
	const char *got;

	(void)state;
	setenv("http_proxy", nobody, 1);
	setenv("ALL_PROXY", nobody, 1);
	buf_init(&answer, a, 100000);
	call.url = arena_printf(a, "%s/echo/../x?y=%%20", base);
	call.method = "PUT";
	call.headers[0] = "Content-Type: application/json";
	call.headers[1] = "X-Api-Key: k";
	call.body = arena_printf(a, "%020000d", 7);
	call.body_len = strlen(call.body);
	expect_int("call", http_call(h, &call, &answer), 200);
	got = answer.data;
	expect(got, strncmp(got, "PUT /echo/../x?y=%20 HTTP/1.1\r\n", 31) == 0);
	expect(got, strstr(got, "\r\nContent-Type: application/json\r\n"));
	expect(got, strstr(got, "\r\nX-Api-Key: k\r\n"));
	expect(got, strstr(got, "\r\nContent-Length: 20000\r\n"));
	expect(got, strstr(got, "Expect") == NULL);
	expect(got, strstr(got, "Accept-Encoding") == NULL);
	expect(got, strstr(got, "Cookie") == NULL);
	expect("the body", strlen(strstr(got, "\r\n\r\n")) == 20004);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");

	/* The next call has nothing of it. */
	call = get(base, "/echo");
	expect_int("call", http_call(h, &call, &answer), 200);
	expect(answer.data, strncmp(answer.data, "GET /echo ", 10) == 0);
	expect(answer.data, strstr(answer.data, "X-Api-Key") == NULL);
	expect(answer.data, strstr(answer.data, "Content-Length") == NULL);
	call.method = "DELETE";
	expect_int("call", http_call(h, &call, &answer), 200);
	expect(answer.data, strncmp(answer.data, "DELETE /echo ", 13) == 0);
}

/* libcurl sends a request again, by itself, when a connection that it had kept
 * dies under it: a payment would be ordered twice. */
static void
no_connection_is_used_twice(void **state)
{
	struct http_call call = get(base, "/keep");
	struct buf answer;

	(void)state;
	buf_init(&answer, a, 1000);
	call.method = "POST";
	call.body = "{}";
	call.body_len = 2;
	atomic_store(&seen->requests, 0);
	expect_int("first", http_call(h, &call, &answer), 200);
	expect_int("second", http_call(h, &call, &answer), 200);
	usleep(20000);
	expect_int("requests", atomic_load(&seen->requests), 2);
}

static void
many_calls_fly_together_but_not_too_many(void **state)
{
	struct http_call calls[12];
	struct buf answers[12];
	int results[12];
	int64_t began;
	struct caught c = catch_stderr();

	(void)state;
	for (size_t i = 0; i < COUNT(calls); i++) {
		calls[i] = get(i == 4 ? nobody : base, "/wait");
		if (i == 7)
			calls[i] = get(base, "/missing");
		buf_init(&answers[i], a, 100);
		results[i] = 0;
	}
	atomic_store(&seen->most, 0);
	began = monotonic_ms();
	http_calls(h, calls, 12, 3, answers, results);
	began = monotonic_ms() - began;
	caught_stderr(c);
	for (size_t i = 0; i < COUNT(calls); i++)
		expect_int(arena_printf(a, "call %zu", i), results[i],
		    i == 4 ? -ECONNREFUSED : (i == 7 ? 404 : 200));
	expect_text("its own answer", answers[7].data, "no");
	expect("at most 3", atomic_load(&seen->most) <= 3);
	expect("more than 1", atomic_load(&seen->most) >= 2);
	expect("no waiting between them", began < 900);
	http_calls(h, calls, 0, 3, answers, results);
}

static void
parameters_are_escaped(void **state)
{
	(void)state;
	expect_text("plain", http_escape(a, "aZ09-._~"), "aZ09-._~");
	expect_text("others", http_escape(a, "a b/&=?#%+\n\xc3\xa3"),
	    "a%20b%2F%26%3D%3F%23%25%2B%0A%C3%A3");
	expect_text("empty", http_escape(a, ""), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_answer_has_its_outcome_and_one_request),
	    cmocka_unit_test(
		what_never_left_is_told_from_what_may_have_arrived),
	    cmocka_unit_test(a_request_carries_what_was_asked_and_no_more),
	    cmocka_unit_test(no_connection_is_used_twice),
	    cmocka_unit_test(many_calls_fly_together_but_not_too_many),
	    cmocka_unit_test(parameters_are_escaped),
	};

	return cmocka_run_group_tests_name("http", tests, setup, teardown);
}
