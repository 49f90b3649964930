/*
 * multipart - a multipart/form-data body into named values, in place.
 */
#include "multipart.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "decode.h"
#include "request.h"
#include "utf8.h"

/* Where we are, and what every delimiter begins with: CRLF, --, boundary. */
struct scan {
	struct arena *arena;
	char *at, *end;
	char delimiter[4 + BOUNDARY_MAX + 1];
	size_t delimiter_len;
	const char *why;
};

/* What the headers of one part say. */
struct part {
	const char *name, *type;
	bool is_file;
	bool is_typed; /* as anything but text/plain */
	bool has_disposition, has_type, has_length;
	size_t length;
};

bool
is_boundary(const char *text)
{
	size_t len = strlen(text);
	size_t i;

	if (len == 0 || len > BOUNDARY_MAX || text[len - 1] == ' ')
		return false;
	for (i = 0; i < len; i++) {
		if (!(text[i] >= 'a' && text[i] <= 'z') &&
		    !(text[i] >= 'A' && text[i] <= 'Z') &&
		    !(text[i] >= '0' && text[i] <= '9') &&
		    strchr("'()+_,-./:=? ", text[i]) == NULL)
			return false;
	}
	return true;
}

static int
refuse(struct scan *s, const char *why)
{
	s->why = why;
	return -EINVAL;
}

/* The part's name has been read by then, and is one. */
static int
refuse_part(struct scan *s, const struct part *p, const char *why)
{
	return refuse(s, arena_printf(s->arena, "%s %s", p->name, why));
}

static bool
take(struct scan *s, const char *text, size_t len)
{
	if ((size_t)(s->end - s->at) < len || memcmp(s->at, text, len) != 0)
		return false;
	s->at += len;
	return true;
}

static int
disposition(struct scan *s, struct part *p, const char *text, size_t len)
{
	struct header h;
	const char *name;

	if (p->has_disposition)
		return refuse(s, "a part has two Content-Disposition headers");
	p->has_disposition = true;
	if (header_parse(s->arena, text, len, &h) != 0 ||
	    strcmp(h.value, "form-data") != 0)
		return refuse(s, "a part's Content-Disposition is malformed");
	/* An encoded twin of a name could be read instead of it. */
	if (header_param(&h, "name*") != NULL ||
	    header_param(&h, "filename*") != NULL)
		return refuse(s, "a part's name must not be RFC 5987 encoded");
	name = header_param(&h, "name");
	if (name == NULL || !is_value_name(name, strlen(name)))
		return refuse(s, "a part's name is missing or malformed");
	p->name = name;
	p->is_file = header_param(&h, "filename") != NULL;
	return 0;
}

static int
content_type(struct scan *s, struct part *p, const char *text, size_t len)
{
	struct header h;
	const char *charset;

	if (p->has_type)
		return refuse(s, "a part has two Content-Type headers");
	p->has_type = true;
	if (header_parse(s->arena, text, len, &h) != 0 ||
	    strchr(h.value, '/') == NULL)
		return refuse(s, "a part's Content-Type is malformed");
	if (strncmp(h.value, "multipart/", 10) == 0)
		return refuse(s, "a part must not be multipart itself");
	p->type = h.value;
	p->is_typed = strcmp(h.value, "text/plain") != 0;
	charset = header_param(&h, "charset");
	if (charset != NULL && strcasecmp(charset, "utf-8") != 0)
		return refuse(s, "a part's charset must be utf-8");
	return 0;
}

static int
content_length(struct scan *s, struct part *p, const char *text, size_t len)
{
	size_t i;

	if (p->has_length)
		return refuse(s, "a part has two Content-Length headers");
	p->has_length = true;
	if (len == 0 || len > 8)
		return refuse(s, "a part's Content-Length is malformed");
	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return refuse(s,
			    "a part's Content-Length is malformed");
		p->length = p->length * 10 + (size_t)(text[i] - '0');
	}
	return 0;
}

static int
transfer_encoding(struct scan *s, struct part *p, const char *text, size_t len)
{
	(void)p;
	if ((len == 6 && strncasecmp(text, "binary", len) == 0) ||
	    (len == 4 && (strncasecmp(text, "8bit", len) == 0 ||
			     strncasecmp(text, "7bit", len) == 0)))
		return 0;
	return refuse(s, "a part must not be transfer-encoded");
}

/* Other headers of a part are let pass and mean nothing. */
static const struct {
	const char *name;
	int (*read)(struct scan *, struct part *, const char *, size_t);
} part_headers[] = {
    {"content-disposition", disposition},
    {"content-type", content_type},
    {"content-length", content_length},
    {"content-transfer-encoding", transfer_encoding},
};

