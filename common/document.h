/*
 * document - files of a customer: of a known kind, cleaned, sealed in chunks of
 *         64 KiB, each document under a key of its own that the customer's key
 *         wraps.
 *
 * Shape:  document_take() for each file of a request; then for each try
 *         documents_compare(), documents_store() and customer_save(), and
 *         documents_end() once: one transaction, begun only where something is
 *         to be stored or dropped.  Until it is named a document is nobody's.
 * Rule:   a file is known again by a digest of the cleaned bytes, under the
 *         customer's key and the member's name: what was sent before is neither
 *         stored nor a change, whatever is told beside it now.
 * Errors: 0, CUSTOMER_FULL, or negative.
 */
#ifndef WINDLASS_DOCUMENT_H
#define WINDLASS_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "id.h"
#include "seal.h"

struct arena;
struct customer;
struct db;
struct value;

struct document {
	char id[ID_TEXT];
	const char *name, *kind;
	const unsigned char *bytes; /* cleaned */
	size_t len;
	unsigned char key[SEAL_KEY];
	bool is_known;  /* the customer has this very file */
	bool is_stored; /* its chunks are, in the transaction under way */
};

struct documents { /* the files of one request */
	struct document *list;
	size_t count;
	bool began;
};

/* Cleans the file in its place.  NULL, or what to tell the client after the
 * member's name, which is v->name; name is to last. */
const char *document_take(const struct value *v, const char *name,
    struct document *out) __attribute__((warn_unused_result));

/* c may be NULL: somebody new. */
int documents_compare(struct db *db, struct arena *a, const struct seal *keys,
    const struct customer *c, struct documents *documents)
    __attribute__((warn_unused_result));
/* The transaction, for whoever writes more than one row without storing. */
int documents_begin(struct db *db, struct documents *documents)
    __attribute__((warn_unused_result));
/* Those that are not known. */
int documents_store(struct db *db, struct documents *documents)
    __attribute__((warn_unused_result));
/* Commits if st is 0, else takes all back and hands st on. */
int documents_end(struct db *db, const struct documents *documents, int st)
    __attribute__((warn_unused_result));

/* For customer_save(): the customer's row is written before. */
int document_name(struct db *db, struct arena *a, const char *customer,
    const unsigned char key[static SEAL_KEY], const struct document *d)
    __attribute__((warn_unused_result));
int document_drop(struct db *db, struct arena *a, const char *customer,
    const char *name) __attribute__((warn_unused_result));

/* For whoever holds the keys: what a customer has, sorted by name. */
struct document_about {
	const char *id, *name;
	const char *kind; /* image/jpeg ...; "" for one from before 0010 */
	int64_t bytes, chunks;
	struct sealed digest, wrapped_key;
	int64_t until; /* microseconds, when it went; 0: it is there */
};

int documents_of(struct db *db, struct arena *a, const char *customer,
    const struct document_about **out, size_t *count)
    __attribute__((warn_unused_result));
/* For an operator: what a customer under a legal hold has taken back or put
 * another in the place of, the oldest first. */
int documents_before(struct db *db, struct arena *a, const char *customer,
    const struct document_about **out, size_t *count)
    __attribute__((warn_unused_result));
/* In clear, piece by piece from its begin: what take() gives but 0 ends it and
 * is handed on.  DB_NONE: no such document; -EAGAIN: another one took its place
 * meanwhile, what was taken is no whole file; -EBADMSG: does not open.  A piece
 * is gone when take() returns. */
int document_read(struct db *db, struct arena *a, const struct seal *keys,
    const struct customer *c, const char *name,
    int (*take)(void *to, const void *bytes, size_t len), void *to)
    __attribute__((warn_unused_result));
/* The same of one that was listed. */
int document_read_listed(struct db *db, struct arena *a,
    const struct seal *keys, const struct customer *c,
    const struct document_about *about,
    int (*take)(void *to, const void *bytes, size_t len), void *to)
    __attribute__((warn_unused_result));

#endif
