#include "seal.h"

#include <errno.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "arena.h"
#include "instant.h"
#include "keyring.h"
#include "log.h"

/*
 * Sealed:   version 1, nonce[24], ciphertext, tag[16]; bound to version and
 *           place.
 * Wrapped:  version 1, number of the wrapping key (big-endian), nonce[24],
 *           ciphertext[32], tag[16]; bound to version, number and place.
 */
enum {
	VERSION = 1,
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	NUMBER = 4,
	HEAD_MAX = 1 + NUMBER,
	WRAPPED = HEAD_MAX + NONCE + SEAL_KEY + TAG,
	AGAIN_MS = 1000 /* between two looks at the file */
};

_Static_assert(SEAL_MORE == 1 + NONCE + TAG, "seal.h says what sealing adds");
_Static_assert(SEAL_KEY == crypto_aead_xchacha20poly1305_ietf_KEYBYTES &&
		   (int)SEAL_KEY == (int)KEYRING_KEY,
    "key size");

/* What was last read of the file may change under whoever has the keys. */
struct seal {
	struct last {
		struct keyring *ring;
		uint32_t counts; /* by the database's word; 0: unknown */
		int64_t read_ms;
		char path[];
	} * last;
};

/* Additional data: what stands before the nonce, then the place. */
static size_t
bind_to(struct arena *a, const unsigned char *head, size_t head_len,
    const char *place, unsigned char **out)
{
	size_t len = strlen(place);

	*out = arena_alloc(a, head_len + len + 1);
	memcpy(*out, head, head_len);
	memcpy(*out + head_len, place, len);
	return head_len + len;
}

static struct sealed
lock(struct arena *a, const unsigned char *head, size_t head_len,
    const unsigned char key[static SEAL_KEY], const void *bytes, size_t len,
    const char *place)
{
	unsigned char *bound;
	size_t bound_len = bind_to(a, head, head_len, place, &bound);
	unsigned char *out = arena_alloc(a, head_len + NONCE + len + TAG);

	memcpy(out, head, head_len);
	randombytes_buf(out + head_len, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + head_len + NONCE, NULL,
	    bytes, len, bound, bound_len, NULL, out + head_len, key);
	return (struct sealed){out, head_len + NONCE + len + TAG};
}

/* out has room for what.len - head_len - NONCE - TAG bytes. */
static int
unlock(struct arena *a, struct sealed what, size_t head_len,
    const unsigned char key[static SEAL_KEY], const char *place,
    unsigned char *out)
{
	unsigned char *bound;
	size_t bound_len = bind_to(a, what.bytes, head_len, place, &bound);
	const unsigned char *nonce = what.bytes + head_len;

	if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL,
		nonce + NONCE, what.len - head_len - NONCE, bound, bound_len,
		nonce, key) != 0)
		return -EBADMSG;
	return 0;
}

struct sealed
seal_bytes(struct arena *a, const unsigned char key[static SEAL_KEY],
    const void *bytes, size_t len, const char *place)
{
	static const unsigned char head[] = {VERSION};

	return lock(a, head, sizeof(head), key, bytes, len, place);
}

int
seal_read(struct arena *a, const unsigned char key[static SEAL_KEY],
    struct sealed what, const char *place, const char **bytes, size_t *len)
{
	unsigned char *out;

	if (what.len < SEAL_MORE || what.bytes[0] != VERSION)
		return -EBADMSG;
	out = arena_secret(a, what.len - SEAL_MORE + 1);
	if (unlock(a, what, 1, key, place, out) != 0)
		return -EBADMSG;
	*bytes = (const char *)out;
	*len = what.len - SEAL_MORE;
	return 0;
}

/* Poly1305 of the bytes, which alone would be good for one text only, goes
 * through a keyed BLAKE2b: a third of the time that BLAKE2b takes for all of
 * them, and as hard to meet by chance.  Nobody without the key can aim. */
void
seal_digest(const unsigned char key[static SEAL_KEY], const void *bytes,
    size_t len, const char *place, unsigned char out[static SEAL_DIGEST])
{
	/* The key itself only seals. */
	unsigned char own[2][SEAL_KEY], sum[crypto_onetimeauth_BYTES];
	crypto_generichash_state state;

	for (unsigned i = 0; i < 2; i++)
		crypto_kdf_derive_from_key(own[i], SEAL_KEY, i + 1, "digest__",
		    key);
	crypto_onetimeauth(sum, bytes, len, own[0]);
	crypto_generichash_init(&state, own[1], SEAL_KEY, SEAL_DIGEST);
	crypto_generichash_update(&state, sum, sizeof(sum));
	crypto_generichash_update(&state, (const unsigned char *)place,
	    strlen(place));
	crypto_generichash_final(&state, out, SEAL_DIGEST);
	sodium_memzero(own, sizeof(own));
	sodium_memzero(sum, sizeof(sum));
	sodium_memzero(&state, sizeof(state));
}

