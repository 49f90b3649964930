/* What verbs have found, as text, JSON and CSV; and the words after a verb. */
#include "unit.h"

#include "arena_case.h"
#include "buf.h"

#include "../../operator/csv.h"
#include "../../operator/show.h"
#include "../../operator/words.h"

static const struct column columns[] = {{.name = "id"},
    {"n", COLUMN_COUNT, NULL}, {"sum", COLUMN_AMOUNT, NULL},
    {"is_good", COLUMN_BOOL, NULL}, {.name = "note"}};

static const char *const cells[] = {"a", "7", "1.50", "t", "x, \"y\"\nz", "bé",
    NULL, "", "f", "\x1b[31m\xff"};

static struct table
two_rows(void)
{
	return table_made("things", columns, COUNT(columns), cells, 2);
}

static void
a_list(void **state)
{
	struct table t = two_rows();

	(void)state;
	expect_text("json", show(a, FORMAT_JSON, &t, 1),
	    "[{\"id\":\"a\",\"n\":7,\"sum\":\"1.50\",\"is_good\":true,"
	    "\"note\":\"x, \\\"y\\\"\\nz\"},"
	    "{\"id\":\"bé\",\"n\":null,\"sum\":null,\"is_good\":false,"
	    "\"note\":\"\\u001b[31m\xef\xbf\xbd\"}]\n");
	expect_text("csv", show(a, FORMAT_CSV, &t, 1),
	    "id,n,sum,is_good,note\n"
	    "a,7,1.50,true,\"x, \"\"y\"\"\nz\"\n"
	    "bé,,,false,\x1b[31m\xff\n");
	/* A terminal is given no control characters. */
	expect_text("text", show(a, FORMAT_TEXT, &t, 1),
	    "id  n   sum  is_good  note\n"
	    "a   7  1.50  true     x, \"y\"?z\n"
	    "bé  -     -  false    ?[31m?\n");
}

static void
none(void **state)
{
	struct table t = table_made("things", columns, COUNT(columns), NULL, 0);

	(void)state;
	t.none = "there are none";
	expect_text("json", show(a, FORMAT_JSON, &t, 1), "[]\n");
	expect_text("csv", show(a, FORMAT_CSV, &t, 1),
	    "id,n,sum,is_good,note\n");
	expect_text("text", show(a, FORMAT_TEXT, &t, 1), "there are none\n");
}

static void
parts(void **state)
{
	struct table t[3] = {table_made("thing", columns, 3, cells, 1),
	    two_rows(), table_made("others", columns, 2, NULL, 0)};

	(void)state;
	t[0].is_one = true;
	t[1].column_count = 2;
	t[1].row_count = 1;
	expect_text("json", show(a, FORMAT_JSON, t, 3),
	    "{\"thing\":{\"id\":\"a\",\"n\":7,\"sum\":\"1.50\"},"
	    "\"things\":[{\"id\":\"a\",\"n\":7}],\"others\":[]}\n");
	expect_text("csv", show(a, FORMAT_CSV, t, 3),
	    "part,row,name,value\nthing,1,id,a\nthing,1,n,7\n"
	    "thing,1,sum,1.50\nthings,1,id,a\nthings,1,n,7\n");
	expect_text("text", show(a, FORMAT_TEXT, t, 3),
	    "id   a\nn    7\nsum  1.50\n\nthings\nid  n\na   7\n");
	t[0].column_count = 1;
	expect_text("one value", show(a, FORMAT_TEXT, t, 1), "a\n");
}

/* What was written is what is read. */
static void
csv_both_ways(void **state)
{
	static const char *const names[] = {"a", "b", "c"};
	static const char *const values[] = {"\"", "x\r\n\"\"y\",", "plain"};
	const char *why, *json;
	struct buf b;

	(void)state;
	buf_init(&b, a, 1000);
	csv_put(&b, names, 3);
	csv_put(&b, values, 3);
	json = csv_to_json(a, b.data, b.len, &why);
	expect_text("csv", json,
	    "[{\"a\":\"\\\"\",\"b\":\"x\\r\\n\\\"\\\"y\\\",\",\"c\":\"plain\"}"
	    "]");
}

/* A spreadsheet calculates none of it. */
static void
csv_without_formulas(void **state)
{
	static const char *const pairs[][2] = {
	    {"=1+1", "'=1+1"},
	    {"+5511987654321", "'+5511987654321"},
	    {"@SUM(A1)", "'@SUM(A1)"},
	    {"\t=1", "'\t=1"},
	    {"\r=1", "\"'\r=1\""},
	    {"-2+3", "'-2+3"},
	    {"-", "'-"},
	    {"-.5", "'-.5"},
	    {"-5.", "'-5."},
	    {"-1.2.3", "'-1.2.3"},
	    {"=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\""},
	    /* Numbers, and what only has such a sign in it. */
	    {"-12", "-12"},
	    {"-0.50", "-0.50"},
	    {"1=1", "1=1"},
	    {" =1", " =1"},
	    {"'=1", "'=1"},
	    {"", ""},
	};
	struct buf b;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(pairs); i++) {
		buf_init(&b, a, 1000);
		csv_put(&b, &pairs[i][0], 1);
		expect_text(pairs[i][0], b.data,
		    arena_printf(a, "%s\n", pairs[i][1]));
	}
}

