/*
 * multipart - a multipart/form-data body into named values.
 *
 * In:     the whole body, which is changed: each value gets its NUL in place.
 * Out:    a part with a filename is a file (bytes, its name not kept), every
 *         other one is text.
 * Units:  64 parts; 64 KiB a text, 8 MiB a file, 4 KiB of headers a part.
 * Errors: 0, or -EINVAL and a reason that repeats no value.  Strict, so that
 *         no other reader sees other parts: no preamble or epilogue, CRLF
 *         only, the final boundary present, a part's Content-Length true.
 * Source: RFC 7578, RFC 2046 section 5.1; parts as OkHttp writes them.
 */
#ifndef WINDLASS_MULTIPART_H
#define WINDLASS_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct value;

enum {
	BOUNDARY_MAX = 70,
	PART_HEADERS_MAX = 4096,
	TEXT_MAX = 64 * 1024,
	FILE_MAX = 8 * 1024 * 1024
};

bool is_boundary(const char *text);
/* Room for `most` values; count is how many there were. */
int multipart_parse(struct arena *a, const char *boundary, char *body,
    size_t len, struct value *out, size_t most, size_t *count, const char **why)
    __attribute__((warn_unused_result));

#endif
