/*
 * book_check_terms - what is wrong with the terms of a book.
 */
#include "account.h"
#include "amount.h"
#include "arena.h"
#include "book_parts.h"
#include "reader.h"

static bool
is_pool(const struct book *book, const char *name)
{
	size_t i;

	for (i = 0; i < book->pool_count; i++)
		if (strcmp(book->pools[i].name, name) == 0)
			return true;
	return false;
}

static void
check_caps(struct reader *r, const struct book *book, const char *where,
    const char *what, const struct cap *caps, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!is_pool(book, caps[i].pool))
			read_fault(r, where, "%s name %s, which is no pool",
			    what, caps[i].pool);
}

static bool
has_cap(const struct terms *terms, const char *pool)
{
	size_t i;

	for (i = 0; i < terms->cap_count; i++)
		if (strcmp(terms->caps[i].pool, pool) == 0)
			return true;
	return false;
}

/* The first spread that fits is taken. */
static void
check_spreads(struct reader *r, const struct book *book, const char *where,
    const struct terms *terms)
{
	const struct spread *s, *e, *end = terms->spreads + terms->spread_count;

	for (s = terms->spreads; s < end; s++) {
		const char *here = arena_printf(r->arena, "%s.spreads[%zu]",
		    where, (size_t)(s - terms->spreads));

		book_knows(r, book, here, s->sell_asset);
		book_knows(r, book, here, s->buy_asset);
		for (e = terms->spreads; e < s; e++)
			if ((e->sell_asset == NULL ||
				(s->sell_asset != NULL &&
				    strcmp(e->sell_asset, s->sell_asset) ==
					0)) &&
			    (e->buy_asset == NULL ||
				(s->buy_asset != NULL &&
				    strcmp(e->buy_asset, s->buy_asset) == 0)))
				break;
		if (e < s)
			read_fault(r, here,
			    "is never used: one before it fits all it does");
	}
}

static void
check_terms(struct reader *r, const struct book *book, const char *where,
    const struct terms *terms)
{
	size_t i;

	if (terms->lifetime > terms->lifetime_most)
		read_fault(r, where, "lifetime is above lifetime_most");
	if (amount_cmp(terms->fee_discount_percent, amount_of(100)) > 0)
		read_fault(r, where, "fee_discount_percent is above 100");
	if (terms->spreads != NULL)
		check_spreads(r, book, where, terms);
	book_check_limits(r, book, arena_printf(r->arena, "%s.limits", where),
	    terms->limits, terms->limit_count);
	if (!book_has(book, KIND_POOLS))
		return;
	for (i = 0; i < book->pool_count; i++)
		if (!has_cap(terms, book->pools[i].name))
			read_fault(r, where, "caps lack the pool %s",
			    book->pools[i].name);
	check_caps(r, book, where, "caps", terms->caps, terms->cap_count);
	check_caps(r, book, where, "caps_per_day", terms->day_caps,
	    terms->day_cap_count);
}

static void
check_names(struct reader *r, const struct book *book, const char *where,
    const struct terms *terms)
{
	const char *const *name = terms->names;

	if (*name == NULL)
		read_fault(r, where, "names is empty");
	for (; *name != NULL; name++) {
		if (**name == 'M' && is_account(*name))
			read_fault(r, where,
			    "a client is known by its G-address, not by %s",
			    *name);
		if (book_terms(book, *name) != terms)
			read_fault(r, where, "%s is there twice", *name);
	}
}

void
book_check_terms(struct reader *r, const struct book *book)
{
	size_t i;

	if (book->standard != NULL)
		check_terms(r, book, "terms.default", book->standard);
	for (i = 0; i < book->client_count; i++) {
		const char *where = book_row(r, "terms.clients", i);

		check_terms(r, book, where, &book->clients[i]);
		check_names(r, book, where, &book->clients[i]);
	}
}
