/*
 * yaml - the part of YAML that files of settings are written in, as JSON text.
 *
 * Lines are taken one by one; a line that begins with "- " is looked at again
 * without it, further to the right.  Whoever reads a node leaves the line
 * behind it in `at`.
 */
#include <ctype.h>
#include <stdbool.h>
#include <strings.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "utf8.h"
#include "yaml.h"

enum { DEPTH_MOST = 15, LINES_MOST = 100000 };

struct line {
	size_t number, indent;
	const char *text; /* without indent, comment and spaces at the end */
};

struct yaml {
	struct arena *arena;
	struct line *lines;
	size_t count, at, depth;
	struct json_out json;
	const char *why;
};

static bool
fault_at(struct yaml *y, size_t number, const char *what)
{
	if (y->why == NULL)
		y->why = arena_printf(y->arena, "line %zu: %s", number, what);
	return false;
}

static bool
fault(struct yaml *y, const char *what)
{
	size_t at = y->at < y->count ? y->at : y->count - 1;

	return fault_at(y, y->count == 0 ? 1 : y->lines[at].number, what);
}

/* Past a quoted text, or NULL if it has no end. */
static const char *
past_quoted(const char *at)
{
	char quote = *at++;

	for (; *at != '\0'; at++) {
		if (*at == '\\' && quote == '"' && at[1] != '\0')
			at++;
		else if (*at == quote && quote == '\'' && at[1] == '\'')
			at++;
		else if (*at == quote)
			return at + 1;
	}
	return NULL;
}

/* Does a quoted text begin here, rather than a quote stand in a plain one? */
static bool
is_quote(const char *text, const char *at)
{
	return (*at == '"' || *at == '\'') &&
	       (at == text || strchr(" [,", at[-1]) != NULL);
}

/* Where a comment begins, or the end. */
static const char *
end_of(const char *text)
{
	const char *at = text, *past;

	while (*at != '\0') {
		if (*at == '#' &&
		    (at == text || isspace((unsigned char)at[-1])))
			break;
		past = is_quote(text, at) ? past_quoted(at) : at + 1;
		at = past != NULL ? past : at + 1;
	}
	while (at > text && isspace((unsigned char)at[-1]))
		at--;
	return at;
}

/* Texts to lines; blank ones are left out. */
static bool
split(struct yaml *y, char *text)
{
	size_t number = 0;
	char *line;

	while ((line = strsep(&text, "\n")) != NULL) {
		size_t indent = strspn(line, " ");
		char *from = line + indent;

		if (++number == LINES_MOST)
			return fault_at(y, number, "there are too many");
		from[end_of(from) - from] = '\0';
		if (*from == '\0' ||
		    (y->count == 0 && strcmp(line, "---") == 0))
			continue;
		if (strpbrk(from, "\t\r") != NULL)
			return fault_at(y, number,
			    "has a tab or a lone carriage return");
		y->lines[y->count++] = (struct line){number, indent, from};
	}
	return y->count != 0 || fault_at(y, 1, "there is nothing");
}

/* --- scalars -------------------------------------------------------------- */

static bool
is_number(const char *text)
{
	const char *at = text + (*text == '-');
	size_t whole = strspn(at, "0123456789"), decimals;

	if (whole == 0 || (whole > 1 && *at == '0'))
		return false;
	at += whole;
	if (*at == '\0')
		return true;
	decimals = *at == '.' ? strspn(at + 1, "0123456789") : 0;
	return decimals != 0 && at[1 + decimals] == '\0';
}

static bool
is_word_of(const char *text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcasecmp(text, *words) == 0)
			return true;
	return false;
}

