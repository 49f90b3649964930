#include "customer_stand.h"

#include "arena.h"
#include "book.h"
#include "kyc.h"

const char *const *
customer_standing(const struct book *book, struct arena *a,
    const struct customer *c, const char *today)
{
	const char **out = arena_array(a, c->type_count + 1, sizeof(*out));
	const struct corridor any = {0};

	for (size_t i = 0; i < c->type_count; i++)
		out[i] = customer_status_name(kyc_status(book, a, c,
		    c->types[i], any, NULL, today, NULL, NULL));
	return out;
}

static const struct customer_type *
type_before(const struct book *book, const struct customer_types *types,
    const char *name)
{
	return types == NULL ? book_type(book, name)
	                     : customer_types_named(types, name);
}

const char *const *
customer_moved(const struct book *book, struct arena *a, struct stood before,
    const struct customer *after, const char *today)
{
	const struct customer_type *type;
	const char **moved;
	size_t count = 0, moves = 0;

	while (book_type_at(book, count) != NULL)
		count++;
	for (size_t i = 0; customer_types_at(before.types, i) != NULL; i++)
		count++;
	moved = arena_array(a, count + 1, sizeof(*moved));
	for (size_t i = 0; (type = book_type_at(book, i)) != NULL; i++) {
		const char *name = customer_type_name(type);
		struct stand then = {type_before(book, before.types, name),
		    before.customer, before.day};

		if (kyc_moved(a, then, (struct stand){type, after, today}))
			moved[moves++] = name;
	}
	/* A type that is gone asks for what cannot be given. */
	for (size_t i = 0; (type = customer_types_at(before.types, i)) != NULL;
	     i++) {
		const char *name = customer_type_name(type);
		struct stand then = {type, before.customer, before.day};

		if (book_type(book, name) == NULL &&
		    kyc_moved(a, then, (struct stand){NULL, after, today}))
			moved[moves++] = name;
	}
	return moved;
}

static bool
falls(const struct customer_type *type, const struct customer_verdict *v,
    const char *const *changed)
{
	if (v->says == JUDGED_HELD ||
	    (v->says == JUDGED_REJECTED &&
		customer_type_review(type) == REVIEW_AUTO))
		return false;
	for (; *changed != NULL; changed++)
		if (customer_type_asks(type, *changed, NULL) != NULL)
			return true;
	return false;
}

/* Was it accepted before the type asked for something that is there? */
static bool
is_unseen(const struct customer_type *type, const struct customer_verdict *v,
    struct stood before, const struct customer *c)
{
	const struct customer_type *was;

	if (before.types == NULL || v->says != JUDGED_ACCEPTED ||
	    v->at >= before.until)
		return false;
	was = customer_types_named(before.types, v->type);
	for (size_t i = 0; i < c->field_count; i++)
		if (customer_type_asks(type, c->fields[i].name, NULL) != NULL &&
		    (was == NULL || customer_type_asks(was, c->fields[i].name,
					NULL) == NULL))
			return true;
	return false;
}

const char *const *
customer_drop_verdicts(const struct book *book, struct arena *a,
    struct customer *c, const char *const *changed, struct stood before)
{
	struct customer_verdict *left =
	    arena_array(a, c->verdict_count, sizeof(*left));
	const char **fallen =
	    arena_array(a, c->verdict_count + 1, sizeof(*fallen));
	size_t kept = 0, fell = 0;

	for (size_t i = 0; i < c->verdict_count; i++) {
		const struct customer_verdict *v = &c->verdicts[i];
		const struct customer_type *type = book_type(book, v->type);

		/* Of a type that the book has no more nothing is known. */
		if (type != NULL &&
		    (falls(type, v, changed) || is_unseen(type, v, before, c)))
			fallen[fell++] = v->type;
		else
			left[kept++] = *v;
	}
	c->verdicts = left;
	c->verdict_count = kept;
	return fallen;
}
