/*
 * arena - memory that dies with a request or a tick.
 *
 * Pieces are cut from blocks.  One block is kept from request to request;
 * whatever was used is wiped when the arena is emptied, so nothing of one
 * customer's request is left in memory for the next, and a new piece is zero.
 */
#include <stdarg.h>
#include <stdint.h>

#include <sodium.h>

#include "arena.h"

#if defined(__SANITIZE_ADDRESS__)
#define EACH_ITS_OWN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EACH_ITS_OWN 1
#endif
#endif
#ifndef EACH_ITS_OWN
#define EACH_ITS_OWN 0
#endif

enum { BLOCK = 64 * 1024 - 64, ALIGN = _Alignof(max_align_t) };

struct block {
	struct block *older;
	size_t room;
	size_t used;
	_Alignas(max_align_t) unsigned char bytes[];
};

struct deferred {
	struct deferred *older;
	void (*end)(void *);
	void *thing;
};

struct arena {
	struct block *blocks; /* newest first */
	struct deferred *deferred;
};

struct secret {
	size_t size;
	void *bytes;
};

static _Noreturn void
out_of_memory(void)
{
	fputs("out of memory\n", stderr);
	abort();
}

struct arena *
arena_new(void)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (a == NULL)
		out_of_memory();
	return a;
}

static struct block *
block_add(struct arena *a, size_t room)
{
	struct block *b;

	if (room > SIZE_MAX - sizeof(*b))
		out_of_memory();
	b = calloc(1, sizeof(*b) + room);
	if (b == NULL)
		out_of_memory();
	b->room = room;
	b->older = a->blocks;
	a->blocks = b;
	return b;
}

void
arena_reset(struct arena *a)
{
	struct block *b, *older, *kept = NULL;

	while (a->deferred != NULL) {
		/* Its own memory is still there: blocks go afterwards. */
		struct deferred *d = a->deferred;

		a->deferred = d->older;
		d->end(d->thing);
	}
	for (b = a->blocks; b != NULL; b = older) {
		older = b->older;
		explicit_bzero(b->bytes, b->used);
		b->used = 0;
		b->older = NULL;
		if (!EACH_ITS_OWN && kept == NULL && b->room == BLOCK)
			kept = b;
		else
			free(b);
	}
	a->blocks = kept;
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	arena_reset(a);
	free(a->blocks);
	free(a);
}

void *
arena_alloc(struct arena *a, size_t size)
{
	struct block *b = a->blocks;
	size_t padded;
	void *piece;

	if (EACH_ITS_OWN) {
		b = block_add(a, size);
		b->used = size;
		return b->bytes;
	}
	if (__builtin_add_overflow(size, (size_t)ALIGN - 1, &padded))
		out_of_memory();
	padded -= padded % ALIGN;
	if (b == NULL || b->room - b->used < padded)
		b = block_add(a, padded > BLOCK / 4 ? padded : BLOCK);
	piece = b->bytes + b->used;
	b->used += padded;
	return piece;
}

void *
arena_array(struct arena *a, size_t count, size_t size)
{
	size_t all;

	if (__builtin_mul_overflow(count, size, &all))
		out_of_memory();
	return arena_alloc(a, all);
}

char *
arena_strndup(struct arena *a, const char *text, size_t len)
{
	char *copy = arena_array(a, len + 1, 1);

	memcpy(copy, text, len);
	return copy;
}

char *
arena_strdup(struct arena *a, const char *text)
{
	return arena_strndup(a, text, strlen(text));
}

char *
arena_printf(struct arena *a, const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		out_of_memory();
	text = arena_alloc(a, (size_t)len + 1);
	va_start(args, format);
	vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return text;
}

void
arena_defer(struct arena *a, void (*end)(void *), void *thing)
{
	struct deferred *d = arena_alloc(a, sizeof(*d));

	d->end = end;
	d->thing = thing;
	d->older = a->deferred;
	a->deferred = d;
}

static void
secret_wipe(void *thing)
{
	struct secret *s = thing;

	sodium_memzero(s->bytes, s->size);
}

void *
arena_secret(struct arena *a, size_t size)
{
	struct secret *s = arena_alloc(a, sizeof(*s));

	s->size = size;
	s->bytes = arena_alloc(a, size);
	arena_defer(a, secret_wipe, s);
	return s->bytes;
}
