/*
 * prices - a document of prices as its load keeps it.
 */
#include <stdbool.h>

#include "arena.h"
#include "book.h"
#include "buf.h"
#include "json.h"
#include "prices.h"

enum {
	PRICES_MOST = 64 << 20, /* bytes */
	SKEW = 5                /* seconds that a feed's clock may be ahead */
};

/* Nothing would be quoted from it until then, and nobody would know why. */
static bool
is_ahead(const struct json *row, instant now)
{
	const char *said = json_text(json_get(row, "as_of"));
	instant as_of;

	return said != NULL && instant_parse(said, &as_of) == 0 &&
	       as_of > now + SKEW * SECOND;
}

static void
put_row(struct arena *a, struct json_out *json, const struct json *row,
    const char *now)
{
	const struct json *v;
	const char *name;
	size_t i;

	json_open(json, NULL, '{');
	for (i = 0; (v = json_member(row, i, &name)) != NULL; i++)
		json_put_raw(json, name, json_print(a, v));
	if (json_get(row, "as_of") == NULL)
		json_put_text(json, "as_of", now);
	json_close(json, '}');
}

const char *
prices_stamped(struct arena *a, const struct json *list, instant now,
    const char **why)
{
	const struct json *row;
	char text[INSTANT_TEXT];
	struct json_out json;
	struct buf out;
	size_t i;

	instant_print(now, text);
	*why = NULL;
	buf_init(&out, a, PRICES_MOST);
	json_begin(&json, &out);
	json_open(&json, NULL, '[');
	for (i = 0; (row = json_at(list, i)) != NULL; i++) {
		if (json_kind(row) != JSON_OBJECT)
			*why = arena_printf(a, "prices[%zu] is no object", i);
		else if (is_ahead(row, now))
			*why = arena_printf(a,
			    "prices[%zu].as_of lies in the future", i);
		if (*why != NULL)
			return NULL;
		put_row(a, &json, row, text);
	}
	json_close(&json, ']');
	return out.data;
}

/* {"prices": ..., "limits": ...}: as much of a book as guards need. */
static const struct book *
guarded_book(struct arena *a, const char *prices, const struct json *others,
    const struct json **documents, void (*say)(void *to, const char *line),
    void *to)
{
	const struct json *limits = json_get(others, "limits");
	const struct book *book;
	const char *text, *why;

	text = arena_printf(a, "{\"prices\": %s%s%s}", prices,
	    limits == NULL ? "" : ", \"limits\": ",
	    limits == NULL ? "" : json_print(a, limits));
	if (json_parse(a, text, strlen(text), documents, &why) != 0) {
		say(to, why);
		return NULL;
	}
	return book_parse(a, *documents, 0, &book, say, to) == 0 ? book : NULL;
}

static bool
is_pair(const struct json *row, const struct json *other)
{
	static const char *const names[] = {"sell_asset", "buy_asset"};
	size_t i;

	for (i = 0; i < 2; i++)
		if (strcmp(json_text(json_get(row, names[i])),
			json_text(json_get(other, names[i]))) != 0)
			return false;
	return true;
}

/* The row that stands in the place of a doubtful one: the last one that was
 * not, if there is one, with the reason why it is not quoted. */
static void
put_stopped(struct arena *a, struct json_out *json, const struct json *row,
    const struct json *old_list, const char *why)
{
	const struct json *v, *old;
	const char *name;
	size_t i;

	for (i = 0; (old = json_at(old_list, i)) != NULL; i++)
		if (is_pair(row, old))
			row = old;
	json_open(json, NULL, '{');
	for (i = 0; (v = json_member(row, i, &name)) != NULL; i++)
		if (strcmp(name, "stopped") != 0)
			json_put_raw(json, name, json_print(a, v));
	json_put_text(json, "stopped", why);
	json_close(json, '}');
}

static void
tell_stopped(struct arena *a, struct json_out *note, const struct json *row,
    const char *why, void (*say)(void *to, const char *line), void *to)
{
	const char *sell = json_text(json_get(row, "sell_asset"));
	const char *buy = json_text(json_get(row, "buy_asset"));

	say(to, arena_printf(a, "%s to %s is not quoted any more: %s", sell,
		    buy, why));
	json_open(note, NULL, '{');
	json_put_text(note, "sell_asset", sell);
	json_put_text(note, "buy_asset", buy);
	json_put_text(note, "why", why);
	json_close(note, '}');
}

static void
no_words(void *to, const char *line)
{
	(void)to;
	(void)line;
}

struct prices_guarded
prices_guarded(struct arena *a, const char *list, const struct json *others,
    bool may_jump, void (*say)(void *to, const char *line), void *to)
{
	const struct json *old = json_get(others, "prices"), *rows, *had;
	struct prices_guarded done = {NULL, NULL, 0};
	const struct book *book, *before;
	struct json_out json, note;
	struct buf out, said;
	size_t i;

	/* What cannot be read goes on as it is: the whole book has more to say
	 * of it. */
	book = guarded_book(a, list, others, &rows, no_words, NULL);
	if (book == NULL)
		return (struct prices_guarded){list, NULL, 0};
	before = guarded_book(a, old == NULL ? "[]" : json_print(a, old),
	    others, &had, say, to);
	if (before == NULL)
		return done;
	rows = json_get(rows, "prices");
	buf_init(&out, a, PRICES_MOST);
	buf_init(&said, a, PRICES_MOST);
	json_begin(&json, &out);
	json_begin(&note, &said);
	json_open(&json, NULL, '[');
	json_open(&note, NULL, '[');
	for (i = 0; i < json_count(rows); i++) {
		const struct json *row = json_at(rows, i);
		const char *why =
		    book_price_doubt(book, i, before, may_jump, a);

		if (why == NULL) {
			json_put_raw(&json, NULL, json_print(a, row));
			continue;
		}
		put_stopped(a, &json, row, old, why);
		tell_stopped(a, &note, row, why, say, to);
		done.stopped_count++;
	}
	json_close(&json, ']');
	json_close(&note, ']');
	done.document = out.data;
	done.stopped = said.data;
	return done;
}
