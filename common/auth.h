/*
 * auth - who is calling, and proving who we are: none, API key or JWT.
 *
 * Shape:  HS256 only, claims iat and exp only, key = the secret's bytes.
 * Units:  lifetimes in milliseconds; skew 5 s.
 * Errors: auth_check() gives 0 or 401.  Comparisons take constant time.
 * Source: Anchor Platform callback and Platform API authentication.
 */
#ifndef WINDLASS_AUTH_H
#define WINDLASS_AUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "instant.h"

struct arena;

enum auth_kind { AUTH_NONE, AUTH_API_KEY, AUTH_JWT };

struct auth {
	enum auth_kind kind;
	const char *secrets[2]; /* both are good while a secret is changed */
	int64_t lifetime_ms;
};

/* From settings: type is none, api_key or jwt, prefix what the settings' names
 * share (CALLBACK_API_AUTH).  secret may have a second line: the secret that is
 * on its way out or in; the first line is the one we use ourselves.  A fault
 * becomes a conf_fault() (a JWT secret under 32 bytes, an API key under 16,
 * none without WINDLASS_DEV=1) and gives -EINVAL. */
int auth_from_settings(struct auth *auth, const char *prefix, const char *type,
    const char *secret, int64_t lifetime_ms, bool dev)
    __attribute__((warn_unused_result));
/* One more secret that is good, as good as the first; two are the most. */
int auth_more(struct auth *auth, const char *name, const char *secret);
/* x_api_key and authorization are header values or NULL. */
int auth_check(const struct auth *auth, const char *x_api_key,
    const char *authorization, instant now) __attribute__((warn_unused_result));
/* The header line we send ("X-Api-Key: ..." or "Authorization: Bearer ..."),
 * NULL for AUTH_NONE. */
const char *auth_header(const struct auth *auth, struct arena *a, instant now);

#endif
