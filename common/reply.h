/*
 * reply - the answer to a request; the only place that writes to the client.
 *
 * Shape:  JSON, always; an error is {"error": "..."}.
 * Errors: reply_error() returns the status it wrote, so a handler can return
 *         its value: positive is "answered".
 * Rule:   no answer is a redirect or 408 and none carries Retry-After: the
 *         platform's client would send the request again.
 */
#ifndef WINDLASS_REPLY_H
#define WINDLASS_REPLY_H

#include "buf.h"
#include "json.h"

struct reply {
	int status;
	const char *type;  /* Content-Type; application/json by birth */
	const char *allow; /* methods, with a 405 */
	struct buf body;
	struct json_out json; /* writes onto body */
};

void reply_init(struct reply *rp, struct arena *a);
/* Any body written so far is dropped. */
int reply_error(struct reply *rp, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Status without a body (204). */
int reply_empty(struct reply *rp, int status);

/* Status line and headers, as FastCGI wants them before the body. */
void reply_head(const struct reply *rp, struct buf *head);

#endif
