/*
 * Points in time and days, against known pairs and against the C library.
 */
#include "unit.h"

#include <errno.h>
#include <time.h>

#include "instant.h"

static void
texts_of_iso_8601_are_points_in_time(void **state)
{
	// clang-format off
	static const struct {
		const char *text;
		instant t;
		const char *printed; /* NULL: as text */
	} cases[] = {
		{ "1970-01-01T00:00:00Z", 0, NULL },
		{ "2026-11-22T08:23:25.662Z", 1795335805662000,
		    "2026-11-22T08:23:25.662000Z" },
		{ "2026-11-22T08:23:25.123456789Z", 1795335805123457,
		    "2026-11-22T08:23:25.123457Z" },
		{ "2026-11-22T08:23:25.123456499Z", 1795335805123456,
		    "2026-11-22T08:23:25.123456Z" },
		{ "2026-11-22T08:23:25.9999995Z", 1795335806 * SECOND,
		    "2026-11-22T08:23:26Z" },
		{ "2024-02-29T23:59:59Z", 1709251199 * SECOND, NULL },
		{ "2000-02-29T00:00:00Z", 951782400 * SECOND, NULL },
		{ "1969-12-31T23:59:59.5Z", -500000,
		    "1969-12-31T23:59:59.500000Z" },
		{ "2026-01-01T00:30:00+01:00", 1767223800 * SECOND,
		    "2025-12-31T23:30:00Z" },
		{ "2026-01-01T00:30:00-03:30", 1767240000 * SECOND,
		    "2026-01-01T04:00:00Z" },
		{ "0001-01-01T00:00:00Z", -62135596800 * SECOND, NULL },
		{ "9999-12-31T23:59:59.999999Z", 253402300799999999, NULL },
	};
	// clang-format on
	char out[INSTANT_TEXT];
	instant t;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		expect_int(cases[i].text, instant_parse(cases[i].text, &t), 0);
		expect_int(cases[i].text, t, cases[i].t);
		expect_text(cases[i].text, instant_print(t, out),
		    cases[i].printed ? cases[i].printed : cases[i].text);
	}
}

static void
other_texts_are_no_points_in_time(void **state)
{
	static const char *const cases[] = {"", "2026-01-02",
	    "2026-01-02T03:04:05", "2026-01-02 03:04:05Z",
	    "2026-01-02t03:04:05Z", "2026-01-02T03:04:05z",
	    "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
	    "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
	    "2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z",
	    "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
	    "2026-01-01T00:00:60Z", "0000-01-01T00:00:00Z",
	    "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05.1234567890Z",
	    "2026-01-02T03:04Z", "2026-1-2T03:04:05Z",
	    "2026-01-02T03:04:05+1:00", "2026-01-02T03:04:05+19:00",
	    "2026-01-02T03:04:05+01:60", "2026-01-02T03:04:05+0100",
	    "2026-01-02T03:04:05Zx", " 2026-01-02T03:04:05Z",
	    "12026-01-02T03:04:05Z", "2026-01-02T-3:04:05Z", "1767240000"};
	instant t = 5;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		expect_int(cases[i], instant_parse(cases[i], &t), -EINVAL);
		expect_int(cases[i], t, 5);
	}
}

static void
days_are_real_and_of_utc(void **state)
{
	// clang-format off
	static const struct {
		const char *text, *day; /* NULL: refused */
	} cases[] = {
		{ "1990-05-17", "1990-05-17" }, { "2024-02-29", "2024-02-29" },
		{ "2023-02-29", NULL }, { "1990-5-17", NULL },
		{ "17.05.1990", NULL }, { "", NULL }, { "1990-05-17 ", NULL },
		{ "1990-05-17T00:30:00+01:00", "1990-05-16" },
		{ "1990-05-17T23:30:00-01:00", "1990-05-18" },
		{ "1990-05-17T12:00:00Z", "1990-05-17" },
		{ "1990-05-17T12:00:00", NULL },
	};
	// clang-format on
	char day[DAY_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		expect_int(cases[i].text, day_parse(cases[i].text, day),
		    cases[i].day ? 0 : -EINVAL);
		if (cases[i].day != NULL)
			expect_text(cases[i].text, day, cases[i].day);
	}
}

/* Every eleventh hour or so of 800 years. */
static void
the_c_library_counts_alike(void **state)
{
	char out[INSTANT_TEXT], want[INSTANT_TEXT];
	struct tm tm;
	instant t;

	(void)state;
	for (time_t s = -12000000000; s < 13000000000; s += 40013 * 7) {
		gmtime_r(&s, &tm);
		strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%SZ", &tm);
		expect_text(want, instant_print(s * SECOND, out), want);
		expect_int(want, instant_parse(want, &t), 0);
		expect_int(want, t / SECOND, s);
	}
}

static void
clocks_go_forward(void **state)
{
	int64_t before = monotonic_ms();
	instant now = instant_now();

	(void)state;
	expect("after 2024", now > 1704067200 * SECOND);
	usleep(3000);
	expect("monotonic", monotonic_ms() > before);
	expect("wall", instant_now() > now);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_of_iso_8601_are_points_in_time),
	    cmocka_unit_test(other_texts_are_no_points_in_time),
	    cmocka_unit_test(days_are_real_and_of_utc),
	    cmocka_unit_test(the_c_library_counts_alike),
	    cmocka_unit_test(clocks_go_forward),
	};

	return cmocka_run_group_tests_name("instant", tests, NULL, NULL);
}
