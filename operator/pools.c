/*
 * pools - a document of pools as its load takes it apart.
 */
#include "amount.h"
#include "arena.h"
#include "book.h"
#include "buf.h"
#include "json.h"
#include "pools.h"
#include "verb.h"

enum { BOOK_MOST = 64 << 20, REFERENCE_MOST = 128 };

static bool
is_movement_amount(const char *text)
{
	struct amount amount;

	if (text == NULL)
		return false;
	return amount_parse(text[0] == '-' ? text + 1 : text, &amount) ==
	           AMOUNT_OK &&
	       !amount_is_zero(amount) &&
	       amount_cmp(amount, amount_of(1000000000000000000)) < 0;
}

int
pools_split(struct arena *a, const char *path, const struct json *file,
    const char **document, const char **movements, size_t *count)
{
	const struct json *moved = json_get(file, "movements");
	const struct json *pools = json_get(file, "pools");
	struct json_out json;
	struct buf out;
	size_t i;
	int code = VERB_DONE;

	if (json_kind(file) != JSON_OBJECT || (moved == NULL && pools == NULL))
		return failed("%s: must be an object with pools, movements or"
			      " both",
		    path);
	if (moved != NULL && json_kind(moved) != JSON_ARRAY)
		return failed("movements: must be a list");
	*count = json_count(moved);
	for (i = 0; i < *count; i++) {
		const struct json *row = json_at(moved, i);
		const char *reference = json_text(json_get(row, "reference"));

		if (reference == NULL || reference[0] == '\0' ||
		    strlen(reference) > REFERENCE_MOST ||
		    json_text(json_get(row, "pool")) == NULL ||
		    !is_movement_amount(json_text(json_get(row, "amount"))) ||
		    json_count(row) != 3)
			code = failed("movements[%zu]: must have a reference of"
				      " 1 to 128 bytes, a pool, an amount of"
				      " either sign as text, and no more",
			    i);
	}
	if (code != VERB_DONE)
		return code;
	if (moved != NULL)
		*movements = json_print(a, moved);
	if (pools == NULL)
		return VERB_DONE;
	buf_init(&out, a, BOOK_MOST);
	json_begin(&json, &out);
	json_open(&json, NULL, '{');
	for (i = 0; i < json_count(file); i++) {
		const char *name;
		const struct json *v = json_member(file, i, &name);

		if (v != moved)
			json_put_raw(&json, name, json_print(a, v));
	}
	json_close(&json, '}');
	*document = out.data;
	return VERB_DONE;
}

int
pools_listed(struct arena *a, const struct book *book, const char **out)
{
	const struct pool *pool;
	struct json_out json;
	struct buf list;
	size_t i;

	buf_init(&list, a, BOOK_MOST);
	json_begin(&json, &list);
	json_open(&json, NULL, '[');
	for (i = 0; (pool = book_pool_at(book, i)) != NULL; i++) {
		const struct asset *asset = book_asset(book, pool->asset);

		if (asset == NULL)
			return failed("load assets first: pool %s is of %s",
			    pool->name, pool->asset);
		json_open(&json, NULL, '{');
		json_put_text(&json, "name", pool->name);
		json_put_text(&json, "asset", pool->asset);
		json_put_int(&json, "decimals", asset->decimals);
		json_put_int(&json, "rows", pool->rows);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	*out = list.data;
	return VERB_DONE;
}
