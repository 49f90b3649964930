/*
 * What a book quotes, and what it finds when asked; no database.
 */
#include "good_book.h"

static const instant noon = INT64_C(1767225600000000); /* 2026-01-01 */

// clang-format off
/* What is asked: the fields of struct quote_ask; then what comes. */
static const struct {
	const char *sell_asset, *buy_asset, *sell_amount, *buy_amount;
	const char *method, *country, *client;
	int late; /* seconds after the price */
	int outcome;
	const char *sell, *buy, *fee, *price;
} asks[] = {
	/* Given to sell, given to buy; one price, one fee. */
	{ USDC, "iso4217:BRL", "101", NULL, NULL, NULL, NULL, 0,
	  BOOK_OK, "101", "500", "1", "0.2" },
	{ USDC, "iso4217:BRL", NULL, "250", NULL, NULL, NULL, 0,
	  BOOK_OK, "51", "250", "1", "0.2" },
	{ USDC, "iso4217:BRL", "33.3333333", NULL, NULL, NULL, NULL, 0,
	  BOOK_OK, "33.3333333", "161.66", "1", "0.2000082475566002721761722" },
	{ USDC, "iso4217:BRL", "1E2", NULL, NULL, NULL, NULL, 0,
	  BOOK_OK, "100", "495", "1", "0.2" },
	/* A method has its own fee. */
	{ USDC, "iso4217:BRL", "102", NULL, "PIX", "BR", NULL, 0,
	  BOOK_OK, "102", "500", "2", "0.2" },
	/* A client's own terms, by either name. */
	{ USDC, "iso4217:BRL", "101", NULL, NULL, NULL, "partner", 0,
	  BOOK_OK, "101", "454.54", "1", "0.220002640031680380164562" },
	{ USDC, "iso4217:BRL", "101", NULL, NULL, NULL, ACCOUNT, 0,
	  BOOK_OK, "101", "454.54", "1", "0.220002640031680380164562" },
	{ USDC, "iso4217:BRL", "101", NULL, NULL, NULL, "nobody", 0,
	  BOOK_OK, "101", "500", "1", "0.2" },
	/* A fee in the buy asset: a percentage, until its maximum. */
	{ "iso4217:BRL", USDC, "1000", NULL, NULL, NULL, NULL, 0,
	  BOOK_OK, "1000", "198", "2", "5" },
	{ "iso4217:BRL", USDC, "10000", NULL, NULL, NULL, NULL, 0,
	  BOOK_OK, "10000", "1997", "3", "5" },
	{ "iso4217:BRL", USDC, NULL, "198", NULL, NULL, NULL, 0,
	  BOOK_OK, "1000", "198", "2", "5" },
	/* An asset for itself. */
	{ USDC, USDC, "101", NULL, NULL, NULL, "partner", 9999,
	  BOOK_OK, "101", "100", "1", "1" },
	{ USDC, USDC, NULL, "100", NULL, NULL, NULL, 0,
	  BOOK_OK, "101", "100", "1", "1" },
	{ "iso4217:BRL", "iso4217:BRL", "101", NULL, NULL, NULL, NULL, 0,
	  BOOK_UNKNOWN_PAIR, NULL, NULL, NULL, NULL },
	/* A price lasts as long as it says, and is none before its time. */
	{ USDC, "iso4217:BRL", "101", NULL, NULL, NULL, NULL, 60,
	  BOOK_OK, "101", "500", "1", "0.2" },
	{ USDC, "iso4217:BRL", "101", NULL, NULL, NULL, NULL, 61,
	  BOOK_STALE, NULL, NULL, NULL, NULL },
	{ USDC, "iso4217:BRL", "101", NULL, NULL, NULL, NULL, -6,
	  BOOK_STALE, NULL, NULL, NULL, NULL },
	/* Refused. */
	{ "iso4217:EUR", "iso4217:BRL", "1", NULL, NULL, NULL, NULL, 0,
	  BOOK_UNKNOWN_ASSET, NULL, NULL, NULL, NULL },
	{ USDC, "iso4217:EUR", "1", NULL, NULL, NULL, NULL, 0,
	  BOOK_UNKNOWN_ASSET, NULL, NULL, NULL, NULL },
	{ USDC, "iso4217:JPY", "10", NULL, NULL, NULL, NULL, 0,
	  BOOK_UNKNOWN_PAIR, NULL, NULL, NULL, NULL },
	{ USDC, "iso4217:BRL", NULL, NULL, NULL, NULL, NULL, 0,
	  BOOK_MALFORMED, NULL, NULL, NULL, NULL },
	{ USDC, "iso4217:BRL", "1", "1", NULL, NULL, NULL, 0,
	  BOOK_MALFORMED, NULL, NULL, NULL, NULL },
	{ USDC, "iso4217:BRL", "-1", NULL, NULL, NULL, NULL, 0,
	  BOOK_MALFORMED, NULL, NULL, NULL, NULL },
	{ USDC, "iso4217:BRL", "0", NULL, NULL, NULL, NULL, 0,
	  BOOK_TOO_SMALL, NULL, NULL, NULL, NULL },
	{ USDC, "iso4217:BRL", "1.00000001", NULL, NULL, NULL, NULL, 0,
	  BOOK_TOO_MANY_DECIMALS, NULL, NULL, NULL, NULL },
	{ USDC, "iso4217:BRL", NULL, "1.001", NULL, NULL, NULL, 0,
	  BOOK_TOO_MANY_DECIMALS, NULL, NULL, NULL, NULL },
	{ USDC, "iso4217:BRL", "1.0000000000", NULL, NULL, NULL, NULL, 0,
	  BOOK_NOT_ABOVE_FEE, NULL, NULL, NULL, NULL },
	{ USDC, "iso4217:BRL", "0.5", NULL, NULL, NULL, NULL, 0,
	  BOOK_NOT_ABOVE_FEE, NULL, NULL, NULL, NULL },
	{ USDC, "iso4217:BRL", "0.0000001", NULL, NULL, NULL, NULL, 0,
	  BOOK_NOT_ABOVE_FEE, NULL, NULL, NULL, NULL },
	{ USDC, "iso4217:BRL", "1.001", NULL, NULL, NULL, NULL, 0,
	  BOOK_TOO_SMALL, NULL, NULL, NULL, NULL },
	{ USDC, "iso4217:BRL", "1.002", NULL, NULL, NULL, NULL, 0,
	  BOOK_OK, "1.002", "0.01", "1", "0.2" },
	{ USDC, "iso4217:BRL", "1000000", NULL, NULL, NULL, NULL, 0,
	  BOOK_OK, "1000000", "4999995", "1", "0.2" },
	{ USDC, "iso4217:BRL", "1000000.0000001", NULL, NULL, NULL, NULL, 0,
	  BOOK_TOO_LARGE, NULL, NULL, NULL, NULL },
	{ USDC, "iso4217:BRL", "99999999999", NULL, NULL, NULL, NULL, 0,
	  BOOK_TOO_LARGE, NULL, NULL, NULL, NULL },
	{ USDC, "iso4217:BRL", "1e40", NULL, NULL, NULL, NULL, 0,
	  BOOK_TOO_LARGE, NULL, NULL, NULL, NULL },
	{ USDC, "iso4217:BRL", NULL, "99999999999999999999", NULL, NULL, NULL, 0,
	  BOOK_TOO_LARGE, NULL, NULL, NULL, NULL },
	{ "iso4217:BRL", USDC, "3", NULL, NULL, NULL, NULL, 0,
	  BOOK_OK, "3", "0.594", "0.006", "5" },
	{ "iso4217:BRL", USDC, "1", NULL, NULL, NULL, NULL, 0,
	  BOOK_TOO_SMALL, NULL, NULL, NULL, NULL }, /* below the least of USDC */
	{ USDC, "iso4217:BRL", "10", NULL, "SEPA", NULL, NULL, 0,
	  BOOK_UNKNOWN_METHOD, NULL, NULL, NULL, NULL },
	{ USDC, "iso4217:BRL", "10", NULL, NULL, "FR", NULL, 0,
	  BOOK_UNKNOWN_COUNTRY, NULL, NULL, NULL, NULL },
};
// clang-format on

