#include "customer_reply.h"

#include <string.h>

#include "arena.h"
#include "book.h"
#include "kyc_words.h"
#include "reply.h"
#include "sep9.h"

/* Of whom, for which payment, for whom and when. */
struct view {
	const struct customer *customer; /* NULL: nobody yet */
	struct corridor corridor;
	const char *lang, *today;
};

/* Which types are asked about: NULL-terminated. */
static const struct customer_type **
types_asked(const struct book *book, struct arena *a, const struct customer *c,
    const struct customer_type *type)
{
	size_t most = c == NULL ? 0 : c->type_count, count = 0;
	const struct customer_type **types;

	for (size_t i = 0; book_type_at(book, i) != NULL; i++)
		most++;
	types = arena_array(a, most + 2, sizeof(struct customer_type *));
	if (type != NULL)
		types[count++] = type;
	for (size_t i = 0; type == NULL && c != NULL && i < c->type_count; i++)
		if ((types[count] = book_type(book, c->types[i])) != NULL)
			count++;
	for (size_t i = 0; count == i; i++)
		if ((types[count] = book_type_at(book, i)) != NULL)
			count++;
	return types;
}

static void
meet(struct need *all, const struct need *more)
{
	if (!more->optional)
		all->optional = false;
	if (more->why > all->why)
		all->why = more->why;
	if (all->choices == NULL)
		all->choices = more->choices;
}

/* What one type needs joins what others do: needed once is needed. */
static void
join(struct need *all, size_t *count, const struct need *more,
    size_t more_count)
{
	for (size_t i = 0; i < more_count; i++) {
		size_t at = 0;

		while (at < *count && strcmp(all[at].name, more[i].name) != 0)
			at++;
		if (at == *count)
			all[(*count)++] = more[i];
		else
			meet(&all[at], &more[i]);
	}
}

static void
put_field_head(struct json_out *o, const char *name, const char *description,
    const char *const *choices)
{
	static const char *const kinds[] = {
	    [SEP9_TEXT] = "string",
	    [SEP9_DATE] = "date",
	    [SEP9_BINARY] = "binary",
	};

	json_open(o, name, '{');
	json_put_text(o, "type", kinds[sep9_find(name)->kind]);
	json_put_text(o, "description", description);
	if (choices == NULL)
		return;
	json_open(o, "choices", '[');
	for (; *choices != NULL; choices++)
		json_put_text(o, NULL, *choices);
	json_close(o, ']');
}

/* What only has to be proven is there; it is not to be sent again. */
static void
put_needs(struct json_out *o, const struct need *needs, size_t count)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		if (needs[i].why == FIELD_UNPROVEN)
			continue;
		if (!any)
			json_open(o, "fields", '{');
		any = true;
		put_field_head(o, needs[i].name, needs[i].description,
		    needs[i].choices);
		json_put_bool(o, "optional", needs[i].optional);
		json_close(o, '}');
	}
	if (any)
		json_close(o, '}');
}

/* What all types that are asked about make of one field. */
struct shown {
	const char *description; /* NULL: none asks for it */
	const char *const *choices;
	enum field_fault fault; /* the worst */
	bool is_in_review;
};

static struct shown
shown_of(const struct view *v, const struct customer_type **types,
    const struct customer_field *f)
{
	struct shown s = {.fault = FIELD_FINE};

	for (; *types != NULL; types++) {
		const char *description =
		    customer_type_asks(*types, f->name, v->lang);
		enum field_fault fault = kyc_field_fault(*types, v->customer,
		    f->name, v->corridor, v->today);

		if (description == NULL)
			continue;
		if (s.description == NULL)
			s.description = description;
		if (s.choices == NULL)
			s.choices = customer_type_choices(*types, f->name);
		if (kyc_awaits(*types, v->customer))
			s.is_in_review = true;
		s.fault = fault > s.fault ? fault : s.fault;
	}
	return s;
}

