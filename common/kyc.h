/*
 * kyc - what a customer type asks for, and how a customer stands.
 *
 * Shape:  pure, but for customer_find(): (type, corridor, field states, today)
 *         in, a status out.
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
struct json;

enum customer_status { /* of several types asked at once the last one holds */
	CUSTOMER_ACCEPTED,
	CUSTOMER_PROCESSING,
	CUSTOMER_NEEDS_INFO,
	CUSTOMER_REJECTED
};

enum field_state { FIELD_GIVEN, FIELD_ACCEPTED, FIELD_REJECTED };

struct customer_field { /* in clear: everything but the value */
	const char *name;
	enum field_state state;
	const char *error;       /* NULL, or a code for people */
	const char *valid_until; /* day, or NULL */
	const char *checks;      /* schemes that the value passes: "cbu iban" */
	const char *choice_of;   /* types that list it: "sep31-sender" */
	int rule;                /* version of the rules that said so */
	bool is_file;
	bool is_proven; /* by a code, for this very value */
};

/* What somebody decided about a customer as one type. */
enum judgement { JUDGED_ACCEPTED, JUDGED_REJECTED, JUDGED_HELD };

struct customer_verdict {
	const char *type;
	enum judgement says;
	const char *by; /* operator:NAME, or hook */
	const char *reason;
	int64_t at; /* microseconds */
};

struct customer {
	const char *id, *account, *memo_type, *memo; /* "" where none */
	int64_t version;
	int64_t sealed_version; /* that which the values were sealed for */
	size_t field_count;
	const struct customer_field *fields;
	size_t type_count; /* types it was put under */
	const char *const *types;
	size_t verdict_count; /* one a type, at most */
	const struct customer_verdict *verdicts;
	struct sealed wrapped_key, values;
};

/* Who decides about a customer of whom nothing is missing. */
enum review { REVIEW_AUTO, REVIEW_MANUAL, REVIEW_EXTERNAL };

/* Why a field that a type asks for does not count as given. */
enum field_fault {
	FIELD_FINE,
	FIELD_UNPROVEN, /* no code of ours came back yet */
	FIELD_ABSENT,
	FIELD_UNLISTED, /* none of the type's choices */
	FIELD_UNFIT,    /* passes none of the type's checks */
	FIELD_EXPIRED,
	FIELD_REFUSED /* rejected, see its error */
};

/* One field that a type asks for and does not have. */
struct need {
	const char *name;
	bool optional;
	const char *description; /* in the language asked for */
	enum field_fault why;
	const char *const *choices; /* NULL: any value */
	const char *const *checks;  /* schemes, one must pass; NULL: any */
};

struct corridor {             /* a NULL member is not known */
	const char *method;   /* PIX */
	const char *currency; /* BRL; iso4217:BRL means the same */
};

/* By id, or by account + memo_type + memo (id NULL). */
int customer_find(struct db *db, struct arena *a, const char *id,
    const char *account, const char *memo_type, const char *memo,
    const struct customer **out) __attribute__((warn_unused_result));
/* What the customer has given under that name; c may be NULL. */
const struct customer_field *customer_has(const struct customer *c,
    const char *name);
/* Given, not rejected, and not past its day. */
bool customer_field_is_good(const struct customer_field *has,
    const char *today);
/* The verdict about the customer as that type, or NULL. */
const struct customer_verdict *customer_verdict_of(const struct customer *c,
    const char *type);
/* How the customer stands for that type and corridor; c may be NULL (new).
 * A type that the book does not have is CUSTOMER_NEEDS_INFO.
 * Who was rejected is that, whatever else is missing; of whom nothing is
 * missing, the review decides, and a hold keeps it open.
 * needs (may be NULL) lists what is missing or no good, optional fields
 * included; what only some corridors need is optional while none is known. */
enum customer_status kyc_status(const struct book *book, struct arena *a,
    const struct customer *c, const char *type, struct corridor corridor,
    const char *lang, const char *today, const struct need **needs,
    size_t *need_count);
/* The text values in clear, for whoever holds the wrapping key: pairs of
 * names and values, NULL-terminated.  0, or -EBADMSG: does not open. */
int customer_values(const struct seal *keys, struct arena *a,
    const struct customer *c, const char *const **pairs)
    __attribute__((warn_unused_result));
const char *customer_status_name(enum customer_status status);

/*
 * Customer types, as the kind "types" of the book says them:
 *
 *	[ { "name": "sep31-receiver",
 *	    "label": { "en": "Receiver", ... },
 *	    "review": "auto",
 *	    "fields": [
 *	      { "name": "first_name", "description": { "en": "First name" } },
 *	      { "name": "id_type", "optional": true, "description": { ... },
 *	        "choices": [ "passport", "id_card" ] },
 *	      { "name": "mobile_number", "proof": true, "description": { ... }
 *}, { "name": "clabe_number", "description": { ... }, "checks": [ "clabe" ],
 *	        "when": [ { "method": "SPEI", "currency": "MXN" } ] } ] } ]
 *
 * A field with "when" is asked for only in those corridors, of which each may
 * have checks of its own; the first that fits counts.  Every text has the
 * default language, "en".
 */
struct customer_type;
struct customer_types;

/* Tells every fault to say() and returns how many there were; with none *out
 * is set.  Texts are borrowed from the document. */
size_t customer_types_parse(struct arena *a, const struct json *document,
    const struct customer_types **out, void (*say)(void *to, const char *fault),
    void *to);
/* Those of a book that has none. */
const struct customer_types *customer_types_none(void);
/* NULL: no such type, or past the last; types may be NULL. */
const struct customer_type *customer_types_named(
    const struct customer_types *types, const char *name);
const struct customer_type *customer_types_at(
    const struct customer_types *types, size_t i);
const char *customer_type_name(const struct customer_type *type);
enum review customer_type_review(const struct customer_type *type);
/* The description if the type asks for that field in some corridor, or NULL. */
const char *customer_type_asks(const struct customer_type *type,
    const char *field, const char *lang);
/* What a value of that field may be for the type, then NULL; NULL: anything. */
const char *const *customer_type_choices(const struct customer_type *type,
    const char *field);
/* kyc_status() of a type at hand. */
enum customer_status kyc_judge(const struct customer_type *type,
    struct arena *a, const struct customer *c, struct corridor corridor,
    const char *lang, const char *today, const struct need **needs,
    size_t *need_count);
/* What is wrong with one field for that type in that corridor; FIELD_FINE
 * also where the type does not ask for it. */
enum field_fault kyc_field_fault(const struct customer_type *type,
    const struct customer *c, const char *name, struct corridor corridor,
    const char *today);
/* Is somebody to decide about the customer as that type, who has not? */
bool kyc_awaits(const struct customer_type *type, const struct customer *c);
/* A customer as one type on one day. */
struct stand {
	const struct customer_type *type; /* NULL: the book has none such */
	const struct customer *customer;  /* NULL: nobody */
	const char *day;
};

/* Is the status another than before in any corridor that either type tells
 * apart? */
bool kyc_moved(struct arena *a, struct stand before, struct stand after);

#endif
