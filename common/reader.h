/*
 * reader - JSON documents into structs, by tables; every fault is told.
 *
 * Shape:  a table has one row per member: its name, its kind, where it goes.
 * Units:  READ_COUNT takes least..most; READ_DECIMAL takes text or a number,
 *         0 or more, below `most`, with at most `least` decimals; READ_TEXT has
 *         at most `most` bytes.
 * Errors: a fault is one line, "prices[3].price: must be ...", told to say();
 *         what it was found in keeps its zero value.
 * Owner:  all that was read lives in the arena, or in the document's.
 */
#ifndef WINDLASS_READER_H
#define WINDLASS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct json;

struct reader {
	struct arena *arena;
	void (*say)(void *to, const char *fault);
	void *to;
	size_t faults;
};

enum member_kind {
	READ_TEXT,    /* const char *, no control characters */
	READ_TEXTS,   /* const char *const *, NULL-terminated */
	READ_ASSET,   /* const char *, a name of an asset */
	READ_ACCOUNT, /* const char *, a Stellar address */
	READ_SIDE,    /* const char *, "sell" or "buy" */
	READ_DECIMAL, /* struct amount */
	READ_COUNT,   /* int64_t */
	READ_PLACES,  /* unsigned: decimals of an asset, 0 to 18 */
	READ_INSTANT  /* instant */
};

struct member {
	const char *name;
	enum member_kind kind;
	size_t offset;
	bool need;
	int64_t least, most;
};

void read_fault(struct reader *r, const char *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The members of one object.  Members that no row names are faults, but for
 * those in `more` (NULL-terminated, or NULL), which the caller reads. */
void read_object(struct reader *r, const struct json *object, const char *where,
    const struct member *table, size_t count, const char *const *more,
    void *into);
/* One value, as a row of a table says. */
void read_value(struct reader *r, const struct json *v, const char *where,
    const struct member *m, void *into);
/* An array of objects: `size` bytes each, *count of them. */
void *read_rows(struct reader *r, const struct json *array, const char *where,
    const struct member *table, size_t count, const char *const *more,
    size_t size, size_t *rows);

#endif
