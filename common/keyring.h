/*
 * keyring - the wrapping keys, as their file has them.
 *
 * Shape:  one key per line, "<number> <64 hex digits>"; numbers are from 1 to
 *         2^32-1, each once.
 * Rule:   nobody but the owner may read or write the file.  What systemd hands
 *         over ($CREDENTIALS_DIRECTORY) it guards itself, by an access list
 *         that shows as rights of the group.
 * Owner:  keys are in locked memory, which cannot be written once they are
 *         read.
 */
#ifndef WINDLASS_KEYRING_H
#define WINDLASS_KEYRING_H

#include <stddef.h>
#include <stdint.h>

enum { KEYRING_KEY = 32, KEYRING_MOST = 64 };

struct keyring {
	size_t count;
	struct wrapping_key {
		uint32_t number;
		unsigned char key[KEYRING_KEY];
	} keys[KEYRING_MOST];
};

/* NULL after a line in the log that says what is wrong with the file. */
struct keyring *keyring_read(const char *path);
void keyring_free(struct keyring *r); /* NULL is welcome */
/* NULL: there is none of that number. */
const struct wrapping_key *keyring_key(const struct keyring *r,
    uint32_t number);

#endif
