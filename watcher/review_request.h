/*
 * review_request - what a review hook is shown of a customer: the fields of one
 *         type, and of documents what they are.
 *
 * Rule:   the bytes are made once and sealed under the customer's key; whatever
 *         is sent again is these bytes.
 * Errors: 0; DB_NONE or -EAGAIN: the customer changes right now, look again;
 *         negative.
 * Owner:  texts hang on the arena given, secrets among them.
 * Source: api/review-hook.openapi.yaml, ReviewRequest.
 */
#ifndef WINDLASS_REVIEW_REQUEST_H
#define WINDLASS_REVIEW_REQUEST_H

#include <stddef.h>

#include "seal.h"

struct arena;
struct customer;
struct customer_type;
struct review_task;
struct watcher;

int review_request_make(struct watcher *w, const struct customer *c,
    const struct customer_type *type, const char *id, const char *today,
    struct sealed *out) __attribute__((warn_unused_result));

struct review_document {
	const char *name, *kind, *sha256;
};

struct review_opened {
	const char *bytes;
	size_t len;
	const char *const *names; /* of fields and documents, then NULL */
	size_t document_count;
	const struct review_document *documents;
};

int review_request_open(const struct seal *keys, struct arena *a,
    const struct review_task *review, struct review_opened *out)
    __attribute__((warn_unused_result));
/* One of its documents, whole.  -EAGAIN too if it is not the one that the
 * request names. */
int review_document_read(struct watcher *w, struct arena *a,
    const struct customer *c, const struct review_document *document,
    const char **bytes, size_t *len) __attribute__((warn_unused_result));

#endif
