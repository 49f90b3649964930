/*
 * keys - all keys that are wrapped by a wrapping key, part by part.
 *
 * Shape:  a walk in the order of their ids; each part is a transaction of its
 *         own, so that whoever serves waits for none.
 */
#ifndef WINDLASS_OPERATOR_KEYS_H
#define WINDLASS_OPERATOR_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "seal.h"

struct arena;
struct db;

enum { KEYS_KINDS = 4, KEYS_PART = 200 };

struct keys_kind {
	const char *name;  /* as SQL has it */
	const char *title; /* for people */
	/* To what a key of that owner is bound. */
	const char *(*place)(struct arena *a, const char *id);
};

extern const struct keys_kind keys_kinds[KEYS_KINDS];

struct wrapped_key {
	const char *id;
	int64_t number;       /* of the key that it is wrapped by */
	struct sealed sealed; /* if it is there, see keys_walk() */
};

struct keys_part {
	const struct keys_kind *kind;
	const struct wrapped_key *keys;
	size_t count;
	struct arena *arena; /* lives until the next part */
};

/* Each part in turn, as long as take() gives VERB_DONE; wrapped keys are there
 * of those that are not wrapped by the key `but`, of none if that is negative.
 * An exit code, after a line that says why. */
int keys_walk(struct db *db, const struct keys_kind *kind, int64_t but,
    int (*take)(void *with, const struct keys_part *part), void *with)
    __attribute__((warn_unused_result));

#endif
