/*
 * What JSON we take and refuse, and that what we write is read alike.
 */
#include "unit.h"
#include "arena_case.h"

#include "buf.h"
#include "json.h"

// clang-format off
static const struct {
	const char *name, *text;
	size_t len; /* 0: of the text */
} refused[] = {
	{ "nothing", "", 0 },
	{ "only blanks", "  ", 0 },
	{ "an open object", "{", 0 },
	{ "an open array", "[1", 0 },
	{ "a comma at the end", "[1,]", 0 },
	{ "a comma at the end of an object", "{\"a\":1,}", 0 },
	{ "two values", "1 2", 0 },
	{ "two values in an array", "[1 2]", 0 },
	{ "two words in one", "[truefalse]", 0 },
	{ "bytes after the value", "{} x", 0 },
	{ "a second object", "{}{}", 0 },
	{ "a closing bracket too many", "{}}", 0 },
	{ "the wrong closing bracket", "[1}", 0 },
	{ "single quotes", "{'a':1}", 0 },
	{ "a name without quotes", "{a:1}", 0 },
	{ "a number as a name", "{1:1}", 0 },
	{ "a member without a value", "{\"a\"}", 0 },
	{ "NaN", "[NaN]", 0 },
	{ "Infinity", "[Infinity]", 0 },
	{ "minus Infinity", "[-Infinity]", 0 },
	{ "a comment", "[1/*x*/]", 0 },
	{ "a line comment", "[1//x\n]", 0 },
	{ "True", "[True]", 0 },
	{ "TRUE", "[TRUE]", 0 },
	{ "a leading zero", "[01]", 0 },
	{ "a leading plus", "[+1]", 0 },
	{ "a point first", "[.5]", 0 },
	{ "a point last", "[5.]", 0 },
	{ "an empty exponent", "[1e]", 0 },
	{ "a lone minus", "[-]", 0 },
	{ "hexadecimal", "[0x10]", 0 },
	{ "a number run into a number", "[1-2]", 0 },
	{ "a newline in a text", "[\"a\nb\"]", 0 },
	{ "a tab in a text", "[\"a\tb\"]", 0 },
	{ "a tab in a name", "{\"a\tb\":1}", 0 },
	{ "an unknown escape", "[\"\\x41\"]", 0 },
	{ "an escaped NUL", "[\"a\\u0000b\"]", 0 },
	{ "an escaped NUL in a name", "{\"a\\u0000b\":1}", 0 },
	{ "a high surrogate alone", "[\"\\ud800\"]", 0 },
	{ "a low surrogate alone", "[\"\\udc00\"]", 0 },
	{ "two high surrogates", "[\"\\ud800\\ud800\"]", 0 },
	{ "a short escape", "[\"\\u12\"]", 0 },
	{ "a NUL byte", "[1]\0", 4 },
	{ "a NUL byte in a text", "[\"a\0b\"]", 7 },
	{ "a byte order mark", "\xef\xbb\xbf{}", 0 },
	{ "a byte that is no UTF-8", "[\"\xff\"]", 0 },
	{ "an overlong slash", "[\"\xc0\xaf\"]", 0 },
	{ "an encoded surrogate", "[\"\xed\xa0\x80\"]", 0 },
	{ "a cut-off sequence", "[\"\xc3\"]", 0 },
	{ "a name twice", "{\"a\":1,\"a\":2}", 0 },
	{ "a name twice, once escaped", "{\"a\":1,\"\\u0061\":2}", 0 },
	{ "a name twice, deep", "[{\"b\":{\"a\":1,\"c\":[],\"a\":2}}]", 0 },
	{ "an unknown escape cut off", "[\"\\", 0 },
	{ "a text without an end", "[\"a", 0 },
	{ "17 deep", "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", 0 },
};

