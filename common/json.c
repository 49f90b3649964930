/*
 * json - JSON in, strictly.
 *
 * json-c reads the structure; json_scan.c has looked over the text before it.
 * The tree is then copied into the arena: json-c cannot tell null from absent,
 * loses the text of integers, and finds members by their number slowly.
 */
#include <errno.h>
#include <limits.h>

#include <json-c/json.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "json_scan.h"
#include "utf8.h"

struct json {
	enum json_kind kind;
	bool is_true;
	const char *text; /* of a text or number */
	size_t count;
	const char **names; /* of an object's members */
	const struct json **items;
};

/* The copying of one document. */
struct copy {
	struct arena *arena;
	const struct json_scan *scan;
	size_t numbers; /* taken from scan so far */
	size_t members; /* seen so far */
};

static const struct json *copy_value(struct copy *c, json_object *from);

static void
copy_object(struct copy *c, json_object *from, struct json *to)
{
	size_t i = 0;

	to->count = (size_t)json_object_object_length(from);
	to->names = arena_array(c->arena, to->count, sizeof(*to->names));
	to->items = arena_array(c->arena, to->count, sizeof(*to->items));
	c->members += to->count;
	json_object_object_foreach(from, name, value)
	{
		to->names[i] = arena_strdup(c->arena, name);
		to->items[i++] = copy_value(c, value);
	}
}

static void
copy_array(struct copy *c, json_object *from, struct json *to)
{
	size_t i;

	to->count = json_object_array_length(from);
	to->items = arena_array(c->arena, to->count, sizeof(*to->items));
	for (i = 0; i < to->count; i++)
		to->items[i] =
		    copy_value(c, json_object_array_get_idx(from, i));
}

static const struct json *
copy_value(struct copy *c, json_object *from)
{
	struct json *to = arena_alloc(c->arena, sizeof(*to));

	switch (json_object_get_type(from)) {
	case json_type_null:
		to->kind = JSON_NULL;
		break;
	case json_type_boolean:
		to->kind = JSON_BOOL;
		to->is_true = json_object_get_boolean(from);
		break;
	case json_type_int:
	case json_type_double:
		to->kind = JSON_NUMBER;
		/* A name given twice makes the tree smaller than the scan, so
		 * this never runs past its end; json_parse() refuses it. */
		to->text =
		    arena_strndup(c->arena, c->scan->numbers[c->numbers].text,
			c->scan->numbers[c->numbers].len);
		c->numbers++;
		break;
	case json_type_string:
		to->kind = JSON_TEXT;
		to->text = arena_strndup(c->arena, json_object_get_string(from),
		    (size_t)json_object_get_string_len(from));
		break;
	case json_type_array:
		to->kind = JSON_ARRAY;
		copy_array(c, from, to);
		break;
	case json_type_object:
		to->kind = JSON_OBJECT;
		copy_object(c, from, to);
		break;
	}
	return to;
}

/* The whole text as one json-c value; false if it is none. */
static bool
tokenize(const char *text, size_t len, json_object **out)
{
	json_tokener *tok = json_tokener_new_ex(JSON_DEPTH + 2);
	bool whole;

	if (tok == NULL)
		abort();
	json_tokener_set_flags(tok,
	    JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	*out = json_tokener_parse_ex(tok, text, (int)len);
	/* A number at the top ends only with the text. */
	if (json_tokener_get_error(tok) == json_tokener_continue) {
		*out = json_tokener_parse_ex(tok, "", 1);
		whole = json_tokener_get_error(tok) == json_tokener_success;
	} else {
		whole = json_tokener_get_error(tok) == json_tokener_success &&
		        json_tokener_get_parse_end(tok) == len;
	}
	json_tokener_free(tok);
	return whole;
}

int
json_parse(struct arena *a, const char *text, size_t len,
    const struct json **out, const char **why)
{
	struct json_scan scan;
	struct copy copy = {.arena = a, .scan = &scan};
	json_object *tree = NULL;
	const struct json *value;
	int rc = -EINVAL;

	*why = "too long";
	if (len > INT_MAX)
		return -EINVAL;
	/* json-c's own check lets overlong forms through. */
	*why = "not UTF-8";
	if (!is_utf8(text, len))
		return -EINVAL;
	*why = json_scan(a, text, len, &scan);
	if (*why != NULL)
		return -EINVAL;
	*why = "not JSON";
	if (!tokenize(text, len, &tree))
		goto out;
	value = copy_value(&copy, tree);
	*why = "a name is given twice";
	if (copy.members != scan.colons)
		goto out;
	*why = NULL;
	*out = value;
	rc = 0;
out:
	json_object_put(tree);
	return rc;
}

enum json_kind
json_kind(const struct json *v)
{
	return v == NULL ? JSON_ABSENT : v->kind;
}

static const struct json *
member(const struct json *v, const char *name, size_t len)
{
	size_t i;

	if (json_kind(v) != JSON_OBJECT)
		return NULL;
	for (i = 0; i < v->count; i++)
		if (strncmp(v->names[i], name, len) == 0 &&
		    v->names[i][len] == '\0')
			return v->items[i];
	return NULL;
}

const struct json *
json_get(const struct json *v, const char *name)
{
	return member(v, name, strlen(name));
}

const struct json *
json_path(const struct json *v, const char *path)
{
	size_t len;

	for (;;) {
		len = strcspn(path, ".");
		v = member(v, path, len);
		if (path[len] == '\0')
			return v;
		path += len + 1;
	}
}

const char *
json_text(const struct json *v)
{
	return json_kind(v) == JSON_TEXT ? v->text : NULL;
}

const char *
json_number(const struct json *v)
{
	return json_kind(v) == JSON_NUMBER ? v->text : NULL;
}

bool
json_is_true(const struct json *v)
{
	return json_kind(v) == JSON_BOOL && v->is_true;
}

bool
json_integer(const struct json *v, int64_t *out)
{
	const char *text = json_number(v);
	char *end;
	long long n;

	if (text == NULL)
		return false;
	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno != 0 || *end != '\0')
		return false;
	*out = n;
	return true;
}

size_t
json_count(const struct json *v)
{
	return v == NULL ? 0 : v->count;
}

const struct json *
json_at(const struct json *array, size_t i)
{
	if (json_kind(array) != JSON_ARRAY || i >= array->count)
		return NULL;
	return array->items[i];
}

const struct json *
json_member(const struct json *object, size_t i, const char **name)
{
	if (json_kind(object) != JSON_OBJECT || i >= object->count)
		return NULL;
	*name = object->names[i];
	return object->items[i];
}

static void
print(struct json_out *o, const char *name, const struct json *v)
{
	bool is_object = v->kind == JSON_OBJECT;
	size_t i;

	switch (v->kind) {
	case JSON_ABSENT:
	case JSON_NULL:
		json_put_raw(o, name, "null");
		break;
	case JSON_BOOL:
		json_put_bool(o, name, v->is_true);
		break;
	case JSON_NUMBER:
		json_put_raw(o, name, v->text);
		break;
	case JSON_TEXT:
		json_put_text(o, name, v->text);
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		json_open(o, name, is_object ? '{' : '[');
		for (i = 0; i < v->count; i++)
			print(o, is_object ? v->names[i] : NULL, v->items[i]);
		json_close(o, is_object ? '}' : ']');
		break;
	}
}

const char *
json_print(struct arena *a, const struct json *v)
{
	struct json_out o;
	struct buf b;

	if (v == NULL)
		return "null";
	buf_init(&b, a, SIZE_MAX / 4); /* as large as the value is */
	json_begin(&o, &b);
	print(&o, NULL, v);
	return b.data;
}