static void
test_asks(void **state)
{
	struct arena *a = arena_new();
	const struct book *book = good_book(a);
	char text[AMOUNT_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(asks); i++) {
		const char *name = arena_printf(a, "ask %zu", i);
		struct quote_ask ask = {.sell_asset = asks[i].sell_asset,
		    .buy_asset = asks[i].buy_asset,
		    .sell_amount = asks[i].sell_amount,
		    .buy_amount = asks[i].buy_amount,
		    .buy_delivery_method = asks[i].method,
		    .country_code = asks[i].country,
		    .client = asks[i].client};
		struct quote q;
		int st =
		    book_quote(book, a, &ask, noon + asks[i].late * SECOND, &q);

		if (st != asks[i].outcome)
			fail_msg("%s: outcome %d (%s), not %d", name, st, q.why,
			    asks[i].outcome);
		if (st != BOOK_OK) {
			expect(name, q.why[0] != '\0');
			continue;
		}
		expect_text(name, amount_print(q.sell, text), asks[i].sell);
		expect_text(name, amount_print(q.buy, text), asks[i].buy);
		expect_text(name, amount_print(q.fee, text), asks[i].fee);
		expect_text(name, q.price, asks[i].price);
		expect(name, quote_passes(book, &q));
	}
	arena_free(a);
}

