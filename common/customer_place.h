/*
 * customer_place - to what sealed data of a customer is bound, and how the
 *         database's no is told; for whoever seals or opens it.
 */
#ifndef WINDLASS_CUSTOMER_PLACE_H
#define WINDLASS_CUSTOMER_PLACE_H

#include <stdint.h>

#include "seal.h"

struct arena;
struct customer;
struct db;

const char *customer_key_place(struct arena *a, const char *id);
const char *customer_values_place(struct arena *a, const char *id,
    int64_t version);
const char *customer_code_place(struct arena *a, const char *id,
    const char *code);
const char *customer_review_place(struct arena *a, const char *id,
    const char *review);
/* Of a customer who has one: 0, or -EBADMSG after a line in the log. */
int customer_own_key(const struct seal *keys, struct arena *a,
    const struct customer *c, unsigned char key[static SEAL_KEY])
    __attribute__((warn_unused_result));
/* st, or -EIO after a line in the log for a no that nobody foresaw. */
int customer_unforeseen(const struct db *db, const char *what, int st);
extern const char *const customer_field_states[]; /* by enum field_state */
extern const char *const customer_judgements[];   /* by enum judgement */

#endif
