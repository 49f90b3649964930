/*
 * kyc - what a customer type asks for, and how a customer stands.
 *
 * Shape:  pure, but for the three functions that take a struct db: (type,
 *         corridor, field states, today) in, a status out.
 * Units:  days are text, YYYY-MM-DD.
 * Errors: customer_find() gives 0, DB_NONE, or negative.
 * Owner:  everything hangs on the arena given.
 * Source: SEP-12 statuses; SEP-9 names; the 49 members that the platform can
 *         forward.
 */
#ifndef WINDLASS_KYC_H
#define WINDLASS_KYC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "seal.h"

struct arena;
struct book;
struct db;

enum customer_status {
	CUSTOMER_NEEDS_INFO,
	CUSTOMER_PROCESSING,
	CUSTOMER_ACCEPTED,
	CUSTOMER_REJECTED
};

enum field_state { FIELD_GIVEN, FIELD_ACCEPTED, FIELD_REJECTED };

struct customer_field { /* in clear: everything but the value */
	const char *name;
	enum field_state state;
	const char *error;       /* NULL, or a code for people */
	const char *valid_until; /* day, or NULL */
	bool is_file;
};

struct customer {
	const char *id, *account, *memo_type, *memo; /* "" where none */
	int64_t version;
	size_t field_count;
	const struct customer_field *fields;
	struct sealed wrapped_key, values;
};

/* One field that a type asks for. */
struct need {
	const char *name;
	bool optional;
	const char *description; /* in the language asked for */
};

struct corridor { /* empty: none named */
	const char *method, *currency;
};

/* By id, or by account + memo_type + memo (id NULL). */
int customer_find(struct db *db, struct arena *a, const char *id,
    const char *account, const char *memo_type, const char *memo,
    const struct customer **out) __attribute__((warn_unused_result));
/* How the customer stands for that type and corridor; c may be NULL (new).
 * needs (may be NULL) lists what is missing or rejected. */
enum customer_status kyc_status(const struct book *book, struct arena *a,
    const struct customer *c, const char *type, struct corridor corridor,
    const char *lang, const char *today, const struct need **needs,
    size_t *need_count);
/* The text values in clear, for whoever holds the wrapping key: pairs of
 * names and values, NULL-terminated. */
int customer_values(const struct seal *keys, struct arena *a,
    const struct customer *c, const char *const **pairs)
    __attribute__((warn_unused_result));
const char *customer_status_name(enum customer_status status);

#endif
