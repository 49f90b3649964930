/*
 * What becomes of an event, by what the back office answered.
 */
#include "unit.h"

#include <errno.h>

#include "../../watcher/webhooks.h"

#define HOUR (3600 * SECOND)
#define NOW (100 * HOUR)

// clang-format off
static const struct {
	const char *name;
	int status;
	int64_t retry_after, tries;
	instant first;
	const char *what, *word;
	int64_t least_ms, most_ms;
} cases[] = {
	{ "taken", 200, 0, 0, 0, "done", "taken", 0, 0 },
	{ "taken, without a word", 204, 60, 5, NOW - 30 * HOUR, "done", "taken", 0, 0 },
	{ "the first failure", 500, 0, 0, 0, "again", "failed", 0, 1000 },
	{ "and later ones", 503, 0, 5, NOW - HOUR, "again", "failed", 0, 32000 },
	{ "an hour apart at most", 500, 0, 40, NOW - 20 * HOUR, "again", "failed", 0, 3600000 },
	{ "it said when", 429, 30, 0, 0, "again", "failed", 30000, 1000 },
	{ "which is believed up to 10 minutes", 503, 86400, 0, 0, "again", "failed", 600000, 1000 },
	{ "a page of another", 302, 0, 1, NOW, "again", "odd", 0, 2000 },
	{ "too much said", -EFBIG, 0, 0, 0, "again", "odd", 0, 1000 },
	{ "refused may be a setting", 401, 0, 0, 0, "again", "refused", 0, 1000 },
	{ "nobody there", -ECONNREFUSED, 0, 0, 0, "again", "away", 0, 1000 },
	{ "no answer", -EIO, 0, 0, 0, "again", "away", 0, 1000 },
	{ "never wanted", 410, 0, 0, 0, "dead", "dead", 0, 0 },
	{ "nearly a day", 500, 0, 60, NOW - 24 * HOUR + 1, "again", "failed", 0, 3600000 },
	{ "a day", 500, 0, 60, NOW - 24 * HOUR, "dead", "dead", 0, 0 },
	{ "a day of nobody", -EIO, 0, 60, NOW - 24 * HOUR, "dead", "dead", 0, 0 },
};
// clang-format on

static void
an_answer_says_what_becomes_of_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct webhook_fate fate = webhook_judge(cases[i].status,
		    cases[i].retry_after, cases[i].tries, cases[i].first, NOW);

		expect_text(cases[i].name, fate.what, cases[i].what);
		expect_text(cases[i].name, fate.word, cases[i].word);
		expect_int(cases[i].name, fate.least_ms, cases[i].least_ms);
		expect_int(cases[i].name, fate.most_ms, cases[i].most_ms);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_answer_says_what_becomes_of_it),
	};

	return cmocka_run_group_tests_name("webhooks", tests, NULL, NULL);
}
