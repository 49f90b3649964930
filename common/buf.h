/*
 * buf - bytes that grow, but never past the size they were born with.
 *
 * Shape:  data[len] is always a NUL, so data is text when no NUL was put in.
 * Units:  bytes; most does not count the NUL.
 * Errors: a put that does not fit changes nothing and sets full; later puts
 *         do nothing.  Look at buf_full() once, at the end.
 * Owner:  memory of the arena given at birth.
 */
#ifndef WINDLASS_BUF_H
#define WINDLASS_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct buf {
	struct arena *arena;
	char *data;
	size_t len;
	size_t room;
	size_t most;
	bool full;
};

void buf_init(struct buf *b, struct arena *a, size_t most);
void buf_reset(struct buf *b); /* empty again; the memory is kept */
void buf_put(struct buf *b, const void *bytes, size_t len);
/* Room for so many bytes, which the caller writes all; NULL: full. */
char *buf_take(struct buf *b, size_t len);
void buf_puts(struct buf *b, const char *text);
void buf_printf(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool buf_full(const struct buf *b);

#endif
