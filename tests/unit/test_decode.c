/*
 * Percent-decoding, header parameters and names: what is taken, what is not.
 */
#include "unit.h"
#include "arena_case.h"

#include "decode.h"

// clang-format off
static const struct {
	const char *encoded, *text; /* NULL: refused */
} percents[] = {
	{ "", "" },
	{ "plain", "plain" },
	{ "stellar%3AUSDC%3aG", "stellar:USDC:G" },
	{ "a+b", "a+b" }, /* a plus is a plus */
	{ "a%2Bb%20c", "a+b c" },
	{ "%E2%82%AC", "\xE2\x82\xAC" },
	{ "%0A", "\n" }, /* text; whether it fits is for the field */
	{ "%", NULL },
	{ "%4", NULL },
	{ "a%4", NULL },
	{ "%zz", NULL },
	{ "%4g", NULL },
	{ "%-1", NULL },
	{ "%00", NULL },
	{ "a%00b", NULL },
	{ "%ff%fe", NULL },
	{ "%c0%80", NULL },
	{ "%ed%a0%80", NULL },
	{ "%f4%90%80%80", NULL },
	{ "%e2%82", NULL },
	{ "a b", NULL },
	{ "a\tb", NULL },
	{ "a\x7f", NULL },
	{ "\xE2\x82\xAC", "\xE2\x82\xAC" },
	{ "\xff", NULL },
};

static const struct {
	const char *header; /* what it must read as, or NULL: refused */
	const char *value, *name, *text;
} headers[] = {
	{ "application/json", "application/json", NULL, NULL },
	{ "Application/JSON; Charset=UTF-8", "application/json", "charset", "UTF-8" },
	{ "  text/plain ;charset = utf-8", NULL, NULL, NULL },
	{ "text/plain;charset=\"utf-8\"", "text/plain", "charset", "utf-8" },
	{ "text/plain;\tcharset=x  ", "text/plain", "charset", "x" },
	{ "form-data; name=\"a\"; filename=\"b;c=\\\"d\"", "form-data", "filename", "b;c=\"d" },
	{ "form-data; name=\"\xC3\xA9\"", "form-data", "name", "\xC3\xA9" },
	{ "multipart/form-data; boundary=2a13ee50-853a", "multipart/form-data", "boundary", "2a13ee50-853a" },
	{ "", NULL, NULL, NULL },
	{ "/json", NULL, NULL, NULL },
	{ "application/", NULL, NULL, NULL },
	{ "application/json/x", NULL, NULL, NULL },
	{ "application/json;", NULL, NULL, NULL },
	{ "application/json charset=utf-8", NULL, NULL, NULL },
	{ "application/json; charset", NULL, NULL, NULL },
	{ "application/json; charset=", NULL, NULL, NULL },
	{ "application/json; =utf-8", NULL, NULL, NULL },
	{ "application/json; charset=utf-8; charset=latin1", NULL, NULL, NULL },
	{ "application/json; charset=utf-8; CHARSET=latin1", NULL, NULL, NULL },
	{ "form-data; name=\"open", NULL, NULL, NULL },
	{ "form-data; name=\"open\\", NULL, NULL, NULL },
	{ "form-data; name=\"a\nb\"", NULL, NULL, NULL },
	{ "form-data; name=\"\xff\"", NULL, NULL, NULL },
	{ "a; b=1; c=1; d=1; e=1; f=1; g=1; h=1; i=1", "a", "i", "1" },
	{ "a; b=1; c=1; d=1; e=1; f=1; g=1; h=1; i=1; j=1", NULL, NULL, NULL },
};

static const struct {
	const char *name;
	bool is_good;
} names[] = {
	{ "first_name", true },
	{ "organization.name", true },
	{ "a", true },
	{ "aB-9", true },
	{ "", false },
	{ "4111111111111111", false },
	{ "_x", false },
	{ "a b", false },
	{ "a\"b", false },
	{ "a<b", false },
	{ "na\xC3\xAFve", false },
	{ "a23456789012345678901234567890123456789012345678901234567890abcd", true },
	{ "a23456789012345678901234567890123456789012345678901234567890abcde", false },
};
// clang-format on

static void
percent_signs_are_decoded_once_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(percents) / sizeof(*percents); i++) {
		const char *got = decode_percent(a, percents[i].encoded,
		    strlen(percents[i].encoded));

		if ((got == NULL) != (percents[i].text == NULL) ||
		    (got != NULL && strcmp(got, percents[i].text) != 0))
			fail_msg("%s became %s", percents[i].encoded,
			    got == NULL ? "(refused)" : got);
	}
}

static void
a_cut_escape_is_not_read_past_its_end(void **state)
{
	(void)state;
	assert_null(decode_percent(a, "%41", 2));
	assert_null(decode_percent(a, "%41", 1));
	assert_string_equal(decode_percent(a, "%41", 3), "A");
}

static void
header_parameters_are_read_or_refused(void **state)
{
	struct header h;
	const char *text;

	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
		size_t len = strlen(headers[i].header);
		/* Exactly as long, so that a byte read past it is seen. */
		char *exact = test_malloc(len == 0 ? 1 : len);
		int rc;

		memcpy(exact, headers[i].header, len);
		rc = header_parse(a, exact, len, &h);
		test_free(exact);
		if ((rc == 0) != (headers[i].value != NULL))
			fail_msg("[%s] gave %d", headers[i].header, rc);
		if (rc != 0)
			continue;
		assert_string_equal(h.value, headers[i].value);
		if (headers[i].name == NULL)
			continue;
		text = header_param(&h, headers[i].name);
		if (text == NULL || strcmp(text, headers[i].text) != 0)
			fail_msg("[%s]: %s is %s", headers[i].header,
			    headers[i].name, text == NULL ? "absent" : text);
	}
}

static void
only_plain_names_are_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (is_value_name(names[i].name, strlen(names[i].name)) !=
		    names[i].is_good)
			fail_msg("[%s]", names[i].name);
	assert_false(is_value_name("a\0b", 3));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		percent_signs_are_decoded_once_or_refused, arena_begin,
		arena_end),
	    cmocka_unit_test_setup_teardown(
		a_cut_escape_is_not_read_past_its_end, arena_begin, arena_end),
	    cmocka_unit_test_setup_teardown(
		header_parameters_are_read_or_refused, arena_begin, arena_end),
	    cmocka_unit_test(only_plain_names_are_names),
	};

	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
