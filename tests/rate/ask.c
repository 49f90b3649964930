/*
 * ask - asks a book for quotes, for tests that judge the answers elsewhere.
 *
 * ask DOCUMENTS <asks >answers: DOCUMENTS holds {"assets": ..., ...}; an ask is
 * one line of fields with tabs between them (now in microseconds, sell_asset,
 * buy_asset, sell_amount, buy_amount, sell_delivery_method,
 * buy_delivery_method, country_code, client), empty ones left out; so is an
 * answer (outcome, sell, buy, fee, fee_asset, price, whether it passes, then
 * name and amount of each line of the fee).
 */
#include "arena.h"
#include "book.h"
#include "json.h"

enum { LINE_MOST = 4096, DOCUMENTS_MOST = 1 << 20 };

static void
complain(void *to, const char *fault)
{
	fprintf(to, "ask: %s\n", fault);
}

static const struct book *
read_book(struct arena *a, const char *path)
{
	char *text = arena_alloc(a, DOCUMENTS_MOST);
	const struct json *documents;
	const struct book *book;
	const char *why;
	FILE *file = fopen(path, "r");
	size_t len;

	if (file == NULL)
		return NULL;
	len = fread(text, 1, DOCUMENTS_MOST - 1, file);
	fclose(file);
	if (json_parse(a, text, len, &documents, &why) != 0) {
		complain(stderr, why);
		return NULL;
	}
	return book_parse(a, documents, 1, &book, complain, stderr) == 0 ? book
	                                                                 : NULL;
}

static const char *
field(char **rest)
{
	char *at = strsep(rest, "\t");

	return at == NULL || *at == '\0' ? NULL : at;
}

static void
answer(const struct book *book, struct arena *a, char *line)
{
	char sell[AMOUNT_TEXT], buy[AMOUNT_TEXT], fee[AMOUNT_TEXT];
	const char *now = field(&line);
	struct quote_ask ask = {0};
	struct quote q;
	size_t i;
	int st;

	ask.sell_asset = field(&line);
	ask.buy_asset = field(&line);
	ask.sell_amount = field(&line);
	ask.buy_amount = field(&line);
	ask.sell_delivery_method = field(&line);
	ask.buy_delivery_method = field(&line);
	ask.country_code = field(&line);
	ask.client = field(&line);
	st = book_quote(book, a, &ask, strtoll(now, NULL, 10), &q);
	if (st != BOOK_OK) {
		printf("%d\t%s\n", st, q.why);
		return;
	}
	printf("0\t%s\t%s\t%s\t%s\t%s\t%d", amount_print(q.sell, sell),
	    amount_print(q.buy, buy), amount_print(q.fee, fee), q.fee_asset,
	    q.price, quote_passes(book, &q));
	for (i = 0; i < q.line_count; i++)
		printf("\t%s\t%s", q.lines[i].name,
		    amount_print(q.lines[i].amount, fee));
	putchar('\n');
}

int
main(int argc, char **argv)
{
	struct arena *keep = arena_new(), *a = arena_new();
	const struct book *book;
	char line[LINE_MOST];

	if (argc != 2 || (book = read_book(keep, argv[1])) == NULL)
		return 2;
	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		answer(book, a, line);
		arena_reset(a);
	}
	arena_free(a);
	arena_free(keep);
	return 0;
}
