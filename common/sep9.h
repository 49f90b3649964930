/*
 * sep9 - the members of a customer that the platform can forward, all 49.
 *
 * Shape:  one row per member: what it is, how long it may be, what it must look
 *         like, how much of it is seen when it is masked.  A name that is not
 * here never arrives, so nobody may ask for it. Units:  most is in bytes,
 * without the NUL; of a file it is 0: whoever takes files bounds them. Source:
 * SEP-9 1.17; the platform's PUT /customer, whose names these are.
 */
#ifndef WINDLASS_SEP9_H
#define WINDLASS_SEP9_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum sep9_kind {
	SEP9_TEXT,
	SEP9_DATE,   /* a day, or a date-time: see day_parse() */
	SEP9_BINARY, /* arrives as a file */
	SEP9_CODE    /* a code that we sent to the customer comes back */
};

enum sep9_mask { /* what is left of a masked value */
	MASK_ALL,
	MASK_INITIAL, /* J*** */
	MASK_EMAIL,   /* a***@***.org */
	MASK_END,     /* ***6789, if there is much more before it */
	MASK_YEAR,    /* 1990-**-** */
	MASK_NOTHING  /* one of a few words, shared by many people */
};

enum { SEP9_MAX = 49 };

struct sep9 {
	const char *name;
	enum sep9_kind kind;
	size_t most;
	bool (*check)(const char *value, const char *arg);
	const char *arg;   /* for check */
	const char *shape; /* "must be ...", for the error */
	enum sep9_mask mask;
};

/* NULL if the platform cannot forward it. */
const struct sep9 *sep9_find(const char *name);
/* Row i, 0 to SEP9_MAX - 1, in the table's order. */
const struct sep9 *sep9_at(size_t i);
/* Is the non-empty text a value of that member? */
bool sep9_check(const struct sep9 *member, const char *text);
/* NULL if it is, or what to tell the client after the member's name. */
const char *sep9_why(const struct sep9 *member, const char *text);
/* The text as somebody may see it who need not know it; it tells no length. */
const char *sep9_masked(struct arena *a, const struct sep9 *member,
    const char *text);

#endif
