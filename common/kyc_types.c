/*
 * The kind "types" of the book: every fault is told, then nothing is kept.
 */
#include "kyc_types.h"

#include <stdarg.h>
#include <string.h>

#include "arena.h"
#include "json.h"
#include "sep9.h"

enum { TYPES_MAX = 64, NAME_MAX_LEN = 64, DESCRIPTION_MAX = 300 };

static const char DEFAULT_LANG[] = "en";

/* Where the parser stands, and whom it tells. */
struct reading {
	struct arena *arena;
	void (*say)(void *to, const char *fault);
	void *to;
	size_t faults;
	const char *type;  /* or NULL */
	const char *field; /* or NULL */
};

static void __attribute__((format(printf, 2, 3)))
fault(struct reading *r, const char *format, ...)
{
	const char *where = r->type == NULL ? "types"
	                    : r->field == NULL
	                        ? arena_printf(r->arena, "type %s", r->type)
	                        : arena_printf(r->arena, "type %s, field %s",
				      r->type, r->field);
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	r->say(r->to, arena_printf(r->arena, "%s: %s", where, text));
	r->faults++;
}

/* A member that nobody reads is a misspelt one. */
static void
only_members(struct reading *r, const struct json *object, const char *known)
{
	const char *name;

	for (size_t i = 0; json_member(object, i, &name) != NULL; i++) {
		const char *at = strstr(known, name);
		size_t len = strlen(name);

		while (at != NULL && len > 0 &&
		       !((at == known || at[-1] == ' ') &&
			   (at[len] == ' ' || at[len] == '\0')))
			at = strstr(at + 1, name);
		if (at == NULL || len == 0)
			fault(r, "unknown member \"%s\"", name);
	}
}

