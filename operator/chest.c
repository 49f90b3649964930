/*
 * chest - files that leave together.
 */
#include "chest.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 512 };

struct header { /* of ustar; numbers are octal text */
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12];
	char checksum[8], type, link[100], magic[6], version[2];
	char user[32], group[32], major[8], minor[8], prefix[155], rest[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "a header is one block");

static int
write_all(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -EIO;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

int
chest_open(struct chest *c, const char *folder)
{
	*c = (struct chest){.folder = -1, .fd = STDOUT_FILENO};
	if (folder == NULL)
		return 0;
	if (mkdir(folder, 0700) != 0)
		return -errno;
	/* Whatever the umask takes away. */
	if (chmod(folder, 0700) != 0)
		return -errno;
	c->fd = -1;
	c->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return c->folder < 0 ? -errno : 0;
}

static int
put_header(int fd, const char *name, int64_t len)
{
	struct header h = {.type = '0'};
	const unsigned char *bytes = (const unsigned char *)&h;
	unsigned sum = 0;

	snprintf(h.name, sizeof(h.name), "%s", name);
	memcpy(h.mode, "0000600", sizeof(h.mode));
	memcpy(h.uid, "0000000", sizeof(h.uid));
	memcpy(h.gid, "0000000", sizeof(h.gid));
	snprintf(h.size, sizeof(h.size), "%011llo", (unsigned long long)len);
	snprintf(h.mtime, sizeof(h.mtime), "%011llo",
	    (unsigned long long)time(NULL));
	memcpy(h.magic, "ustar", sizeof(h.magic));
	memcpy(h.version, "00", sizeof(h.version));
	memset(h.checksum, ' ', sizeof(h.checksum));
	for (size_t i = 0; i < sizeof(h); i++)
		sum += bytes[i];
	snprintf(h.checksum, sizeof(h.checksum), "%06o", sum & 0777777);
	return write_all(fd, &h, sizeof(h));
}

int
chest_file(struct chest *c, const char *name, int64_t len)
{
	if (strlen(name) > CHEST_NAME_MOST || strchr(name, '/') != NULL ||
	    len < 0)
		return -EINVAL;
	c->left = len;
	c->padding = (BLOCK - len % BLOCK) % BLOCK;
	if (c->folder < 0)
		return put_header(c->fd, name, len);
	c->fd = openat(c->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    0600);
	return c->fd < 0 ? -errno : 0;
}

int
chest_put(struct chest *c, const void *bytes, size_t len)
{
	if ((int64_t)len > c->left)
		return -EINVAL;
	c->left -= (int64_t)len;
	return write_all(c->fd, bytes, len);
}

int
chest_end_file(struct chest *c)
{
	static const char zeros[BLOCK];
	int fd = c->fd;

	if (c->left != 0)
		return -EINVAL;
	if (c->folder < 0)
		return write_all(fd, zeros, (size_t)c->padding);
	c->fd = -1;
	return close(fd) != 0 ? -errno : 0;
}

int
chest_close(struct chest *c)
{
	static const char zeros[2 * BLOCK];

	if (c->folder < 0)
		return write_all(c->fd, zeros, sizeof(zeros));
	if (c->fd >= 0)
		close(c->fd);
	return close(c->folder) != 0 ? -errno : 0;
}