static const struct {
	const char *name, *text, *printed;
} taken[] = {
	{ "an empty object", "{}", "{}" },
	{ "an empty array", " [ ] ", "[]" },
	{ "a text alone", "\"a\"", "\"a\"" },
	{ "a number alone", "12", "12" },
	{ "a number alone before a newline", "12\n", "12" },
	{ "null alone", "null", "null" },
	{ "words", "[true, false, null]", "[true,false,null]" },
	{ "an empty name", "{\"\":1}", "{\"\":1}" },
	{ "a colon and quotes in a text", "{\"a\":\"x:\\\"y\\\":1\"}",
	    "{\"a\":\"x:\\\"y\\\":1\"}" },
	{ "numbers keep their text",
	    "[99999999999999999999, 1.10, 1E2, -0, 0.1e-7, 1e400]",
	    "[99999999999999999999,1.10,1E2,-0,0.1e-7,1e400]" },
	{ "numbers of objects and arrays stay in order",
	    "{\"b\":[1,{\"x\":2.0}],\"a\":3,\"c\":4.00}",
	    "{\"b\":[1,{\"x\":2.0}],\"a\":3,\"c\":4.00}" },
	{ "escapes", "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]",
	    "[\"\\\"\\\\/\\b\\f\\n\\r\\t\"]" },
	{ "other control characters", "[\"\\u0001\\u001f\"]",
	    "[\"\\u0001\\u001f\"]" },
	{ "letters beyond ASCII", "[\"S\xc3\xa3o \\u00e3\"]",
	    "[\"S\xc3\xa3o \xc3\xa3\"]" },
	{ "a surrogate pair", "[\"\\ud83d\\ude00\"]",
	    "[\"\xf0\x9f\x98\x80\"]" },
	{ "16 deep", "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]",
	    "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]" },
	{ "the same name in two objects", "[{\"a\":1},{\"a\":2}]",
	    "[{\"a\":1},{\"a\":2}]" },
};
// clang-format on

static void
what_two_readers_could_read_differently_is_refused(void **state)
{
	const struct json *v;
	const char *why;

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		size_t len = refused[i].len;

		if (len == 0)
			len = strlen(refused[i].text);
		expect(refused[i].name,
		    json_parse(a, refused[i].text, len, &v, &why) != 0);
		expect(refused[i].name, why != NULL && why[0] != '\0');
	}
}

static void
good_json_is_taken_and_printed_again(void **state)
{
	const struct json *v;
	const char *why;

	(void)state;
	for (size_t i = 0; i < COUNT(taken); i++) {
		expect(taken[i].name,
		    json_parse(a, taken[i].text, strlen(taken[i].text), &v,
			&why) == 0);
		expect_text(taken[i].name, json_print(a, v), taken[i].printed);
	}
}

static const struct json *
parse(const char *text)
{
	const struct json *v = NULL;
	const char *why;

	if (json_parse(a, text, strlen(text), &v, &why) != 0)
		fail_msg("%s: %s", text, why);
	return v;
}

static void
members_are_found_by_name_path_and_place(void **state)
{
	const struct json *v =
	    parse("{\"customers\":{\"sender\":{\"id\":\"x\"}},\"n\":null,"
		  "\"list\":[1,true]}");
	const char *name = NULL;

	(void)state;
	expect_text("path", json_text(json_path(v, "customers.sender.id")),
	    "x");
	expect("no such path", json_path(v, "customers.receiver.id") == NULL);
	expect("a path into a text",
	    json_path(v, "customers.sender.id.more") == NULL);
	expect_int("null is not absent", json_kind(json_get(v, "n")),
	    JSON_NULL);
	expect_int("absent", json_kind(json_get(v, "m")), JSON_ABSENT);
	expect("a prefix is no name", json_get(v, "li") == NULL);
	expect_int("count", (long long)json_count(v), 3);
	expect("third", json_member(v, 2, &name) == json_get(v, "list"));
	expect_text("third", name, "list");
	expect("fourth", json_member(v, 3, &name) == NULL);
	expect("true", json_is_true(json_at(json_get(v, "list"), 1)));
	expect("beyond the end", json_at(json_get(v, "list"), 2) == NULL);
	expect("get of an array", json_get(json_get(v, "list"), "a") == NULL);
	expect("at of an object", json_at(v, 0) == NULL);
	expect("a number is no text",
	    json_text(json_at(json_get(v, "list"), 0)) == NULL);
	expect("absent is welcome", json_text(NULL) == NULL);
	expect("absent is not true", !json_is_true(NULL));
}

static void
integers_are_exact_or_refused(void **state)
{
	// clang-format off
	static const struct {
		const char *text;
		bool is_integer;
		int64_t value;
	} cases[] = {
		{ "0", true, 0 }, { "-0", true, 0 }, { "-5", true, -5 },
		{ "9223372036854775807", true, INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN },
		{ "9223372036854775808", false, 0 },
		{ "99999999999999999999", false, 0 },
		{ "1.0", false, 0 }, { "1e3", false, 0 },
		{ "\"1\"", false, 0 }, { "true", false, 0 },
	};
	// clang-format on
	int64_t n;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		n = 0;
		expect(cases[i].text, json_integer(parse(cases[i].text), &n) ==
					  cases[i].is_integer);
		expect_int(cases[i].text, n, cases[i].value);
	}
}

