/*
 * pools - a document of pools as its load takes it apart: what stands in the
 *         book, and movements, which are loaded once, by their reference.
 *
 * Errors: VERB_DONE, or VERB_FAILED after a line for each fault.
 * Owner:  texts live in the arena.
 */
#ifndef WINDLASS_POOLS_H
#define WINDLASS_POOLS_H

#include <stddef.h>

struct arena;
struct book;
struct json;

/* *document stays NULL if there are movements only; *movements stays as it was
 * if there are none. */
int pools_split(struct arena *a, const char *path, const struct json *file,
    const char **document, const char **movements, size_t *count);
/* What the database must know of a book's pools, decimals included. */
int pools_listed(struct arena *a, const struct book *book, const char **out);

#endif