static bool
put_plain(struct yaml *y, const char *name, const char *text)
{
	static const char *const nothing[] = {"~", "null", NULL};
	static const char *const truths[] = {"true", "false", NULL};
	static const char *const doubtful[] = {"yes", "no", "on", "off", NULL};
	static const char special[] = "&*!|>%@`?{}[],\"'#";

	if (strchr(special, *text) != NULL ||
	    (*text == '-' && (text[1] == ' ' || text[1] == '\0')) ||
	    strstr(text, " '") != NULL || strstr(text, " \"") != NULL ||
	    strstr(text, ": ") != NULL || text[strlen(text) - 1] == ':')
		return fault(y, "is not of the YAML that is read here: one "
				"value or a list of them, in quotes if it has "
				"special characters");
	if (is_word_of(text, doubtful))
		return fault(y, "yes, no, on and off are booleans to some "
				"readers: put them in quotes");
	if (is_word_of(text, nothing))
		json_put_raw(&y->json, name, "null");
	else if (is_word_of(text, truths))
		json_put_bool(&y->json, name,
		    tolower((unsigned char)*text) == 't');
	else if (is_number(text))
		json_put_raw(&y->json, name, text);
	else
		json_put_text(&y->json, name, text);
	return true;
}

/* What stands in quotes, from `text` to `past`. */
static const char *
unquoted(struct yaml *y, const char *text, const char *past)
{
	static const char escapes[] = "\"\\/nrt0", meant[] = "\"\\/\n\r\t";
	char *out = arena_alloc(y->arena, (size_t)(past - text)), *to = out;
	const char *at, *found;

	for (at = text + 1; at < past - 1; at++) {
		if (*text == '\'' && *at == '\'') {
			at++;
		} else if (*text == '"' && *at == '\\') {
			found = strchr(escapes, *++at);
			if (found == NULL || *found == '0') {
				fault(y, "has an escape that is not read here");
				return NULL;
			}
			*to++ = meant[found - escapes];
			continue;
		}
		*to++ = *at;
	}
	return out;
}

/* A value without a line break, up to its end. */
static bool
put_scalar(struct yaml *y, const char *name, const char *text)
{
	const char *past;

	if (*text != '"' && *text != '\'')
		return put_plain(y, name, text);
	past = past_quoted(text);
	if (past == NULL || *past != '\0')
		return fault(y, "a quote does not end where its value does");
	text = unquoted(y, text, past);
	if (text != NULL)
		json_put_text(&y->json, name, text);
	return text != NULL;
}

/* [a, "b", c] */
static bool
put_list(struct yaml *y, const char *name, const char *text)
{
	json_open(&y->json, name, '[');
	for (text++;; text++) {
		const char *from = text + strspn(text, " "), *to = from;

		while (*to != '\0' && *to != ',' && *to != ']') {
			const char *past =
			    is_quote(from, to) ? past_quoted(to) : to + 1;

			if (past == NULL)
				return fault(y, "a quote does not end");
			to = past;
		}
		text = to;
		while (to > from && to[-1] == ' ')
			to--;
		if (*text == '\0' || (to == from && *text == ','))
			return fault(y, "a list in brackets does not end in "
					"its line, or has nothing between "
					"commas");
		if (to > from &&
		    !put_scalar(y, NULL,
			arena_strndup(y->arena, from, (size_t)(to - from))))
			return false;
		if (*text == ']')
			break;
	}
	json_close(&y->json, ']');
	return text[1] == '\0' || fault(y, "text follows a bracket");
}

static bool
put_value(struct yaml *y, const char *name, const char *text)
{
	if (*text == '[')
		return put_list(y, name, text);
	if (strcmp(text, "{}") != 0)
		return put_scalar(y, name, text);
	json_open(&y->json, name, '{');
	json_close(&y->json, '}');
	return true;
}

/* --- blocks --------------------------------------------------------------- */

static bool put_block(struct yaml *y, const char *name, size_t indent);

static bool
is_item(const struct line *line)
{
	return line->text[0] == '-' &&
	       (line->text[1] == ' ' || line->text[1] == '\0');
}

/* The name before a ':', and the value behind it ("" for none): NULL if the
 * line is no member of a mapping. */
static const char *
member(struct yaml *y, const char *text, const char **value)
{
	const char *at = text, *end, *past;

	if (is_quote(text, text)) {
		past = past_quoted(text);
		at = past != NULL ? past : text;
		end = at;
		if (past == NULL || *at != ':')
			return NULL;
	} else {
		while (*at != '\0' &&
		       !(*at == ':' && (at[1] == ' ' || at[1] == '\0')))
			at++;
		if (*at == '\0' || at == text)
			return NULL;
		end = at;
	}
	if (at[1] != ' ' && at[1] != '\0')
		return NULL;
	*value = at + 1 + strspn(at + 1, " ");
	return *text == '"' || *text == '\''
	           ? unquoted(y, text, end)
	           : arena_strndup(y->arena, text, (size_t)(end - text));
}

