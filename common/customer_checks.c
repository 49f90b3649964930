#include "customer_checks.h"

#include <string.h>

#include "arena.h"
#include "kyc.h"
#include "scheme.h"

static const char *
words_of(struct arena *a, const char *member, const char *value)
{
	const char *names[SCHEME_MAX], *words = "";
	size_t count = schemes_of(member, value, names, SCHEME_MAX);

	for (size_t i = 0; i < count; i++)
		words = arena_printf(a, "%s%s%s", words, i > 0 ? " " : "",
		    names[i]);
	return words;
}

static struct customer_field *
field_of(struct customer_field *fields, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

bool
customer_checks_try(struct arena *a, struct customer_field *fields,
    size_t count, const char *const *pairs)
{
	bool changes = false;

	for (; *pairs != NULL; pairs += 2) {
		struct customer_field *f = field_of(fields, count, pairs[0]);
		const char *words;

		if (f == NULL)
			continue;
		words = words_of(a, pairs[0], pairs[1]);
		if (f->rule == SCHEME_RULE && f->checks != NULL &&
		    strcmp(f->checks, words) == 0)
			continue;
		f->checks = words;
		f->rule = SCHEME_RULE;
		changes = true;
	}
	return changes;
}
