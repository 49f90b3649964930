#include "webhook.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <string.h>

#include "arena.h"

enum {
	KEY_LEAST = 24,
	MAC = crypto_auth_hmacsha256_BYTES,
	VARIANT = sodium_base64_VARIANT_ORIGINAL
};

static const char PREFIX[] = "whsec_";

int
webhook_secret(struct webhook_keys *keys, const char *secret)
{
	size_t prefix = sizeof(PREFIX) - 1, len;
	unsigned char *to;

	if (keys->count == WEBHOOK_SECRETS ||
	    strncmp(secret, PREFIX, prefix) != 0)
		return -EINVAL;
	to = keys->key[keys->count].bytes;
	if (sodium_base642bin(to, WEBHOOK_KEY_MOST, secret + prefix,
		strlen(secret + prefix), NULL, &len, NULL, VARIANT) != 0 ||
	    len < KEY_LEAST) {
		sodium_memzero(to, WEBHOOK_KEY_MOST);
		return -EINVAL;
	}
	keys->key[keys->count++].len = len;
	return 0;
}

void
webhook_forget(struct webhook_keys *keys)
{
	sodium_memzero(keys, sizeof(*keys));
}

static const char *
signature(const struct webhook_keys *keys, size_t i, struct arena *a,
    const char *head, const void *body, size_t len)
{
	unsigned char mac[MAC];
	crypto_auth_hmacsha256_state st;
	size_t room = sodium_base64_ENCODED_LEN(MAC, VARIANT);
	char *text = arena_alloc(a, room);

	crypto_auth_hmacsha256_init(&st, keys->key[i].bytes, keys->key[i].len);
	crypto_auth_hmacsha256_update(&st, (const unsigned char *)head,
	    strlen(head));
	if (len > 0)
		crypto_auth_hmacsha256_update(&st, body, len);
	crypto_auth_hmacsha256_final(&st, mac);
	sodium_memzero(&st, sizeof(st));
	return sodium_bin2base64(text, room, mac, MAC, VARIANT);
}

void
webhook_sign(const struct webhook_keys *keys, struct arena *a, const char *id,
    instant now, const void *body, size_t len,
    const char *lines[static WEBHOOK_LINES])
{
	int64_t second = now / SECOND;
	const char *head = arena_printf(a, "%s.%" PRId64 ".", id, second);
	const char *all = "webhook-signature:";

	for (size_t i = 0; i < keys->count; i++)
		all = arena_printf(a, "%s v1,%s", all,
		    signature(keys, i, a, head, body, len));
	lines[0] = arena_printf(a, "webhook-id: %s", id);
	lines[1] = arena_printf(a, "webhook-timestamp: %" PRId64, second);
	lines[2] = all;
}
