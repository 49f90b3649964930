/*
 * json - JSON out: commas and escapes are put here and nowhere else.
 *
 * Whatever bytes come in, what goes out is valid JSON: bytes that are no UTF-8
 * become U+FFFD.
 */
#include <inttypes.h>

#include "buf.h"
#include "json.h"
#include "utf8.h"

/* A byte eight times, and the highest bit of each. */
#define EIGHT(byte) (UINT64_MAX / 255 * (byte))
enum { WORD = sizeof(uint64_t) };

/* Is one of eight bytes zero?  Of two next to each other it may be wrong about
 * which, never about whether. */
static bool
has_zero(uint64_t word)
{
	return ((word - EIGHT(0x01)) & ~word & EIGHT(0x80)) != 0;
}

/* Are all eight of one byte each, and without an escape? */
static bool
are_plain(const char *text)
{
	uint64_t word;

	memcpy(&word, text, WORD);
	return (((word - EIGHT(' ')) | word) & EIGHT(0x80)) == 0 &&
	       !has_zero(word ^ EIGHT('"')) && !has_zero(word ^ EIGHT('\\')) &&
	       !has_zero(word ^ EIGHT(0x7f));
}

static bool
is_plain(char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

static bool
is_all_plain(const char *text, size_t len)
{
	for (; len >= WORD; text += WORD, len -= WORD)
		if (!are_plain(text))
			return false;
	while (len > 0 && is_plain(*text)) {
		text++;
		len--;
	}
	return len == 0;
}

/* With its quotes, and a byte after them unless it is 0. */
static void
put_plain(struct buf *b, const char *text, size_t len, char after)
{
	char *to = buf_take(b, len + (after == '\0' ? 2 : 3));

	if (to == NULL)
		return;
	*to++ = '"';
	memcpy(to, text, len);
	to[len] = '"';
	if (after != '\0')
		to[len + 1] = after;
}

static void
put_escaped(struct buf *b, const char *text, size_t len)
{
	static const char plain_escapes[] = "\"\\\b\f\n\r\t";
	static const char letters[] = "\"\\bfnrt";
	const char *found, *start = text, *end = text + len;
	uint32_t point;
	size_t n;

	buf_put(b, "\"", 1);
	while (text < end) {
		if (is_plain(*text)) {
			text++;
			continue;
		}
		n = utf8_next(text, (size_t)(end - text), &point);
		if (n != 0 && point >= ' ' && point != '"' && point != '\\') {
			text += n;
			continue;
		}
		/* What needed no escape goes out in one piece. */
		buf_put(b, start, (size_t)(text - start));
		found = *text == '\0' ? NULL : strchr(plain_escapes, *text);
		if (n == 0)
			buf_puts(b, "\xef\xbf\xbd");
		else if (found != NULL)
			buf_printf(b, "\\%c", letters[found - plain_escapes]);
		else
			buf_printf(b, "\\u%04x", (unsigned)point);
		start = ++text;
	}
	buf_put(b, start, (size_t)(text - start));
	buf_put(b, "\"", 1);
}

static void
put_quoted(struct buf *b, const char *text, size_t len)
{
	if (is_all_plain(text, len))
		put_plain(b, text, len, '\0');
	else
		put_escaped(b, text, len);
}

/* What stands before any value. */
static void
begin_value(struct json_out *o, const char *name)
{
	size_t len;

	if (o->comma)
		buf_put(o->buf, ",", 1);
	o->comma = true;
	if (name == NULL)
		return;
	len = strlen(name);
	if (is_all_plain(name, len)) {
		put_plain(o->buf, name, len, ':');
		return;
	}
	put_escaped(o->buf, name, len);
	buf_put(o->buf, ":", 1);
}

void
json_begin(struct json_out *o, struct buf *b)
{
	o->buf = b;
	o->depth = 0;
	o->comma = false;
}

void
json_open(struct json_out *o, const char *name, char bracket)
{
	begin_value(o, name);
	buf_put(o->buf, &bracket, 1);
	o->depth++;
	o->comma = false;
}

void
json_close(struct json_out *o, char bracket)
{
	buf_put(o->buf, &bracket, 1);
	o->depth--;
	o->comma = true;
}

void
json_put_textn(struct json_out *o, const char *name, const char *text,
    size_t len)
{
	begin_value(o, name);
	put_quoted(o->buf, text, len);
}

void
json_put_text(struct json_out *o, const char *name, const char *text)
{
	if (text == NULL)
		json_put_raw(o, name, "null");
	else
		json_put_textn(o, name, text, strlen(text));
}

void
json_put_bool(struct json_out *o, const char *name, bool value)
{
	json_put_raw(o, name, value ? "true" : "false");
}

void
json_put_int(struct json_out *o, const char *name, int64_t value)
{
	begin_value(o, name);
	buf_printf(o->buf, "%" PRId64, value);
}

void
json_put_raw(struct json_out *o, const char *name, const char *json)
{
	begin_value(o, name);
	buf_puts(o->buf, json);
}
