/*
 * document - files of a customer: sealed in chunks of 64 KiB, each document
 *         under a key of its own that the customer's key wraps.
 *
 * Shape:  documents_store(), then customer_save(), then documents_end(): one
 *         transaction.  Until it is named a document is nobody's.
 * Errors: 0, CUSTOMER_FULL, or negative.
 */
#ifndef WINDLASS_DOCUMENT_H
#define WINDLASS_DOCUMENT_H

#include <stddef.h>

#include "id.h"
#include "seal.h"

struct arena;
struct customer_given;
struct db;
struct request;

struct document {
	char id[ID_TEXT];
	const char *name;
	size_t len;
	unsigned char key[SEAL_KEY];
};

/* Without files nothing begins.  *out has given->file_count documents. */
int documents_store(const struct request *rq,
    const struct customer_given *given, struct document **out)
    __attribute__((warn_unused_result));
/* Commits if st is 0, else takes all back and hands st on. */
int documents_end(const struct request *rq, const struct customer_given *given,
    int st) __attribute__((warn_unused_result));

/* For customer_save(): the customer's row is written before. */
int document_name(struct db *db, struct arena *a, const char *customer,
    const unsigned char key[static SEAL_KEY], const struct document *d)
    __attribute__((warn_unused_result));
int document_drop(struct db *db, struct arena *a, const char *customer,
    const char *name) __attribute__((warn_unused_result));

#endif
