/*
 * conf - settings, from the environment and one file.
 */
#include <errno.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "conf.h"
#include "conf_file.h"
#include "conf_url.h"

static size_t faults;

void
conf_fault(const char *name, const char *format, ...)
{
	char why[256];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	fprintf(stderr, "%s: %s\n", name, why);
	faults++;
}

size_t
conf_faults(void)
{
	return faults;
}

void
conf_again(void)
{
	faults = 0;
	conf_file_forget();
}

/* The arena of all settings; never emptied. */
static struct arena *
keeper(void)
{
	static struct arena *kept;

	if (kept == NULL)
		kept = arena_new();
	return kept;
}

const char *
conf_keep(const char *text, size_t len)
{
	return arena_strndup(keeper(), text, len);
}

/* The value of a setting, or NULL: the environment, then the file. */
static const char *
raw(const char *name, bool *is_from_file)
{
	const char *value = getenv(name);

	*is_from_file = false;
	if (value != NULL && value[0] != '\0')
		return value;
	value = conf_file_get(name);
	*is_from_file = value != NULL;
	return value != NULL && value[0] != '\0' ? value : NULL;
}

static bool
is_dev(void)
{
	bool is_from_file;
	const char *dev = raw("WINDLASS_DEV", &is_from_file);

	return dev != NULL && strcmp(dev, "1") == 0;
}

static const char *
credential(const char *name)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY"), *path;

	if (name == NULL || folder == NULL || folder[0] == '\0')
		return NULL;
	path = arena_printf(keeper(), "%s/%s", folder, name);
	return access(path, F_OK) == 0 ? path : NULL;
}

static const char *
secret(const char *name)
{
	const char *file_name = arena_printf(keeper(), "%s_FILE", name);
	bool is_from_file, is_path_from_file;
	const char *value = raw(name, &is_from_file);
	const char *path = raw(file_name, &is_path_from_file);
	const char *why;

	if (value == NULL && path == NULL)
		path = credential(name);
	/* The environment wins over the file, whichever form it uses. */
	if (value != NULL && path != NULL &&
	    is_from_file == is_path_from_file) {
		conf_fault(name, "set this or %s, not both", file_name);
		return NULL;
	}
	if (path != NULL && (value == NULL || is_from_file)) {
		value = conf_file_secret(keeper(), path, &why);
		if (value == NULL)
			conf_fault(file_name, "%s: %s", path, why);
		return value;
	}
	if (is_from_file && conf_file_is_open_to_all() && !is_dev()) {
		conf_fault(name, "the file named by WINDLASS_CONFIG holds this "
				 "secret and everybody may read it");
		return NULL;
	}
	return value;
}

static bool
set_int(const struct conf *c, const char *value)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(value, &end, 10);
	if (errno != 0 || *end != '\0' || value[0] == ' ' || n < c->least ||
	    n > c->most) {
		conf_fault(c->name, "must be a whole number from %lld to %lld",
		    (long long)c->least, (long long)c->most);
		return false;
	}
	*(int64_t *)c->into = n;
	return true;
}

static bool
has_word(const char *words, const char *word)
{
	size_t len = strlen(word), n;

	for (; *words != '\0'; words += n) {
		words += strspn(words, " ");
		n = strcspn(words, " ");
		if (n == len && n != 0 && memcmp(words, word, n) == 0)
			return true;
	}
	return false;
}

static bool
is_readable_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	       access(path, R_OK) == 0;
}

/* Checks the value and stores it; says what is wrong with it. */
static void
set(const struct conf *c, const char *value)
{
	const char *why = NULL;
	bool is_from_file;

	switch (c->kind) {
	case CONF_INT:
		set_int(c, value);
		return;
	case CONF_BOOL:
		if (strcmp(value, "0") != 0 && strcmp(value, "1") != 0)
			why = "must be 0 or 1";
		else
			*(bool *)c->into = value[0] == '1';
		break;
	case CONF_WORD:
		if (!has_word(c->words, value)) {
			conf_fault(c->name, "must be one of: %s", c->words);
			return;
		}
		break;
	case CONF_URL:
		value = conf_url(keeper(), value,
		    raw("WINDLASS_PLAIN_HTTP_HOSTS", &is_from_file), &why);
		break;
	case CONF_SECRET:
		if (strlen(value) < (size_t)c->least) {
			conf_fault(c->name, "must have at least %lld bytes",
			    (long long)c->least);
			return;
		}
		break;
	case CONF_PATH:
		if (!is_readable_file(value))
			why = "no such file, or not readable";
		break;
	case CONF_TEXT:
		break;
	}
	if (why != NULL)
		conf_fault(c->name, "%s", why);
	else if (c->kind != CONF_BOOL)
		*(const char **)c->into = conf_keep(value, strlen(value));
}

int
conf_load(const struct conf *table, size_t count)
{
	const char *path = getenv("WINDLASS_CONFIG");
	size_t i;
	const char *value;
	bool is_from_file;

	if (path != NULL && path[0] != '\0')
		conf_file_read(keeper(), path);
	for (i = 0; i < count; i++) {
		value = table[i].kind == CONF_SECRET
		            ? secret(table[i].name)
		            : raw(table[i].name, &is_from_file);
		if (value == NULL)
			value = credential(table[i].credential);
		if (value == NULL)
			value = table[i].standard;
		if (value != NULL)
			set(&table[i], value);
		else if ((table[i].flags & CONF_NEED) != 0 ||
			 ((table[i].flags & CONF_NEED_LIVE) != 0 && !is_dev()))
			conf_fault(table[i].name, "is not set: %s",
			    table[i].help == NULL ? "" : table[i].help);
	}
	return faults == 0 ? 0 : -EINVAL;
}

void
conf_print(const struct conf *table, size_t count, FILE *to)
{
	const struct conf *c;

	for (c = table; c < table + count; c++) {
		const char *text = NULL;

		if (c->kind == CONF_INT) {
			int64_t n = *(int64_t *)c->into;

			/* Without a default 0 is none, too few to be set. */
			if (n < c->least)
				fprintf(to, "%s=\n", c->name);
			else
				fprintf(to, "%s=%lld\n", c->name, (long long)n);
			continue;
		}
		if (c->kind == CONF_BOOL) {
			fprintf(to, "%s=%d\n", c->name, *(bool *)c->into);
			continue;
		}
		text = *(const char **)c->into;
		if (c->kind == CONF_SECRET)
			fprintf(to, "# %s is %s\n", c->name,
			    text == NULL ? "not set" : "set");
		else
			fprintf(to, "%s=%s\n", c->name,
			    text == NULL ? "" : text);
	}
}

void
conf_help(const struct conf *table, size_t count, FILE *to)
{
	const struct conf *c;

	for (c = table; c < table + count; c++) {
		fprintf(to, "  %s", c->name);
		if (c->kind == CONF_SECRET)
			fprintf(to, " (or %s_FILE) (or systemd's credential)",
			    c->name);
		if (c->credential != NULL)
			fprintf(to, " (or systemd's credential %s)",
			    c->credential);
		if (c->words != NULL)
			fprintf(to, " (%s)", c->words);
		if (c->standard != NULL)
			fprintf(to, " [%s]", c->standard);
		else if ((c->flags & CONF_NEED) != 0)
			fprintf(to, " (needed)");
		else if ((c->flags & CONF_NEED_LIVE) != 0)
			fprintf(to, " (needed, unless WINDLASS_DEV is 1)");
		fprintf(to, "\n      %s\n", c->help == NULL ? "" : c->help);
	}
}
