/*
 * store_parts - what the files of store share.
 */
#ifndef WINDLASS_STORE_PARTS_H
#define WINDLASS_STORE_PARTS_H

#include "buf.h"
#include "db.h"
#include "json.h"
#include "store.h"

enum { BATCH_MOST = 16 * 1024 * 1024 };

/* A JSON array of objects, the parameter of a call about many payments. */
struct batch {
	struct buf buf;
	struct json_out out;
};

void batch_begin(struct batch *b, struct arena *a);
/* Opens an object with the claim in it; the caller closes it. */
struct json_out *batch_item(struct batch *b, const struct payment *p);
struct db_value batch_end(struct batch *b);

/* db_call(), a refusal of our own SQL logged as the fault it is. */
int store_call(struct store *s, struct arena *a, const struct db_statement *st,
    const struct db_value *values, const struct db_rows **rows)
    __attribute__((warn_unused_result));
/* Column ok: 0 or STORE_GONE. */
int store_yes(struct store *s, struct arena *a, const struct db_statement *st,
    const struct db_value *values) __attribute__((warn_unused_result));
/* Column outcome; the word gone is STORE_GONE. */
int store_word(struct store *s, struct arena *a, const struct db_statement *st,
    const struct db_value *values, const char **outcome)
    __attribute__((warn_unused_result));

/* The outcome of that transaction among the rows of a list; gone: it is not. */
const char *store_outcome_of(const struct db_rows *rows, const char *tx_id);
/* Bytes as hex digits. */
void batch_put_bytes(struct json_out *o, struct arena *a, const char *name,
    struct sealed bytes);

void store_put_record(struct json_out *o, struct arena *a, const char *name,
    const struct record *r, const char *currency);

#endif
