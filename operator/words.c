/*
 * words - the words after a verb: its operands and options.
 */
#include <errno.h>

#include "arena.h"
#include "words.h"

int
words_format(const char *word, enum format *out)
{
	for (*out = 0; *out < FORMAT_MAX; ++*out)
		if (strcmp(word, format_name(*out)) == 0)
			return 0;
	return -EINVAL;
}

int
words_count(const char *word, int least, int most, int *out)
{
	size_t len = strlen(word);

	if (len == 0 || len > 9 || strspn(word, "0123456789") != len)
		return -EINVAL;
	*out = (int)strtol(word, NULL, 10);
	return *out >= least && *out <= most ? 0 : -EINVAL;
}

/* "KIND FILE" has two. */
static size_t
count_operands(const struct verb *verb)
{
	const char *at = verb->operands;
	size_t count = at[0] != '\0';

	while ((at = strchr(at, ' ')) != NULL) {
		count++;
		at++;
	}
	return count;
}

static const struct option *
option_named(const struct verb *verb, const char *name, size_t len)
{
	static const struct option format = {"format", "text|json|csv",
	    "how to show what was found", false};
	const struct option *o;

	for (o = verb->options; o->name != NULL; o++)
		if (strlen(o->name) == len && memcmp(o->name, name, len) == 0)
			return o;
	if (len == strlen(format.name) && memcmp(format.name, name, len) == 0)
		return &format;
	return NULL;
}

static int
refuse(const char **why, const char *text)
{
	*why = text;
	return -EINVAL;
}

static int
keep_option(struct call *c, const struct option *o, const char *value,
    const char **why)
{
	size_t i = (size_t)(o - c->verb->options);

	if (strcmp(o->name, "format") == 0) {
		if (words_format(value, &c->format) == 0)
			return 0;
		return refuse(why,
		    arena_printf(c->arena,
			"there is no format %s: text, json or csv", value));
	}
	if (c->options[i] != NULL && (c->verb->again & 1u << i) != 0)
		value = arena_printf(c->arena, "%s,%s", c->options[i], value);
	else if (c->options[i] != NULL)
		return refuse(why,
		    arena_printf(c->arena, "--%s is given twice", o->name));
	c->options[i] = value;
	return 0;
}

/* --name, --name VALUE or --name=VALUE; *at goes to the last word taken. */
static int
read_option(struct call *c, int argc, char **argv, int *at, const char **why)
{
	const char *word = argv[*at] + 2, *value = strchr(word, '=');
	size_t len = value == NULL ? strlen(word) : (size_t)(value - word);
	const struct option *o = option_named(c->verb, word, len);

	if (argv[*at][1] != '-' || o == NULL)
		return refuse(why,
		    arena_printf(c->arena, "there is no option %s", argv[*at]));
	if (o->takes == NULL && value != NULL)
		return refuse(why,
		    arena_printf(c->arena, "--%s takes no value", o->name));
	if (o->takes == NULL)
		return keep_option(c, o, "", why);
	if (value == NULL && *at + 1 < argc)
		value = argv[++*at];
	else if (value != NULL)
		value++;
	if (value == NULL || value[0] == '\0')
		return refuse(why,
		    arena_printf(c->arena, "--%s needs a value: %s", o->name,
			o->takes));
	return keep_option(c, o, value, why);
}

int
words_read(struct call *c, int argc, char **argv, const char **why)
{
	size_t most = count_operands(c->verb), count = 0;
	bool is_options = true;
	int i;

	for (i = 0; i < argc; i++) {
		const char *word = argv[i];

		if (is_options && strcmp(word, "--") == 0) {
			is_options = false;
		} else if (is_options && (strcmp(word, "--help") == 0 ||
					     strcmp(word, "-h") == 0)) {
			c->wants_help = true;
			return 0;
		} else if (is_options && word[0] == '-' && word[1] != '\0') {
			if (read_option(c, argc, argv, &i, why) != 0)
				return -EINVAL;
		} else if (count < most) {
			c->operands[count++] = word;
		} else {
			return refuse(why,
			    arena_printf(c->arena, "%s is one word too many",
				word));
		}
	}
	if (count < most)
		return refuse(why,
		    arena_printf(c->arena, "it needs %s", c->verb->operands));
	return 0;
}

int
words_since(struct arena *a, const char *word, instant *out)
{
	if (strlen(word) == DAY_TEXT - 1)
		word = arena_printf(a, "%sT00:00:00Z", word);
	return instant_parse(word, out);
}
