/*
 * json - looking into values, and writing them again.
 */
#include <errno.h>

#include "arena.h"
#include "buf.h"
#include "json_tree.h"

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
