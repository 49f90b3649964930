/*
 * keys - which wrapping key counts, by the database's word.
 *
 * Shape:  asked when the database has refused a wrapped key as one of an old
 *         wrapping key; then everything is read and wrapped again.
 */
#ifndef WINDLASS_KEYS_H
#define WINDLASS_KEYS_H

struct arena;
struct db;
struct seal;

/* 0: the keys wrap by it now; else a fault, after a line in the log. */
int keys_learn(struct db *db, struct arena *a, const struct seal *keys);

#endif
