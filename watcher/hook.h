/*
 * hook - what we call by ourselves: signed requests to one address, about
 *        customers or what became of payments, and what came back.
 *
 * Shape:  a table of functions, so that a test may answer in its place.
 * Rule:   a call has a short end, and a hook that does not answer is left alone
 *         for a while, 1 s to 64 s; payments wait for neither (errands.h).
 * Errors: the answer's status is the HTTP status, or negative as http_call()
 *         has it.
 * Source: api/review-hook.openapi.yaml, api/code-hook.openapi.yaml,
 *         api/webhooks.openapi.yaml; Standard Webhooks.
 */
#ifndef WINDLASS_HOOK_H
#define WINDLASS_HOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

struct arena;
struct http;
struct webhook_keys;

enum { HOOK_AT_ONCE = 8 };

struct hook_request {
	const char *method, *path; /* with its first slash, or "" */
	const char *id; /* webhook-id; of letters that need no escape */
	const char *content_type; /* NULL without body */
	const char *body;         /* NULL: none */
	size_t len;
};

struct hook_answer {
	int status;
	int64_t retry_after; /* seconds; 0: it did not say */
	struct buf body;
};

struct hook {
	void *self; /* NULL: there is no such hook */
	/* All of them, HOOK_AT_ONCE under way. */
	void (*call)(void *self, struct arena *a,
	    const struct hook_request *requests, size_t count,
	    struct hook_answer *answers);
	/* Did it not answer lately? */
	bool (*is_away)(void *self);
};

/* One for each of the three; what is given is borrowed. */
struct hook hook_http(struct http *http, const char *url,
    const struct webhook_keys *keys);

#endif
