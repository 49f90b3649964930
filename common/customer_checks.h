/*
 * customer_checks - which schemes a customer's values pass, kept beside them
 *         in clear: whoever judges later has no key.
 */
#ifndef WINDLASS_CUSTOMER_CHECKS_H
#define WINDLASS_CUSTOMER_CHECKS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct customer_field;

/* Tries every text value, those of earlier requests too: the schemes may know
 * more by now.  pairs are all values: names and values, then NULL.  True if
 * anything is to be stored. */
bool customer_checks_try(struct arena *a, struct customer_field *fields,
    size_t count, const char *const *pairs);

#endif
