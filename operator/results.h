/*
 * results - what became of payouts, as a bank or a person says it: read from a
 *           file and checked, before anything is changed.
 *
 * Shape:  pure.  CSV with a header line, or a JSON array of objects: reference,
 *         result (accepted settled refused returned), bank_id, code, fixable,
 *         field, amount, currency.  The first two are needed, bank_id for all
 * but refused. Out:    the array that manual_confirm.sql takes. Errors: NULL
 * after every fault was told to say(); entries count from 1. Owner:  the text
 * hangs on the arena.
 */
#ifndef WINDLASS_OPERATOR_RESULTS_H
#define WINDLASS_OPERATOR_RESULTS_H

#include <stddef.h>

struct arena;

enum { RESULTS_MOST = 5000 };

struct result { /* "" where there is none; reference or tx_id */
	const char *reference, *tx_id, *result, *bank_id, *code, *fixable,
	    *field, *amount, *currency;
};

const char *results_read(struct arena *a, const char *text, size_t len,
    void (*say)(void *to, const char *fault), void *to);
/* One alone, as an array of one. */
const char *results_one(struct arena *a, const struct result *one,
    void (*say)(void *to, const char *fault), void *to);

#endif
