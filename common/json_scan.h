/*
 * json_scan - looks over JSON text before json-c reads it, and refuses what
 *         json-c 0.16 lets through even when strict; json.c alone uses it.
 *
 * Checks: every token's spelling (numbers, words, escapes, paired surrogates),
 *         no control byte, no NUL even if escaped, depth.  Structure is left
 *         to json-c.
 * Out:    where the numbers are, in their order: json-c would lose their text;
 *         and the colons outside of strings, one per member: when the parsed
 *         tree has fewer members, a name was given twice.
 */
#ifndef WINDLASS_JSON_SCAN_H
#define WINDLASS_JSON_SCAN_H

#include <stddef.h>

struct arena;

struct json_span {
	const char *text;
	size_t len;
};

struct json_scan {
	struct json_span *numbers;
	size_t number_count;
	size_t colons;
};

enum { JSON_DEPTH = 16 };

/* NULL, or why the text is refused. */
const char *json_scan(struct arena *a, const char *text, size_t len,
    struct json_scan *out);

#endif
