/*
 * csv - comma-separated values, read and written.
 */
#include <stdbool.h>

#include "arena.h"
#include "buf.h"
#include "csv.h"
#include "json.h"

enum { COLUMNS_MAX = 32 };

struct csv {
	struct arena *arena;
	const char *at, *end;
	size_t line;
	const char *why;
};

static bool
fault(struct csv *c, const char *what)
{
	c->why = arena_printf(c->arena, "line %zu: %s", c->line, what);
	return false;
}

static bool
is_at(const struct csv *c, const char *bytes)
{
	return c->at == c->end || strchr(bytes, *c->at) != NULL;
}

/* One value; afterwards at its comma, its line's end, or the end. */
static bool
read_value(struct csv *c, const char **out)
{
	struct buf value;

	buf_init(&value, c->arena, (size_t)(c->end - c->at) + 1);
	buf_puts(&value, "");
	if (c->at == c->end || *c->at != '"') {
		const char *from = c->at;

		while (!is_at(c, ",\r\n"))
			c->at++;
		buf_put(&value, from, (size_t)(c->at - from));
		*out = value.data;
		return true;
	}
	for (c->at++; c->at != c->end; c->at++) {
		if (*c->at == '"' && (++c->at == c->end || *c->at != '"')) {
			*out = value.data;
			return is_at(c, ",\r\n") ||
			       fault(c, "text follows a closing quote");
		}
		buf_put(&value, c->at, 1);
		c->line += *c->at == '\n';
	}
	return fault(c, "a quote is not closed");
}

/* The values of one line, and past its end. */
static bool
read_line(struct csv *c, const char *values[static COLUMNS_MAX], size_t *count)
{
	for (*count = 0;; c->at++) {
		if (*count == COLUMNS_MAX)
			return fault(c, "too many values");
		if (!read_value(c, &values[(*count)++]))
			return false;
		if (is_at(c, "\r\n"))
			break;
	}
	if (c->at != c->end && *c->at == '\r')
		c->at++;
	if (c->at != c->end && *c->at != '\n')
		return fault(c, "a carriage return stands alone");
	if (c->at != c->end)
		c->at++;
	c->line++;
	return true;
}

static bool
is_whole(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0' &&
	       (text[0] != '0' || text[1] == '\0');
}

static void
put(struct json_out *json, const char *name, const char *value)
{
	if (is_whole(value))
		json_put_raw(json, name, value);
	else if (value[0] != '\0')
		json_put_text(json, name, value);
}

const char *
csv_to_json(struct arena *a, const char *text, size_t len, const char **why)
{
	struct csv c = {.arena = a, .at = text, .end = text + len, .line = 1};
	const char *names[COLUMNS_MAX], *values[COLUMNS_MAX];
	size_t name_count, count, i;
	struct json_out json;
	struct buf out;
	bool is_good, is_empty = true;

	if (memchr(text, '\0', len) != NULL) {
		*why = "there is a NUL byte";
		return NULL;
	}
	/* No byte grows by more than \u001f; names are written in each line. */
	buf_init(&out, a, 64 + len * 6 * (COLUMNS_MAX + 1));
	json_begin(&json, &out);
	json_open(&json, NULL, '[');
	is_good = read_line(&c, names, &name_count);
	while (is_good && c.at != c.end) {
		is_good = read_line(&c, values, &count);
		if (is_good && count == 1 && values[0][0] == '\0')
			continue; /* an empty line */
		if (is_good && count != name_count) {
			c.line--;
			is_good = fault(&c, "has another number of values than"
					    " the header");
		}
		is_empty = false;
		json_open(&json, NULL, '{');
		for (i = 0; is_good && i < count; i++)
			put(&json, names[i], values[i]);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	/* A feed that broke is no order to forget all prices. */
	if (is_good && is_empty)
		is_good = fault(&c, "there is nothing but a header");
	if (is_good && !buf_full(&out))
		return out.data;
	*why = is_good ? "it is too large" : c.why;
	return NULL;
}

/* Would a spreadsheet calculate it?  What is no more than a number below zero
 * is one there, too. */
static bool
is_formula(const char *value)
{
	static const char digits[] = "0123456789";
	size_t len;

	if (value[0] == '\0' || strchr("=+-@\t\r", value[0]) == NULL)
		return false;
	if (value[0] != '-')
		return true;
	len = strspn(++value, digits);
	if (len > 0 && value[len] == '.' && value[len + 1] != '\0')
		len += 1 + strspn(value + len + 1, digits);
	return len == 0 || value[len] != '\0';
}

static void
put_value(struct buf *b, const char *value)
{
	const char *guard = is_formula(value) ? "'" : "";
	size_t len;

	if (strpbrk(value, ",\"\r\n") == NULL) {
		buf_printf(b, "%s%s", guard, value);
		return;
	}
	buf_printf(b, "\"%s", guard);
	for (; *value != '\0'; value += len) {
		/* Up to a quote and with it; then the quote once more. */
		len = strcspn(value, "\"");
		len += value[len] == '"';
		buf_put(b, value, len);
		if (value[len - 1] == '"')
			buf_puts(b, "\"");
	}
	buf_puts(b, "\"");
}

void
csv_put(struct buf *b, const char *const *values, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (i != 0)
			buf_puts(b, ",");
		if (values[i] != NULL)
			put_value(b, values[i]);
	}
	buf_puts(b, "\n");
}
