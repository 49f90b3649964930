/*
 * house - the database of a run, as its owner sees it: set up, wound on, looked
 *         into.
 *
 * Errors: whatever the owner cannot do ends the program.
 */
#ifndef WINDLASS_SIMULATION_HOUSE_H
#define WINDLASS_SIMULATION_HOUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "instant.h"

struct book_cache;
struct offer;
struct seal;

enum { PERSONS = 4, NEEDY = PERSONS - 1, ACCOUNTS_MOST = 8 };

struct person {
	char sender[40], receiver[40];
	/* Of the receiver, at a bank; the last one is the one they have. */
	char accounts[ACCOUNTS_MOST][16];
	int account_count;
};

/* url: of the owner. */
void house_open(const char *url, const char *kek_file);
void house_close(void);
const struct seal *house_keys(void);
/* One that has the book; the caller's. */
struct book_cache *house_book(void);
const struct person *house_person(int i);

/* The receiver shows papers, and maybe another account. */
void house_show(int person, bool is_good, bool is_new_account);
/* Do they lack anything, as we say it? */
bool house_lacks(int person);

/* As it was before the first payment. */
void house_reset(void);
/* The database's time is the run's. */
void house_tick(void);
/* A price of now for that sum; firm: held, as a quote. */
void house_offer(struct offer *offer, const char *sell, bool is_firm);
bool house_is_held(instant *since);
void house_hold(void);
void house_lift(void);
/* What we say became of an attempt; "" where there is none. */
const char *house_outcome(const char *reference);
/* When we learned that it came back; 0: we did not. */
instant house_doubted(const char *reference);
/* When its order was stored. */
instant house_stored(const char *reference);
/* Since when we know that the bank has something else than we ordered; 0. */
instant house_mismatch(void);
/* A person approves what waits for that: which order. */
bool house_approve(const char *tx_id, int *n, bool *is_back);
/* A person has its money sent back: what became of that. */
const char *house_turn(const char *tx_id);
void house_back_up(void);
void house_restore(void);
bool house_has_attempt(const char *reference);
/* When a payment is due next, and how many are neither done, closed nor with
 * a person. */
instant house_next(int64_t *unfinished);
/* Dead rows of earlier runs are swept. */
void house_sweep(void);

struct standing { /* of a payment; "" where there is none */
	const char *state, *reason, *status, *outflow, *outcome, *bank_id;
	const char *calls; /* whom nothing stopped: a case that is open */
};
bool house_standing(const char *tx_id, struct standing *out);
/* What is wrong with the pools, or NULL. */
const char *house_pools(void);
/* What must hold of the rows whatever happens, or NULL. */
const char *house_rules(void);

#endif
