/*
 * Which YAML is read, as what, and which is refused.
 */
#include "arena.h"
#include "unit.h"
#include "../../operator/yaml.h"

// clang-format off
static const struct {
	const char *yaml;
	const char *json; /* NULL: refused */
	const char *why;
} files[] = {
	{ "a: 1\n", "{\"a\":1}", NULL },
	{ "---\n# comment\n\na: 1 # more\r\nb: x#y\n", "{\"a\":1,\"b\":\"x#y\"}", NULL },
	{ "a:\n  b: x\n  c:\nd: ~", "{\"a\":{\"b\":\"x\",\"c\":null},\"d\":null}", NULL },
	{ "a:\n  - b: 1\n    c: 2\n  - b: 3\n", "{\"a\":[{\"b\":1,\"c\":2},{\"b\":3}]}", NULL },
	/* A list as far to the right as its name. */
	{ "a:\n- x\n- y\nb: z", "{\"a\":[\"x\",\"y\"],\"b\":\"z\"}", NULL },
	{ "- a\n-   b: 1\n    c: 2\n-\n  d: 1\n-\n- - e\n  - f\n",
	  "[\"a\",{\"b\":1,\"c\":2},{\"d\":1},null,[\"e\",\"f\"]]", NULL },
	{ "a: stellar:USDC:G\nb: iso4217:BRL", "{\"a\":\"stellar:USDC:G\",\"b\":\"iso4217:BRL\"}", NULL },
	{ "a: [PIX, 'W, I', \"x\"]\nb: []\nc: {}\n",
	  "{\"a\":[\"PIX\",\"W, I\",\"x\"],\"b\":[],\"c\":{}}", NULL },
	{ "a: 'it''s'\nb: \"\\\"\\\\\\n\"\n'c d': it's\n",
	  "{\"a\":\"it's\",\"b\":\"\\\"\\\\\\n\",\"c d\":\"it's\"}", NULL },
	{ "a: true\nb: FALSE\nc: 'no'\nd: \"1\"", "{\"a\":true,\"b\":false,\"c\":\"no\",\"d\":\"1\"}", NULL },
	{ "a: -1.50\nb: 007\nc: 1e3\nd: 1.", "{\"a\":-1.50,\"b\":\"007\",\"c\":\"1e3\",\"d\":\"1.\"}", NULL },
	{ "a: caf\xc3\xa9 au lait", "{\"a\":\"caf\xc3\xa9 au lait\"}", NULL },
	{ "x", "\"x\"", NULL },

	{ "", NULL, "there is nothing" },
	{ "# nothing\n", NULL, "there is nothing" },
	{ "a: NO", NULL, "line 1: yes, no, on" },
	{ "a:\n  - Yes", NULL, "line 2: yes, no, on" },
	{ "a: [on]", NULL, "line 1: yes, no, on" },
	{ "a: &x 1", NULL, "line 1: is not of the YAML" },
	{ "a: *x", NULL, "is not of the YAML" },
	{ "a: !!str 1", NULL, "is not of the YAML" },
	{ "a: |\n  text", NULL, "is not of the YAML" },
	{ "a: >-\n  text", NULL, "is not of the YAML" },
	{ "a: {b: 1}", NULL, "is not of the YAML" },
	{ "a: [[1]]", NULL, "is not of the YAML" },
	{ "a: b: c", NULL, "is not of the YAML" },
	{ "a: - b", NULL, "is not of the YAML" },
	{ "? a\n: b", NULL, "is not of the YAML" },
	{ "a: one\n  two", NULL, "line 2: is further to the right" },
	{ "a:\n  b: 1\n   c: 2", NULL, "line 3: is further to the right" },
	{ "  a: 1\nb: 2", NULL, "line 2: is further to the left" },
	{ "a:\n    b: 1\n  c: 2", NULL, "line 3: is further to the right" },
	{ "a: 1\n- b", NULL, "line 2: is further to the left" },
	{ "a: 1\nb", NULL, "line 2: is no NAME: VALUE" },
	{ "a:\n\t- b", NULL, "line 2: has a tab" },
	{ "a: x\ry", NULL, "line 1: has a tab or a lone" },
	{ "a: it is 'b # c'", NULL, "is not of the YAML" },
	{ "a: 'b", NULL, "line 1: a quote does not end" },
	{ "a: \"b\" c", NULL, "a quote does not end" },
	{ "a: \"\\x41\"", NULL, "has an escape" },
	{ "a: [b", NULL, "a list in brackets does not end" },
	{ "a: [b,,c]", NULL, "nothing between" },
	{ "a: [b] c", NULL, "text follows a bracket" },
	{ "a: ['b]", NULL, "a quote does not end" },
	{ "a: 1\n---\nb: 2", NULL, "line 2: is no NAME: VALUE" },
	{ "- - - - - - - - - - - - - - - - a", NULL, "line 1: is too deep" },
	{ "a: \xff", NULL, "it is no text" },
	{ "\xef\xbb\xbf" "a: 1", NULL, "it is no text" },
	{ "a: \x01", NULL, "it is no text" },
};
// clang-format on

static void
test_files(void **state)
{
	struct arena *a = arena_new();
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(files); i++) {
		const char *why = "";
		const char *json =
		    yaml_to_json(a, files[i].yaml, strlen(files[i].yaml), &why);

		if (files[i].json != NULL) {
			if (json == NULL)
				fail_msg("%s: %s", files[i].yaml, why);
			expect_text(files[i].yaml, json, files[i].json);
			continue;
		}
		if (json != NULL)
			fail_msg("%s: is %s", files[i].yaml, json);
		if (strstr(why, files[i].why) == NULL)
			fail_msg("%s: %s", files[i].yaml, why);
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests_name("YAML", tests, NULL, NULL);
}
