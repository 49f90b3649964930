/*
 * http - bounded, timed calls through libcurl.
 *
 * Every call has a handle and a connection of its own: a used handle carries
 * settings over, and a used connection that dies makes libcurl send a POST a
 * second time.  What counts as certainly not sent is what libcurl says about
 * the bytes that left, not the kind of its error.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>

#include <curl/curl.h>

#include "arena.h"
#include "buf.h"
#include "http.h"
#include "log.h"

enum {
	CONNECT_MS = 3000,
	TIMEOUT_MS = 20000,
	HEADERS_MOST = 64 * 1024,
	STALLED_SECONDS = 15
};

struct http {
	CURLM *multi;
};

/* One call under way. */
struct flight {
	CURL *easy;
	struct curl_slist *headers;
	const struct http_call *call;
	struct buf *answer;
	size_t header_bytes;
	bool is_too_large;
	char why[CURL_ERROR_SIZE];
};

static _Noreturn void
out_of_memory(void)
{
	log_line(LOG_ERROR, "out_of_memory", "where=http");
	abort();
}

struct http *
http_new(void)
{
	struct http *h = calloc(1, sizeof(*h));

	if (h == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != 0 ||
	    (h->multi = curl_multi_init()) == NULL)
		out_of_memory();
	return h;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	curl_multi_cleanup(h->multi);
	curl_global_cleanup();
	free(h);
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *to)
{
	struct flight *f = to;

	buf_put(f->answer, bytes, size * count);
	if (buf_full(f->answer)) {
		f->is_too_large = true;
		return 0; /* ends the call */
	}
	return size * count;
}

static size_t
take_header(char *bytes, size_t size, size_t count, void *to)
{
	struct flight *f = to;

	(void)bytes;
	f->header_bytes += size * count;
	if (f->header_bytes > HEADERS_MOST) {
		f->is_too_large = true;
		return 0;
	}
	return size * count;
}

/* A line of ours may carry a value of somebody else. */
static bool
is_one_line(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static bool
is_https(const char *url)
{
	return strncmp(url, "https://", 8) == 0;
}

static const char *
scheme_of(const char *url)
{
	if (is_https(url))
		return "https";
	if (strncmp(url, "http://", 7) == 0)
		return "http";
	return NULL;
}

/* May it be sent at all? */
static bool
is_sound(const struct http_call *call)
{
	size_t i;

	for (i = 0; i < 8 && call->headers[i] != NULL; i++)
		if (!is_one_line(call->headers[i]))
			return false;
	return scheme_of(call->url) != NULL && is_one_line(call->url) &&
	       strchr(call->url, ' ') == NULL && is_one_line(call->method);
}

static void
add_header(struct flight *f, const char *line)
{
	struct curl_slist *longer = curl_slist_append(f->headers, line);

	if (longer == NULL)
		out_of_memory();
	f->headers = longer;
}

#define SET(option, value)                                                     \
	do {                                                                   \
		if (curl_easy_setopt(f->easy, option, value) != CURLE_OK)      \
			out_of_memory();                                       \
	} while (0)

static void
prepare(struct flight *f)
{
	const struct http_call *call = f->call;
	const char *scheme = scheme_of(call->url);
	size_t i;

	f->easy = curl_easy_init();
	if (f->easy == NULL)
		out_of_memory();
	for (i = 0; i < 8 && call->headers[i] != NULL; i++)
		add_header(f, call->headers[i]);
	/* Large bodies go out at once, without asking first. */
	add_header(f, "Expect:");
	SET(CURLOPT_HTTPHEADER, f->headers);
	SET(CURLOPT_URL, call->url);
	SET(CURLOPT_PATH_AS_IS, 1L);
	if (call->body != NULL) {
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body_len);
		SET(CURLOPT_POSTFIELDS, call->body);
	}
	SET(CURLOPT_CUSTOMREQUEST, call->method);
	SET(CURLOPT_USERAGENT, "windlass/" WINDLASS_VERSION);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, f);
	SET(CURLOPT_HEADERFUNCTION, take_header);
	SET(CURLOPT_HEADERDATA, f);
	SET(CURLOPT_ERRORBUFFER, f->why);
	SET(CURLOPT_PRIVATE, f);
	/* Where it may go. */
	SET(CURLOPT_PROTOCOLS_STR, scheme);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_FRESH_CONNECT, 1L);
	SET(CURLOPT_FORBID_REUSE, 1L);
	/* How long it may take. */
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	SET(CURLOPT_TIMEOUT_MS,
	    (long)(call->timeout_ms > 0 ? call->timeout_ms : TIMEOUT_MS));
	SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
	SET(CURLOPT_LOW_SPEED_TIME, (long)STALLED_SECONDS);
}

