/*
 * decode - what HTTP wraps around a value: percent signs and header parameters.
 *
 * Shape:  decoded text is NUL-terminated, valid UTF-8 and has no NUL inside.
 * Errors: NULL or -EINVAL for whatever two readers could read differently: a
 *         broken escape, a parameter given twice, an unclosed quote.
 * Owner:  results hang on the arena.
 * Source: RFC 3986 (percent-encoding: '+' is a plus), RFC 9110 (parameters).
 */
#ifndef WINDLASS_DECODE_H
#define WINDLASS_DECODE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* A name of a value on any of our wires: a letter, then up to 63 letters,
 * digits or any of "_.-".  So a name can be repeated in an error. */
bool is_value_name(const char *text, size_t len);
/* NULL if it cannot be decoded to text. */
const char *decode_percent(struct arena *a, const char *text, size_t len)
    __attribute__((warn_unused_result));

enum { HEADER_PARAMS = 8 };

struct header {            /* value; name=text; name="text" */
	const char *value; /* lower case */
	size_t count;
	struct {
		const char *name; /* lower case */
		const char *text;
	} params[HEADER_PARAMS];
};

int header_parse(struct arena *a, const char *text, size_t len,
    struct header *out) __attribute__((warn_unused_result));
/* NULL if it is absent. */
const char *header_param(const struct header *h, const char *name);

#endif
