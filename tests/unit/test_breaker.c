/*
 * When somebody is left alone, and when not any more.
 */
#include "unit.h"

#include "../../watcher/breaker.h"

#define LENGTH (30 * SECOND)
#define NOW (1000 * SECOND)

static struct breaker b;

static void
hears(enum breaker_heard heard, int times, instant now)
{
	for (int i = 0; i < times; i++)
		(void)breaker_hears(&b, heard, 0, now);
}

static int
begin(void **state)
{
	(void)state;
	b = (struct breaker){.length = LENGTH};
	return 0;
}

static void
five_in_a_row_open_it(void **state)
{
	(void)state;
	hears(BREAKER_UNKNOWN, 4, NOW);
	expect_int("four", (long long)breaker_lets(&b, 9, NOW), 9);
	hears(BREAKER_TOLD, 1, NOW);
	hears(BREAKER_UNKNOWN, 4, NOW);
	hears(BREAKER_READ, 1, NOW);
	hears(BREAKER_UNKNOWN, 4, NOW);
	expect_int("not in a row", (long long)breaker_lets(&b, 9, NOW), 9);
	expect("the fifth", breaker_hears(&b, BREAKER_UNKNOWN, 0, NOW));
	expect_int("five", (long long)breaker_lets(&b, 9, NOW), 0);
	expect("told once", !breaker_hears(&b, BREAKER_UNKNOWN, 0, NOW));
}

static void
one_about_something_else_opens_it(void **state)
{
	(void)state;
	expect("at once", breaker_hears(&b, BREAKER_MISMATCH, 0, NOW));
	expect_int("one", (long long)breaker_lets(&b, 9, NOW), 0);
}

static void
one_call_is_let_through_then(void **state)
{
	instant then = NOW + LENGTH;

	(void)state;
	hears(BREAKER_UNKNOWN, 5, NOW);
	expect_int("not yet", (long long)breaker_lets(&b, 9, then - 1), 0);
	expect_int("one", (long long)breaker_lets(&b, 9, then), 1);
	expect_int("none is none", (long long)breaker_lets(&b, 0, then), 0);
	hears(BREAKER_READ, 3, then);
	expect_int("a look-up is none", (long long)breaker_lets(&b, 9, then),
	    1);
	expect("again", breaker_hears(&b, BREAKER_UNKNOWN, 0, then));
	expect_int("open", (long long)breaker_lets(&b, 9, then + 1), 0);
	expect("closed", breaker_hears(&b, BREAKER_TOLD, 0, then + LENGTH));
	expect_int("all", (long long)breaker_lets(&b, 9, then + LENGTH), 9);
	hears(BREAKER_UNKNOWN, 4, then + LENGTH);
	expect_int("from the beginning",
	    (long long)breaker_lets(&b, 9, then + LENGTH), 9);
}

static void
what_it_asks_for_is_waited(void **state)
{
	instant most = NOW + BREAKER_ASKED_MOST;

	(void)state;
	expect("opened", breaker_hears(&b, BREAKER_UNKNOWN, 7 * SECOND, NOW));
	expect_int("open", (long long)breaker_lets(&b, 9, NOW + 6 * SECOND), 0);
	expect_int("one", (long long)breaker_lets(&b, 9, NOW + 7 * SECOND), 1);
	expect("opened",
	    breaker_hears(&b, BREAKER_UNKNOWN, 86400 * SECOND, NOW));
	expect_int("open", (long long)breaker_lets(&b, 9, most - 1), 0);
	expect_int("ten minutes", (long long)breaker_lets(&b, 9, most), 1);
}

static void
clocks_that_go_back_and_no_length_open_nothing(void **state)
{
	(void)state;
	hears(BREAKER_UNKNOWN, 5, NOW);
	expect_int("a clock that went back",
	    (long long)breaker_lets(&b, 9, NOW - 3600 * SECOND), 1);
	b = (struct breaker){0};
	hears(BREAKER_MISMATCH, 9, NOW);
	expect_int("no length", (long long)breaker_lets(&b, 9, NOW), 9);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(five_in_a_row_open_it, begin),
	    cmocka_unit_test_setup(one_about_something_else_opens_it, begin),
	    cmocka_unit_test_setup(one_call_is_let_through_then, begin),
	    cmocka_unit_test_setup(what_it_asks_for_is_waited, begin),
	    cmocka_unit_test_setup(
		clocks_that_go_back_and_no_length_open_nothing, begin),
	};

	return cmocka_run_group_tests_name("breaker", tests, NULL, NULL);
}
