/*
 * webhook - a request that says who sent it: signed as Standard Webhooks has
 *         it.
 *
 * Shape:  a secret is "whsec_" and base64 of 24 to 64 bytes.  Signed are the
 *         id, the second of sending and the body, HMAC-SHA256.  While a secret
 *         is changed a request carries two signatures.
 * Rule:   a request that is sent again has the same id and body, and another
 *         time.
 * Owner:  lines hang on the arena given; a key wipes with webhook_forget().
 * Source: Standard Webhooks, symmetric signatures (v1).
 */
#ifndef WINDLASS_WEBHOOK_H
#define WINDLASS_WEBHOOK_H

#include <stddef.h>

#include "instant.h"

struct arena;

enum { WEBHOOK_SECRETS = 2, WEBHOOK_KEY_MOST = 64, WEBHOOK_LINES = 3 };

struct webhook_keys {
	size_t count;
	struct {
		unsigned char bytes[WEBHOOK_KEY_MOST];
		size_t len;
	} key[WEBHOOK_SECRETS];
};

/* Adds a secret; -EINVAL for what is none, or for one too many. */
int webhook_secret(struct webhook_keys *keys, const char *secret)
    __attribute__((warn_unused_result));
void webhook_forget(struct webhook_keys *keys);
/* The three header lines: webhook-id, webhook-timestamp, webhook-signature. */
void webhook_sign(const struct webhook_keys *keys, struct arena *a,
    const char *id, instant now, const void *body, size_t len,
    const char *lines[static WEBHOOK_LINES]);

#endif