static int
header_line(struct scan *s, struct part *p, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	const char *value, *end = line + len;
	size_t i, name_len;

	if (colon == NULL || colon == line)
		return refuse(s, "a part's header is malformed");
	name_len = (size_t)(colon - line);
	for (i = 0; i < len; i++) {
		if (((unsigned char)line[i] < ' ' && line[i] != '\t') ||
		    line[i] == 0x7F || (i < name_len && line[i] == ' '))
			return refuse(s, "a part's header is malformed");
	}
	for (value = colon + 1; value < end && *value == ' ';)
		value++;
	for (; end > value && end[-1] == ' ';)
		end--;
	for (i = 0; i < sizeof(part_headers) / sizeof(part_headers[0]); i++) {
		if (strlen(part_headers[i].name) == name_len &&
		    strncasecmp(part_headers[i].name, line, name_len) == 0)
			return part_headers[i].read(s, p, value,
			    (size_t)(end - value));
	}
	return 0;
}

static int
headers(struct scan *s, struct part *p)
{
	const char *limit = s->end;
	int rc;

	if (s->end - s->at > PART_HEADERS_MAX)
		limit = s->at + PART_HEADERS_MAX;
	while (!take(s, "\r\n", 2)) {
		const char *line = s->at;
		const char *eol =
		    memmem(line, (size_t)(limit - line), "\r\n", 2);

		if (eol == NULL)
			return refuse(s,
			    "a part's headers are too long or never end");
		rc = header_line(s, p, line, (size_t)(eol - line));
		if (rc != 0)
			return rc;
		s->at += eol + 2 - line;
		if (s->at >= limit)
			return refuse(s,
			    "a part's headers are too long or never end");
	}
	if (!p->has_disposition)
		return refuse(s, "a part has no Content-Disposition");
	if (p->is_typed && !p->is_file)
		return refuse(s, "a part without filename must be text/plain");
	return 0;
}

/* The bytes up to the next delimiter, which is left behind. */
static int
content(struct scan *s, const struct part *p, struct value *v)
{
	char *from = s->at;
	char *stop = memmem(from, (size_t)(s->end - from), s->delimiter,
	    s->delimiter_len);
	size_t len;

	if (stop == NULL)
		return refuse(s, "the final boundary is missing");
	len = (size_t)(stop - from);
	s->at = stop + s->delimiter_len;
	if (p->has_length && p->length != len)
		return refuse_part(s, p,
		    "is not as long as its Content-Length says");
	v->name = p->name;
	v->len = len;
	if (p->is_file) {
		if (len > FILE_MAX)
			return refuse_part(s, p, "is over 8 MiB");
		v->bytes = (unsigned char *)from;
		v->type = p->type;
		return 0;
	}
	if (len > TEXT_MAX)
		return refuse_part(s, p, "is over 64 KiB");
	if (memchr(from, '\0', len) != NULL || !is_utf8(from, len))
		return refuse_part(s, p, "is not UTF-8 text");
	*stop = '\0';
	v->text = from;
	return 0;
}

static int
parts(struct scan *s, struct value *out, size_t most, size_t *count)
{
	int rc;

	/* The first delimiter has no CRLF before it. */
	if (!take(s, s->delimiter + 2, s->delimiter_len - 2))
		return refuse(s, "the body does not begin with its boundary");
	while (take(s, "\r\n", 2)) {
		struct part part = {0};
		struct value value = {0};

		rc = headers(s, &part);
		if (rc != 0)
			return rc;
		rc = content(s, &part, &value);
		if (rc != 0)
			return rc;
		if (*count == most)
			return refuse(s, "too many parts");
		out[(*count)++] = value;
	}
	if (!take(s, "--", 2))
		return refuse(s, "a boundary is malformed or inside a value");
	(void)take(s, "\r\n", 2);
	if (s->at != s->end)
		return refuse(s, "bytes after the final boundary");
	if (*count == 0)
		return refuse(s, "the body has no parts");
	return 0;
}

int
multipart_parse(struct arena *a, const char *boundary, char *body, size_t len,
    struct value *out, size_t most, size_t *count, const char **why)
{
	struct scan s = {.arena = a, .at = body, .end = body + len};
	int rc;

	*count = 0;
	if (!is_boundary(boundary)) {
		*why = "the boundary must have 1 to 70 characters of RFC 2046";
		return -EINVAL;
	}
	s.delimiter_len = (size_t)snprintf(s.delimiter, sizeof(s.delimiter),
	    "\r\n--%s", boundary);
	rc = parts(&s, out, most, count);
	if (rc != 0)
		*why = s.why;
	return rc;
}
