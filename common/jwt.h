/*
 * jwt - JSON web tokens of one kind: HS256 with iat and exp; auth.c alone uses
 *         it.
 *
 * Units:  seconds.
 * Source: RFC 7515, 7519, 8725; the platform's callback tokens.
 */
#ifndef WINDLASS_JWT_H
#define WINDLASS_JWT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum { JWT_SKEW = 5, JWT_MOST = 4096 };

/* secrets that are NULL are passed over; all others are tried. */
bool jwt_is_good(struct arena *a, const char *token, const char *const *secrets,
    size_t count, int64_t lifetime, int64_t now);
const char *jwt_make(struct arena *a, const char *secret, int64_t iat,
    int64_t exp);

#endif