static void
test_firm(void **state)
{
	struct arena *a = arena_new();
	const struct book *book = good_book(a);
	struct quote_ask ask = {.sell_asset = USDC,
	    .buy_asset = "iso4217:BRL",
	    .sell_amount = "101",
	    .client = "nobody",
	    .firm = true};
	char text[AMOUNT_TEXT];
	struct quote q;

	(void)state;
	expect_int("default", book_quote(book, a, &ask, noon, &q), BOOK_OK);
	expect_text("default", q.client, "nobody");
	expect_text("default", q.holder, "nobody");
	expect_text("default", q.pool, "brl");
	expect_text("default", amount_print(q.cap, text), "1000");
	expect("default", q.shared && q.lifetime == 300 && q.asked == 0);

	/* One cap for all names of a client. */
	ask.client = "partner";
	expect_int("own", book_quote(book, a, &ask, noon, &q), BOOK_OK);
	expect_text("own", q.client, "partner");
	expect_text("own", q.holder, ACCOUNT);
	expect_text("own", amount_print(q.cap, text), "5000");
	expect("own", !q.shared && q.lifetime == 600);

	ask.client = NULL;
	expect_int("unknown", book_quote(book, a, &ask, noon, &q), BOOK_OK);
	expect_text("unknown", q.client, "");

	ask.asked = noon + 900 * SECOND;
	expect_int("most", book_quote(book, a, &ask, noon, &q), BOOK_OK);
	expect("most", q.asked == ask.asked);
	ask.asked += 1;
	expect_int("too long", book_quote(book, a, &ask, noon, &q),
	    BOOK_TOO_LONG);
	ask.firm = false;
	expect_int("not firm", book_quote(book, a, &ask, noon, &q), BOOK_OK);

	/* No pool, no promise. */
	ask = (struct quote_ask){.sell_asset = "iso4217:BRL",
	    .buy_asset = USDC,
	    .sell_amount = "1000",
	    .firm = true};
	expect_int("no pool", book_quote(book, a, &ask, noon, &q),
	    BOOK_UNKNOWN_PAIR);
	arena_free(a);
}

