/*
 * conf_file - the file of NAME=VALUE lines, and files that hold one secret.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "conf.h"
#include "conf_file.h"

enum { FILE_MOST = 64 * 1024, LINES_MOST = 1024 };

static struct {
	const char *path;
	bool is_open_to_all;
	size_t count;
	const char *names[LINES_MOST], *values[LINES_MOST];
} conf_file;

/* A whole small file as text, or NULL and why. */
static char *
read_all(struct arena *a, const char *path, bool *is_open_to_all,
    const char **why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text = NULL;
	size_t len = 0;
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) != 0) {
		*why = strerror(errno);
		goto out;
	}
	*is_open_to_all = (st.st_mode & S_IROTH) != 0;
	text = arena_secret(a, FILE_MOST + 1);
	while ((n = read(fd, text + len, FILE_MOST - len)) > 0)
		len += (size_t)n;
	if (n < 0)
		*why = strerror(errno);
	else if (len == FILE_MOST)
		*why = "is too large";
	else if (memchr(text, '\0', len) != NULL)
		*why = "has a NUL byte";
	else
		goto out;
	text = NULL;
out:
	if (fd >= 0)
		close(fd);
	return text;
}

const char *
conf_file_secret(struct arena *a, const char *path, const char **why)
{
	bool is_open_to_all;
	char *text = read_all(a, path, &is_open_to_all, why);
	size_t len;

	if (text == NULL)
		return NULL;
	if (is_open_to_all) {
		*why = "everybody may read it (chmod o= it)";
		return NULL;
	}
	len = strlen(text);
	if (len != 0 && text[len - 1] == '\n')
		text[--len] = '\0';
	if (len == 0) {
		*why = "is empty";
		return NULL;
	}
	return text;
}

static bool
is_name(const char *text)
{
	if (!isupper((unsigned char)*text))
		return false;
	while (isupper((unsigned char)*text) || isdigit((unsigned char)*text) ||
	       *text == '_')
		text++;
	return *text == '\0';
}

static char *
trim(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len != 0 && strchr(" \t\r", text[len - 1]) != NULL)
		text[--len] = '\0';
	return text;
}

static char *
unquote(char *text)
{
	size_t len = strlen(text);

	if (len >= 2 && (text[0] == '"' || text[0] == '\'') &&
	    text[len - 1] == text[0]) {
		text[len - 1] = '\0';
		return text + 1;
	}
	return text;
}

/* NULL, or why the line is refused. */
static const char *
read_line(char *line)
{
	char *equals;

	line = trim(line);
	if (line[0] == '\0' || line[0] == '#')
		return NULL;
	equals = strchr(line, '=');
	if (equals == NULL)
		return "is not NAME=VALUE";
	*equals = '\0';
	line = trim(line);
	if (!is_name(line))
		return "does not begin with a NAME in capitals";
	if (conf_file_get(line) != NULL)
		return "sets a name a second time";
	if (conf_file.count == LINES_MOST)
		return "is one setting too many";
	conf_file.names[conf_file.count] = line;
	conf_file.values[conf_file.count++] = unquote(trim(equals + 1));
	return NULL;
}

void
conf_file_read(struct arena *a, const char *path)
{
	char *text, *line, *rest;
	const char *why;
	unsigned n = 0;

	if (conf_file.path != NULL && strcmp(conf_file.path, path) == 0)
		return;
	conf_file.path = arena_strdup(a, path);
	conf_file.count = 0;
	text = read_all(a, path, &conf_file.is_open_to_all, &why);
	if (text == NULL) {
		conf_fault("WINDLASS_CONFIG", "%s: %s", path, why);
		return;
	}
	for (rest = text; (line = strsep(&rest, "\n")) != NULL;) {
		n++;
		why = read_line(line);
		if (why != NULL)
			conf_fault("WINDLASS_CONFIG", "%s: line %u %s", path, n,
			    why);
	}
}

void
conf_file_forget(void)
{
	memset(&conf_file, 0, sizeof(conf_file));
}

const char *
conf_file_get(const char *name)
{
	size_t i;

	for (i = 0; i < conf_file.count; i++)
		if (strcmp(conf_file.names[i], name) == 0)
			return conf_file.values[i];
	return NULL;
}

bool
conf_file_is_open_to_all(void)
{
	return conf_file.is_open_to_all;
}
