#include "customer_text.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "customer_place.h"
#include "json.h"
#include "kyc.h"

enum { TEXT_MAX = 64 * 1024 };

struct text {
	struct json_out o;
	struct buf b;
	char close;
};

static void
begin(struct text *t, struct arena *a, char open)
{
	buf_init(&t->b, a, TEXT_MAX);
	json_begin(&t->o, &t->b);
	json_open(&t->o, NULL, open);
	t->close = open == '{' ? '}' : ']';
}

static const char *
end(struct text *t)
{
	json_close(&t->o, t->close);
	return buf_full(&t->b) ? NULL : t->b.data;
}

/* "cbu iban" as ["cbu", "iban"]. */
static void
put_words(struct json_out *o, const char *name, const char *words)
{
	json_open(o, name, '[');
	for (size_t len; words != NULL && *words != '\0';
	     words += len + (words[len] == ' ')) {
		len = strcspn(words, " ");
		json_put_textn(o, NULL, words, len);
	}
	json_close(o, ']');
}

static bool
is_empty(const char *words)
{
	return words == NULL || words[0] == '\0';
}

const char *
customer_states_text(struct arena *a, const struct customer *c)
{
	struct text t;

	begin(&t, a, '{');
	for (size_t i = 0; i < c->field_count; i++) {
		const struct customer_field *f = &c->fields[i];

		json_open(&t.o, f->name, '{');
		json_put_text(&t.o, "state", customer_field_states[f->state]);
		if (f->error != NULL)
			json_put_text(&t.o, "error", f->error);
		if (f->valid_until != NULL)
			json_put_text(&t.o, "valid_until", f->valid_until);
		if (!is_empty(f->checks))
			put_words(&t.o, "checks", f->checks);
		if (!is_empty(f->choice_of))
			put_words(&t.o, "choice_of", f->choice_of);
		if (f->rule != 0)
			json_put_int(&t.o, "rule", f->rule);
		if (f->is_file)
			json_put_bool(&t.o, "file", true);
		if (f->is_proven)
			json_put_bool(&t.o, "proven", true);
		json_close(&t.o, '}');
	}
	return end(&t);
}

const char *
customer_marks_text(struct arena *a, const struct customer *c)
{
	struct text t;

	begin(&t, a, '{');
	for (size_t i = 0; i < c->field_count; i++) {
		json_open(&t.o, c->fields[i].name, '{');
		put_words(&t.o, "checks", c->fields[i].checks);
		put_words(&t.o, "choice_of", c->fields[i].choice_of);
		json_put_int(&t.o, "rule", c->fields[i].rule);
		json_close(&t.o, '}');
	}
	return end(&t);
}

const char *
customer_verdicts_text(struct arena *a, const struct customer *c)
{
	struct text t;

	begin(&t, a, '{');
	for (size_t i = 0; i < c->verdict_count; i++) {
		const struct customer_verdict *v = &c->verdicts[i];

		json_open(&t.o, v->type, '{');
		json_put_text(&t.o, "verdict", customer_judgements[v->says]);
		json_put_text(&t.o, "by", v->by);
		json_put_text(&t.o, "reason", v->reason);
		json_put_int(&t.o, "at", v->at);
		json_close(&t.o, '}');
	}
	return end(&t);
}

const char *
customer_standing_text(struct arena *a, const struct customer *c,
    const char *const *standing)
{
	struct text t;

	begin(&t, a, '{');
	for (size_t i = 0; i < c->type_count; i++)
		json_put_text(&t.o, c->types[i], standing[i]);
	return end(&t);
}

const char *
customer_names_text(struct arena *a, const char *const *names)
{
	struct text t;

	begin(&t, a, '[');
	for (; *names != NULL; names++)
		json_put_text(&t.o, NULL, *names);
	return end(&t);
}

const char *
customer_errors_text(struct arena *a, const struct customer *c,
    const char *const *names)
{
	struct text t;

	begin(&t, a, '{');
	for (; *names != NULL; names++) {
		const char *error = customer_has(c, *names)->error;

		json_put_text(&t.o, *names, error != NULL ? error : "");
	}
	return end(&t);
}
