/*
 * why_words - the words of why.c's tables, with their {names} filled in.
 */
#include <inttypes.h>
#include <stddef.h>

#include "arena.h"
#include "buf.h"
#include "why_words.h"

enum { WORDS_MOST = 4096 };

enum kind { WORD, COUNT, TIME, PAST };

// clang-format off
#define NAME(name, kind, member) { name, kind, offsetof(struct known, member) }
static const struct {
	const char *name;
	enum kind kind;
	size_t at;
} names[] = {
	NAME("status", WORD, f.status), NAME("sentence", WORD, sentence),
	NAME("decision", WORD, decision), NAME("report", WORD, f.report),
	NAME("expected", WORD, f.expected), NAME("asset", WORD, f.asset),
	NAME("destination", WORD, f.destination), NAME("memo", WORD, f.memo),
	NAME("payout", WORD, f.payout), NAME("currency", WORD, f.currency),
	NAME("leaves", WORD, f.leaves), NAME("leaves_in", WORD, f.leaves_in),
	NAME("reference", WORD, f.reference), NAME("bank_id", WORD, f.bank_id),
	NAME("refusal", WORD, f.refusal), NAME("said", WORD, f.said), NAME("field", WORD, field),
	NAME("tries", COUNT, f.tries), NAME("batch", COUNT, f.batch),
	 NAME("empties", COUNT, f.empties),
	NAME("next", TIME, f.next), NAME("look", TIME, f.look),
	NAME("deadline", TIME, f.deadline), NAME("pay_by", TIME, f.pay_by),
	NAME("give_up", TIME, give_up), NAME("week_over", TIME, week_over),
	 NAME("report_due", TIME, f.report_due),
	NAME("polled", PAST, f.polled),
};
// clang-format on

static void
put_time(struct buf *b, instant t, const char *none)
{
	char text[INSTANT_TEXT];

	if (t <= 0 || t == INT64_MAX)
		buf_puts(b, t <= 0 ? none : "never");
	else
		/* People are told seconds. */
		buf_puts(b, instant_print(t - t % SECOND, text));
}

static void put_words(struct buf *b, const struct known *k, const char *words);

static void
put_name(struct buf *b, const struct known *k, const char *name, size_t len)
{
	const char *at;
	size_t i = 0;

	while (strlen(names[i].name) != len ||
	       memcmp(names[i].name, name, len) != 0)
		if (++i == sizeof(names) / sizeof(names[0]))
			abort();
	at = (const char *)k + names[i].at;
	switch (names[i].kind) {
	case COUNT:
		buf_printf(b, "%" PRId64, *(const int64_t *)(const void *)at);
		break;
	case TIME:
	case PAST:
		put_time(b, *(const instant *)(const void *)at,
		    names[i].kind == TIME ? "at once" : "never");
		break;
	case WORD:
		at = *(const char *const *)(const void *)at;
		/* Of these words only ours have names in them. */
		if (strcmp(names[i].name, "decision") == 0)
			put_words(b, k, at);
		else
			buf_puts(b, at);
		break;
	}
}

static void
put_words(struct buf *b, const struct known *k, const char *words)
{
	size_t len;

	for (; *words != '\0'; words += len) {
		len = strcspn(words, "{");
		buf_put(b, words, len);
		if (words[len] == '\0')
			break;
		words += len + 1;
		len = strcspn(words, "}");
		put_name(b, k, words, len++);
	}
}

const char *
why_words(struct arena *a, const struct known *k, const char *words)
{
	struct buf b;

	if (words == NULL)
		return NULL;
	buf_init(&b, a, WORDS_MOST);
	buf_puts(&b, "");
	put_words(&b, k, words);
	return b.data;
}
