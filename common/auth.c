/*
 * auth - who is calling, and proving who we are: none, API key or JWT.
 */
#include <errno.h>
#include <string.h>

#include <sodium.h>

#include "arena.h"
#include "auth.h"
#include "conf.h"
#include "jwt.h"

enum {
	KEY_LEAST = 16,
	JWT_LEAST = 32,
	DIGEST = 32,
	SECRETS = sizeof(((struct auth *)0)->secrets) / sizeof(const char *)
};

static const char *const kind_names[] = {
    [AUTH_NONE] = "none", [AUTH_API_KEY] = "api_key", [AUTH_JWT] = "jwt"};

/* One secret a line. */
int
auth_more(struct auth *auth, const char *name, const char *secret)
{
	size_t least = auth->kind == AUTH_JWT ? JWT_LEAST : KEY_LEAST;
	size_t count = 0, len;

	while (count < SECRETS && auth->secrets[count] != NULL)
		count++;
	for (; *secret != '\0'; secret += len, secret += *secret == '\n') {
		len = strcspn(secret, "\n");
		if (count == SECRETS) {
			conf_fault(name, "is one secret too many: two, one a "
					 "line, are the most");
			return -EINVAL;
		}
		if (len < least) {
			conf_fault(name, "needs at least %zu bytes for %s",
			    least, kind_names[auth->kind]);
			return -EINVAL;
		}
		/* It becomes a header line. */
		if (strcspn(secret, "\r") < len) {
			conf_fault(name, "has a carriage return in it");
			return -EINVAL;
		}
		auth->secrets[count++] = conf_keep(secret, len);
	}
	return 0;
}

int
auth_from_settings(struct auth *auth, const char *prefix, const char *type,
    const char *secret, int64_t lifetime_ms, bool dev)
{
	char type_name[96], secret_name[96];
	size_t kind;

	snprintf(type_name, sizeof(type_name), "%s_TYPE", prefix);
	snprintf(secret_name, sizeof(secret_name), "SECRET_%s_SECRET", prefix);
	memset(auth, 0, sizeof(*auth));
	auth->lifetime_ms = lifetime_ms;
	for (kind = AUTH_NONE; kind <= AUTH_JWT; kind++)
		if (type != NULL && strcmp(type, kind_names[kind]) == 0)
			break;
	if (kind > AUTH_JWT) {
		conf_fault(type_name, "must be api_key, jwt or none");
		return -EINVAL;
	}
	auth->kind = (enum auth_kind)kind;
	if (auth->kind == AUTH_NONE) {
		if (dev)
			return 0;
		conf_fault(type_name, "none is only for WINDLASS_DEV=1");
		return -EINVAL;
	}
	if (secret == NULL || secret[0] == '\0') {
		conf_fault(secret_name, "is not set, and %s is %s", type_name,
		    kind_names[kind]);
		return -EINVAL;
	}
	return auth_more(auth, secret_name, secret);
}

static void
digest(const char *text, unsigned char out[static DIGEST])
{
	crypto_generichash(out, DIGEST, (const unsigned char *)text,
	    strlen(text), NULL, 0);
}

/* Digests have one length, so the comparison tells nothing about the key's. */
static bool
is_key(const struct auth *auth, const char *key)
{
	unsigned char given[DIGEST], ours[DIGEST];
	int good = 0;
	size_t i;

	digest(key, given);
	for (i = 0; i < SECRETS; i++) {
		if (auth->secrets[i] == NULL)
			continue;
		digest(auth->secrets[i], ours);
		good |= sodium_memcmp(given, ours, DIGEST) == 0;
	}
	sodium_memzero(ours, sizeof(ours));
	return good != 0;
}

static bool
is_token(const struct auth *auth, const char *authorization, instant now)
{
	static const char scheme[] = "Bearer ";
	struct arena *a;
	bool good;

	if (strncasecmp(authorization, scheme, strlen(scheme)) != 0)
		return false;
	a = arena_new();
	good = jwt_is_good(a, authorization + strlen(scheme), auth->secrets,
	    SECRETS, auth->lifetime_ms / 1000, now / SECOND);
	arena_free(a);
	return good;
}

int
auth_check(const struct auth *auth, const char *x_api_key,
    const char *authorization, instant now)
{
	bool good = false;

	switch (auth->kind) {
	case AUTH_NONE:
		good = true;
		break;
	case AUTH_API_KEY:
		good = x_api_key != NULL && is_key(auth, x_api_key);
		break;
	case AUTH_JWT:
		good =
		    authorization != NULL && is_token(auth, authorization, now);
		break;
	}
	return good ? 0 : 401;
}

const char *
auth_header(const struct auth *auth, struct arena *a, instant now)
{
	int64_t iat = now / SECOND;

	switch (auth->kind) {
	case AUTH_NONE:
		return NULL;
	case AUTH_API_KEY:
		return arena_printf(a, "X-Api-Key: %s", auth->secrets[0]);
	case AUTH_JWT:
		return arena_printf(a, "Authorization: Bearer %s",
		    jwt_make(a, auth->secrets[0], iat,
			iat + auth->lifetime_ms / 1000));
	}
	return NULL;
}
