/*
 * customer_place - to what sealed data of a customer is bound, and how the
 *         database's no is told; for whoever seals or opens it.
 */
#ifndef WINDLASS_CUSTOMER_PLACE_H
#define WINDLASS_CUSTOMER_PLACE_H

#include <stdint.h>

struct arena;
struct db;

const char *customer_key_place(struct arena *a, const char *id);
const char *customer_values_place(struct arena *a, const char *id,
    int64_t version);
const char *customer_code_place(struct arena *a, const char *id,
    const char *code);
const char *customer_review_place(struct arena *a, const char *id,
    const char *review);
/* st, or -EIO after a line in the log for a no that nobody foresaw. */
int customer_unforeseen(const struct db *db, const char *what, int st);
extern const char *const customer_field_states[]; /* by enum field_state */
extern const char *const customer_judgements[];   /* by enum judgement */

#endif