/* Answers that the platform would refuse are told apart from those it takes. */
static void
test_passes(void **state)
{
	struct arena *a = arena_new();
	const struct book *book = good_book(a);
	struct quote_ask ask = {.sell_asset = USDC,
	    .buy_asset = "iso4217:BRL",
	    .sell_amount = "1000000"};
	struct quote good_one, q;
	char text[1000];

	(void)state;
	expect_int("good", book_quote(book, a, &ask, noon, &good_one), BOOK_OK);
	q = good_one; /* 4,999,995 BRL: the 14th decimal is half a unit */
	snprintf(q.price, sizeof(q.price), "0.20000000000001");
	expect("half a unit off", quote_passes(book, &q));
	snprintf(q.price, sizeof(q.price), "0.20000000000002");
	expect("a unit off", !quote_passes(book, &q));
	snprintf(q.price, sizeof(q.price), "0.19999999999998");
	expect("a unit off, below", !quote_passes(book, &q));
	q = good_one;
	expect("good", amount_add(q.fee, q.fee, &q.fee) == 0);
	expect("fee doubled", !quote_passes(book, &q));
	q = good_one;
	q.fee_asset = "iso4217:JPY";
	expect("fee in a third asset", !quote_passes(book, &q));
	q = good_one;
	q.lines[0].name = NULL;
	expect("fee without a name", !quote_passes(book, &q));
	q = good_one;
	q.line_count = 0;
	expect("fee without its lines", !quote_passes(book, &q));
	q = good_one;
	q.lines[q.line_count++] = (struct quote_line){"", NULL, amount_of(0)};
	expect("a line of nothing", !quote_passes(book, &q));
	/* 1,000 bytes are enough for 780 letters, not for as many quotes. */
	q = good_one;
	memset(text, 'x', 780);
	text[780] = '\0';
	q.lines[0].description = text;
	expect("a long fee", quote_passes(book, &q));
	memset(text, '\'', 160);
	text[160] = '\0';
	expect("a fee with quotes", !quote_passes(book, &q));
	memset(text, '"', 390);
	text[390] = '\0';
	expect("as many double ones", quote_passes(book, &q));
	memset(text, '"', 400);
	text[400] = '\0';
	expect("more of them", !quote_passes(book, &q));
	q = good_one;
	q.given = amount_of(1000001);
	expect("another amount than was given", !quote_passes(book, &q));
	q = good_one;
	q.fee = amount_of(0);
	q.line_count = 0;
	q.fee_asset = "iso4217:BRL";
	snprintf(q.price, sizeof(q.price), "0.200000200000200000200000");
	expect("no fee at all", quote_passes(book, &q));
	q = good_one;
	q.buy = amount_of(0);
	expect("buys nothing", !quote_passes(book, &q));
	q = good_one;
	q.sell.units = -q.sell.units;
	expect("sells less than nothing", !quote_passes(book, &q));
	arena_free(a);
}

static void
test_look_ups(void **state)
{
	struct arena *a = arena_new();
	const struct book *book = good_book(a);
	struct payout_limits limits;
	char text[AMOUNT_TEXT];
	size_t i;

	(void)state;
	expect_int("version", book_version(book), 7);
	expect_text("payout", book_asset(book, USDC)->payout_asset,
	    "iso4217:BRL");
	expect("none", book_asset(book, "iso4217:EUR") == NULL);
	expect_int("limits", book_payout_limits(book, "iso4217:BRL", &limits),
	    0);
	expect_text("limits", amount_print(limits.per_day, text), "20");
	expect("no limits", book_payout_limits(book, USDC, &limits) < 0);
	expect_text("pool", book_pool_at(book, 0)->name, "brl");
	expect("pools", book_pool_at(book, 1) == NULL);
	expect("types", book_type_at(book, 0) == NULL);
	for (i = 0; book_kind_name(i) != NULL; i++)
		expect("kind", book_kind_name(i)[0] != '\0');
	expect("kinds", i == 7);
	for (i = 0; i < BOOK_MAX; i++)
		expect("reason", book_reason((int)i) != NULL);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_asks),
	    cmocka_unit_test(test_firm),
	    cmocka_unit_test(test_passes),
	    cmocka_unit_test(test_look_ups),
	};

	return cmocka_run_group_tests_name("book quotes", tests, NULL, NULL);
}
