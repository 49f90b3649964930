/*
 * payment - how a payment stands, as why.c wants to know it.
 *
 * Errors: 0, DB_NONE for one that was never seen, or what db_call() gives.
 * Owner:  everything lives in the arena.
 */
#ifndef WINDLASS_OPERATOR_PAYMENT_H
#define WINDLASS_OPERATOR_PAYMENT_H

#include "why.h"

struct arena;
struct db;

int payment_facts(struct db *db, struct arena *a, const char *tx_id,
    struct why_facts *out) __attribute__((warn_unused_result));

#endif
