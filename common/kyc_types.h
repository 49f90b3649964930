/*
 * kyc_types - a customer type as parsed; for kyc*.c and the book's own check,
 *         others ask kyc.h.
 */
#ifndef WINDLASS_KYC_TYPES_H
#define WINDLASS_KYC_TYPES_H

#include <stdbool.h>
#include <stddef.h>

#include "kyc.h"

struct asked_field {
	const char *name;
	bool optional;
	const struct json *description; /* language -> text, "en" among them */
	size_t when_count;              /* 0: in every corridor */
	const struct corridor *when;    /* a NULL member fits all */
};

struct customer_type {
	const char *name;
	const struct json *label;
	size_t count;
	const struct asked_field *fields;
};

struct customer_types {
	size_t count;
	const struct customer_type *types;
};

/* The text in that language (pt-BR falls back to pt), else in "en". */
const char *text_in(const struct json *texts, const char *lang);

#endif
