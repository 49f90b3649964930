/*
 * The kind "types" of the book: every fault is told, then nothing is kept.
 */
#include <stdarg.h>
#include <string.h>

#include "arena.h"
#include "json.h"
#include "kyc_read.h"
#include "sep9.h"

enum { TYPES_MAX = 64, NAME_MAX_LEN = 64, DESCRIPTION_MAX = 300 };

static const char DEFAULT_LANG[] = "en";

static const char *const reviews[] = {
    [REVIEW_AUTO] = "auto",
    [REVIEW_MANUAL] = "manual",
    [REVIEW_EXTERNAL] = "external",
};
enum { REVIEWS = sizeof(reviews) / sizeof(reviews[0]) };

void
kyc_fault(struct reading *r, const char *format, ...)
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

void
kyc_only_members(struct reading *r, const struct json *object,
    const char *known)
{
	const char *name;

	for (size_t i = 0; json_member(object, i, &name) != NULL; i++)
		if (!is_among(known, name))
			kyc_fault(r, "unknown member \"%s\"", name);
}

bool
kyc_is_plain_name(const char *name, const char *also)
{
	size_t len = strspn(name,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

	while (name[len] != '\0' && strchr(also, name[len]) != NULL)
		len += 1 + strspn(name + len + 1,
			       "abcdefghijklmnopqrstuvwxyz"
			       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
	return len > 0 && len <= NAME_MAX_LEN && name[len] == '\0';
}

const struct json *
kyc_texts(struct reading *r, const struct json *object, const char *what)
{
	const struct json *texts = json_get(object, what);
	const char *lang;

	if (json_kind(texts) != JSON_OBJECT) {
		kyc_fault(r, "%s must be an object of languages and texts",
		    what);
		return NULL;
	}
	if (json_get(texts, DEFAULT_LANG) == NULL)
		kyc_fault(r, "%s lacks the default language \"%s\"", what,
		    DEFAULT_LANG);
	for (size_t i = 0; json_member(texts, i, &lang) != NULL; i++) {
		const char *text = json_text(json_get(texts, lang));

		if (!kyc_is_plain_name(lang, "-"))
			kyc_fault(r, "%s: \"%s\" is no language", what, lang);
		if (text == NULL || text[0] == '\0' ||
		    strlen(text) > DESCRIPTION_MAX)
			kyc_fault(r,
			    "%s: \"%s\" must be a text of 1 to %d bytes", what,
			    lang, DESCRIPTION_MAX);
	}
	return texts;
}

bool
kyc_flag(struct reading *r, const struct json *object, const char *what)
{
	const struct json *flag = json_get(object, what);

	if (flag != NULL && json_kind(flag) != JSON_BOOL)
		kyc_fault(r, "%s must be true or false", what);
	return json_is_true(flag);
}

static enum review
read_review(struct reading *r, const struct json *type)
{
	const char *review = json_text(json_get(type, "review"));

	for (size_t i = 0; review != NULL && i < REVIEWS; i++)
		if (strcmp(review, reviews[i]) == 0)
			return (enum review)i;
	kyc_fault(r, "review must say who decides: auto, manual or external");
	return REVIEW_AUTO;
}

/* Who asks for nothing accepts everybody, which is seldom meant. */
static void
check_required(struct reading *r, const struct json *object,
    const struct customer_type *type)
{
	bool is_meant = kyc_flag(r, object, "none_required");
	bool has_any = false;

	for (size_t i = 0; i < type->count; i++)
		has_any |= !type->fields[i].optional;
	if (!has_any && !is_meant)
		kyc_fault(r, "no field is required; if that is meant, say "
			     "\"none_required\": true");
	if (has_any && is_meant)
		kyc_fault(r, "none_required is said, and fields are required");
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
	if (out->name == NULL || !kyc_is_plain_name(out->name, "._-")) {
		kyc_fault(r, "entry %zu has no name of letters, digits and .-_",
		    before + 1);
		out->name = "";
		return;
	}
	r->type = out->name;
	kyc_only_members(r, type, "name label review none_required fields");
	for (size_t i = 0; i < before; i++)
		if (strcmp(types->types[i].name, out->name) == 0) {
			kyc_fault(r, "is there twice");
			break;
		}
	out->label = kyc_texts(r, type, "label");
	out->review = read_review(r, type);
	if (json_kind(fields) != JSON_ARRAY || count == 0 || count > SEP9_MAX) {
		kyc_fault(r, "fields must be an array of 1 to %d", SEP9_MAX);
		return;
	}
	list = arena_array(r->arena, count, sizeof(*list));
	out->fields = list;
	out->count = count;
	for (size_t i = 0; i < count; i++)
		kyc_read_field(r, json_at(fields, i), out, i, &list[i]);
	check_required(r, type, out);
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
		kyc_fault(&r, "must be an array of 1 to %d customer types",
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

const struct customer_types *
customer_types_none(void)
{
	static const struct customer_types none;

	return &none;
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

enum review
customer_type_review(const struct customer_type *type)
{
	return type->review;
}

bool
is_among(const char *words, const char *word)
{
	size_t len = strlen(word);

	while (words != NULL && *words != '\0') {
		size_t one = strcspn(words, " ");

		if (one == len && strncmp(words, word, len) == 0)
			return true;
		words += one + (words[one] == ' ');
	}
	return false;
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

const char *const *
customer_type_choices(const struct customer_type *type, const char *field)
{
	for (size_t i = 0; i < type->count; i++)
		if (strcmp(type->fields[i].name, field) == 0)
			return type->fields[i].choices;
	return NULL;
}
