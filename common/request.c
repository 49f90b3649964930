/*
 * request - what came in, bounded and decoded once, or why it is refused.
 */
#include "request.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "decode.h"
#include "json.h"
#include "multipart.h"
#include "reply.h"
#include "wire.h"

enum {
	TARGET_MAX = 8 * 1024,
	VALUES_MAX = 64,
	JSON_MAX = 1024 * 1024,
	MULTIPART_MAX = 24 * 1024 * 1024,
	ID_MAX = 64
};

/* What the server says of a request, by CGI's names.  A parameter given twice
 * would mean one thing here and another elsewhere. */
static int
param(const struct wire *wire, const char *name, const char **out)
{
	size_t len = strlen(name);
	size_t found = 0;
	char *const *p;

	*out = NULL;
	for (p = wire->params; *p != NULL; p++) {
		if (strncmp(*p, name, len) != 0 || (*p)[len] != '=')
			continue;
		*out = *p + len + 1;
		found++;
	}
	return found > 1 ? -EINVAL : 0;
}

static bool
is_request_id(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len <= ID_MAX &&
	       strspn(text,
		   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		   "0123456789-") == len;
}

static size_t
count_slashes(const char *text, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		n += text[i] == '/';
	return n;
}

/* The path that routes are written in, from the target as it was sent: a
 * server in front that decodes and tidies it first would hide what it was. */
static int
read_path(struct request *rq, const char *target, const char *prefix,
    struct reply *rp)
{
	size_t skip = prefix != NULL ? strlen(prefix) : 0;
	size_t len = strcspn(target, "?");

	if (skip > 0 && skip < len && strncmp(target, prefix, skip) == 0 &&
	    target[skip] == '/') {
		target += skip;
		len -= skip;
	}
	rq->path = decode_percent(rq->arena, target, len);
	if (rq->path == NULL || rq->path[0] != '/') {
		rq->path = "";
		return reply_error(rp, 400, "the path is malformed");
	}
	if (count_slashes(rq->path, strlen(rq->path)) !=
	    count_slashes(target, len))
		return reply_error(rp, 404, "no such path");
	return 0;
}

int
request_head(struct request *rq, const struct wire *wire, struct reply *rp)
{
	const char *method, *target, *prefix, *id, *client;

	rq->id = "-";
	rq->method = rq->path = rq->tail = rq->client = "";
	if (param(wire, "REQUEST_ID", &id) == 0 && id != NULL &&
	    is_request_id(id))
		rq->id = arena_strdup(rq->arena, id);
	if (param(wire, "REQUEST_METHOD", &method) != 0 || method == NULL ||
	    param(wire, "REQUEST_URI", &target) != 0 || target == NULL ||
	    param(wire, "PATH_PREFIX", &prefix) != 0 ||
	    param(wire, "CLIENT_SUBJECT", &client) != 0)
		return reply_error(rp, 400, "the request line is malformed");
	rq->method = arena_strndup(rq->arena, method, strnlen(method, ID_MAX));
	if (client != NULL)
		rq->client = arena_strdup(rq->arena, client);
	if (param(wire, "HTTP_X_API_KEY", &rq->x_api_key) != 0 ||
	    param(wire, "HTTP_AUTHORIZATION", &rq->authorization) != 0)
		return reply_error(rp, 400, "credentials were sent twice");
	if (strlen(target) > TARGET_MAX)
		return reply_error(rp, 400, "the target is over 8 KiB");
	return read_path(rq, target, prefix, rp);
}

bool
request_twice(const struct request *rq, const char *name)
{
	size_t i, n = 0;

	for (i = 0; i < rq->count; i++)
		n += strcmp(rq->values[i].name, name) == 0;
	return n > 1;
}

const char *
request_text(const struct request *rq, const char *name)
{
	size_t i;

	for (i = 0; i < rq->count; i++) {
		if (strcmp(rq->values[i].name, name) == 0)
			return rq->values[i].text;
	}
	return NULL;
}

/* No value may hide another one of its name. */
static int
once_or_reply(const struct request *rq, struct reply *rp)
{
	size_t i;

	for (i = 0; i < rq->count; i++) {
		if (request_twice(rq, rq->values[i].name))
			return reply_error(rp, 400, "%s is given twice",
			    rq->values[i].name);
	}
	return 0;
}

/* One name=value of a query. */
static const char *
read_pair(struct request *rq, const char *from, size_t len, struct value *v)
{
	const char *equals = memchr(from, '=', len);
	size_t name_len;

	if (equals == NULL)
		return "a parameter of the query is not name=value";
	name_len = (size_t)(equals - from);
	v->name = decode_percent(rq->arena, from, name_len);
	if (v->name == NULL || !is_value_name(v->name, strlen(v->name)))
		return "a parameter of the query has a malformed name";
	v->text = decode_percent(rq->arena, equals + 1, len - name_len - 1);
	if (v->text == NULL)
		return "a value of the query is not percent-encoded UTF-8 "
		       "text";
	v->len = strlen(v->text);
	return NULL;
}

static int
read_query(struct request *rq, const char *query, struct value *values,
    struct reply *rp)
{
	const char *why;
	size_t len;

	while (*query != '\0') {
		if (rq->count == VALUES_MAX)
			return reply_error(rp, 400,
			    "the query has more than %d parameters",
			    VALUES_MAX);
		len = strcspn(query, "&");
		why = read_pair(rq, query, len, &values[rq->count]);
		if (why != NULL)
			return reply_error(rp, 400, "%s", why);
		rq->count++;
		query += len;
		/* Between two parameters, not after the last one. */
		if (query[0] == '&' && query[1] == '\0')
			return reply_error(rp, 400,
			    "the query ends with an ampersand");
		if (query[0] == '&')
			query++;
	}
	return 0;
}

