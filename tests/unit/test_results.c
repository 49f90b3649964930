/* What became of payouts, as a bank's file says it: checked whole. */
#include "unit.h"

#include "arena_case.h"
#include "buf.h"

#include "../../operator/results.h"

struct told {
	size_t count;
	const char *last;
};

static void
note(void *to, const char *fault)
{
	struct told *told = to;

	told->count++;
	told->last = fault;
}

#define ENTRY(reference, result, bank_id, code, fixable, amount, currency)     \
	"{\"reference\":\"" reference "\",\"result\":\"" result                \
	"\",\"bank_id\":\"" bank_id "\",\"code\":\"" code                      \
	"\",\"is_fixable\":" fixable ",\"field\":\"\",\"amount\":\"" amount    \
	"\",\"currency\":\"" currency "\"}"

// clang-format off
static const struct {
	const char *name, *text, *out; /* or NULL, and */
	const char *why; /* what is said last has that in it */
	size_t faults;
} files[] = {
	{ "csv", "reference,result,bank_id,code,amount\n"
	  "a:1,settled,7001,,10.00\na:2,refused,,closed,\n",
	  "[" ENTRY("a:1", "settled", "7001", "", "false", "10.00", "")
	  "," ENTRY("a:2", "refused", "", "closed", "false", "", "") "]", NULL, 0 },
	{ "a bank's id with zeros in front", "reference,result,bank_id\na:1,settled,007\n",
	  "[" ENTRY("a:1", "settled", "007", "", "false", "", "") "]", NULL, 0 },
	{ "JSON", " [{\"result\": \"returned\", \"reference\": \"a:1\", \"bank_id\": 12,"
	  " \"code\": \"x.y\", \"fixable\": true, \"currency\": \"BRL\"}]",
	  "[" ENTRY("a:1", "returned", "12", "x.y", "true", "", "BRL") "]", NULL, 0 },
	{ "no code", "reference,result\na:1,refused\n",
	  "[" ENTRY("a:1", "refused", "", "unnamed", "false", "", "") "]", NULL, 0 },
	{ "fixable in a sheet", "reference,result,fixable\na:1,refused,true\n",
	  "[" ENTRY("a:1", "refused", "", "unnamed", "true", "", "") "]", NULL, 0 },

	{ "no id", "reference,result\na:1,settled\n", NULL, "entry 1 (a:1): bank_id is missing", 1 },
	{ "another result", "reference,result,bank_id\na:1,paid,B\n", NULL, "result must be", 1 },
	{ "all faults", "reference,result,bank_id,code,fixable,amount,currency\n"
	  "a:1,settled,B,two words,yes,ten,brl\n", NULL, "currency must be", 4 },
	{ "no reference", "result,bank_id\nsettled,B\n", NULL, "entry 1: reference is none", 1 },
	{ "a reference that is none", "[{\"reference\": \"a b\", \"result\": \"settled\","
	  " \"bank_id\": \"B\"}]", NULL, "entry 1: reference is none", 1 },
	{ "an id of two lines", "[{\"reference\": \"a:1\", \"result\": \"settled\","
	  " \"bank_id\": \"B\\n\"}]", NULL, "bank_id must be one line", 1 },
	{ "a name that nobody knows", "reference,result,bank_id,notes\na:1,settled,B,x\n",
	  NULL, "is none of reference", 1 },
	{ "the second one", "[{\"reference\": \"a:1\", \"result\": \"refused\"}, 7]",
	  NULL, "entry 2: is no object", 1 },
	{ "a field that is none", "reference,result,field\na:1,refused,Tax ID\n", NULL, "field must be", 1 },
	{ "no list", "{\"reference\": \"a:1\"}", NULL, "is no list", 1 },
	{ "an empty one", "[]", NULL, "is no list", 1 },
	{ "a header alone", "reference,result\n", NULL, "nothing but a header", 1 },
	{ "half of it", "[{\"reference\": \"a:1\"", NULL, "", 1 },
};
// clang-format on

static void
whole_files(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(files); i++) {
		struct told told = {0, ""};
		const char *out = results_read(a, files[i].text,
		    strlen(files[i].text), note, &told);

		expect_int(files[i].name, (int64_t)told.count,
		    (int64_t)files[i].faults);
		expect_text(files[i].name, out, files[i].out);
		if (files[i].why != NULL)
			expect(told.last,
			    strstr(told.last, files[i].why) != NULL);
	}
}

static void
one_alone(void **state)
{
	struct result one = {.reference = "",
	    .tx_id = "a",
	    .result = "settled",
	    .bank_id = "B",
	    .code = "",
	    .fixable = "",
	    .field = "",
	    .amount = "",
	    .currency = ""};
	struct told told = {0, ""};

	(void)state;
	expect_text("of a payment", results_one(a, &one, note, &told),
	    "[{\"tx_id\":\"a\",\"result\":\"settled\",\"bank_id\":\"B\","
	    "\"code\":\"\",\"is_fixable\":false,\"field\":\"\",\"amount\":\"\","
	    "\"currency\":\"\"}]");
	one.amount = "ten";
	expect_text("no amount", results_one(a, &one, note, &told), NULL);
	expect("why", strstr(told.last, "amount must be") == told.last);
}

/* A person reads twenty faults, and that there are more. */
static void
many_faults(void **state)
{
	struct told told = {0, ""};
	struct buf b;
	int i;

	(void)state;
	buf_init(&b, a, 1 << 20);
	buf_puts(&b, "reference,result\n");
	for (i = 0; i < 50; i++)
		buf_puts(&b, "a:1,settled\n");
	expect_text("none", results_read(a, b.data, b.len, note, &told), NULL);
	expect_int("told", (int64_t)told.count, 21);
	expect_text("and", told.last, "and more");
	for (i = 0; i < RESULTS_MOST; i++)
		buf_puts(&b, "a:1,refused\n");
	expect_text("none", results_read(a, b.data, b.len, note, &told), NULL);
	expect_text("and", told.last, "has more than 5000 results: split it");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(whole_files, arena_begin,
		arena_end),
	    cmocka_unit_test_setup_teardown(one_alone, arena_begin, arena_end),
	    cmocka_unit_test_setup_teardown(many_faults, arena_begin,
		arena_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