static void
the_writer_puts_commas_and_escapes_itself(void **state)
{
	struct json_out o;
	struct buf b;

	(void)state;
	buf_init(&b, a, 1000);
	json_begin(&o, &b);
	json_open(&o, NULL, '{');
	json_put_text(&o, "a\"b", "<\x7f\x01>");
	json_put_text(&o, "none", NULL);
	json_open(&o, "list", '[');
	json_put_int(&o, NULL, INT64_MIN);
	json_put_bool(&o, NULL, false);
	json_open(&o, NULL, '{');
	json_close(&o, '}');
	json_close(&o, ']');
	json_put_raw(&o, "raw", "[1]");
	json_put_textn(&o, "bytes", "a\0b\xff", 4);
	json_close(&o, '}');
	expect_text("written", b.data,
	    "{\"a\\\"b\":\"<\x7f\\u0001>\",\"none\":null,\"list\":"
	    "[-9223372036854775808,false,{}],\"raw\":[1],"
	    "\"bytes\":\"a\\u0000b\xef\xbf\xbd\"}");
	expect_int("depth", o.depth, 0);
}

/* Whatever bytes a text has, the written JSON is good and says the same if
 * the bytes were UTF-8. */
static void
any_bytes_can_be_written_and_read_back(void **state)
{
	uint64_t seed = 1;
	char text[24];

	(void)state;
	for (int i = 0; i < 5000; i++) {
		struct json_out o;
		const struct json *v;
		struct buf b;
		size_t len;

		for (len = 0; len < sizeof(text) - 1; len++) {
			seed =
			    seed * 6364136223846793005u + 1442695040888963407u;
			text[len] = (char)(seed >> 56);
			if (text[len] == '\0')
				break;
			if (i % 2)
				text[len] =
				    (char)((unsigned char)text[len] % 127 + 1);
		}
		text[len] = '\0';
		arena_reset(a);
		buf_init(&b, a, 1000);
		json_begin(&o, &b);
		json_open(&o, NULL, '{');
		json_put_text(&o, "t", text);
		json_close(&o, '}');
		v = parse(b.data);
		if (i % 2)
			expect_text("ascii", json_text(json_get(v, "t")), text);
		else
			expect("bytes", json_text(json_get(v, "t")) != NULL);
	}
}

/* The writer looks at eight bytes at a time. */
static void
each_byte_is_escaped_at_each_place(void **state)
{
	char text[] = "nineteen letters...";
	struct arena *own = arena_new();
	struct json_out o;
	struct buf b;

	(void)state;
	for (size_t at = 0; at < strlen(text); at++) {
		char was = text[at];

		for (int c = 1; c < 0x80; c++) {
			bool is_bare = c >= ' ' && c != '"' && c != '\\';

			text[at] = (char)c;
			buf_init(&b, own, 1000);
			json_begin(&o, &b);
			json_open(&o, NULL, '{');
			json_put_text(&o, text, text);
			json_close(&o, '}');
			if (is_bare)
				expect_text("as it is", b.data,
				    arena_printf(own, "{\"%s\":\"%s\"}", text,
					text));
			else
				expect_text("read back",
				    json_text(json_get(parse(b.data), text)),
				    text);
			arena_reset(own);
		}
		text[at] = was;
	}
	arena_free(own);
}

static void
many_numbers_and_names_keep_their_order(void **state)
{
	const struct json *v;
	struct json_out o;
	struct buf b;

	(void)state;
	buf_init(&b, a, 1000000);
	json_begin(&o, &b);
	json_open(&o, NULL, '{');
	for (int i = 0; i < 3000; i++)
		json_put_int(&o, arena_printf(a, "n%d", i), i);
	json_close(&o, '}');
	v = parse(b.data);
	for (int i = 0; i < 3000; i += 7) {
		int64_t n;

		expect(arena_printf(a, "n%d", i),
		    json_integer(json_get(v, arena_printf(a, "n%d", i)), &n) &&
			n == i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		what_two_readers_could_read_differently_is_refused),
	    cmocka_unit_test(good_json_is_taken_and_printed_again),
	    cmocka_unit_test(members_are_found_by_name_path_and_place),
	    cmocka_unit_test(integers_are_exact_or_refused),
	    cmocka_unit_test(the_writer_puts_commas_and_escapes_itself),
	    cmocka_unit_test(any_bytes_can_be_written_and_read_back),
	    cmocka_unit_test(each_byte_is_escaped_at_each_place),
	    cmocka_unit_test(many_numbers_and_names_keep_their_order),
	};

	return cmocka_run_group_tests_name("json", tests, arena_begin,
	    arena_end);
}
