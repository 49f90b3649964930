/*
 * json - JSON in, strictly; JSON out, by one escaping function.
 *
 * In:     json_parse() refuses what two readers could read differently:
 *         duplicate names, trailing bytes, NUL, invalid UTF-8, single quotes,
 *         NaN, a depth over 16.  It is the only user of json-c.
 * Out:    a writer that puts commas itself, onto a buf.
 * Units:  numbers are never read as floating point: json_number() gives the
 *         text of an integer or decimal as it was sent.
 * Errors: json_parse() gives 0, or -EINVAL and a reason for people that does
 *         not repeat the input.
 * Owner:  values are borrowed from the arena given to json_parse().
 */
#ifndef WINDLASS_JSON_H
#define WINDLASS_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;
struct json; /* any value; NULL stands for absent and is welcome below */

enum json_kind {
	JSON_ABSENT,
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_TEXT,
	JSON_ARRAY,
	JSON_OBJECT
};

int json_parse(struct arena *a, const char *text, size_t len,
    const struct json **out, const char **why)
    __attribute__((warn_unused_result));
enum json_kind json_kind(const struct json *v);
/* Member of an object; NULL if v is no object or has no such member. */
const struct json *json_get(const struct json *v, const char *name);
/* json_get() again and again along a path: "customers.sender.id". */
const struct json *json_path(const struct json *v, const char *path);
const char *json_text(const struct json *v);   /* NULL if it is no text */
const char *json_number(const struct json *v); /* NULL if it is no number */
bool json_is_true(const struct json *v);
bool json_integer(const struct json *v, int64_t *out);
size_t json_count(const struct json *v); /* of an array or object, else 0 */
const struct json *json_at(const struct json *array, size_t i);
/* Member i of an object, in the order sent; NULL when there is none. */
const struct json *json_member(const struct json *object, size_t i,
    const char **name);
/* The value written again, compact. */
const char *json_print(struct arena *a, const struct json *v);

struct json_out {
	struct buf *buf;
	unsigned depth;
	bool comma;
};

/* name is NULL inside an array and at the top. */
void json_begin(struct json_out *o, struct buf *b);
void json_open(struct json_out *o, const char *name, char bracket); /* { [ */
void json_close(struct json_out *o, char bracket);                  /* } ] */
void json_put_text(struct json_out *o, const char *name, const char *text);
void json_put_textn(struct json_out *o, const char *name, const char *text,
    size_t len);
void json_put_bool(struct json_out *o, const char *name, bool value);
void json_put_int(struct json_out *o, const char *name, int64_t value);
void json_put_raw(struct json_out *o, const char *name, const char *json);

#endif
