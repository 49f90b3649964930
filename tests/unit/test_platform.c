/*
 * What answers of the Platform API tell, and what they do not.
 */
#include "unit.h"

#include <stdlib.h>

#include "../../watcher/platform.h"
#include "arena.h"

static struct arena *a;

static int
begin(void **state)
{
	(void)state;
	a = arena_new();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

/* Only the platform's own words say that it does not have a record. */
static void
a_record_is_lost_by_the_platforms_word_only(void **state)
{
	static const struct {
		const char *text;
		int status, rc;
	} cases[] = {
	    {"{\"id\":\"t1\",\"status\":\"x\"}", 200, GOT_RECORD},
	    {"{\"id\":\"t2\",\"status\":\"x\"}", 200, -5},
	    {"{\"error\":\"transaction (id=t1) is not found\"}", 404, GOT_NONE},
	    {"<html>404 Not Found</html>", 404, -5},
	    {"{\"message\":\"no route\"}", 404, -5},
	    {"", 404, -5},
	    {"{\"id\":\"t1\"}", 404, -5},
	    {"{\"error\":\"boom\"}", 500, -5},
	    {"{\"error\":\"forbidden\"}", 403, -5},
	    {"{\"id\":\"t1\"", 200, -5},
	    {"", -5, -5},
	};
	struct caught c = catch_stderr();
	int rcs[COUNT(cases)];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct got got = get_read(a, "t1", cases[i].status,
		    cases[i].text, strlen(cases[i].text));

		rcs[i] = got.rc;
		if ((got.record != NULL) != (got.rc == GOT_RECORD))
			rcs[i] = 99;
	}
	caught_stderr(c);
	for (i = 0; i < COUNT(cases); i++)
		expect_int(cases[i].text, rcs[i], cases[i].rc);
}

/* Each call of an array by its own answer; whatever is odd tells nothing. */
static void
an_array_tells_of_each_call(void **state)
{
	static const struct rpc_call calls[] = {{"t1:1", "m", "{}"},
	    {"t2:1", "m", "{}"}};
	static const struct {
		const char *text;
		int status;
		enum rpc_kind first, second;
	} cases[] = {
	    {"[{\"id\":\"t1:1\",\"result\":{}},"
	     "{\"id\":\"t2:1\",\"error\":{\"code\":-32600}}]",
		200, RPC_RESULT, RPC_ERROR},
	    {"[{\"id\":\"t2:1\",\"result\":{}},{\"id\":\"t1:1\",\"result\":{}}"
	     "]",
		200, RPC_RESULT, RPC_RESULT},
	    {"[{\"id\":\"t1:1\",\"result\":{}}]", 200, RPC_RESULT, RPC_UNKNOWN},
	    /* Twice the same id: neither is believed. */
	    {"[{\"id\":\"t1:1\",\"result\":{}},"
	     "{\"id\":\"t1:1\",\"error\":{\"code\":-32603}}]",
		200, RPC_UNKNOWN, RPC_UNKNOWN},
	    {"[{\"id\":\"t1:1\",\"result\":{},\"error\":{\"code\":1}}]", 200,
		RPC_UNKNOWN, RPC_UNKNOWN},
	    {"[{\"id\":\"t1:1\",\"error\":{\"code\":\"x\"}}]", 200, RPC_UNKNOWN,
		RPC_UNKNOWN},
	    /* The whole array refused, or lost: nothing is known of any. */
	    {"{\"error\":{\"code\":-32600}}", 200, RPC_UNKNOWN, RPC_UNKNOWN},
	    {"[{\"id\":\"t1:1\",\"result\":{}}]", 500, RPC_UNKNOWN,
		RPC_UNKNOWN},
	    {"[{\"id\":\"t1:1\",\"res", 200, RPC_UNKNOWN, RPC_UNKNOWN},
	    {"", -5, RPC_UNKNOWN, RPC_UNKNOWN},
	};
	struct rpc_answer out[COUNT(cases)][2];
	struct caught c = catch_stderr();
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		rpc_read(a, cases[i].status, cases[i].text,
		    strlen(cases[i].text), calls, 2, out[i]);
	caught_stderr(c);
	for (i = 0; i < COUNT(cases); i++) {
		expect_int(cases[i].text, out[i][0].kind, cases[i].first);
		expect_int(cases[i].text, out[i][1].kind, cases[i].second);
	}
	expect_int("code", out[0][1].code, -32600);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_record_is_lost_by_the_platforms_word_only),
	    cmocka_unit_test(an_array_tells_of_each_call),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
