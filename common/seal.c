#include "seal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
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
	KEYS_MAX = 64,
	FILE_MAX = KEYS_MAX * 128
};

_Static_assert(SEAL_MORE == 1 + NONCE + TAG, "seal.h says what sealing adds");
_Static_assert(SEAL_KEY == crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    "key size");

struct wrapping_key {
	uint32_t number;
	unsigned char key[SEAL_KEY];
};

struct seal {
	size_t count;
	struct wrapping_key keys[KEYS_MAX]; /* the last one seals */
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

void
seal_new_key(unsigned char key[static SEAL_KEY])
{
	randombytes_buf(key, SEAL_KEY);
}

struct sealed
seal_wrap(const struct seal *s, struct arena *a,
    const unsigned char key[static SEAL_KEY], const char *place)
{
	const struct wrapping_key *last = &s->keys[s->count - 1];
	const unsigned char head[HEAD_MAX] = {VERSION,
	    (unsigned char)(last->number >> 24),
	    (unsigned char)(last->number >> 16),
	    (unsigned char)(last->number >> 8), (unsigned char)last->number};

	return lock(a, head, sizeof(head), last->key, key, SEAL_KEY, place);
}

int
seal_unwrap(const struct seal *s, struct sealed wrapped, const char *place,
    unsigned char key[static SEAL_KEY])
{
	struct arena *a;
	uint32_t number;
	int rc = -EBADMSG;

	if (wrapped.len != WRAPPED || wrapped.bytes[0] != VERSION)
		return -EBADMSG;
	number = (uint32_t)wrapped.bytes[1] << 24 |
	         (uint32_t)wrapped.bytes[2] << 16 |
	         (uint32_t)wrapped.bytes[3] << 8 | (uint32_t)wrapped.bytes[4];
	a = arena_new();
	for (size_t i = 0; i < s->count; i++)
		if (s->keys[i].number == number)
			rc = unlock(a, wrapped, HEAD_MAX, s->keys[i].key, place,
			    key);
	arena_free(a);
	return rc;
}

/* "<number> <64 hex digits>", number from 1 to 2^32-1. */
static bool
read_line(const char *line, size_t len, struct wrapping_key *out)
{
	uint64_t number = 0;
	size_t i = 0, bytes;

	while (i < len && line[i] >= '0' && line[i] <= '9' && i < 10)
		number = number * 10 + (uint64_t)(line[i++] - '0');
	if (number < 1 || number > UINT32_MAX || i >= len || line[i] != ' ')
		return false;
	out->number = (uint32_t)number;
	i++;
	return len - i == 2 * SEAL_KEY &&
	       sodium_hex2bin(out->key, SEAL_KEY, line + i, len - i, NULL,
		   &bytes, NULL) == 0 &&
	       bytes == SEAL_KEY;
}

/* Says what is wrong with line `at`, or NULL. */
static const char *
read_keys(struct seal *s, const char *text, size_t len, size_t *at)
{
	for (*at = 1; len > 0; (*at)++) {
		const char *end = memchr(text, '\n', len);
		size_t line = end == NULL ? len : (size_t)(end - text);

		if (s->count == KEYS_MAX)
			return "more keys than 64";
		if (!read_line(text, line, &s->keys[s->count]))
			return "not a number, a space and 64 hex digits";
		for (size_t i = 0; i < s->count; i++)
			if (s->keys[i].number == s->keys[s->count].number)
				return "a number that was there before";
		s->count++;
		line += end != NULL;
		text += line;
		len -= line;
	}
	return s->count == 0 ? "no key" : NULL;
}

/* Into locked memory; -1 with errno. */
static ssize_t
read_file(const char *path, char *into, size_t most, mode_t *mode)
{
	struct stat about;
	ssize_t got = -1, len = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (fstat(fd, &about) == 0) {
		*mode = about.st_mode;
		do {
			got = read(fd, into + len, most - (size_t)len);
			len += got > 0 ? got : 0;
		} while (got > 0 && (size_t)len < most);
	}
	close(fd);
	return got < 0 ? -1 : len;
}

struct seal *
seal_open_keys(const char *kek_file)
{
	static const struct rlimit no_core = {0, 0};
	struct seal *s = NULL;
	const char *fault = "no locked memory";
	char *text = NULL;
	size_t line = 0;
	ssize_t len;
	mode_t mode = 0;

	/* Whoever holds keys leaves no core file. */
	if (setrlimit(RLIMIT_CORE, &no_core) != 0 || sodium_init() < 0)
		goto out;
	s = sodium_malloc(sizeof(*s));
	text = sodium_malloc(FILE_MAX);
	if (s == NULL || text == NULL)
		goto out;
	s->count = 0;
	len = read_file(kek_file, text, FILE_MAX, &mode);
	if (len < 0)
		fault = strerrordesc_np(errno);
	else if (len == FILE_MAX)
		fault = "too long";
	else if ((mode & S_IRWXO) != 0)
		fault = "others may read or write it (chmod o= it)";
	else
		fault = read_keys(s, text, (size_t)len, &line);
out:
	sodium_free(text);
	if (fault != NULL) {
		log_line(LOG_ERROR, "keys", "file=%s line=%zu fault=%s",
		    log_quoted(kek_file), line, log_quoted(fault));
		sodium_free(s);
		return NULL;
	}
	sodium_mprotect_readonly(s);
	return s;
}

void
seal_free(struct seal *s)
{
	sodium_free(s);
}
