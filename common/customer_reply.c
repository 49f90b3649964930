#include "customer_reply.h"

#include <string.h>

#include "arena.h"
#include "book.h"
#include "reply.h"
#include "sep9.h"

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
		else if (!more[i].optional)
			all[at].optional = false;
	}
}

static void
put_field_head(struct json_out *o, const char *name, const char *description)
{
	static const char *const kinds[] = {
	    [SEP9_TEXT] = "string",
	    [SEP9_DATE] = "date",
	    [SEP9_BINARY] = "binary",
	};

	json_open(o, name, '{');
	json_put_text(o, "type", kinds[sep9_find(name)->kind]);
	json_put_text(o, "description", description);
}

static void
put_needs(struct json_out *o, const struct need *needs, size_t count)
{
	if (count == 0)
		return;
	json_open(o, "fields", '{');
	for (size_t i = 0; i < count; i++) {
		put_field_head(o, needs[i].name, needs[i].description);
		json_put_bool(o, "optional", needs[i].optional);
		json_close(o, '}');
	}
	json_close(o, '}');
}

/* Why a field is no longer good, in words; by the code that is stored. */
static const char *
why_rejected(const struct customer_field *f)
{
	if (f->state != FIELD_REJECTED)
		return "has expired";
	return f->error != NULL ? f->error : "was rejected";
}

static void
put_provided(struct json_out *o, const struct customer *c,
    const struct customer_type **types, const char *lang, const char *today)
{
	bool any = false;

	for (size_t i = 0; c != NULL && i < c->field_count; i++) {
		const struct customer_field *f = &c->fields[i];
		const char *description = NULL;

		for (size_t k = 0; description == NULL && types[k] != NULL; k++)
			description =
			    customer_type_asks(types[k], f->name, lang);
		if (description == NULL)
			continue;
		if (!any)
			json_open(o, "provided_fields", '{');
		any = true;
		put_field_head(o, f->name, description);
		if (customer_field_is_good(f, today)) {
			json_put_text(o, "status", "ACCEPTED");
		} else {
			json_put_text(o, "status", "REJECTED");
			json_put_text(o, "error", why_rejected(f));
		}
		json_close(o, '}');
	}
	if (any)
		json_close(o, '}');
}

void
customer_reply(struct reply *rp, struct arena *a, const struct book *book,
    const struct customer *c, const struct customer_type *type,
    struct corridor corridor, const char *lang, const char *today)
{
	const struct customer_type **types = types_asked(book, a, c, type);
	enum customer_status status = CUSTOMER_ACCEPTED, one;
	struct need *all = arena_array(a, SEP9_MAX, sizeof(*all));
	const struct need *needs;
	size_t count = 0, need_count;

	for (size_t i = 0; types[i] != NULL; i++) {
		one = kyc_judge(types[i], a, c, corridor, lang, today, &needs,
		    &need_count);
		status = one > status ? one : status;
		join(all, &count, needs, need_count);
	}
	json_open(&rp->json, NULL, '{');
	if (c != NULL)
		json_put_text(&rp->json, "id", c->id);
	json_put_text(&rp->json, "status", customer_status_name(status));
	put_needs(&rp->json, all, count);
	put_provided(&rp->json, c, types, lang, today);
	json_close(&rp->json, '}');
}
