#include "keyring.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

enum { FILE_MAX = KEYRING_MOST * 128 };

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
	return len - i == 2 * KEYRING_KEY &&
	       sodium_hex2bin(out->key, KEYRING_KEY, line + i, len - i, NULL,
		   &bytes, NULL) == 0 &&
	       bytes == KEYRING_KEY;
}

const struct wrapping_key *
keyring_key(const struct keyring *r, uint32_t number)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->keys[i].number == number)
			return &r->keys[i];
	return NULL;
}

/* Says what is wrong with line `at`, or NULL. */
static const char *
read_keys(struct keyring *r, const char *text, size_t len, size_t *at)
{
	for (*at = 1; len > 0; (*at)++) {
		const char *end = memchr(text, '\n', len);
		size_t line = end == NULL ? len : (size_t)(end - text);

		if (r->count == KEYRING_MOST)
			return "more keys than 64";
		if (!read_line(text, line, &r->keys[r->count]))
			return "not a number, a space and 64 hex digits";
		if (keyring_key(r, r->keys[r->count].number) != NULL)
			return "a number that was there before";
		r->count++;
		line += end != NULL;
		text += line;
		len -= line;
	}
	return r->count == 0 ? "no key" : NULL;
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

static mode_t
forbidden(const char *path)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	size_t len = folder == NULL ? 0 : strlen(folder);

	if (len != 0 && strncmp(path, folder, len) == 0 && path[len] == '/')
		return S_IRWXO;
	return S_IRWXG | S_IRWXO;
}

struct keyring *
keyring_read(const char *path)
{
	struct keyring *r = sodium_malloc(sizeof(*r));
	char *text = sodium_malloc(FILE_MAX);
	const char *fault = "no locked memory";
	size_t line = 0;
	ssize_t len;
	mode_t mode = 0;

	if (r == NULL || text == NULL)
		goto out;
	r->count = 0;
	len = read_file(path, text, FILE_MAX, &mode);
	if (len < 0)
		fault = strerrordesc_np(errno);
	else if (len == FILE_MAX)
		fault = "too long";
	else if ((mode & forbidden(path)) != 0)
		fault = "others than its owner may read or write it (chmod "
			"0600)";
	else
		fault = read_keys(r, text, (size_t)len, &line);
out:
	sodium_free(text);
	if (fault != NULL) {
		log_line(LOG_ERROR, "keys", "file=%s line=%zu fault=%s",
		    log_quoted(path), line, log_quoted(fault));
		sodium_free(r);
		return NULL;
	}
	sodium_mprotect_readonly(r);
	return r;
}

void
keyring_free(struct keyring *r)
{
	sodium_free(r);
}