/* A code of SEP-12's for the wallet, and why in words. */
static void
put_field_status(struct json_out *o, struct arena *a, const struct shown *s,
    const struct customer_field *f, const char *lang)
{
	static const char *const codes[] = {
	    [FIELD_UNPROVEN] = "unproven",
	    [FIELD_UNLISTED] = "unlisted",
	    [FIELD_UNFIT] = "unfit",
	    [FIELD_EXPIRED] = "expired",
	};

	switch (s->fault) {
	case FIELD_FINE:
	case FIELD_ABSENT:
		json_put_text(o, "status",
		    s->is_in_review && f->state != FIELD_ACCEPTED ? "PROCESSING"
								  : "ACCEPTED");
		break;
	case FIELD_UNPROVEN:
		json_put_text(o, "status", "VERIFICATION_REQUIRED");
		break;
	case FIELD_REFUSED:
		json_put_text(o, "status", "REJECTED");
		json_put_text(o, "error",
		    kyc_words(a, f->error != NULL ? f->error : "rejected",
			lang));
		break;
	case FIELD_UNLISTED:
	case FIELD_UNFIT:
	case FIELD_EXPIRED:
		json_put_text(o, "status", "REJECTED");
		json_put_text(o, "error", kyc_words(a, codes[s->fault], lang));
		break;
	}
}

static void
put_provided(struct json_out *o, struct arena *a, const struct view *v,
    const struct customer_type **types)
{
	const struct customer *c = v->customer;
	bool any = false;

	for (size_t i = 0; c != NULL && i < c->field_count; i++) {
		const struct customer_field *f = &c->fields[i];
		struct shown s = shown_of(v, types, f);

		if (s.description == NULL)
			continue;
		if (!any)
			json_open(o, "provided_fields", '{');
		any = true;
		put_field_head(o, f->name, s.description, s.choices);
		put_field_status(o, a, &s, f, v->lang);
		json_close(o, '}');
	}
	if (any)
		json_close(o, '}');
}

/* What the names of fields alone do not say; NULL: nothing. */
static const char *
message_of(enum customer_status status, const struct need *needs, size_t count)
{
	const char *code = NULL;

	if (status == CUSTOMER_REJECTED)
		return "status_rejected";
	if (status == CUSTOMER_PROCESSING)
		return "status_processing";
	for (size_t i = 0; status == CUSTOMER_NEEDS_INFO && i < count; i++)
		if (needs[i].why > FIELD_ABSENT)
			return "status_mend";
		else if (needs[i].why == FIELD_UNPROVEN)
			code = "status_proof";
	return code;
}

void
customer_reply(struct reply *rp, struct arena *a, const struct book *book,
    const struct customer *c, const struct customer_type *type,
    struct corridor corridor, const char *lang, const char *today)
{
	const struct view v = {c, corridor, lang, today};
	const struct customer_type **types = types_asked(book, a, c, type);
	enum customer_status status = CUSTOMER_ACCEPTED, one;
	struct need *all = arena_array(a, SEP9_MAX, sizeof(*all));
	const struct need *needs;
	size_t count = 0, need_count;
	const char *message;

	for (size_t i = 0; types[i] != NULL; i++) {
		one = kyc_judge(types[i], a, c, corridor, lang, today, &needs,
		    &need_count);
		status = one > status ? one : status;
		join(all, &count, needs, need_count);
	}
	message = message_of(status, all, count);
	json_open(&rp->json, NULL, '{');
	if (c != NULL)
		json_put_text(&rp->json, "id", c->id);
	json_put_text(&rp->json, "status", customer_status_name(status));
	if (message != NULL)
		json_put_text(&rp->json, "message",
		    kyc_words(a, message, lang));
	/* Who was rejected is asked for nothing more. */
	if (status != CUSTOMER_REJECTED)
		put_needs(&rp->json, all, count);
	put_provided(&rp->json, a, &v, types);
	json_close(&rp->json, '}');
}
