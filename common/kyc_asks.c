/*
 * One field that a customer type asks for, as the book says it.
 */
#include <string.h>

#include "arena.h"
#include "json.h"
#include "kyc_read.h"
#include "scheme.h"
#include "sep9.h"

enum { CHOICES_MAX = 100, CHECKS_MAX = SCHEME_MAX };

static const char *const provable[] = {"mobile_number", "email_address"};

/* A list of 1 to most texts, each once; NULL after a fault. */
static const char *const *
read_list(struct reading *r, const struct json *list, const char *what,
    size_t most)
{
	size_t count = json_count(list);
	const char **out;

	if (json_kind(list) != JSON_ARRAY || count == 0 || count > most) {
		kyc_fault(r, "%s must be an array of 1 to %zu texts", what,
		    most);
		return NULL;
	}
	out = arena_array(r->arena, count + 1, sizeof(*out));
	for (size_t i = 0; i < count; i++) {
		out[i] = json_text(json_at(list, i));
		if (out[i] == NULL || out[i][0] == '\0') {
			kyc_fault(r, "%s: entry %zu is no text", what, i + 1);
			return NULL;
		}
		for (size_t k = 0; k < i; k++)
			if (strcmp(out[k], out[i]) == 0)
				kyc_fault(r, "%s: \"%s\" is there twice", what,
				    out[i]);
	}
	return out;
}

/* NULL: none are named. */
static const char *const *
read_checks(struct reading *r, const struct json *object)
{
	const struct json *list = json_get(object, "checks");
	const char *const *checks;

	if (list == NULL)
		return NULL;
	checks = read_list(r, list, "checks", CHECKS_MAX);
	for (size_t i = 0; checks != NULL && checks[i] != NULL; i++)
		if (!scheme_known(checks[i]))
			kyc_fault(r, "checks: there is no scheme \"%s\"",
			    checks[i]);
		else if (!scheme_fits(checks[i], r->field))
			kyc_fault(r,
			    "checks: a value of this field is never of the "
			    "scheme \"%s\"",
			    checks[i]);
	return checks;
}

static const char *const *
read_choices(struct reading *r, const struct json *field,
    const struct sep9 *known)
{
	const struct json *list = json_get(field, "choices");
	const char *const *choices;
	const char *why;

	if (list == NULL)
		return NULL;
	choices = read_list(r, list, "choices", CHOICES_MAX);
	if (known == NULL || choices == NULL)
		return choices;
	if (known->kind != SEP9_TEXT) {
		kyc_fault(r, "choices are for texts; this is none");
		return choices;
	}
	for (size_t i = 0; choices[i] != NULL; i++)
		if ((why = sep9_why(known, choices[i])) != NULL)
			kyc_fault(r,
			    "choices: \"%s\" can never be given: "
			    "a value %s",
			    choices[i], why);
	return choices;
}

static void
read_corridor(struct reading *r, const struct json *object,
    struct asked_when *when)
{
	const struct json *method = json_get(object, "method");
	const struct json *currency = json_get(object, "currency");
	struct corridor *out = &when->corridor;

	if (json_kind(object) != JSON_OBJECT ||
	    (method == NULL && currency == NULL)) {
		kyc_fault(r, "when must name a method, a currency or both");
		return;
	}
	kyc_only_members(r, object, "method currency checks");
	out->method = json_text(method);
	out->currency = json_text(currency);
	if (method != NULL &&
	    (out->method == NULL || !kyc_is_plain_name(out->method, "_-")))
		kyc_fault(r, "when: method must be a name such as PIX");
	if (currency != NULL &&
	    (out->currency == NULL || strlen(out->currency) != 3 ||
		!kyc_is_plain_name(out->currency, "")))
		kyc_fault(r, "when: currency must be an ISO 4217 code");
	when->checks = read_checks(r, object);
}

static void
read_when(struct reading *r, const struct json *field, struct asked_field *out)
{
	const struct json *when = json_get(field, "when");
	size_t count = json_count(when);
	struct asked_when *list;

	if (when == NULL)
		return;
	if (json_kind(when) != JSON_ARRAY || count == 0) {
		kyc_fault(r, "when must be an array of corridors");
		return;
	}
	list = arena_array(r->arena, count, sizeof(*list));
	for (size_t i = 0; i < count; i++)
		read_corridor(r, json_at(when, i), &list[i]);
	out->when = list;
	out->when_count = count;
}

static bool
read_proof(struct reading *r, const struct json *field)
{
	bool proof = kyc_flag(r, field, "proof");

	if (proof && strcmp(r->field, provable[0]) != 0 &&
	    strcmp(r->field, provable[1]) != 0)
		kyc_fault(r, "proof: a code can go to %s or %s only",
		    provable[0], provable[1]);
	return proof;
}

void
kyc_read_field(struct reading *r, const struct json *field,
    const struct customer_type *type, size_t before, struct asked_field *out)
{
	const struct sep9 *known;

	r->field = NULL;
	out->name = json_text(json_get(field, "name"));
	if (out->name == NULL) {
		kyc_fault(r, "entry %zu of fields has no name", before + 1);
		out->name = "";
		return;
	}
	r->field = out->name;
	kyc_only_members(r, field,
	    "name optional description choices checks when proof");
	known = sep9_find(out->name);
	if (known == NULL)
		kyc_fault(r, "the platform never forwards it");
	else if (known->kind == SEP9_CODE)
		kyc_fault(r, "is a code that comes back, not a field to ask "
			     "for; say proof beside the number or address");
	for (size_t i = 0; i < before; i++)
		if (strcmp(type->fields[i].name, out->name) == 0) {
			kyc_fault(r, "is there twice");
			break;
		}
	out->optional = kyc_flag(r, field, "optional");
	out->proof = read_proof(r, field);
	out->description = kyc_texts(r, field, "description");
	out->choices = read_choices(r, field, known);
	out->checks = read_checks(r, field);
	read_when(r, field, out);
	r->field = NULL;
}
