/*
 * customer_stand - how a customer stands for all their types, what moved, and
 *         which verdicts still hold, whenever a next version is written.
 *
 * Rule:   a verdict belongs to the values it saw.  One that accepts falls when
 *         a field that its type asks for changes or expires; so does one that
 *         rejects, but for types that nobody reviews: there a change would
 *         undo it by itself.  A hold ends by hand only.  What a type asks for
 *         anew was never seen by whoever accepted, though it be there.
 */
#ifndef WINDLASS_CUSTOMER_STAND_H
#define WINDLASS_CUSTOMER_STAND_H

#include <stdint.h>

struct arena;
struct book;
struct customer;
struct customer_types;

/* A status per type of the customer, where no payment is named. */
const char *const *customer_standing(const struct book *book, struct arena *a,
    const struct customer *c, const char *today);
struct stood {                              /* before it moved */
	const struct customer *customer;    /* NULL: nobody */
	const struct customer_types *types; /* NULL: those of the book */
	const char *day;
	/* With types: whoever accepted before then went by them. */
	int64_t until;
};

/* Types whose status moved in some corridor, then NULL. */
const char *const *customer_moved(const struct book *book, struct arena *a,
    struct stood before, const struct customer *after, const char *today);
/* Takes from c the verdicts that fall with these fields (names, then NULL), or
 * with what types ask for now and did not before; their types, then NULL. */
const char *const *customer_drop_verdicts(const struct book *book,
    struct arena *a, struct customer *c, const char *const *changed,
    struct stood before);

#endif
