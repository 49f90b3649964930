/* How long until somebody is asked again: longer each time, never beyond. */
#include "unit.h"

#include "../../watcher/backoff.h"

static void
it_doubles_up_to_the_most(void **state)
{
	static const struct {
		int64_t tries, most, wait;
	} cases[] = {{0, 64000, 1000}, {1, 64000, 2000}, {5, 64000, 32000},
	    {6, 64000, 64000}, {7, 64000, 64000}, {0, 500, 500},
	    {11, 3600000, 2048000}, {12, 3600000, 3600000},
	    {63, 3600000, 3600000}, {64, 3600000, 3600000},
	    {INT64_MAX, 300000, 300000}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		expect_int("wait", backoff_most(cases[i].tries, cases[i].most),
		    cases[i].wait);
}

static void
a_part_is_anything_from_nothing_to_that(void **state)
{
	int64_t least = INT64_MAX, greatest = -1;
	int i;

	(void)state;
	for (i = 0; i < 2000; i++) {
		int64_t part = backoff_part(3, 60000);

		least = part < least ? part : least;
		greatest = part > greatest ? part : greatest;
	}
	expect("in its lowest tenth", least >= 0 && least < 800);
	expect("in its highest", greatest > 7200 && greatest <= 8000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_doubles_up_to_the_most),
	    cmocka_unit_test(a_part_is_anything_from_nothing_to_that),
	};

	return cmocka_run_group_tests_name("backoff", tests, NULL, NULL);
}
