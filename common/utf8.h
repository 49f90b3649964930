/*
 * utf8 - one code point at a time, strictly.
 *
 * Errors: overlong forms, surrogates, values above U+10FFFF and cut-off
 *         sequences are no UTF-8.
 * Source: RFC 3629.
 */
#ifndef WINDLASS_UTF8_H
#define WINDLASS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the code point at text, 0 if there is none or it is broken. */
size_t utf8_next(const char *text, size_t len, uint32_t *point);
bool is_utf8(const char *text, size_t len);

#endif
