/*
 * document_place - to what the parts of a document are bound; for document*.c.
 *
 * Chunks are bound to document, place and number of chunks, the document's key
 * to customer and document: what is moved or cut does not open.
 */
#ifndef WINDLASS_DOCUMENT_PLACE_H
#define WINDLASS_DOCUMENT_PLACE_H

#include <stddef.h>

#include "arena.h"

enum { CHUNK = 64 * 1024 };

static inline const char *
chunk_place(struct arena *a, const char *document, size_t n, size_t chunks)
{
	return arena_printf(a, "document/%s/%zu/%zu", document, n, chunks);
}

static inline const char *
key_place(struct arena *a, const char *customer, const char *document)
{
	return arena_printf(a, "customer/%s/document/%s/key", customer,
	    document);
}

#endif
