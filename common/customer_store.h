/*
 * customer_store - customers and their documents in PostgreSQL, sealed here.
 *
 * Shape:  a new version is written only over the one that was read.
 * Errors: 0, a named outcome, or negative.
 * Owner:  everything hangs on the arena given.
 */
#ifndef WINDLASS_CUSTOMER_STORE_H
#define WINDLASS_CUSTOMER_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kyc.h"
#include "seal.h"

struct arena;
struct db;

struct customer_key { /* by id, or by the rest; all NULL: by nothing */
	const char *id;
	/* Beside an id: whose it must be, as far as these are said. */
	const char *account, *memo_type, *memo;
};

struct customer_role {     /* as what they must be known, beside an id */
	const char *tx_id; /* NULL: in no payment that is named */
	const char *type;  /* NULL: as any party of it */
};

struct customer_seen {                   /* what one look gave */
	const struct customer *customer; /* NULL: there is none, or none of
	                                  * yours, or not in that role */
	const char *today;
	struct corridor corridor; /* of the transaction named */
};

/* role may be NULL: none.  One round trip.  The first gives all that is stored;
 * the second what tells how the customer stands: id, fields, types, verdicts.
 */
int customer_look(struct db *db, struct arena *a, struct customer_key key,
    const struct customer_role *role, struct customer_seen *out)
    __attribute__((warn_unused_result));
int customer_glance(struct db *db, struct arena *a, struct customer_key key,
    const struct customer_role *role, struct customer_seen *out)
    __attribute__((warn_unused_result));

/* Those of the ids that there are, in the order of their ids; all that is
 * stored of them, in one round trip. */
int customers_look(struct db *db, struct arena *a, const char *const *ids,
    size_t count, const struct customer *const **out, size_t *found)
    __attribute__((warn_unused_result));

struct db_rows;

/* A row with id, account, memo_type, memo, version, fields, types and verdicts;
 * keys and values are left empty. */
const struct customer *customer_in_clear(struct arena *a,
    const struct db_rows *rows, size_t row);
/* One that has wrapped_key, sealed and sealed_version too. */
const struct customer *customer_sealed(struct arena *a,
    const struct db_rows *rows, size_t row);

struct document;

struct customer_next {            /* the next version of a customer */
	struct customer customer; /* version: that which was read, 0 if new;
	                           * keys and values are made here */
	const char *const *pairs; /* text values: names and values, then NULL */
	const char *const *standing; /* a status per type of the customer */
	const char *const *moved;    /* types whose status moved, then NULL */
	const char *const *changed;  /* names of fields that did, then NULL */
	const char *const *dropped;  /* names of documents to go, then NULL */
	const struct document *documents; /* to be theirs from now on */
	size_t document_count;
};

enum customer_outcome {
	CUSTOMER_FASTER = 1, /* somebody else wrote first: look again */
	CUSTOMER_FULL        /* more documents than one customer may have */
};

/* With documents this is part of the transaction that stored them. */
int customer_save(struct db *db, struct arena *a, const struct seal *keys,
    const struct customer_next *next) __attribute__((warn_unused_result));

#endif
