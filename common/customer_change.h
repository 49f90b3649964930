/*
 * customer_change - what a PUT gives, and what becomes of the customer by it.
 *
 * Shape:  given: the values of a request, checked and in one spelling.
 *         change: (customer before, given) in, the next version out; pure, but
 *         for the key that opens the values before.
 * Errors: x_or_reply() gives 0, the HTTP status it already answered (the error
 *         names the field, never the value), or negative.
 * Source: SEP-12, PUT /customer; SEP-9.
 */
#ifndef WINDLASS_CUSTOMER_CHANGE_H
#define WINDLASS_CUSTOMER_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "document.h"

struct book;
struct customer_ask;
struct customer_next;
struct customer_seen;
struct reply;
struct request;
struct seal;

struct given {
	const char *name;
	const char *text;            /* "": to be cleared; NULL for a file */
	const struct document *file; /* NULL for a text */
};

struct given_code;

struct customer_given {
	size_t count;
	const struct given *list;
	size_t code_count; /* that prove a contact: customer_code.h */
	struct given_code *codes;
	struct documents files; /* compared before customer_change() */
};

int customer_given_or_reply(const struct request *rq,
    struct customer_given *given, struct reply *rp)
    __attribute__((warn_unused_result));

/* next->documents are the caller's to set.  *changes: is there anything to be
 * stored? */
int customer_change_or_reply(const struct request *rq, const struct seal *keys,
    const struct book *book, const struct customer_ask *ask,
    const struct customer_seen *seen, const struct customer_given *given,
    struct customer_next *next, bool *changes, struct reply *rp)
    __attribute__((warn_unused_result));

#endif
