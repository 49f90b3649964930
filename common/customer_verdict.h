/*
 * customer_verdict - what somebody decided about a customer, or what the day or
 *         a new rule has changed, written down and told.
 *
 * Shape:  (customer as read, judgement) in, the next version stored: state,
 *         errors, verdicts, standing, audit and notices in one call.  No key
 *         is needed; sealed values stay as they are.
 * Errors: 0; CUSTOMER_FASTER: somebody else wrote first, or the customer is
 *         gone: look and decide again; -EINVAL: the words are not of the kind
 *         below; negative.
 */
#ifndef WINDLASS_CUSTOMER_VERDICT_H
#define WINDLASS_CUSTOMER_VERDICT_H

#include <stddef.h>
#include <stdint.h>

#include "customer_stand.h"

struct arena;
struct book;
struct customer;
struct customer_field;
struct db;

struct field_error {
	const char *name;
	/* [a-z0-9_]{1,64}: "blurred"; shown to the wallet.  NULL: the rejection
	 * there is is taken back. */
	const char *error;
};

struct verdict_ask {
	const char *type;    /* NULL: no verdict, only what follows */
	const char *verdict; /* accepted, rejected, held; NULL: taken back */
	const char *reason;  /* at most 200 characters, no personal data; NULL:
	                      * none.  Never shown to the wallet. */
	const char *by;      /* operator:NAME, hook, or watcher (no verdict) */
	const struct field_error *errors; /* of fields that the customer has;
	                                   * others are left out */
	size_t error_count;
	/* Marks (checks, choice_of, rule) of fields anew, or NULL; as many as
	 * the customer has fields, in their order. */
	const struct customer_field *marks;
};

/* *version (may be NULL): the one stored. */
int customer_verdict_save(struct db *db, struct arena *a,
    const struct book *book, const struct customer *c,
    const struct verdict_ask *ask, const char *today, int64_t *version)
    __attribute__((warn_unused_result));
/* The same where they stood otherwise by another day or by other types. */
int customer_verdict_since(struct db *db, struct arena *a,
    const struct book *book, const struct customer *c,
    const struct verdict_ask *ask, struct stood before, const char *today,
    int64_t *version) __attribute__((warn_unused_result));

#endif