static int
read_json(struct request *rq, const char *body, size_t len,
    struct value *values, struct reply *rp)
{
	const struct json *all, *member;
	const char *why, *name;
	size_t i;

	if (json_parse(rq->arena, body, len, &all, &why) != 0)
		return reply_error(rp, 400,
		    "the body is no acceptable JSON: %s", why);
	if (json_kind(all) != JSON_OBJECT)
		return reply_error(rp, 400, "the body must be a JSON object");
	for (i = 0; (member = json_member(all, i, &name)) != NULL; i++) {
		struct value *v = &values[rq->count];

		if (!is_value_name(name, strlen(name)))
			return reply_error(rp, 400,
			    "a member has a malformed name");
		if (json_kind(member) == JSON_NULL)
			continue; /* as if it were absent */
		if (json_kind(member) != JSON_TEXT)
			return reply_error(rp, 400, "%s must be JSON text",
			    name);
		if (rq->count == VALUES_MAX)
			return reply_error(rp, 400,
			    "the body has more than %d members", VALUES_MAX);
		v->name = name;
		v->text = json_text(member);
		v->len = strlen(v->text);
		if (v->len > TEXT_MAX)
			return reply_error(rp, 400, "%s is over 64 KiB", name);
		rq->count++;
	}
	return 0;
}

static int
content_length(const struct wire *wire, size_t *out)
{
	const char *text;
	size_t i;

	*out = 0;
	if (param(wire, "CONTENT_LENGTH", &text) != 0)
		return -EINVAL;
	for (i = 0; text != NULL && text[i] != '\0'; i++) {
		if (text[i] < '0' || text[i] > '9' || i == 12)
			return -EINVAL;
		*out = *out * 10 + (size_t)(text[i] - '0');
	}
	return 0;
}

/* Exactly len bytes and then the end, or the peer did not mean it. */
static int
read_body(const struct wire *wire, char *body, size_t len)
{
	size_t got = 0;
	ssize_t n;
	char more;

	while (got < len) {
		n = wire->read(wire->from, body + got, len - got);
		if (n <= 0)
			return -EPIPE;
		got += (size_t)n;
	}
	return wire->read(wire->from, &more, 1) == 0 ? 0 : -EPIPE;
}

/* What kind of body is it, and does it fit?  Before a byte of it is read. */
static int
media_or_reply(struct request *rq, const struct wire *wire, size_t len,
    struct header *media, struct reply *rp)
{
	const char *type, *again, *charset;
	size_t most;

	if (param(wire, "CONTENT_TYPE", &type) != 0 ||
	    param(wire, "HTTP_CONTENT_TYPE", &again) != 0)
		return reply_error(rp, 400, "Content-Type was sent twice");
	if (type == NULL ||
	    header_parse(rq->arena, type, strlen(type), media) != 0)
		return reply_error(rp, 400,
		    "Content-Type is missing or malformed");
	if (strcmp(media->value, "application/json") == 0)
		most = JSON_MAX;
	else if (strcmp(media->value, "multipart/form-data") == 0)
		most = MULTIPART_MAX;
	else
		return reply_error(rp, 400,
		    "Content-Type must be application/json or "
		    "multipart/form-data");
	charset = header_param(media, "charset");
	if (charset != NULL && strcasecmp(charset, "utf-8") != 0)
		return reply_error(rp, 400, "the charset must be utf-8");
	if (len > most)
		return reply_error(rp, 400, "the body is over %zu MiB",
		    most / (1024 * 1024));
	if (len == 0)
		return reply_error(rp, 400, "the body is empty");
	return 0;
}

static int
read_values(struct request *rq, const struct wire *wire, size_t len,
    struct value *values, struct reply *rp)
{
	struct header media;
	const char *why, *boundary;
	char *body;
	int st;

	st = media_or_reply(rq, wire, len, &media, rp);
	if (st != 0)
		return st;
	body = arena_alloc(rq->arena, len + 1);
	st = read_body(wire, body, len);
	if (st != 0)
		return st;
	if (strcmp(media.value, "application/json") == 0)
		return read_json(rq, body, len, values, rp);
	boundary = header_param(&media, "boundary");
	if (multipart_parse(rq->arena, boundary != NULL ? boundary : "", body,
		len, values, VALUES_MAX, &rq->count, &why) != 0)
		return reply_error(rp, 400, "the multipart body: %s", why);
	return 0;
}

int
request_values(struct request *rq, const struct wire *wire, struct reply *rp)
{
	bool has_body =
	    strcmp(rq->method, "PUT") == 0 || strcmp(rq->method, "POST") == 0;
	const char *target, *query;
	struct value *values;
	size_t len;
	int st;

	values = arena_array(rq->arena, VALUES_MAX, sizeof(*values));
	rq->values = values;
	rq->count = 0;
	if (param(wire, "REQUEST_URI", &target) != 0 || target == NULL)
		return reply_error(rp, 400, "the request line is malformed");
	query = strchr(target, '?');
	if (content_length(wire, &len) != 0)
		return reply_error(rp, 400, "Content-Length is malformed");
	if (has_body && query != NULL)
		return reply_error(rp, 400,
		    "%s takes its values in the body, "
		    "not in a query",
		    rq->method);
	if (!has_body && len > 0)
		return reply_error(rp, 400, "%s takes no body", rq->method);
	if (has_body)
		st = read_values(rq, wire, len, values, rp);
	else
		st = query == NULL ? 0 : read_query(rq, query + 1, values, rp);
	return st != 0 ? st : once_or_reply(rq, rp);
}
