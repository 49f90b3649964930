/*
 * bare_store - what the bare client asks of PostgreSQL: as many commits as the
 *              watcher makes, each storing bytes as they came or go out.
 *
 * Without store_open() nothing is stored.
 */
#ifndef WINDLASS_BENCH_BARE_STORE_H
#define WINDLASS_BENCH_BARE_STORE_H

#include <stddef.h>

struct payment {
	char *tx, *hash, *sender, *receiver, *order;
	char bank_id[128];
	const char *bytes; /* JSON that is stored of it next */
};

void store_open(const char *database_url);
/* All of them, by a unique key. */
void store_look_at_customers(const struct payment *list, size_t count);
/* One commit each. */
void store_all(const struct payment *list, size_t count, const char *what);
void store_json(const char *what, const char *bytes);
/* A claim, or its end: only that it is made. */
void store_mark(struct payment *list, size_t count, const char *what);

#endif
