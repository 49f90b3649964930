/*
 * reader - JSON documents into structs, by tables.
 */
#include <inttypes.h>
#include <stdarg.h>

#include "account.h"
#include "amount.h"
#include "arena.h"
#include "asset.h"
#include "instant.h"
#include "json.h"
#include "reader.h"

void
read_fault(struct reader *r, const char *where, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	r->faults++;
	r->say(r->to, arena_printf(r->arena, "%s: %s", where, text));
}

/* Where a value goes: its struct, and its place in it. */
static void *
place(void *into, const struct member *m)
{
	return (char *)into + m->offset;
}

static bool
is_plain(const char *text, int64_t most)
{
	const char *c;

	for (c = text; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return false;
	return c != text && c - text <= most;
}

static void
text_value(struct reader *r, const struct json *v, const char *where,
    const struct member *m, void *into)
{
	const char *text = json_text(v);

	if (text == NULL || !is_plain(text, m->most))
		read_fault(r, where,
		    "must be text of 1 to %" PRId64
		    " bytes without control characters",
		    m->most);
	else
		*(const char **)place(into, m) = text;
}

static void
texts_value(struct reader *r, const struct json *v, const char *where,
    const struct member *m, void *into)
{
	size_t count = json_count(v), i;
	const char **texts;

	if (json_kind(v) != JSON_ARRAY) {
		read_fault(r, where, "must be a list of texts");
		return;
	}
	texts = arena_array(r->arena, count + 1, sizeof(*texts));
	for (i = 0; i < count; i++) {
		texts[i] = json_text(json_at(v, i));
		if (texts[i] == NULL || !is_plain(texts[i], m->most)) {
			read_fault(r, where,
			    "must have texts of 1 to %" PRId64 " bytes",
			    m->most);
			return;
		}
	}
	*(const char *const **)place(into, m) = texts;
}

static void
name_value(struct reader *r, const struct json *v, const char *where,
    bool (*is_one)(const char *), const char *what, const struct member *m,
    void *into)
{
	const char *text = json_text(v);

	if (text == NULL || !is_one(text))
		read_fault(r, where, "must be %s", what);
	else
		*(const char **)place(into, m) = text;
}

static bool
is_side(const char *text)
{
	return strcmp(text, "sell") == 0 || strcmp(text, "buy") == 0;
}

static void
decimal_value(struct reader *r, const struct json *v, const char *where,
    const struct member *m, void *into)
{
	const char *text = json_text(v);
	struct amount amount;

	if (text == NULL)
		text = json_number(v);
	if (text == NULL || amount_parse(text, &amount) != AMOUNT_OK)
		read_fault(r, where, "must be a decimal number, 0 or more");
	else if (m->most != 0 && amount_cmp(amount, amount_of(m->most)) >= 0)
		read_fault(r, where, "must be below %" PRId64, m->most);
	else if (m->least != 0 && amount_decimals(amount) > m->least)
		read_fault(r, where, "has more than %" PRId64 " decimals",
		    m->least);
	else
		*(struct amount *)place(into, m) = amount;
}

static void
count_value(struct reader *r, const struct json *v, const char *where,
    const struct member *m, void *into)
{
	int64_t value;

	if (!json_integer(v, &value) || value < m->least || value > m->most)
		read_fault(r, where,
		    "must be a whole number from %" PRId64 " to %" PRId64,
		    m->least, m->most);
	else
		*(int64_t *)place(into, m) = value;
}

static void
places_value(struct reader *r, const struct json *v, const char *where,
    const struct member *m, void *into)
{
	int64_t places;

	if (!json_integer(v, &places) || places < 0 || places > 18)
		read_fault(r, where, "must be a whole number from 0 to 18");
	else
		*(unsigned *)place(into, m) = (unsigned)places;
}

static void
instant_value(struct reader *r, const struct json *v, const char *where,
    const struct member *m, void *into)
{
	const char *text = json_text(v);

	if (text == NULL || instant_parse(text, place(into, m)) != 0)
		read_fault(r, where,
		    "must be a time like 2026-01-02T03:04:05Z");
}

void
read_value(struct reader *r, const struct json *v, const char *where,
    const struct member *m, void *into)
{
	switch (m->kind) {
	case READ_TEXT:
		text_value(r, v, where, m, into);
		break;
	case READ_TEXTS:
		texts_value(r, v, where, m, into);
		break;
	case READ_ASSET:
		name_value(r, v, where, is_asset,
		    "stellar:CODE:ISSUER, stellar:native or iso4217:CODE", m,
		    into);
		break;
	case READ_ACCOUNT:
		name_value(r, v, where, is_account, "a Stellar address", m,
		    into);
		break;
	case READ_SIDE:
		name_value(r, v, where, is_side, "sell or buy", m, into);
		break;
	case READ_DECIMAL:
		decimal_value(r, v, where, m, into);
		break;
	case READ_COUNT:
		count_value(r, v, where, m, into);
		break;
	case READ_PLACES:
		places_value(r, v, where, m, into);
		break;
	case READ_INSTANT:
		instant_value(r, v, where, m, into);
		break;
	}
}

static bool
is_listed(const char *name, const struct member *table, size_t count,
    const char *const *more)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(table[i].name, name) == 0)
			return true;
	for (; more != NULL && *more != NULL; more++)
		if (strcmp(*more, name) == 0)
			return true;
	return false;
}

void
read_object(struct reader *r, const struct json *object, const char *where,
    const struct member *table, size_t count, const char *const *more,
    void *into)
{
	const char *name;
	size_t i;

	if (json_kind(object) != JSON_OBJECT) {
		read_fault(r, where, "must be an object");
		return;
	}
	for (i = 0; json_member(object, i, &name) != NULL; i++)
		if (!is_listed(name, table, count, more))
			read_fault(r, where, "has an unknown member %s", name);
	for (i = 0; i < count; i++) {
		const struct json *v = json_get(object, table[i].name);
		const char *here =
		    arena_printf(r->arena, "%s.%s", where, table[i].name);

		if (json_kind(v) != JSON_ABSENT && json_kind(v) != JSON_NULL)
			read_value(r, v, here, &table[i], into);
		else if (table[i].need)
			read_fault(r, here, "is missing");
	}
}

void *
read_rows(struct reader *r, const struct json *array, const char *where,
    const struct member *table, size_t count, const char *const *more,
    size_t size, size_t *rows)
{
	char *all;
	size_t i;

	*rows = 0;
	if (json_kind(array) != JSON_ARRAY) {
		read_fault(r, where, "must be a list");
		return NULL;
	}
	*rows = json_count(array);
	all = arena_array(r->arena, *rows + 1, size);
	for (i = 0; i < *rows; i++)
		read_object(r, json_at(array, i),
		    arena_printf(r->arena, "%s[%zu]", where, i), table, count,
		    more, all + i * size);
	return all;
}
