/*
 * http - bounded, timed calls through libcurl; only the watcher and the
 *         operator's command link it.
 *
 * Shape:  one call, one fresh connection (libcurl would silently send a POST
 *         again on a dead kept one); no redirects, no proxy, no cookies, TLS
 *         verified; the answer bounded by the buf it goes to.
 * Errors: the HTTP status (positive), or -ECONNREFUSED: certainly not sent;
 *         -EIO: unknown whether it arrived; -EFBIG: answer too large (unknown
 *         too).
 */
#ifndef WINDLASS_HTTP_H
#define WINDLASS_HTTP_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;

struct http_call {
	const char *method;
	const char *url;
	const char *headers[8]; /* whole lines, NULL-terminated */
	const char *body;       /* NULL: none */
	size_t body_len;
	int64_t timeout_ms; /* of everything; 20,000 if 0 */
	/* Where to put the seconds that an answer asks us to wait for
	 * (Retry-After), 0 without; NULL: nobody asks. */
	int64_t *retry_after;
};

struct http;

struct http *http_new(void);
void http_free(struct http *h);
int http_call(struct http *h, const struct http_call *call, struct buf *answer)
    __attribute__((warn_unused_result));
/* Several calls at once, at most `at_once` under way; results[i] as above. */
void http_calls(struct http *h, const struct http_call *calls, size_t count,
    size_t at_once, struct buf *answers, int *results);
/* Value of a query parameter or path segment, percent-encoded. */
const char *http_escape(struct arena *a, const char *text);

#endif
