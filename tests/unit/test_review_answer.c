/*
 * What a review hook may say, and all that it may say wrong.
 */
#include "unit.h"
#include "arena_case.h"

#include <errno.h>

#include "../../watcher/review_answer.h"

#define ID "6f0f1a52-3f0e-4a3c-9d5c-0123456789ab"
#define SAYS(rest) "{'id':'" ID "'," rest "}"

static const char *const shown_names[] = {"first_name", "photo_id_front", NULL};
static const struct review_shown shown = {ID, shown_names};

static struct review_answer
read_answer(bool is_look, int status, const char *text)
{
	char *json = arena_strdup(a, text);

	for (char *c = json; *c != '\0'; c++)
		*c = *c == '\'' ? '"' : *c;
	return review_read(a, &shown, is_look, status, json, strlen(json));
}

// clang-format off
static const struct {
	const char *name;
	int status;
	const char *text;
	enum review_says says;
	const char *reason, *field, *code;
} good[] = {
	{ "accepted", 200, SAYS("'verdict':'accepted'"), REVIEW_ACCEPTED, "", NULL, NULL },
	{ "accepted at once", 201, SAYS("'verdict':'accepted','reason':'seen'"), REVIEW_ACCEPTED, "seen", NULL, NULL },
	{ "pending", 202, SAYS("'verdict':'pending'"), REVIEW_PENDING, "", NULL, NULL },
	{ "rejected", 200, SAYS("'verdict':'rejected','reason':'on_a_list'"), REVIEW_REJECTED, "on_a_list", NULL, NULL },
	{ "rejected for a field", 200, SAYS("'verdict':'rejected','fields':{'first_name':'forged'}"), REVIEW_REJECTED, "", "first_name", "forged" },
	{ "a field again", 200, SAYS("'verdict':'resubmit','fields':{'photo_id_front':'blurred'}"), REVIEW_RESUBMIT, "", "photo_id_front", "blurred" },
	{ "members of their own", 200, SAYS("'verdict':'accepted','score':0.97"), REVIEW_ACCEPTED, "", NULL, NULL },
};

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
static const struct {
	const char *name;
	int status;
	const char *text;
} odd[] = {
	{ "nothing", 200, "" },
	{ "HTML", 200, "<html><body>It works</body></html>" },
	{ "a text", 200, "'accepted'" },
	{ "an array", 200, "[" SAYS("'verdict':'accepted'") "]" },
	{ "half", 200, "{'id':'" ID "','verdict':'acc" },
	{ "more behind it", 200, SAYS("'verdict':'accepted'") "x" },
	{ "twice", 200, SAYS("'verdict':'rejected','verdict':'accepted'") },
	{ "no id", 200, "{'verdict':'accepted'}" },
	{ "another id", 200, "{'id':'6f0f1a52-3f0e-4a3c-9d5c-0123456789ac','verdict':'accepted'}" },
	{ "an id that is a number", 200, "{'id':1,'verdict':'accepted'}" },
	{ "no verdict", 200, "{'id':'" ID "'}" },
	{ "an unknown verdict", 200, SAYS("'verdict':'maybe'") },
	{ "the word of ours", 200, SAYS("'verdict':'lost'") },
	{ "in capitals", 200, SAYS("'verdict':'ACCEPTED'") },
	{ "no verdict but true", 200, SAYS("'verdict':true") },
	{ "a field that was not shown", 200, SAYS("'verdict':'resubmit','fields':{'last_name':'blurred'}") },
	{ "a field that nobody knows", 200, SAYS("'verdict':'resubmit','fields':{'shoe_size':'blurred'}") },
	{ "no field", 200, SAYS("'verdict':'resubmit'") },
	{ "no field in it", 200, SAYS("'verdict':'resubmit','fields':{}") },
	{ "fields that are a list", 200, SAYS("'verdict':'resubmit','fields':['first_name']") },
	{ "a code that is a sentence", 200, SAYS("'verdict':'resubmit','fields':{'first_name':'is not Ana'}") },
	{ "a code that is empty", 200, SAYS("'verdict':'resubmit','fields':{'first_name':''}") },
	{ "a code that is long", 200, SAYS("'verdict':'resubmit','fields':{'first_name':'" A64 "a'}") },
	{ "a code that is null", 200, SAYS("'verdict':'resubmit','fields':{'first_name':null}") },
	{ "accepted, and a field is wrong", 200, SAYS("'verdict':'accepted','fields':{'first_name':'forged'}") },
	{ "pending, and a field is wrong", 200, SAYS("'verdict':'pending','fields':{'first_name':'forged'}") },
	{ "a reason that is a sentence", 200, SAYS("'verdict':'rejected','reason':'Ana is on a list'") },
	{ "a reason that is an object", 200, SAYS("'verdict':'rejected','reason':{}") },
	{ "no content", 204, "" },
	{ "elsewhere", 302, SAYS("'verdict':'accepted'") },
	{ "too large", -EFBIG, "" },
};
// clang-format on

static void
what_the_contract_has_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct review_answer got =
		    read_answer(false, good[i].status, good[i].text);

		expect_int(good[i].name, got.says, good[i].says);
		expect_text(good[i].name, got.reason, good[i].reason);
		expect_text(good[i].name, got.pairs[0], good[i].field);
		if (good[i].field == NULL)
			continue;
		expect_text(good[i].name, got.pairs[1], good[i].code);
		expect_text(good[i].name, got.pairs[2], NULL);
	}
}

static void
what_it_lacks_is_odd_and_says_why(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(odd); i++)
		for (int is_look = 0; is_look < 2; is_look++) {
			struct review_answer got =
			    read_answer(is_look, odd[i].status, odd[i].text);

			expect_int(odd[i].name, got.says, REVIEW_ODD);
			expect(odd[i].name, got.why != NULL);
			expect_text(odd[i].name, got.pairs[0], NULL);
		}
}

static void
a_status_tells_whose_fault_it_is(void **state)
{
	static const struct {
		int status;
		enum review_says sent, looked;
	} cases[] = {
	    {-EIO, REVIEW_AWAY, REVIEW_AWAY},
	    {-ECONNREFUSED, REVIEW_AWAY, REVIEW_AWAY},
	    {400, REVIEW_REFUSED, REVIEW_REFUSED},
	    {401, REVIEW_REFUSED, REVIEW_REFUSED},
	    {404, REVIEW_REFUSED, REVIEW_LOST},
	    {429, REVIEW_FAILED, REVIEW_FAILED},
	    {500, REVIEW_FAILED, REVIEW_FAILED},
	    {503, REVIEW_FAILED, REVIEW_FAILED},
	    {202, REVIEW_ACCEPTED, REVIEW_ODD},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *name = arena_printf(a, "%d", cases[i].status);
		const char *text = SAYS("'verdict':'accepted'");

		expect_int(name, read_answer(false, cases[i].status, text).says,
		    cases[i].sent);
		expect_int(name, read_answer(true, cases[i].status, text).says,
		    cases[i].looked);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_the_contract_has_is_read),
	    cmocka_unit_test(what_it_lacks_is_odd_and_says_why),
	    cmocka_unit_test(a_status_tells_whose_fault_it_is),
	};

	return cmocka_run_group_tests_name("review_answer", tests, arena_begin,
	    arena_end);
}
