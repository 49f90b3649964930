#include "review_answer.h"

#include <errno.h>
#include <string.h>

#include "arena.h"
#include "json.h"

enum { CODE_MOST = 64 };

// clang-format off
static const char *const names[REVIEW_SAYS_MAX] = {
	[REVIEW_ACCEPTED] = "accepted",
	[REVIEW_RESUBMIT] = "resubmit",
	[REVIEW_REJECTED] = "rejected",
	[REVIEW_PENDING] = "pending",
	[REVIEW_LOST] = "lost",
	[REVIEW_REFUSED] = "refused",
	[REVIEW_FAILED] = "failed",
	[REVIEW_AWAY] = "away",
	[REVIEW_ODD] = "odd",
};
// clang-format on

const char *
review_says_name(enum review_says says)
{
	return names[says];
}

bool
is_review_code(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len <= CODE_MOST &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

static struct review_answer
says(enum review_says what, const char *why)
{
	static const char *const none[] = {NULL};

	return (struct review_answer){what, "", none, why};
}

static bool
was_shown(const struct review_shown *shown, const char *name)
{
	for (const char *const *n = shown->names; *n != NULL; n++)
		if (strcmp(*n, name) == 0)
			return true;
	return false;
}

/* NULL, or what is odd about them. */
static const char *
read_fields(struct arena *a, const struct review_shown *shown,
    const struct json *fields, const char *const **out)
{
	size_t count = json_count(fields);
	const char **pairs = arena_array(a, 2 * count + 1, sizeof(*pairs));
	const char *name, *code;

	if (json_kind(fields) != JSON_OBJECT || count == 0)
		return "fields is no object, or empty";
	for (size_t i = 0; i < count; i++) {
		code = json_text(json_member(fields, i, &name));
		if (!was_shown(shown, name))
			return "a field that was not shown";
		if (code == NULL || !is_review_code(code))
			return "a field's code is none";
		pairs[2 * i] = name;
		pairs[2 * i + 1] = code;
	}
	*out = pairs;
	return NULL;
}

static struct review_answer
read_verdict(struct arena *a, const struct review_shown *shown,
    const struct json *v)
{
	const char *id = json_text(json_get(v, "id"));
	const char *word = json_text(json_get(v, "verdict"));
	const struct json *reason = json_get(v, "reason");
	const struct json *fields = json_get(v, "fields");
	struct review_answer out = says(REVIEW_ODD, NULL);
	const char *why = NULL;
	int what = REVIEW_ACCEPTED;

	if (id == NULL || strcmp(id, shown->id) != 0)
		return says(REVIEW_ODD, "another id");
	while (word != NULL && what <= REVIEW_PENDING &&
	       strcmp(word, names[what]) != 0)
		what++;
	if (word == NULL || what > REVIEW_PENDING)
		return says(REVIEW_ODD, "an unknown verdict");
	if (reason != NULL) {
		out.reason = json_text(reason);
		if (out.reason == NULL || !is_review_code(out.reason))
			return says(REVIEW_ODD, "the reason is no code");
	}
	if (fields != NULL)
		why = read_fields(a, shown, fields, &out.pairs);
	if (why == NULL && fields != NULL &&
	    (what == REVIEW_ACCEPTED || what == REVIEW_PENDING))
		why = "fields are wrong, and the verdict does not say so";
	if (why == NULL && fields == NULL && what == REVIEW_RESUBMIT)
		why = "resubmit, and no field is named";
	if (why != NULL)
		return says(REVIEW_ODD, why);
	out.says = (enum review_says)what;
	return out;
}

struct review_answer
review_read(struct arena *a, const struct review_shown *shown, bool is_look,
    int status, const char *text, size_t len)
{
	const struct json *v;
	const char *why;

	if (status == -EFBIG)
		return says(REVIEW_ODD, "too large");
	if (status < 0)
		return says(REVIEW_AWAY, NULL);
	if (is_look && status == 404)
		return says(REVIEW_LOST, NULL);
	if (status >= 500 || status == 429)
		return says(REVIEW_FAILED, NULL);
	if (status >= 400)
		return says(REVIEW_REFUSED, NULL);
	if (status != 200 && (is_look || (status != 201 && status != 202)))
		return says(REVIEW_ODD, "a status that the contract lacks");
	if (json_parse(a, text, len, &v, &why) != 0 ||
	    json_kind(v) != JSON_OBJECT)
		return says(REVIEW_ODD, "no JSON object");
	return read_verdict(a, shown, v);
}
