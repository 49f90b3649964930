/*
 * json_scan - looks over JSON text before json-c reads it.
 */
#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "json_scan.h"

/* What is left of the text. */
struct rest {
	const char *at, *end;
};

static int
peek(const struct rest *r)
{
	return r->at < r->end ? (unsigned char)*r->at : -1;
}

static bool
take(struct rest *r, char c)
{
	if (peek(r) != c)
		return false;
	r->at++;
	return true;
}

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
number(struct rest *r)
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

static bool
word(struct rest *r)
{
	static const char *const words[] = {"true", "false", "null"};
	size_t i, len;

	for (i = 0; i < 3; i++) {
		len = strlen(words[i]);
		if ((size_t)(r->end - r->at) >= len &&
		    memcmp(r->at, words[i], len) == 0) {
			r->at += len;
			return true;
		}
	}
	return false;
}

/* A number or word ends where another token may begin. */
static bool
ends(const struct rest *r)
{
	int c = peek(r);

	return c == -1 || (c != 0 && strchr(" \t\r\n,:]}", c) != NULL);
}

static bool
hex4(struct rest *r, uint32_t *out)
{
	static const char hex[] = "0123456789abcdef";
	const char *found;
	int i, c;

	*out = 0;
	for (i = 0; i < 4; i++, r->at++) {
		c = peek(r);
		if (c <= 0)
			return false;
		found = strchr(hex, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
		if (found == NULL)
			return false;
		*out = *out << 4 | (uint32_t)(found - hex);
	}
	return true;
}

/* After the backslash. */
static const char *
escape(struct rest *r)
{
	uint32_t high, low;
	int c = peek(r);

	if (c <= 0 || strchr("\"\\/bfnrtu", c) == NULL)
		return "an unknown escape in a text";
	r->at++;
	if (c != 'u')
		return NULL;
	if (!hex4(r, &high))
		return "a broken \\u escape";
	if (high == 0)
		return "NUL in a text";
	if (high < 0xd800 || high > 0xdfff)
		return NULL;
	if (high > 0xdbff || !take(r, '\\') || !take(r, 'u') ||
	    !hex4(r, &low) || low < 0xdc00 || low > 0xdfff)
		return "half a surrogate pair";
	return NULL;
}

/* After the opening quote. */
static const char *
string(struct rest *r)
{
	const char *why;
	int c;

	for (;;) {
		c = peek(r);
		if (c == -1)
			return "a text without an end";
		r->at++;
		if (c == '"')
			return NULL;
		if (c < ' ')
			return "a control character in a text";
		if (c == '\\') {
			why = escape(r);
			if (why != NULL)
				return why;
		}
	}
}

static void
remember(struct arena *a, struct json_scan *s, const char *from, const char *to)
{
	size_t n = s->number_count;

	/* Room doubles at each power of two. */
	if (n == 0 || (n >= 8 && (n & (n - 1)) == 0)) {
		struct json_span *more =
		    arena_array(a, n < 8 ? 8 : n * 2, sizeof(*more));

		if (n != 0)
			memcpy(more, s->numbers, n * sizeof(*more));
		s->numbers = more;
	}
	s->numbers[n].text = from;
	s->numbers[n].len = (size_t)(to - from);
	s->number_count++;
}

const char *
json_scan(struct arena *a, const char *text, size_t len, struct json_scan *out)
{
	struct rest r = {text, text + len};
	const char *why, *start;
	int depth = 0;

	memset(out, 0, sizeof(*out));
	while ((start = r.at) < r.end) {
		switch (*start) {
		case '{':
		case '[':
			if (++depth > JSON_DEPTH)
				return "nested too deeply";
			r.at++;
			break;
		case '}':
		case ']':
			depth--;
			r.at++;
			break;
		case ':':
			out->colons++;
			r.at++;
			break;
		case ',':
		case ' ':
		case '\t':
		case '\r':
		case '\n':
			r.at++;
			break;
		case '"':
			r.at++;
			why = string(&r);
			if (why != NULL)
				return why;
			break;
		default:
			if (*start == '-' || is_digit((unsigned char)*start)) {
				if (!number(&r) || !ends(&r))
					return "a malformed number";
				remember(a, out, start, r.at);
			} else if (!word(&r) || !ends(&r)) {
				return "not JSON";
			}
		}
	}
	return NULL;
}
