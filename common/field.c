/*
 * field - check named text values against a table, before anyone uses them.
 */
#include <string.h>

#include "field.h"
#include "reply.h"
#include "request.h"

/* For rows that do not say it themselves. */
// clang-format off
static const struct {
	bool (*check)(const char *value, const char *arg);
	const char *shape;
} shapes[] = {
	{ is_text, "must be text without control characters" },
	{ is_lines, "must be text without control characters" },
	{ is_code_text, "must be letters, digits and signs without blanks" },
	{ is_date_text, "must be a date, YYYY-MM-DD" },
	{ is_email, "must be an e-mail address" },
	{ is_phone, "must be a telephone number, +country and number" },
	{ is_ip_address, "must be an IP address" },
	{ is_asset_name, "must be an asset: stellar:CODE:ISSUER, "
	    "stellar:native or iso4217:XXX" },
	{ is_amount_text, "must be an amount above 0" },
	{ is_instant_text, "must be a date and time, "
	    "2026-01-02T03:04:05Z" },
	{ is_account_text, "must be a Stellar account" },
};
// clang-format on

static const char *
shape(const struct field *f)
{
	size_t i;

	if (f->shape != NULL)
		return f->shape;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (shapes[i].check == f->check)
			return shapes[i].shape;
	return "is not valid";
}

/* The value of that name, and how many there are. */
static const struct value *
find(const struct request *rq, const char *name, size_t *count)
{
	const struct value *found = NULL;
	size_t i;

	*count = 0;
	for (i = 0; i < rq->count; i++) {
		if (strcmp(rq->values[i].name, name) != 0)
			continue;
		found = &rq->values[i];
		++*count;
	}
	return found;
}

static int
check_or_reply(const struct field *f, const char *text, struct reply *rp)
{
	if (strlen(text) > f->most)
		return reply_error(rp, 400, "%s is longer than %zu bytes",
		    f->name, f->most);
	if (text[0] == '\0' || f->check == NULL || f->check(text, f->arg))
		return 0;
	if (f->check == is_word && f->shape == NULL)
		return reply_error(rp, 400, "%s must be one of: %s", f->name,
		    f->arg);
	return reply_error(rp, 400, "%s %s", f->name, shape(f));
}

int
fields_or_reply(const struct request *rq, const struct field *table,
    size_t count, const char **out, struct reply *rp)
{
	const struct value *v;
	const struct field *f;
	size_t i, times;
	int st;

	for (i = 0; i < count; i++) {
		f = &table[i];
		out[i] = NULL;
		v = find(rq, f->name, &times);
		if (times > 1)
			return reply_error(rp, 400, "%s is given twice",
			    f->name);
		if (v != NULL && v->text == NULL)
			return reply_error(rp, 400,
			    "%s must be text, not a file", f->name);
		if (v != NULL &&
		    (v->text[0] != '\0' || (f->flags & FIELD_EMPTY_OK) != 0))
			out[i] = v->text;
		if (out[i] == NULL && (f->flags & FIELD_NEED) != 0)
			return reply_error(rp, 400, "%s is needed", f->name);
		if (out[i] == NULL)
			continue;
		st = check_or_reply(f, out[i], rp);
		if (st != 0)
			return st;
	}
	return 0;
}
