/*
 * json_read - JSON in, strictly: one pass over the text, values in the arena.
 *
 * It was json-c's work once, which takes NaN, single quotes and half surrogate
 * pairs even when strict, loses the text of numbers and which name came twice,
 * and asks for memory six times a member, so that its tree had to be scanned
 * before and copied afterwards.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "arena.h"
#include "json_tree.h"
#include "utf8.h"

enum { DEPTH = 16, FEW = 16 /* names that are compared each with each */ };

static const char NOT_JSON[] = "not JSON";

/* What is left of the text, and why it is refused. */
struct rest {
	struct arena *arena;
	const char *at, *end;
	const char *why;
	unsigned depth;
};

static const struct json *value(struct rest *r);

static bool
refuse(struct rest *r, const char *why)
{
	r->why = why;
	return false;
}

static int
peek(const struct rest *r)
{
	return r->at < r->end ? (unsigned char)*r->at : -1;
}

static bool
take(struct rest *r, char c)
{
	if (peek(r) != (unsigned char)c)
		return false;
	r->at++;
	return true;
}

static void
skip_blanks(struct rest *r)
{
	while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' ||
				     *r->at == '\n' || *r->at == '\r'))
		r->at++;
}

/* --- numbers and words --------------------------------------------------- */

static bool
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool
digits(struct rest *r)
{
	if (!is_digit(peek(r)))
		return false;
	while (is_digit(peek(r)))
		r->at++;
	return true;
}

static bool
is_number(struct rest *r)
{
	take(r, '-');
	if (!take(r, '0') && !digits(r))
		return false;
	if (take(r, '.') && !digits(r))
		return false;
	if (take(r, 'e') || take(r, 'E')) {
		if (!take(r, '-'))
			take(r, '+');
		return digits(r);
	}
	return true;
}

/* A number or word ends where another token may begin. */
static bool
ends(const struct rest *r)
{
	int c = peek(r);

	return c == -1 || (c != 0 && strchr(" \t\r\n,:]}", c) != NULL);
}

static bool
number(struct rest *r, struct json *v)
{
	const char *start = r->at;

	if (!is_number(r) || !ends(r))
		return refuse(r, "a malformed number");
	v->kind = JSON_NUMBER;
	v->text = arena_strndup(r->arena, start, (size_t)(r->at - start));
	return true;
}

static bool
word(struct rest *r, struct json *v)
{
	static const struct {
		const char *word;
		size_t len;
		enum json_kind kind;
		bool is_true;
	} words[] = {
	    {"true", 4, JSON_BOOL, true},
	    {"false", 5, JSON_BOOL, false},
	    {"null", 4, JSON_NULL, false},
	};

	for (size_t i = 0; i < 3; i++)
		if ((size_t)(r->end - r->at) >= words[i].len &&
		    memcmp(r->at, words[i].word, words[i].len) == 0) {
			r->at += words[i].len;
			v->kind = words[i].kind;
			v->is_true = words[i].is_true;
			return ends(r) || refuse(r, NOT_JSON);
		}
	return refuse(r, NOT_JSON);
}

/* --- texts --------------------------------------------------------------- */

static bool
hex4(struct rest *r, uint32_t *out)
{
	int c, i;

	*out = 0;
	for (i = 0; i < 4; i++, r->at++) {
		c = peek(r);
		if (is_digit(c))
			c -= '0';
		else if (c >= 'a' && c <= 'f')
			c -= 'a' - 10;
		else if (c >= 'A' && c <= 'F')
			c -= 'A' - 10;
		else
			return refuse(r, "a broken \\u escape");
		*out = *out << 4 | (uint32_t)c;
	}
	return true;
}

static char *
put_point(char *out, uint32_t p)
{
	if (p < 0x80) {
		*out++ = (char)p;
		return out;
	}
	if (p < 0x800) {
		*out++ = (char)(0xc0 | p >> 6);
	} else {
		if (p < 0x10000) {
			*out++ = (char)(0xe0 | p >> 12);
		} else {
			*out++ = (char)(0xf0 | p >> 18);
			*out++ = (char)(0x80 | (p >> 12 & 0x3f));
		}
		*out++ = (char)(0x80 | (p >> 6 & 0x3f));
	}
	*out++ = (char)(0x80 | (p & 0x3f));
	return out;
}

/* After \u. */
static bool
escaped_point(struct rest *r, char **out)
{
	uint32_t high, low;

	if (!hex4(r, &high))
		return false;
	if (high == 0)
		return refuse(r, "NUL in a text");
	if (high < 0xd800 || high > 0xdfff) {
		*out = put_point(*out, high);
		return true;
	}
	if (high > 0xdbff || !take(r, '\\') || !take(r, 'u') ||
	    !hex4(r, &low) || low < 0xdc00 || low > 0xdfff)
		return refuse(r, "half a surrogate pair");
	*out =
	    put_point(*out, 0x10000 + ((high - 0xd800) << 10 | (low - 0xdc00)));
	return true;
}

/* After the backslash. */
static bool
escape(struct rest *r, char **out)
{
	static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	int c = peek(r);
	const char *found = c <= 0 ? NULL : strchr(letters, c);

	r->at += c > 0;
	if (c == 'u')
		return escaped_point(r, out);
	if (found == NULL)
		return refuse(r, "an unknown escape in a text");
	*(*out)++ = meant[found - letters];
	return true;
}