/* Did not one byte of the request leave? */
static bool
is_certainly_unsent(const struct flight *f)
{
	curl_off_t connected = 0, secured = 0;
	long sent = 0;

	curl_easy_getinfo(f->easy, CURLINFO_REQUEST_SIZE, &sent);
	curl_easy_getinfo(f->easy, CURLINFO_CONNECT_TIME_T, &connected);
	curl_easy_getinfo(f->easy, CURLINFO_APPCONNECT_TIME_T, &secured);
	if (sent != 0)
		return false;
	return connected == 0 || (secured == 0 && is_https(f->call->url));
}

/* The call's host and path without its query, for the log. */
static const char *
target(const struct http_call *call)
{
	char text[200];

	snprintf(text, sizeof(text), "%.*s", (int)strcspn(call->url, "?"),
	    call->url);
	return log_quoted(text);
}

static int
result_of(const struct flight *f, CURLcode code)
{
	curl_off_t wait = 0;
	long status = 0;
	int rc = -EIO;

	if (code == CURLE_OK) {
		curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
		curl_easy_getinfo(f->easy, CURLINFO_RETRY_AFTER, &wait);
		if (f->call->retry_after != NULL)
			*f->call->retry_after = wait > 0 ? wait : 0;
		if (status > 0)
			return (int)status;
	}
	if (f->is_too_large)
		rc = -EFBIG;
	else if (is_certainly_unsent(f))
		rc = -ECONNREFUSED;
	log_line(LOG_WARN, "http_failed", "call=%s %s result=%s why=%s",
	    f->call->method, target(f->call),
	    rc == -ECONNREFUSED ? "not_sent" : "unknown",
	    log_quoted(f->why[0] ? f->why : curl_easy_strerror(code)));
	return rc;
}

static void
end_flight(struct http *h, struct flight *f)
{
	curl_multi_remove_handle(h->multi, f->easy);
	curl_easy_cleanup(f->easy);
	curl_slist_free_all(f->headers);
	f->easy = NULL;
	f->headers = NULL;
}

/* Sets off the next call, into a free slot; one that is not sound is answered
 * at once. */
static bool
start(struct http *h, struct flight *f, const struct http_call *call,
    struct buf *answer, int *result)
{
	buf_reset(answer);
	if (!is_sound(call)) {
		log_line(LOG_ERROR, "http_refused", "call=%s %s",
		    log_quoted(call->method), target(call));
		*result = -ECONNREFUSED;
		return false;
	}
	memset(f, 0, sizeof(*f));
	f->call = call;
	f->answer = answer;
	prepare(f);
	if (curl_multi_add_handle(h->multi, f->easy) != CURLM_OK)
		out_of_memory();
	return true;
}

void
http_calls(struct http *h, const struct http_call *calls, size_t count,
    size_t at_once, struct buf *answers, int *results)
{
	struct flight *slots, *f;
	size_t next = 0, flying = 0, i;
	int running, left;
	CURLMsg *done;
	bool is_room;

	if (at_once == 0)
		at_once = 1;
	slots = calloc(at_once, sizeof(*slots));
	if (slots == NULL)
		out_of_memory();
	while (next < count || flying > 0) {
		for (i = 0; i < at_once && next < count; i++) {
			/* A slot is free when it has no handle. */
			while (slots[i].easy == NULL && next < count) {
				flying += start(h, &slots[i], &calls[next],
				    &answers[next], &results[next]);
				next++;
			}
		}
		is_room = false;
		curl_multi_perform(h->multi, &running);
		while ((done = curl_multi_info_read(h->multi, &left))) {
			if (done->msg != CURLMSG_DONE)
				continue;
			curl_easy_getinfo(done->easy_handle, CURLINFO_PRIVATE,
			    (char **)&f);
			results[f->call - calls] =
			    result_of(f, done->data.result);
			end_flight(h, f);
			flying--;
			is_room = next < count;
		}
		if (running > 0 && !is_room)
			curl_multi_poll(h->multi, NULL, 0, 1000, NULL);
	}
	free(slots);
}

int
http_call(struct http *h, const struct http_call *call, struct buf *answer)
{
	int result = -EIO;

	http_calls(h, call, 1, 1, answer, &result);
	return result;
}

const char *
http_escape(struct arena *a, const char *text)
{
	static const char hex[] = "0123456789ABCDEF";
	char *escaped = arena_array(a, strlen(text) + 1, 3), *to = escaped;

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x80 && (isalnum(c) || strchr("-._~", c) != NULL)) {
			*to++ = *text;
			continue;
		}
		*to++ = '%';
		*to++ = hex[c >> 4];
		*to++ = hex[c & 15];
	}
	return escaped;
}
