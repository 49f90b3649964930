/*
 * document - what is done to documents, for tests that look at the bytes.
 *
 *   document clean FILE OUT       prints the kind, or why it is refused (then
 * 1) document read ID NAME OUT     as whoever holds the keys reads it; prints
 *                                 the kind and the number of pieces
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "customer_store.h"
#include "db.h"
#include "document.h"
#include "document_kind.h"
#include "seal.h"

enum { FILE_BYTES_MAX = 8 * 1024 * 1024 + 1 };

static int
clean(char **words)
{
	unsigned char *bytes = malloc(FILE_BYTES_MAX);
	FILE *in = fopen(words[0], "rb"), *out;
	const char *kind, *why = "is not there";
	size_t len = in == NULL || bytes == NULL
	                 ? 0
	                 : fread(bytes, 1, FILE_BYTES_MAX, in);

	if (in != NULL)
		fclose(in);
	/* As long as the file, so that a read past it is seen. */
	if (len > 0)
		bytes = realloc(bytes, len);
	if (len > 0 && bytes != NULL)
		why = document_clean(bytes, &len, &kind);
	puts(why != NULL ? why : kind);
	out = why == NULL ? fopen(words[1], "wb") : NULL;
	if (out != NULL) {
		fwrite(bytes, 1, len, out);
		fclose(out);
	}
	free(bytes);
	return out == NULL;
}

struct pieces {
	FILE *out;
	size_t count;
};

static int
take(void *to, const void *bytes, size_t len)
{
	struct pieces *p = to;

	p->count++;
	return fwrite(bytes, 1, len, p->out) == len ? 0 : -1;
}

static int
read_back(char **words)
{
	struct seal *keys = seal_open_keys(getenv("WINDLASS_KEK_FILE"));
	struct db *db =
	    db_new(getenv("WINDLASS_DATABASE_URL"), "watcher", true);
	struct arena *a = arena_new();
	struct pieces p = {fopen(words[2], "wb"), 0};
	struct customer_key key = {.id = words[0]};
	const struct document_about *all;
	struct customer_seen seen;
	size_t count = 0;
	int st = -1;

	if (keys != NULL && p.out != NULL)
		st = customer_look(db, a, key, NULL, &seen);
	if (st == 0)
		st = documents_of(db, a, words[0], &all, &count);
	if (st == 0)
		st = document_read(db, a, keys, seen.customer, words[1], take,
		    &p);
	for (size_t i = 0; st == 0 && i < count; i++)
		if (strcmp(all[i].name, words[1]) == 0)
			printf("%s %zu\n", all[i].kind, p.count);
	if (st != 0)
		printf("%d\n", st);
	if (p.out != NULL)
		fclose(p.out);
	arena_free(a);
	db_free(db);
	seal_free(keys);
	return st != 0;
}

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "clean") == 0)
		return clean(argv + 2);
	if (argc == 5 && strcmp(argv[1], "read") == 0)
		return read_back(argv + 2);
	fputs("usage: document clean FILE OUT | read ID NAME OUT\n", stderr);
	return 2;
}