static bool
is_plain_name(const char *name, const char *also)
{
	size_t len = strspn(name,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

	while (name[len] != '\0' && strchr(also, name[len]) != NULL)
		len += 1 + strspn(name + len + 1,
			       "abcdefghijklmnopqrstuvwxyz"
			       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
	return len > 0 && len <= NAME_MAX_LEN && name[len] == '\0';
}

/* {"en": "...", "pt": "..."} */
static const struct json *
read_texts(struct reading *r, const struct json *object, const char *what)
{
	const struct json *texts = json_get(object, what);
	const char *lang;

	if (json_kind(texts) != JSON_OBJECT) {
		fault(r, "%s must be an object of languages and texts", what);
		return NULL;
	}
	if (json_get(texts, DEFAULT_LANG) == NULL)
		fault(r, "%s lacks the default language \"%s\"", what,
		    DEFAULT_LANG);
	for (size_t i = 0; json_member(texts, i, &lang) != NULL; i++) {
		const char *text = json_text(json_get(texts, lang));

		if (!is_plain_name(lang, "-"))
			fault(r, "%s: \"%s\" is no language", what, lang);
		if (text == NULL || text[0] == '\0' ||
		    strlen(text) > DESCRIPTION_MAX)
			fault(r, "%s: \"%s\" must be a text of 1 to %d bytes",
			    what, lang, DESCRIPTION_MAX);
	}
	return texts;
}

static void
read_corridor(struct reading *r, const struct json *object,
    struct corridor *out)
{
	const struct json *method = json_get(object, "method");
	const struct json *currency = json_get(object, "currency");

	if (json_kind(object) != JSON_OBJECT ||
	    (method == NULL && currency == NULL)) {
		fault(r, "when must name a method, a currency or both");
		return;
	}
	only_members(r, object, "method currency");
	out->method = json_text(method);
	out->currency = json_text(currency);
	if (method != NULL &&
	    (out->method == NULL || !is_plain_name(out->method, "_-")))
		fault(r, "when: method must be a name such as PIX");
	if (currency != NULL &&
	    (out->currency == NULL || strlen(out->currency) != 3 ||
		!is_plain_name(out->currency, "")))
		fault(r, "when: currency must be an ISO 4217 code");
}

static void
read_when(struct reading *r, const struct json *field, struct asked_field *out)
{
	const struct json *when = json_get(field, "when");
	size_t count = json_count(when);
	struct corridor *corridors;

	if (when == NULL)
		return;
	if (json_kind(when) != JSON_ARRAY || count == 0) {
		fault(r, "when must be an array of corridors");
		return;
	}
	corridors = arena_array(r->arena, count, sizeof(*corridors));
	for (size_t i = 0; i < count; i++)
		read_corridor(r, json_at(when, i), &corridors[i]);
	out->when = corridors;
	out->when_count = count;
}

static void
read_field(struct reading *r, const struct json *field,
    const struct customer_type *type, size_t before, struct asked_field *out)
{
	const struct json *optional = json_get(field, "optional");
	const struct sep9 *known;

	r->field = NULL;
	out->name = json_text(json_get(field, "name"));
	if (out->name == NULL) {
		fault(r, "entry %zu of fields has no name", before + 1);
		out->name = "";
		return;
	}
	r->field = out->name;
	only_members(r, field, "name optional description when");
	known = sep9_find(out->name);
	if (known == NULL)
		fault(r, "the platform never forwards it");
	else if (known->kind == SEP9_CODE)
		fault(r, "is a code that comes back, not a field to ask for");
	for (size_t i = 0; i < before; i++)
		if (strcmp(type->fields[i].name, out->name) == 0) {
			fault(r, "is there twice");
			break;
		}
	if (optional != NULL && json_kind(optional) != JSON_BOOL)
		fault(r, "optional must be true or false");
	out->optional = json_is_true(optional);
	out->description = read_texts(r, field, "description");
	read_when(r, field, out);
	r->field = NULL;
}

static void
read_review(struct reading *r, const struct json *type)
{
	const char *review = json_text(json_get(type, "review"));

	if (review == NULL)
		fault(r, "review must say who decides: auto");
	else if (strcmp(review, "manual") == 0 ||
		 strcmp(review, "external") == 0)
		fault(r,
		    "review \"%s\" needs somebody who decides, which this "
		    "version cannot ask; only auto works",
		    review);
	else if (strcmp(review, "auto") != 0)
		fault(r, "review must be auto");
}

static void
read_type(struct reading *r, const struct json *type,
    const struct customer_types *types, size_t before,
    struct customer_type *out)
{
	const struct json *fields = json_get(type, "fields");
	struct asked_field *list;
	size_t count = json_count(fields);

	r->type = NULL;
	out->name = json_text(json_get(type, "name"));
	if (out->name == NULL || !is_plain_name(out->name, "._-")) {
		fault(r, "entry %zu has no name of letters, digits and .-_",
		    before + 1);
		out->name = "";
		return;
	}
	r->type = out->name;
	only_members(r, type, "name label review fields");
	for (size_t i = 0; i < before; i++)
		if (strcmp(types->types[i].name, out->name) == 0) {
			fault(r, "is there twice");
			break;
		}
	out->label = read_texts(r, type, "label");
	read_review(r, type);
	if (json_kind(fields) != JSON_ARRAY || count == 0 || count > SEP9_MAX) {
		fault(r, "fields must be an array of 1 to %d", SEP9_MAX);
		return;
	}
	list = arena_array(r->arena, count, sizeof(*list));
	out->fields = list;
	out->count = count;
	for (size_t i = 0; i < count; i++)
		read_field(r, json_at(fields, i), out, i, &list[i]);
}

size_t
customer_types_parse(struct arena *a, const struct json *document,
    const struct customer_types **out, void (*say)(void *to, const char *fault),
    void *to)
{
	struct reading r = {.arena = a, .say = say, .to = to};
	struct customer_types *types = arena_alloc(a, sizeof(*types));
	struct customer_type *list;
	size_t count = json_count(document);

	if (json_kind(document) != JSON_ARRAY || count == 0 ||
	    count > TYPES_MAX) {
		fault(&r, "must be an array of 1 to %d customer types",
		    TYPES_MAX);
		return r.faults;
	}
	list = arena_array(a, count, sizeof(*list));
	types->types = list;
	types->count = count;
	for (size_t i = 0; i < count; i++)
		read_type(&r, json_at(document, i), types, i, &list[i]);
	if (r.faults == 0)
		*out = types;
	return r.faults;
}

const struct customer_type *
customer_types_named(const struct customer_types *types, const char *name)
{
	for (size_t i = 0; types != NULL && i < types->count; i++)
		if (strcmp(types->types[i].name, name) == 0)
			return &types->types[i];
	return NULL;
}

const struct customer_type *
customer_types_at(const struct customer_types *types, size_t i)
{
	return types != NULL && i < types->count ? &types->types[i] : NULL;
}

const char *
customer_type_name(const struct customer_type *type)
{
	return type->name;
}

const char *
text_in(const struct json *texts, const char *lang)
{
	char base[NAME_MAX_LEN + 1] = "";
	const char *text = NULL;
	size_t len;

	if (lang != NULL && (len = strcspn(lang, "-_")) <= NAME_MAX_LEN) {
		memcpy(base, lang, len);
		text = json_text(json_get(texts, lang));
		if (text == NULL)
			text = json_text(json_get(texts, base));
	}
	return text != NULL ? text : json_text(json_get(texts, DEFAULT_LANG));
}

const char *
customer_type_asks(const struct customer_type *type, const char *field,
    const char *lang)
{
	for (size_t i = 0; i < type->count; i++)
		if (strcmp(type->fields[i].name, field) == 0)
			return text_in(type->fields[i].description, lang);
	return NULL;
}
