#include "customer_checks.h"

#include <string.h>

#include "arena.h"
#include "book.h"
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

/* Types of the book that list the value among their choices. */
static const char *
choice_of(struct arena *a, const struct book *book, const char *member,
    const char *value)
{
	const struct customer_type *type;
	const char *words = "";

	for (size_t i = 0; (type = book_type_at(book, i)) != NULL; i++) {
		const char *const *one = customer_type_choices(type, member);

		while (one != NULL && *one != NULL && strcmp(*one, value) != 0)
			one++;
		if (one != NULL && *one != NULL)
			words = arena_printf(a, "%s%s%s", words,
			    words[0] == '\0' ? "" : " ",
			    customer_type_name(type));
	}
	return words;
}

static bool
is_same(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b) == 0;
}

bool
customer_checks_try(struct arena *a, const struct book *book,
    struct customer_field *fields, size_t count, const char *const *pairs)
{
	bool changes = false;

	for (; *pairs != NULL; pairs += 2) {
		struct customer_field *f = field_of(fields, count, pairs[0]);
		const char *words, *types;

		if (f == NULL)
			continue;
		words = words_of(a, pairs[0], pairs[1]);
		types = choice_of(a, book, pairs[0], pairs[1]);
		if (f->rule == SCHEME_RULE && is_same(f->checks, words) &&
		    is_same(f->choice_of, types))
			continue;
		f->checks = words;
		f->choice_of = types;
		f->rule = SCHEME_RULE;
		changes = true;
	}
	return changes;
}

const struct customer *
customer_checked(struct arena *a, const struct book *book,
    const struct customer *c, const char *const *pairs, bool *changes)
{
	struct customer_field *fields =
	    arena_array(a, c->field_count, sizeof(*fields));
	struct customer *out = arena_alloc(a, sizeof(*out));
	bool differs;

	*out = *c;
	out->fields = fields;
	for (size_t i = 0; i < c->field_count; i++)
		fields[i] = c->fields[i];
	differs = customer_checks_try(a, book, fields, c->field_count, pairs);
	if (changes != NULL)
		*changes = differs;
	return out;
}
