/*
 * arena - memory that dies with a request or a tick.
 *
 * Shape:  one arena per worker (emptied after each request) or per tick.
 * Errors: none: out of memory ends the program; its parent starts another.
 * Owner:  all that arena_*() returns belongs to the arena until arena_reset()
 *         or arena_free(); foreign things are hung on it with arena_defer().
 * Note:   under ASan every piece is its own malloc, so that a read past one
 *         is seen.
 */
#ifndef WINDLASS_ARENA_H
#define WINDLASS_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_reset(struct arena *a); /* runs what was deferred, newest first */
void arena_free(struct arena *a);  /* NULL is welcome */

void *arena_alloc(struct arena *a, size_t size) /* zeroed, aligned for all */
    __attribute__((returns_nonnull, warn_unused_result));
void *arena_array(struct arena *a, size_t count, size_t size) /* checked */
    __attribute__((returns_nonnull, warn_unused_result));
char *arena_strdup(struct arena *a, const char *text)
    __attribute__((returns_nonnull, warn_unused_result));
char *arena_strndup(struct arena *a, const char *text, size_t len)
    __attribute__((returns_nonnull, warn_unused_result));
char *arena_printf(struct arena *a, const char *format, ...)
    __attribute__((returns_nonnull, warn_unused_result, format(printf, 2, 3)));
void arena_defer(struct arena *a, void (*end)(void *), void *thing);
/* Like arena_alloc, but wiped with sodium_memzero() before it is given back. */
void *arena_secret(struct arena *a, size_t size)
    __attribute__((returns_nonnull, warn_unused_result));

#endif
