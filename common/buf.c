/*
 * buf - bytes that grow, but never past the size they were born with.
 */
#include <stdarg.h>

#include "arena.h"
#include "buf.h"

enum { FIRST_ROOM = 256 };

void
buf_init(struct buf *b, struct arena *a, size_t most)
{
	b->arena = a;
	b->most = most;
	b->len = 0;
	b->full = false;
	b->room = most < FIRST_ROOM ? most : FIRST_ROOM;
	b->data = arena_alloc(a, b->room + 1);
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	b->data[0] = '\0';
	b->full = false;
}

/* Makes room for len more bytes and the NUL, or sets full. */
static bool
reserve(struct buf *b, size_t len)
{
	char *data;
	size_t room;

	if (b->full || len > b->most - b->len) {
		b->full = true;
		return false;
	}
	if (len <= b->room - b->len)
		return true;
	room = b->room > b->most / 2 ? b->most : b->room * 2;
	if (room < b->len + len)
		room = b->len + len;
	data = arena_alloc(b->arena, room + 1);
	memcpy(data, b->data, b->len);
	b->data = data;
	b->room = room;
	return true;
}

char *
buf_take(struct buf *b, size_t len)
{
	char *taken;

	if (!reserve(b, len))
		return NULL;
	taken = b->data + b->len;
	taken[len] = '\0';
	b->len += len;
	return taken;
}

void
buf_put(struct buf *b, const void *bytes, size_t len)
{
	char *to = buf_take(b, len);

	if (to != NULL && len != 0)
		memcpy(to, bytes, len);
}

void
buf_puts(struct buf *b, const char *text)
{
	buf_put(b, text, strlen(text));
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0) {
		b->full = true;
		return;
	}
	if (!reserve(b, (size_t)len))
		return;
	va_start(args, format);
	vsnprintf(b->data + b->len, (size_t)len + 1, format, args);
	va_end(args);
	b->len += (size_t)len;
}

bool
buf_full(const struct buf *b)
{
	return b->full;
}
