/*
 * seal - personal data, readable only with a key that is not in the database.
 *
 * Shape:  wrapping keys (KEK) come from WINDLASS_KEK_FILE: one key per line,
 *         "<number> <64 hex digits>"; all lines open.  The one that wraps is
 *         that which the database says counts (keys.h), before that the last
 *         line.  A number that is not there has the file read again, once a
 *         second at most: a key that is added needs no restart.
 *         A data key (DEK, 32 bytes) per customer, payment or document is
 *         kept wrapped beside its data.  Every sealed text begins with a
 *         version byte.
 * Rule:   what is sealed is bound to its place (table, row, column, version):
 *         moved or rolled back, it does not open.
 * Errors: 0, or -EBADMSG: does not open (wrong key, place or bytes).
 * Owner:  secrets come from arena_secret(); keys are locked in memory.
 * Source: libsodium, XChaCha20-Poly1305-IETF; Poly1305, BLAKE2b.
 */
#ifndef WINDLASS_SEAL_H
#define WINDLASS_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct seal; /* the wrapping keys */

enum { SEAL_KEY = 32, SEAL_MORE = 1 + 24 + 16 /* bytes sealing adds */ };
enum { SEAL_DIGEST = 32 };

/* To what the key is bound under which equal values are equal. */
#define FINGERPRINT_PLACE "fingerprint"

struct sealed {
	const unsigned char *bytes;
	size_t len;
};

/* NULL after a line in the log that says what is wrong with the file.  From
 * then on the program leaves no core file. */
struct seal *seal_open_keys(const char *kek_file);
void seal_free(struct seal *s);

/* From now on keys are wrapped by that one; false, after a line in the log: the
 * file has it not.  0: by the last line. */
bool seal_wraps_by(const struct seal *s, uint32_t number);
/* The numbers of the file, in its order. */
size_t seal_count(const struct seal *s);
uint32_t seal_number(const struct seal *s, size_t at);

void seal_new_key(unsigned char key[static SEAL_KEY]);
/* place names what the key belongs to: "customer/<id>", "outflow/<tx_id>". */
struct sealed seal_wrap(const struct seal *s, struct arena *a,
    const unsigned char key[static SEAL_KEY], const char *place);
int seal_unwrap(const struct seal *s, struct sealed wrapped, const char *place,
    unsigned char key[static SEAL_KEY]) __attribute__((warn_unused_result));

struct sealed seal_bytes(struct arena *a,
    const unsigned char key[static SEAL_KEY], const void *bytes, size_t len,
    const char *place);
/* The opened bytes end with a NUL that len does not count. */
int seal_read(struct arena *a, const unsigned char key[static SEAL_KEY],
    struct sealed what, const char *place, const char **bytes, size_t *len)
    __attribute__((warn_unused_result));

/* By what bytes are known again in one place, by holders of the key only. */
void seal_digest(const unsigned char key[static SEAL_KEY], const void *bytes,
    size_t len, const char *place, unsigned char out[static SEAL_DIGEST]);

#endif
