/*
 * store_hooks - what a watcher asks of the database about reviews, codes, and
 *         events for the back office.
 *
 * Shape:  what is taken is taken for a while; whoever dies with it leaves it to
 *         the next.
 * Errors: as store.h; STORE_GONE: the customer, the review or the code is not
 *         as it was any more.
 */
#ifndef WINDLASS_STORE_HOOKS_H
#define WINDLASS_STORE_HOOKS_H

#include "store.h"

struct wanted { /* who may have to be looked at */
	const char *customer, *type;
};

struct review_task {
	const char *id, *customer, *type;
	int64_t version, tries;
	bool is_pending; /* the hook has it */
	struct sealed request, wrapped_key;
};

struct code_task {
	const char *id, *customer, *name;
	int64_t tries;
	struct sealed request, wrapped_key;
};

/* types: a JSON array of names. */
int store_reviews_want(struct store *s, struct arena *a, const char *types);
int store_wanted(struct store *s, struct arena *a, int64_t most, int64_t ms,
    struct wanted **out, size_t *count);
/* id NULL: none is needed. */
int store_review_make(struct store *s, struct arena *a,
    const struct wanted *who, int64_t version, const char *id,
    struct sealed request);
int store_reviews(struct store *s, struct arena *a, int64_t most, int64_t ms,
    struct review_task **out, size_t *count);
/* what: see review_moved.sql. */
int store_review_moved(struct store *s, struct arena *a, const char *id,
    const char *what, int64_t ms);
int store_codes(struct store *s, struct arena *a, int64_t most, int64_t ms,
    struct code_task **out, size_t *count);
/* what: see code_moved.sql. */
int store_code_moved(struct store *s, struct arena *a, const char *id,
    const char *what, int64_t ms);

struct webhook_task { /* an event for the back office */
	const char *id, *subject, *body;
	int64_t tries;      /* before this one */
	instant first, now; /* first sent: 0, not before */
};

struct webhook_told { /* what became of it, see webhooks_moved.sql */
	const char *id, *what;
	int64_t answer, ms;
};

int store_webhooks_wanted(struct store *s, struct arena *a, bool is_on);
int store_webhooks(struct store *s, struct arena *a, int64_t most, int64_t ms,
    struct webhook_task **out, size_t *count);
int store_webhooks_moved(struct store *s, struct arena *a,
    const struct webhook_told *list, size_t count);
int store_webhooks_drop(struct store *s, struct arena *a, int64_t most);

#endif
