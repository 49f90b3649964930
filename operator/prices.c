/*
 * prices - a document of prices as its load keeps it.
 */
#include <stdbool.h>

#include "arena.h"
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
