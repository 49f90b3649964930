/*
 * review_answer - what a review hook said, read with suspicion.
 *
 * Shape:  pure: (what was shown, status, text) in, one answer out.
 * Rule:   a word, a field or a code that the contract does not have makes the
 *         whole answer odd: nothing of it is applied, and it is asked again.
 * Owner:  texts hang on the arena given.
 * Source: api/review-hook.openapi.yaml, Review.
 */
#ifndef WINDLASS_REVIEW_ANSWER_H
#define WINDLASS_REVIEW_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum review_says {
	REVIEW_ACCEPTED,
	REVIEW_RESUBMIT,
	REVIEW_REJECTED,
	REVIEW_PENDING,
	REVIEW_LOST,    /* looked for, and not there: send it again */
	REVIEW_REFUSED, /* the hook will not have it: 4xx */
	REVIEW_FAILED,  /* its own fault: 5xx, 429 */
	REVIEW_AWAY,    /* no answer */
	REVIEW_ODD,
	REVIEW_SAYS_MAX
};

struct review_shown {
	const char *id;
	const char *const *names; /* of fields and documents, then NULL */
};

struct review_answer {
	enum review_says says;
	const char *reason;       /* a code; "" if none was given */
	const char *const *pairs; /* field and code, then NULL */
	const char *why;          /* odd: what is; for the log */
};

struct review_answer review_read(struct arena *a,
    const struct review_shown *shown, bool is_look, int status,
    const char *text, size_t len);
/* The word, for counters, the log, and the verdict's own name. */
const char *review_says_name(enum review_says says);
/* [a-z0-9_]{1,64}: safe to keep and to show. */
bool is_review_code(const char *text);

#endif
