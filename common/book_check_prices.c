/*
 * book_check_prices - what is wrong with the prices of a book, and with what
 * guards them.
 */
#include "amount.h"
#include "arena.h"
#include "book_parts.h"
#include "reader.h"

/* Is there anything to be had for nothing, there and back, on these terms?
 * One unit sold there and what it buys sold back makes 1 / (there * back). */
static bool
is_crossed(const struct terms *terms, const struct price *there,
    const struct price *back)
{
	struct amount a, b, both;

	/* What does not fit is far above 1. */
	return terms_price(terms, there, &a) == AMOUNT_OK &&
	       terms_price(terms, back, &b) == AMOUNT_OK &&
	       amount_mul(a, b, AMOUNT_SCALE_MAX, ROUND_DOWN, &both) ==
	           AMOUNT_OK &&
	       amount_cmp(both, amount_of(1)) < 0;
}

/* A price that is stopped is not quoted, so nothing is to be had by it. */
static void
check_crossed(struct reader *r, const struct book *book, size_t i)
{
	const struct price *there = &book->prices[i];
	const struct price *back =
	    book_price(book, there->buy_asset, there->sell_asset);
	size_t j;

	if (back == NULL || back <= there || there->stopped != NULL ||
	    back->stopped != NULL || book->standard == NULL)
		return;
	if (is_crossed(book->standard, there, back))
		read_fault(r, book_row(r, "prices", i),
		    "is crossed with prices[%zu]: what is sold there and back "
		    "comes back as more, on the default terms",
		    (size_t)(back - book->prices));
	for (j = 0; j < book->client_count; j++)
		if (book->clients[j].names[0] != NULL &&
		    is_crossed(&book->clients[j], there, back))
			read_fault(r, book_row(r, "prices", i),
			    "is crossed with prices[%zu], on the terms of %s",
			    (size_t)(back - book->prices),
			    book->clients[j].names[0]);
}

static void
check_guards(struct reader *r, const struct book *book)
{
	size_t i;

	for (i = 0; i < book->guard_count; i++) {
		const struct guard *guard = &book->guards[i];
		const char *where = book_row(r, "limits.prices", i);

		book_knows(r, book, where, guard->sell_asset);
		book_knows(r, book, where, guard->buy_asset);
		if (book_guard(book, guard->sell_asset, guard->buy_asset) !=
		    guard)
			read_fault(r, where, "the pair is there twice");
		if (!amount_is_zero(guard->most) &&
		    amount_cmp(guard->most, guard->least) < 0)
			read_fault(r, where, "most is below least");
	}
}

void
book_check_prices(struct reader *r, const struct book *book)
{
	size_t i;

	for (i = 0; i < book->price_count; i++) {
		const struct price *price = &book->prices[i];
		const char *where = book_row(r, "prices", i);

		book_knows(r, book, where, price->sell_asset);
		book_knows(r, book, where, price->buy_asset);
		if (book_price(book, price->sell_asset, price->buy_asset) !=
		    price)
			read_fault(r, where, "the pair is there twice");
		if (strcmp(price->sell_asset, price->buy_asset) == 0)
			read_fault(r, where,
			    "an asset for itself has the price 1, always");
		if (amount_is_zero(price->price))
			read_fault(r, where, "price must be above 0");
		else
			check_crossed(r, book, i);
	}
	check_guards(r, book);
}
