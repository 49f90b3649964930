/*
 * kyc_types - a customer type as parsed; for kyc*.c and the book's own check,
 *         others ask kyc.h.
 */
#ifndef WINDLASS_KYC_TYPES_H
#define WINDLASS_KYC_TYPES_H

#include <stdbool.h>
#include <stddef.h>

#include "kyc.h"

struct asked_when {                /* a corridor that asks for the field */
	struct corridor corridor;  /* a NULL member fits all */
	const char *const *checks; /* NULL: those of the field */
};

struct asked_field {
	const char *name;
	bool optional, proof;
	const struct json *description; /* language -> text, "en" among them */
	const char *const *checks;      /* schemes, one must pass; NULL: none */
	const char *const *choices;     /* NULL: any value */
	size_t when_count;              /* 0: in every corridor */
	const struct asked_when *when;
};

struct customer_type {
	const char *name;
	const struct json *label;
	enum review review;
	size_t count;
	const struct asked_field *fields;
};

struct customer_types {
	size_t count;
	const struct customer_type *types;
};

/* The text in that language (pt-BR falls back to pt), else in "en". */
const char *text_in(const struct json *texts, const char *lang);
/* Is it among a space-separated list of words? */
bool is_among(const char *words, const char *word);

#endif
