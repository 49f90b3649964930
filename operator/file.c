/*
 * file - what a verb is given to read, whole: a file, or (-) standard input.
 */
#include "file.h"

#include <errno.h>

#include "buf.h"
#include "verb.h"

enum { FILE_MOST = 16 << 20 };

int
file_read(struct arena *a, const char *path, struct buf *out)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(path, "r");
	char chunk[1 << 16];
	size_t n;

	if (file == NULL)
		return failed("cannot open %s: %s", path, strerror(errno));
	buf_init(out, a, FILE_MOST);
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_put(out, chunk, n);
	n = (size_t)ferror(file);
	if (!is_stdin)
		fclose(file);
	if (n != 0)
		return failed("cannot read %s", path);
	if (buf_full(out))
		return failed("%s is larger than 16 MiB", path);
	if (out->len == 0)
		return failed("%s is empty", path);
	return VERB_DONE;
}