/* --- words --------------------------------------------------------------- */

enum { LIMIT, FAST };

static const struct verb verb = {.name = "thing do",
    .operands = "KIND FILE",
    .options = {
	[LIMIT] = {"limit", "NUMBER", "x"}, [FAST] = {"fast", NULL, "x"}}};

struct words {
	const char *name;
	const char *argv[6];
	const char *kind, *file, *limit, *fast;
	enum format format;
	const char *why; /* part of it, NULL: good */
};

// clang-format off
static const struct words all_words[] = {
	{ "operands", { "a", "b" }, "a", "b", NULL, NULL, FORMAT_TEXT, NULL },
	{ "an option after", { "a", "b", "--limit", "5" }, "a", "b", "5", NULL, FORMAT_TEXT, NULL },
	{ "options between", { "--fast", "a", "--limit=5", "-" }, "a", "-", "5", "", FORMAT_TEXT, NULL },
	{ "a format", { "--format", "csv", "a", "b" }, "a", "b", NULL, NULL, FORMAT_CSV, NULL },
	{ "a format with =", { "a", "--format=json", "b" }, "a", "b", NULL, NULL, FORMAT_JSON, NULL },
	{ "no options any more", { "--", "--fast", "b" }, "--fast", "b", NULL, NULL, FORMAT_TEXT, NULL },
	{ "too few", { "a" }, NULL, NULL, NULL, NULL, FORMAT_TEXT, "it needs KIND FILE" },
	{ "too many", { "a", "b", "c" }, NULL, NULL, NULL, NULL, FORMAT_TEXT, "c is one word too many" },
	{ "unknown", { "a", "b", "--slow" }, NULL, NULL, NULL, NULL, FORMAT_TEXT, "no option --slow" },
	{ "one dash", { "a", "b", "-fast" }, NULL, NULL, NULL, NULL, FORMAT_TEXT, "no option -fast" },
	{ "a short beginning", { "a", "b", "--lim", "5" }, NULL, NULL, NULL, NULL, FORMAT_TEXT, "no option --lim" },
	{ "no value", { "a", "b", "--limit" }, NULL, NULL, NULL, NULL, FORMAT_TEXT, "--limit needs a value: NUMBER" },
	{ "an empty value", { "a", "b", "--limit=" }, NULL, NULL, NULL, NULL, FORMAT_TEXT, "--limit needs a value" },
	{ "a value too much", { "a", "b", "--fast=1" }, NULL, NULL, NULL, NULL, FORMAT_TEXT, "--fast takes no value" },
	{ "twice", { "a", "b", "--limit=1", "--limit=2" }, NULL, NULL, NULL, NULL, FORMAT_TEXT, "--limit is given twice" },
	{ "no such format", { "a", "b", "--format", "xml" }, NULL, NULL, NULL, NULL, FORMAT_TEXT, "no format xml" },
};
// clang-format on

static void
words(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(all_words); i++) {
		const struct words *w = &all_words[i];
		struct call c = {.verb = &verb, .arena = a};
		char *argv[6];
		const char *why = NULL;
		int argc = 0, rc;

		for (; argc < 6 && w->argv[argc] != NULL; argc++)
			argv[argc] = arena_strdup(a, w->argv[argc]);
		rc = words_read(&c, argc, argv, &why);
		expect(w->name, (rc == 0) == (w->why == NULL));
		if (w->why != NULL) {
			expect(w->name, strstr(why, w->why) != NULL);
			continue;
		}
		expect_text(w->name, c.operands[0], w->kind);
		expect_text(w->name, c.operands[1], w->file);
		expect_text(w->name, c.options[LIMIT], w->limit);
		expect_text(w->name, c.options[FAST], w->fast);
		expect_int(w->name, c.format, w->format);
	}
}

static void
counts(void **state)
{
	static const char *const bad[] = {"", "-1", "0", "11", "5x", " 5",
	    "0x5", "9999999999", "5.0"};
	size_t i;
	int n;

	(void)state;
	expect("10", words_count("10", 1, 10, &n) == 0 && n == 10);
	expect("001", words_count("001", 1, 10, &n) == 0 && n == 1);
	for (i = 0; i < COUNT(bad); i++)
		expect(bad[i], words_count(bad[i], 1, 10, &n) != 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_list, arena_begin, arena_end),
	    cmocka_unit_test_setup_teardown(none, arena_begin, arena_end),
	    cmocka_unit_test_setup_teardown(parts, arena_begin, arena_end),
	    cmocka_unit_test_setup_teardown(csv_without_formulas, arena_begin,
		arena_end),
	    cmocka_unit_test_setup_teardown(csv_both_ways, arena_begin,
		arena_end),
	    cmocka_unit_test_setup_teardown(words, arena_begin, arena_end),
	    cmocka_unit_test_setup_teardown(counts, arena_begin, arena_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
