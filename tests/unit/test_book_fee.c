/*
 * What a fee rule makes of an amount, and which amount leaves enough after it.
 */
#include "book_fee.h"
#include "book_parts.h"
#include "unit.h"

#define N(text) number(text)

static struct amount
number(const char *text)
{
	struct amount a;

	if (amount_parse(text, &a) != AMOUNT_OK)
		fail_msg("%s", text);
	return a;
}

/* Below 100: 1 % and 0.5, at least 1; a second line of 0.333 %.  From 100 on
 * 0.5 %, at most 3.  From 1000 on 10. */
static struct fee_rule
rule_of(struct fee_tier tiers[static 3], struct fee_line lines[static 4])
{
	lines[0] = (struct fee_line){.name = "one",
	    .percent = N("1"),
	    .fixed = N("0.5"),
	    .minimum = N("1")};
	lines[1] = (struct fee_line){.name = "two", .percent = N("0.333")};
	lines[2] = (struct fee_line){.name = "three",
	    .percent = N("0.5"),
	    .maximum = N("3")};
	lines[3] = (struct fee_line){.name = "four", .fixed = N("10")};
	tiers[0] = (struct fee_tier){amount_of(0), lines, 2};
	tiers[1] = (struct fee_tier){amount_of(100), lines + 2, 1};
	tiers[2] = (struct fee_tier){amount_of(1000), lines + 3, 1};
	return (struct fee_rule){.in = "sell", .tiers = tiers, .tier_count = 3};
}

// clang-format off
static const struct {
	const char *discount, *whole, *fee, *lines;
} forwards[] = {
	{ "0",   "0",      "1",    "one 1" },
	{ "0",   "10",     "1.04", "one 1, two 0.04" },
	{ "0",   "50",     "1.17", "one 1, two 0.17" },
	/* 0.5001 + 0.5 and 0.16653...: rounded up together, not each. */
	{ "0",   "50.01",  "1.17", "one 1.01, two 0.16" },
	{ "0",   "99.99",  "1.84", "one 1.5, two 0.34" },
	{ "0",   "100",    "0.5",  "three 0.5" },
	{ "0",   "600",    "3",    "three 3" },
	{ "0",   "999.99", "3",    "three 3" },
	{ "0",   "1000",   "10",   "four 10" },
	{ "50",  "10",     "0.52", "one 0.5, two 0.02" },
	{ "50",  "999.99", "1.5",  "three 1.5" },
	{ "100", "1000",   "0",    "" },
	{ "0.0001", "1000", "10",  "four 10" }, /* 9.99999, up */
};

static const struct {
	const char *discount, *net, *whole;
} backwards[] = {
	{ "0",   "0.01",   "1.02" }, /* 1.01 leaves nothing */
	{ "0",   "48.83",  "50" },
	{ "0",   "98.15",  "99.99" },
	/* Where the fee leaps down, more is left than was asked for. */
	{ "0",   "98.16",  "100" },
	{ "0",   "99.5",   "100" },
	{ "0",   "99.51",  "100.02" }, /* 100.01 leaves 99.5 */
	{ "0",   "597",    "600" },
	{ "0",   "996.99", "999.99" },
	/* Where it leaps up, nothing below the leap leaves so much. */
	{ "0",   "997",    "1007" },
	{ "100", "997",    "997" },
	{ "50",  "995",    "996.5" },
};
// clang-format on

static void
test_forwards(void **state)
{
	struct quote_line told[FEE_LINES];
	struct fee_line lines[4];
	struct fee_tier tiers[3];
	struct fee_rule rule = rule_of(tiers, lines);
	struct amount fee;
	struct fee f;
	size_t i, j, count;

	(void)state;
	for (i = 0; i < COUNT(forwards); i++) {
		char text[256] = "", digits[AMOUNT_TEXT];

		expect_int("made",
		    fee_make(&f, &rule, 2, N(forwards[i].discount)), 0);
		expect_int("fee",
		    fee_of(&f, N(forwards[i].whole), &fee, told, &count), 0);
		for (j = 0; j < count; j++) {
			size_t len = strlen(text);

			snprintf(text + len, sizeof(text) - len, "%s%s %s",
			    j == 0 ? "" : ", ", told[j].name,
			    amount_print(told[j].amount, digits));
		}
		expect_text(forwards[i].whole, amount_print(fee, digits),
		    forwards[i].fee);
		expect_text(forwards[i].whole, text, forwards[i].lines);
	}
}

/* By the table, and by its meaning: it is enough, one unit less is not. */
static void
test_backwards(void **state)
{
	struct quote_line told[FEE_LINES];
	struct fee_line lines[4];
	struct fee_tier tiers[3];
	struct fee_rule rule = rule_of(tiers, lines);
	const struct amount unit = {1, 2};
	struct amount whole, fee, left;
	char text[AMOUNT_TEXT];
	struct fee f;
	size_t i, count;

	(void)state;
	for (i = 0; i < COUNT(backwards); i++) {
		const char *net = backwards[i].net;

		expect_int(net,
		    fee_make(&f, &rule, 2, N(backwards[i].discount)), 0);
		expect_int(net, fee_whole_of(&f, N(net), &whole), 0);
		expect_text(net, amount_print(whole, text), backwards[i].whole);
		expect(net, fee_of(&f, whole, &fee, told, &count) == 0 &&
				amount_sub(whole, fee, &left) == 0);
		expect(net, amount_cmp(left, N(net)) >= 0);
		expect(net, amount_sub(whole, unit, &whole) == 0 &&
				fee_of(&f, whole, &fee, told, &count) == 0 &&
				amount_sub(whole, fee, &left) == 0);
		expect(net, amount_cmp(left, N(net)) < 0);
	}
}

/* Nearly all is taken, up to a maximum or without one. */
static void
test_nearly_all(void **state)
{
	struct fee_line line = {.name = "all",
	    .percent = N("99.999999"),
	    .maximum = N("1")};
	struct fee_tier tier = {amount_of(0), &line, 1};
	struct fee_rule rule = {.in = "sell", .tiers = &tier, .tier_count = 1};
	char text[AMOUNT_TEXT];
	struct amount whole;
	struct fee f;

	(void)state;
	expect_int("made", fee_make(&f, &rule, 18, amount_of(0)), 0);
	expect_int("large", fee_whole_of(&f, N("500000000000000000"), &whole),
	    0);
	expect_text("large", amount_print(whole, text), "500000000000000001");
	line.maximum = amount_of(0);
	expect_int("no maximum",
	    fee_whole_of(&f, N("500000000000000000"), &whole), 0);
	expect_text("no maximum", amount_print(whole, text),
	    "50000000000000000000000000");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_forwards),
	    cmocka_unit_test(test_backwards),
	    cmocka_unit_test(test_nearly_all),
	};

	return cmocka_run_group_tests_name("fees", tests, NULL, NULL);
}