static bool
put_items(struct yaml *y, size_t indent)
{
	while (y->at < y->count && y->lines[y->at].indent == indent &&
	       is_item(&y->lines[y->at])) {
		struct line *line = &y->lines[y->at];
		size_t shift = 1 + strspn(line->text + 1, " ");

		if (line->text[1] != '\0') {
			/* The same line, without its dash. */
			line->text += shift;
			line->indent += shift;
			if (!put_block(y, NULL, line->indent))
				return false;
			continue;
		}
		y->at++;
		if (y->at < y->count && y->lines[y->at].indent > indent) {
			if (!put_block(y, NULL, y->lines[y->at].indent))
				return false;
		} else {
			json_put_raw(&y->json, NULL, "null");
		}
	}
	return true;
}

static bool
put_members(struct yaml *y, size_t indent)
{
	while (y->at < y->count && y->lines[y->at].indent == indent &&
	       !is_item(&y->lines[y->at])) {
		const char *value;
		const char *name = member(y, y->lines[y->at].text, &value);
		const struct line *next = &y->lines[y->at + 1];
		bool has_next = y->at + 1 < y->count;

		if (name == NULL)
			return fault(y, "is no NAME: VALUE");
		if (*value != '\0') {
			if (!put_value(y, name, value))
				return false;
			y->at++;
			continue;
		}
		y->at++;
		if (has_next &&
		    (next->indent > indent ||
			(next->indent == indent && is_item(next)))) {
			if (!put_block(y, name, next->indent))
				return false;
		} else {
			json_put_raw(&y->json, name, "null");
		}
	}
	return true;
}

/* What begins in this line, as far to the right. */
static bool
put_block(struct yaml *y, const char *name, size_t indent)
{
	const struct line *line = &y->lines[y->at];
	const char *value;
	bool is_good;

	if (y->depth == DEPTH_MOST)
		return fault(y, "is too deep");
	y->depth++;
	if (is_item(line)) {
		json_open(&y->json, name, '[');
		is_good = put_items(y, indent);
		json_close(&y->json, ']');
	} else if (member(y, line->text, &value) != NULL) {
		json_open(&y->json, name, '{');
		is_good = put_members(y, indent);
		json_close(&y->json, '}');
	} else {
		is_good = put_value(y, name, line->text);
		y->at++;
	}
	y->depth--;
	if (is_good && y->at < y->count && y->lines[y->at].indent > indent)
		return fault(y, "is further to the right than it may be");
	return is_good;
}

static bool
is_text(const char *text, size_t len)
{
	uint32_t point;
	size_t at, n;

	for (at = 0; at < len; at += n) {
		n = utf8_next(text + at, len - at, &point);
		if (n == 0 || point == 0xfeff ||
		    (point < ' ' && strchr("\t\r\n", (int)point) == NULL) ||
		    point == 0)
			return false;
	}
	return true;
}

const char *
yaml_to_json(struct arena *a, const char *text, size_t len, const char **why)
{
	struct yaml y = {.arena = a};
	struct buf out;
	size_t i, lines = 1;

	if (!is_text(text, len)) {
		*why = "it is no text, UTF-8 without a mark at its beginning";
		return NULL;
	}
	for (i = 0; i < len; i++)
		lines += text[i] == '\n';
	y.lines = arena_array(a, lines + 1, sizeof(*y.lines));
	/* Names and values are in there once; no byte grows by more than
	 * \u001f. */
	buf_init(&out, a, 64 + 8 * len);
	json_begin(&y.json, &out);
	if (split(&y, arena_strndup(a, text, len)) &&
	    put_block(&y, NULL, y.lines[0].indent) && y.at < y.count)
		fault(&y, "is further to the left than it may be");
	if (y.why == NULL && !buf_full(&out))
		return out.data;
	*why = y.why != NULL ? y.why : "it is too large";
	return NULL;
}
