/*
 * good_book - a small, good book, whole or with one document replaced.
 */
#ifndef WINDLASS_GOOD_BOOK_H
#define WINDLASS_GOOD_BOOK_H

#include "arena.h"
#include "book.h"
#include "json.h"
#include "unit.h"

#define USDC                                                                   \
	"stellar:USDC:"                                                        \
	"GDQOE23CFSUMSVQK4Y5JHPPYK73VYCNHZHA7ENKCV37P6SUEO6XQBKPP"
#define ACCOUNT "GBN4NNCDGJO4XW4KQU3CBIESUJWFVBUZPOKUZHT7W7WRB7CWOA7BXVQF"

/* A small, good book; a case replaces one of its documents. */
static const char *const good[][2] = {
    {"assets", "[{\"id\": \"" USDC "\", \"decimals\": 7,"
	       "  \"payout_asset\": \"iso4217:BRL\"},"
	       " {\"id\": \"iso4217:BRL\", \"decimals\": 2,"
	       "  \"methods\": [\"PIX\"], \"countries\": [\"BR\"]},"
	       " {\"id\": \"iso4217:JPY\", \"decimals\": 0}]"},
    {"prices", "[{\"sell_asset\": \"" USDC "\", \"buy_asset\": \"iso4217:BRL\","
	       "  \"price\": \"0.2\", \"as_of\": \"2026-01-01T00:00:00Z\","
	       "  \"source\": \"here\", \"stale_after\": 60},"
	       " {\"sell_asset\": \"iso4217:BRL\", \"buy_asset\": \"" USDC "\","
	       "  \"price\": 5, \"as_of\": \"2026-01-01T00:00:00Z\","
	       "  \"source\": \"here\", \"stale_after\": 60}]"},
    {"fees",
	"[{\"delivery_method\": \"PIX\", \"name\": \"Pix\", \"in\": \"sell\","
	"  \"fixed\": \"2\"},"
	" {\"sell_asset\": \"iso4217:BRL\", \"name\": \"Fee\","
	"  \"in\": \"buy\", \"percent\": \"1\", \"maximum\": \"3\"},"
	" {\"name\": \"Fee\", \"in\": \"sell\", \"fixed\": \"1\"}]"},
    {"terms", "{\"default\": {\"spread_percent\": \"0\", \"lifetime\": 300,"
	      "  \"lifetime_most\": 900, \"caps\": {\"brl\": \"1000\"}},"
	      " \"clients\": [{\"names\": [\"" ACCOUNT "\", \"partner\"],"
	      "  \"spread_percent\": \"10\", \"lifetime\": 600,"
	      "  \"lifetime_most\": 600, \"caps\": {\"brl\": \"5000\"}}]}"},
    {"limits",
	"{\"quotes\": [{\"asset\": \"" USDC "\", \"least\": \"0.5\","
	"  \"most\": \"1000000\"}],"
	" \"payouts\": [{\"asset\": \"iso4217:BRL\","
	"  \"per_payment\": \"10\", \"per_day\": \"20\","
	"  \"per_beneficiary\": \"15\", \"second_person_above\": \"10\"}]}"},
    {"types", NULL},
    {"pools", "{\"pools\": [{\"name\": \"brl\", \"asset\": \"iso4217:BRL\","
	      "  \"rows\": 8}]}"},
};

struct faults {
	size_t count;
	char text[2048];
};

static inline void
note(void *to, const char *fault)
{
	struct faults *faults = to;
	size_t len = strlen(faults->text);

	faults->count++;
	snprintf(faults->text + len, sizeof(faults->text) - len, "%s\n", fault);
}

/* The good book with one document replaced, or left out (text NULL). */
static inline size_t
parse(struct arena *a, const char *kind, const char *text,
    const struct book **book, struct faults *faults)
{
	const struct json *documents;
	const char *all = "{", *why = "";
	size_t i;

	for (i = 0; i < COUNT(good); i++) {
		const char *document = good[i][1];

		if (kind != NULL && strcmp(kind, good[i][0]) == 0)
			document = text;
		if (document != NULL)
			all = arena_printf(a, "%s%s\"%s\": %s", all,
			    all[1] == '\0' ? "" : ", ", good[i][0], document);
	}
	all = arena_printf(a, "%s}", all);
	if (json_parse(a, all, strlen(all), &documents, &why) != 0)
		fail_msg("%s: %s", all, why);
	*faults = (struct faults){0};
	return book_parse(a, documents, 7, book, note, faults);
}

static inline const struct book *
good_book(struct arena *a)
{
	const struct book *book = NULL;
	struct faults faults;

	if (parse(a, NULL, NULL, &book, &faults) != 0)
		fail_msg("%s", faults.text);
	return book;
}

#endif
