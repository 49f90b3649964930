/*
 * Arena, buf, utf8, id and log: what everything else stands on.
 */
#include "unit.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "id.h"
#include "log.h"
#include "utf8.h"

static char order[16];

static void
note(void *letter)
{
	order[strlen(order)] = *(char *)letter;
}

static void
what_was_deferred_runs_newest_first_and_once(void **state)
{
	struct arena *a = arena_new();
	char x[] = "x", y[] = "y", z[] = "z";

	(void)state;
	memset(order, 0, sizeof(order));
	arena_defer(a, note, x);
	arena_defer(a, note, y);
	arena_reset(a);
	expect_text("first reset", order, "yx");
	arena_defer(a, note, z);
	arena_free(a);
	expect_text("freed", order, "yxz");
	arena_free(NULL);
}

static void
pieces_are_zero_aligned_and_apart(void **state)
{
	struct arena *a = arena_new();
	unsigned char *pieces[300];

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < COUNT(pieces); i++) {
			size_t size = i * 37 % 20000;

			pieces[i] = arena_alloc(a, size);
			expect("aligned", (uintptr_t)pieces[i] % 16 == 0);
			for (size_t n = 0; n < size; n++)
				if (pieces[i][n] != 0)
					fail_msg("piece %zu is not zero", i);
			memset(pieces[i], (int)(i % 255) + 1, size);
		}
		for (size_t i = 0; i < COUNT(pieces); i++)
			for (size_t n = 0; n < i * 37 % 20000; n++)
				if (pieces[i][n] != i % 255 + 1)
					fail_msg("piece %zu was written", i);
		arena_reset(a);
	}
	expect_text("printf", arena_printf(a, "%s-%d", "a", 5), "a-5");
	expect_text("strndup", arena_strndup(a, "abc", 2), "ab");
	expect_text("strdup", arena_strdup(a, ""), "");
	arena_free(a);
}

static void
a_buf_grows_to_its_most_and_no_further(void **state)
{
	struct arena *a = arena_new();
	struct buf b;

	(void)state;
	buf_init(&b, a, 1000);
	expect_text("new", b.data, "");
	for (int i = 0; i < 100; i++)
		buf_puts(&b, "0123456789");
	expect("1000 of 1000", !buf_full(&b) && b.len == 1000);
	buf_put(&b, "", 0);
	expect("nothing more", !buf_full(&b));
	buf_puts(&b, "x");
	expect("1001 of 1000", buf_full(&b) && b.len == 1000);
	expect("a NUL at the end", b.data[1000] == '\0');
	buf_reset(&b);
	expect("empty again", !buf_full(&b) && b.len == 0 && b.data[0] == '\0');
	buf_printf(&b, "%0999d", 7);
	buf_printf(&b, "%s", "ab");
	expect("a print that does not fit changes nothing",
	    buf_full(&b) && b.len == 999 && b.data[999] == '\0');
	buf_puts(&b, "x");
	expect("later puts do nothing", b.len == 999);
	buf_init(&b, a, 0);
	buf_puts(&b, "x");
	expect("no room at all", buf_full(&b) && b.data[0] == '\0');
	arena_free(a);
}

static void
utf8_is_strict(void **state)
{
	// clang-format off
	static const struct {
		const char *text;
		bool is_good;
	} cases[] = {
		{ "", true }, { "abc", true }, { "\x7f", true },
		{ "\xc2\x80", true }, { "\xdf\xbf", true },
		{ "\xe0\xa0\x80", true }, { "\xed\x9f\xbf", true },
		{ "\xee\x80\x80", true }, { "\xf0\x90\x80\x80", true },
		{ "\xf4\x8f\xbf\xbf", true },
		{ "\x80", false }, { "\xc0\x80", false }, { "\xc1\xbf", false },
		{ "\xc2", false }, { "\xc2\x41", false },
		{ "\xe0\x9f\xbf", false }, { "\xed\xa0\x80", false },
		{ "\xed\xbf\xbf", false }, { "\xe2\x82", false },
		{ "\xf0\x8f\xbf\xbf", false }, { "\xf4\x90\x80\x80", false },
		{ "\xf8\x88\x80\x80\x80", false }, { "\xff", false },
		{ "\xfe", false },
	};
	// clang-format on
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (is_utf8(cases[i].text, strlen(cases[i].text)) !=
		    cases[i].is_good)
			fail_msg("case %zu", i);
}

static void
ids_are_uuids_of_version_4(void **state)
{
	// clang-format off
	static const struct {
		const char *text;
		bool is_good;
	} cases[] = {
		{ "a98a24af-9196-411e-b6e6-631bb6e1558c", true },
		{ "A98A24AF-9196-411E-B6E6-631BB6E1558C", true },
		{ "a98a24af-9196-411e-b6e6-631bb6e1558", false },
		{ "a98a24af-9196-411e-b6e6-631bb6e1558c0", false },
		{ "a98a24af09196-411e-b6e6-631bb6e1558c", false },
		{ "g98a24af-9196-411e-b6e6-631bb6e1558c", false },
		{ "{98a24af-9196-411e-b6e6-631bb6e1558}", false },
		{ "", false },
	};
	// clang-format on
	char one[ID_TEXT], other[ID_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		expect(cases[i].text, is_id(cases[i].text) == cases[i].is_good);
	for (int i = 0; i < 100; i++) {
		id_new(one);
		expect(one, is_id(one) && one[14] == '4' &&
				strchr("89ab", one[19]) != NULL);
		expect(one, strcmp(one, id_new(other)) != 0);
		expect("memo", memo_new() > 0);
	}
}

static void
a_log_line_is_one_line_whatever_is_in_it(void **state)
{
	struct caught c = catch_stderr();
	const char *text;
	char large[5000];
	int lines;

	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	log_open("unit", LOG_INFO);
	log_line(LOG_DEBUG, "hidden", "a=1");
	log_bind("r-1");
	log_line(LOG_WARN, "odd", "a=%s b=%s", log_quoted("x y\n\"="),
	    log_quoted("plain"));
	log_bind(NULL);
	log_line(LOG_INFO, "raw", "a=%s", "1\n2\r3\x1b");
	log_line(LOG_INFO, "large", "a=%s", large);
	log_line(LOG_INFO, "quoted", "a=%s", log_quoted(large));
	text = caught_stderr(c);

	expect("debug is below info", strstr(text, "hidden") == NULL);
	expect("stamp", strncmp(text, "ts=20", 5) == 0 && text[26] == 'Z' &&
			    text[27] == ' ');
	expect(text,
	    strstr(text, " level=warn prog=unit event=odd a=\"x y\\n\\\"=\" "
			 "b=plain request_id=r-1\n") != NULL);
	expect(text, strstr(text, "event=raw a=1?2?3?\n") != NULL);
	expect(text, strstr(text, "xxx...\"\n") != NULL);
	expect("the large line has an end",
	    strstr(text, "event=quoted") != NULL);
	for (lines = 0; (text = strchr(text, '\n')) != NULL; text++)
		lines++;
	expect_int("lines", lines, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_deferred_runs_newest_first_and_once),
	    cmocka_unit_test(pieces_are_zero_aligned_and_apart),
	    cmocka_unit_test(a_buf_grows_to_its_most_and_no_further),
	    cmocka_unit_test(utf8_is_strict),
	    cmocka_unit_test(ids_are_uuids_of_version_4),
	    cmocka_unit_test(a_log_line_is_one_line_whatever_is_in_it),
	};

	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
