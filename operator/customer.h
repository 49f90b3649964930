/*
 * customer - a customer's status for each type, as verbs show it.
 *
 * Owner:  everything lives in the arena.
 */
#ifndef WINDLASS_OPERATOR_CUSTOMER_H
#define WINDLASS_OPERATOR_CUSTOMER_H

#include "kyc.h"

struct arena;
struct book;

/* The types that a customer is asked by, NULL-terminated: those they were put
 * under, or, if there are none of these in the book, all. */
const struct customer_type *const *customer_types(struct arena *a,
    const struct book *book, const struct customer *c);
/* All types of the book, "sep31-sender, sep31-receiver". */
const char *customer_type_names(struct arena *a, const struct book *book);
/* Without a transaction in view, so without a corridor. */
enum customer_status customer_status(struct arena *a,
    const struct customer_type *type, const struct customer *c,
    const char *today);

#endif