void
seal_new_key(unsigned char key[static SEAL_KEY])
{
	randombytes_buf(key, SEAL_KEY);
}

/* The file has changed, or not: what is wrong with it leaves what was. */
static void
read_again(struct last *l)
{
	struct keyring *ring;
	int64_t now = monotonic_ms();

	if (now - l->read_ms < AGAIN_MS)
		return;
	l->read_ms = now;
	ring = keyring_read(l->path);
	if (ring == NULL)
		return;
	keyring_free(l->ring);
	l->ring = ring;
}

/* NULL: also the file of now has none of that number. */
static const struct wrapping_key *
key_numbered(const struct seal *s, uint32_t number)
{
	const struct wrapping_key *key = keyring_key(s->last->ring, number);

	if (key == NULL) {
		read_again(s->last);
		key = keyring_key(s->last->ring, number);
	}
	return key;
}

static const struct wrapping_key *
wrapping(const struct seal *s)
{
	const struct keyring *ring = s->last->ring;
	const struct wrapping_key *key = keyring_key(ring, s->last->counts);

	return key != NULL ? key : &ring->keys[ring->count - 1];
}

bool
seal_wraps_by(const struct seal *s, uint32_t number)
{
	s->last->counts = number;
	if (number == 0 || key_numbered(s, number) != NULL)
		return true;
	log_line(LOG_ERROR, "keys", "file=%s number=%u fault=%s",
	    log_quoted(s->last->path), number,
	    log_quoted("the key that counts is not in it"));
	return false;
}

size_t
seal_count(const struct seal *s)
{
	return s->last->ring->count;
}

uint32_t
seal_number(const struct seal *s, size_t at)
{
	return s->last->ring->keys[at].number;
}

struct sealed
seal_wrap(const struct seal *s, struct arena *a,
    const unsigned char key[static SEAL_KEY], const char *place)
{
	const struct wrapping_key *by = wrapping(s);
	const unsigned char head[HEAD_MAX] = {VERSION,
	    (unsigned char)(by->number >> 24),
	    (unsigned char)(by->number >> 16), (unsigned char)(by->number >> 8),
	    (unsigned char)by->number};

	return lock(a, head, sizeof(head), by->key, key, SEAL_KEY, place);
}

int
seal_unwrap(const struct seal *s, struct sealed wrapped, const char *place,
    unsigned char key[static SEAL_KEY])
{
	const struct wrapping_key *by;
	struct arena *a;
	uint32_t number;
	int rc;

	if (wrapped.len != WRAPPED || wrapped.bytes[0] != VERSION)
		return -EBADMSG;
	number = (uint32_t)wrapped.bytes[1] << 24 |
	         (uint32_t)wrapped.bytes[2] << 16 |
	         (uint32_t)wrapped.bytes[3] << 8 | (uint32_t)wrapped.bytes[4];
	by = key_numbered(s, number);
	if (by == NULL)
		return -EBADMSG;
	a = arena_new();
	rc = unlock(a, wrapped, HEAD_MAX, by->key, place, key);
	arena_free(a);
	return rc;
}

/* Whoever holds keys leaves no core file, and nobody looks inside. */
static bool
leave_no_core(void)
{
	static const struct rlimit none = {0, 0};

	if (setrlimit(RLIMIT_CORE, &none) == 0 &&
	    prctl(PR_SET_DUMPABLE, 0) == 0)
		return true;
	log_line(LOG_ERROR, "keys", "fault=%s",
	    log_quoted("a core file would be possible"));
	return false;
}

struct seal *
seal_open_keys(const char *kek_file)
{
	struct keyring *ring;
	struct seal *s;

	if (!leave_no_core() || sodium_init() < 0)
		return NULL;
	ring = keyring_read(kek_file);
	if (ring == NULL)
		return NULL;
	s = malloc(sizeof(*s));
	if (s != NULL)
		s->last = malloc(sizeof(*s->last) + strlen(kek_file) + 1);
	if (s == NULL || s->last == NULL)
		abort();
	*s->last = (struct last){.ring = ring, .read_ms = monotonic_ms()};
	memcpy(s->last->path, kek_file, strlen(kek_file) + 1);
	return s;
}

void
seal_free(struct seal *s)
{
	if (s == NULL)
		return;
	keyring_free(s->last->ring);
	free(s->last);
	free(s);
}