/* How long a text is, from after its opening quote to its closing one. */
static bool
measure(struct rest *r, size_t *len, bool *is_plain)
{
	const char *at = r->at;

	*is_plain = true;
	for (; at < r->end && *at != '"'; at++) {
		if ((unsigned char)*at < ' ')
			return refuse(r, "a control character in a text");
		if (*at == '\\') {
			*is_plain = false;
			at += at + 1 < r->end;
		}
	}
	if (at == r->end)
		return refuse(r, "a text without an end");
	*len = (size_t)(at - r->at);
	return true;
}

/* From the opening quote on; NULL if it is none. */
static const char *
text(struct rest *r)
{
	const char *end;
	char *copy, *out;
	bool is_plain;
	size_t len;

	if (!take(r, '"')) {
		r->why = NOT_JSON;
		return NULL;
	}
	if (!measure(r, &len, &is_plain))
		return NULL;
	end = r->at + len;
	if (is_plain) {
		copy = arena_strndup(r->arena, r->at, len);
		r->at = end + 1;
		return copy;
	}
	/* An escape is never shorter than what it stands for. */
	copy = out = arena_alloc(r->arena, len + 1);
	while (r->at < end) {
		if (*r->at != '\\')
			*out++ = *r->at++;
		else if (r->at++, !escape(r, &out))
			return NULL;
	}
	*out = '\0';
	r->at = end + 1;
	return copy;
}

/* --- objects and arrays -------------------------------------------------- */

/* Room for one more; it doubles. */
static void
make_room(struct arena *a, struct json *v, size_t *room)
{
	const struct json **items;
	const char **names;

	if (v->count < *room)
		return;
	*room = *room == 0 ? 4 : *room * 2;
	items = arena_array(a, *room, sizeof(*items));
	if (v->count > 0)
		memcpy(items, v->items, v->count * sizeof(*items));
	v->items = items;
	if (v->kind != JSON_OBJECT)
		return;
	names = arena_array(a, *room, sizeof(*names));
	if (v->count > 0)
		memcpy(names, v->names, v->count * sizeof(*names));
	v->names = names;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool
has_twice(struct arena *a, const struct json *v)
{
	const char **sorted;

	for (size_t i = 1; v->count <= FEW && i < v->count; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(v->names[i], v->names[k]) == 0)
				return true;
	if (v->count <= FEW)
		return false;
	sorted = arena_array(a, v->count, sizeof(*sorted));
	memcpy(sorted, v->names, v->count * sizeof(*sorted));
	qsort(sorted, v->count, sizeof(*sorted), by_name);
	for (size_t i = 1; i < v->count; i++)
		if (strcmp(sorted[i - 1], sorted[i]) == 0)
			return true;
	return false;
}

/* One member or element. */
static bool
item(struct rest *r, struct json *v, size_t *room)
{
	const char *name = NULL;
	const struct json *one;

	skip_blanks(r);
	if (v->kind == JSON_OBJECT) {
		name = text(r);
		if (name == NULL)
			return false;
		skip_blanks(r);
		if (!take(r, ':'))
			return refuse(r, NOT_JSON);
	}
	one = value(r);
	if (one == NULL)
		return false;
	make_room(r->arena, v, room);
	if (name != NULL)
		v->names[v->count] = name;
	v->items[v->count++] = one;
	return true;
}

/* From after the opening bracket. */
static bool
items(struct rest *r, struct json *v, char closing)
{
	size_t room = 0;

	if (++r->depth > DEPTH)
		return refuse(r, "nested too deeply");
	skip_blanks(r);
	if (!take(r, closing)) {
		do {
			if (!item(r, v, &room))
				return false;
			skip_blanks(r);
		} while (take(r, ','));
		if (!take(r, closing))
			return refuse(r, NOT_JSON);
	}
	r->depth--;
	if (v->kind == JSON_OBJECT && has_twice(r->arena, v))
		return refuse(r, "a name is given twice");
	return true;
}

/* --- all of it ----------------------------------------------------------- */

static bool
fill(struct rest *r, struct json *v)
{
	int c = peek(r);

	switch (c) {
	case '{':
		v->kind = JSON_OBJECT;
		r->at++;
		return items(r, v, '}');
	case '[':
		v->kind = JSON_ARRAY;
		r->at++;
		return items(r, v, ']');
	case '"':
		v->kind = JSON_TEXT;
		v->text = text(r);
		return v->text != NULL;
	default:
		return c == '-' || is_digit(c) ? number(r, v) : word(r, v);
	}
}

/* Depth is bounded, so calling itself is. */
static const struct json *
value(struct rest *r)
{
	struct json *v = arena_alloc(r->arena, sizeof(*v));

	skip_blanks(r);
	return fill(r, v) ? v : NULL;
}

int
json_parse(struct arena *a, const char *text, size_t len,
    const struct json **out, const char **why)
{
	struct rest r = {.arena = a, .at = text, .end = text + len};
	const struct json *v;

	*why = "not UTF-8";
	if (!is_utf8(text, len))
		return -EINVAL;
	v = value(&r);
	if (v == NULL) {
		*why = r.why;
		return -EINVAL;
	}
	skip_blanks(&r);
	*why = NOT_JSON;
	if (r.at != r.end)
		return -EINVAL;
	*why = NULL;
	*out = v;
	return 0;
}
