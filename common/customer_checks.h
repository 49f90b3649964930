/*
 * customer_checks - which schemes a customer's values pass, and of which types'
 *         choices they are, kept beside them in clear: whoever judges later has
 *         no key.
 */
#ifndef WINDLASS_CUSTOMER_CHECKS_H
#define WINDLASS_CUSTOMER_CHECKS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct book;
struct customer;
struct customer_field;

/* Tries every text value, those of earlier requests too: the schemes may know
 * more by now.  pairs are all values: names and values, then NULL.  True if
 * anything is to be stored. */
bool customer_checks_try(struct arena *a, const struct book *book,
    struct customer_field *fields, size_t count, const char *const *pairs);
/* The same customer with all that tried again, for whoever has the values.
 * *changes (may be NULL): is it otherwise than was stored? */
const struct customer *customer_checked(struct arena *a,
    const struct book *book, const struct customer *c, const char *const *pairs,
    bool *changes);

#endif
