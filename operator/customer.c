/*
 * customer - a customer's status for each type.
 */
#include "customer.h"

#include "arena.h"
#include "book.h"
#include "buf.h"

enum { NAMES_MOST = 8192 };

const struct customer_type *const *
customer_types(struct arena *a, const struct book *book,
    const struct customer *c)
{
	const struct customer_type **types;
	size_t most = c->type_count, count = 0, i;

	for (i = 0; book_type_at(book, i) != NULL; i++)
		most++;
	types = arena_array(a, most + 2, sizeof(struct customer_type *));
	for (i = 0; i < c->type_count; i++)
		if ((types[count] = book_type(book, c->types[i])) != NULL)
			count++;
	for (i = 0; count == i; i++)
		if ((types[count] = book_type_at(book, i)) != NULL)
			count++;
	return types;
}

const char *
customer_type_names(struct arena *a, const struct book *book)
{
	const struct customer_type *type;
	struct buf names;

	buf_init(&names, a, NAMES_MOST);
	for (size_t i = 0; (type = book_type_at(book, i)) != NULL; i++)
		buf_printf(&names, "%s%s", i > 0 ? ", " : "",
		    customer_type_name(type));
	return names.len == 0 ? "those of the book, which has none"
	                      : names.data;
}

enum customer_status
customer_status(struct arena *a, const struct customer_type *type,
    const struct customer *c, const char *today)
{
	struct corridor none = {NULL, NULL};

	return kyc_judge(type, a, c, none, "en", today, NULL, NULL);
}
