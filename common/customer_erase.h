/*
 * customer_erase - a customer is erased, here and in the file of erased ids.
 *
 * Errors: 0; DB_NONE for an id never given out; or negative.
 */
#ifndef WINDLASS_CUSTOMER_ERASE_H
#define WINDLASS_CUSTOMER_ERASE_H

struct arena;
struct db;

/* Who says so, and why; NULL: they themselves. */
struct erasure {
	const char *who, *reason;
};

/* file may be NULL, see erased.h.  *outcome: erased; kept, under a legal hold;
 * gone, before. */
int customer_erase(struct db *db, struct arena *a, const char *file,
    const char *id, const struct erasure *by, const char **outcome)
    __attribute__((warn_unused_result));
/* Ends a legal hold.  *outcome: lifted; erased, completed by this; none. */
int customer_hold_lift(struct db *db, struct arena *a, const char *file,
    const char *id, const struct erasure *by, const char **outcome)
    __attribute__((warn_unused_result));

#endif
