/*
 * jwt - JSON web tokens of one kind: HS256 with iat and exp.
 */
#include <inttypes.h>
#include <string.h>

#include <sodium.h>

#include "arena.h"
#include "json.h"
#include "jwt.h"

enum {
	MAC = crypto_auth_hmacsha256_BYTES,
	VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
	TIME_MOST = 1 << 30 /* times 64: no date of ours is near it */
};

/* One part of the token; sodium refuses padding, foreign characters and bits
 * left over. */
static unsigned char *
decode(struct arena *a, const char *part, size_t len, size_t *out_len)
{
	unsigned char *bytes = arena_alloc(a, len + 1);

	if (sodium_base642bin(bytes, len, part, len, NULL, out_len, NULL,
		VARIANT) != 0)
		return NULL;
	return bytes;
}

static const struct json *
decode_json(struct arena *a, const char *part, size_t len)
{
	const struct json *v;
	const char *why;
	size_t n;
	const unsigned char *bytes = decode(a, part, len, &n);

	if (bytes == NULL || json_parse(a, (const char *)bytes, n, &v, &why))
		return NULL;
	return v;
}

static void
sign(const char *secret, const char *text, size_t len, unsigned char *mac)
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret,
	    strlen(secret));
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)text, len);
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_memzero(&state, sizeof(state));
}

static bool
is_in_time(const struct json *claims, int64_t lifetime, int64_t now)
{
	const int64_t most = (int64_t)TIME_MOST * 64;
	int64_t exp, iat = now;

	if (!json_integer(json_get(claims, "exp"), &exp))
		return false;
	/* A token that does not say when it was made counts as made now. */
	if (json_get(claims, "iat") != NULL &&
	    !json_integer(json_get(claims, "iat"), &iat))
		return false;
	if (exp < 0 || exp > most || iat < 0 || iat > most)
		return false;
	return exp > now - JWT_SKEW && iat <= now + JWT_SKEW &&
	       exp - iat <= lifetime + JWT_SKEW;
}

bool
jwt_is_good(struct arena *a, const char *token, const char *const *secrets,
    size_t count, int64_t lifetime, int64_t now)
{
	const char *first = strchr(token, '.'), *second, *alg;
	unsigned char expected[MAC];
	const unsigned char *mac;
	const struct json *head;
	size_t len, i;
	int good = 0;

	if (strlen(token) > JWT_MOST || first == NULL)
		return false;
	second = strchr(first + 1, '.');
	if (second == NULL || strchr(second + 1, '.') != NULL)
		return false;

	/* The algorithm is ours to choose, not the token's. */
	head = decode_json(a, token, (size_t)(first - token));
	alg = json_text(json_get(head, "alg"));
	if (alg == NULL || strcmp(alg, "HS256") != 0 ||
	    json_get(head, "crit") != NULL)
		return false;

	mac = decode(a, second + 1, strlen(second + 1), &len);
	if (mac == NULL || len != MAC)
		return false;
	for (i = 0; i < count; i++) {
		if (secrets[i] == NULL)
			continue;
		sign(secrets[i], token, (size_t)(second - token), expected);
		good |= sodium_memcmp(mac, expected, MAC) == 0;
	}
	sodium_memzero(expected, sizeof(expected));
	return good != 0 && is_in_time(decode_json(a, first + 1,
					   (size_t)(second - first - 1)),
				lifetime, now);
}

static const char *
encode(struct arena *a, const void *bytes, size_t len)
{
	size_t room = sodium_base64_ENCODED_LEN(len, VARIANT);
	char *text = arena_alloc(a, room);

	return sodium_bin2base64(text, room, bytes, len, VARIANT);
}

const char *
jwt_make(struct arena *a, const char *secret, int64_t iat, int64_t exp)
{
	static const char head[] = "{\"alg\":\"HS256\"}";
	unsigned char mac[MAC];
	const char *claims, *text;

	claims = arena_printf(a, "{\"iat\":%" PRId64 ",\"exp\":%" PRId64 "}",
	    iat, exp);
	text = arena_printf(a, "%s.%s", encode(a, head, strlen(head)),
	    encode(a, claims, strlen(claims)));
	sign(secret, text, strlen(text), mac);
	return arena_printf(a, "%s.%s", text, encode(a, mac, sizeof(mac)));
}
