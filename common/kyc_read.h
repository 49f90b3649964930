/*
 * kyc_read - where the parser of a types document stands, and whom it tells;
 *         for kyc_types.c and kyc_asks.c only.
 */
#ifndef WINDLASS_KYC_READ_H
#define WINDLASS_KYC_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "kyc_types.h"

struct reading {
	struct arena *arena;
	void (*say)(void *to, const char *fault);
	void *to;
	size_t faults;
	const char *type;  /* or NULL */
	const char *field; /* or NULL */
};

void kyc_fault(struct reading *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A member that nobody reads is a misspelt one. */
void kyc_only_members(struct reading *r, const struct json *object,
    const char *known);
/* true or false, false where it is not said. */
bool kyc_flag(struct reading *r, const struct json *object, const char *what);
/* Letters and digits, with single ones of also between them. */
bool kyc_is_plain_name(const char *name, const char *also);
/* {"en": "...", "pt": "..."} */
const struct json *kyc_texts(struct reading *r, const struct json *object,
    const char *what);
/* One entry of "fields"; before: how many of the type's are read. */
void kyc_read_field(struct reading *r, const struct json *field,
    const struct customer_type *type, size_t before, struct asked_field *out);

#endif
