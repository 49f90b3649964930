/*
 * decode - percent signs and header parameters.
 */
#include "decode.h"

#include <errno.h>
#include <string.h>

#include "arena.h"
#include "utf8.h"

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
is_value_name(const char *text, size_t len)
{
	size_t i;

	if (len == 0 || len > 64 || !is_letter(text[0]))
		return false;
	for (i = 1; i < len; i++) {
		if (!is_letter(text[i]) && !is_digit(text[i]) &&
		    (text[i] == '\0' || strchr("_.-", text[i]) == NULL))
			return false;
	}
	return true;
}

static int
hex(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

const char *
decode_percent(struct arena *a, const char *text, size_t len)
{
	char *out = arena_alloc(a, len + 1);
	size_t i, n = 0;

	for (i = 0; i < len; i++) {
		char c = text[i];

		/* Spaces and control bytes have no place in a target. */
		if ((unsigned char)c <= ' ' || c == 0x7F)
			return NULL;
		if (c == '%') {
			bool is_whole = len - i > 2;
			int high = is_whole ? hex(text[i + 1]) : -1;
			int low = is_whole ? hex(text[i + 2]) : -1;

			if (high < 0 || low < 0)
				return NULL;
			c = (char)(high * 16 + low);
			i += 2;
		}
		if (c == '\0')
			return NULL;
		out[n++] = c;
	}
	return is_utf8(out, n) ? out : NULL;
}

/* A cursor over a header's value; at == end is never read. */
struct cursor {
	const char *at, *end;
};

static void
skip_blanks(struct cursor *c)
{
	while (c->at < c->end && (*c->at == ' ' || *c->at == '\t'))
		c->at++;
}

static bool
is_token_byte(char c)
{
	return is_letter(c) || is_digit(c) ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

/* A token, or with slash two of them; NULL if there is none. */
static char *
take_token(struct arena *a, struct cursor *c, bool with_slash)
{
	const char *from = c->at;

	while (c->at < c->end &&
	       (is_token_byte(*c->at) ||
		   (with_slash && *c->at == '/' && c->at > from))) {
		if (*c->at == '/')
			with_slash = false;
		c->at++;
	}
	if (c->at == from || c->at[-1] == '/')
		return NULL;
	return arena_strndup(a, from, (size_t)(c->at - from));
}

static char *
take_quoted(struct arena *a, struct cursor *c)
{
	char *out = arena_alloc(a, (size_t)(c->end - c->at) + 1);
	size_t n = 0;

	for (c->at++; c->at < c->end && *c->at != '"'; c->at++) {
		if (*c->at == '\\' && ++c->at == c->end)
			return NULL;
		if (((unsigned char)*c->at < ' ' && *c->at != '\t') ||
		    *c->at == 0x7F)
			return NULL;
		out[n++] = *c->at;
	}
	if (c->at == c->end)
		return NULL;
	c->at++; /* the closing quote */
	return is_utf8(out, n) ? out : NULL;
}

static char *
lower(char *text)
{
	char *c;

	for (c = text; c != NULL && *c != '\0'; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	}
	return text;
}

int
header_parse(struct arena *a, const char *text, size_t len, struct header *out)
{
	struct cursor c = {text, text + len};
	struct header h = {0};
	const char *name, *value;

	skip_blanks(&c);
	h.value = lower(take_token(a, &c, true));
	if (h.value == NULL)
		return -EINVAL;
	for (skip_blanks(&c); c.at < c.end; skip_blanks(&c)) {
		if (*c.at++ != ';')
			return -EINVAL;
		skip_blanks(&c);
		name = lower(take_token(a, &c, false));
		if (name == NULL || c.at == c.end || *c.at++ != '=')
			return -EINVAL;
		if (c.at < c.end && *c.at == '"')
			value = take_quoted(a, &c);
		else
			value = take_token(a, &c, false);
		if (value == NULL || header_param(&h, name) != NULL ||
		    h.count == HEADER_PARAMS)
			return -EINVAL;
		h.params[h.count].name = name;
		h.params[h.count].text = value;
		h.count++;
	}
	*out = h;
	return 0;
}

const char *
header_param(const struct header *h, const char *name)
{
	size_t i;

	for (i = 0; i < h->count; i++) {
		if (strcmp(h->params[i].name, name) == 0)
			return h->params[i].text;
	}
	return NULL;
}
