/*
 * Pages of what came in to an account, and what is no page.
 */
#include "unit.h"
#include "arena_case.h"

#include "../../watcher/incoming.h"

#define US "GBN4NNCDGJO4XW4KQU3CBIESUJWFVBUZPOKUZHT7W7WRB7CWOA7BXVQF"
#define PAGE(records) "{'_embedded':{'records':[" records "]}}"
#define FULL(token, to, more)                                                  \
	"{'id':'" token "','paging_token':'" token "','type':'payment',"       \
	"'transaction_successful':true,'created_at':'2026-11-24T12:00:00Z',"   \
	"'transaction_hash':'ab','asset_type':'native','amount':'1','from':"   \
	"'GA','to':'" to "'" more "}"
#define ONE(token) FULL(token, US, "")

static int
read_page(const char *text, enum incoming_order order,
    struct incoming_page *page)
{
	char *json = arena_strdup(a, text);

	for (char *c = json; *c != '\0'; c++)
		*c = *c == '\'' ? '"' : *c;
	return incoming_read(a, US, json, strlen(json), order, page);
}

// clang-format off
static const struct {
	const char *name, *text;
	enum incoming_order order;
	bool is_page;
	size_t count;
	const char *cursor, *newest;
} cases[] = {
	{ "none", PAGE(""), INCOMING_RISING, true, 0, "", "" },
	{ "one", PAGE(ONE("7")), INCOMING_RISING, true, 1, "7", "7" },
	{ "rising", PAGE(ONE("9") "," ONE("10")), INCOMING_RISING, true, 2, "10", "9" },
	{ "falling", PAGE(ONE("10") "," ONE("9")), INCOMING_NEWEST, true, 2, "9", "10" },
	{ "of another account", PAGE(ONE("9") "," FULL("10", "GX", "")), INCOMING_RISING, true, 1, "10", "9" },
	{ "twice the same", PAGE(ONE("9") "," ONE("9")), INCOMING_RISING, false, 0, "", "" },
	{ "out of order", PAGE(ONE("10") "," ONE("9")), INCOMING_RISING, false, 0, "", "" },
	{ "no number", PAGE(ONE("now")), INCOMING_RISING, false, 0, "", "" },
	{ "a number that is too large", PAGE(ONE("99999999999999999999")), INCOMING_RISING, false, 0, "", "" },
	{ "no token", PAGE(ONE("")), INCOMING_RISING, false, 0, "", "" },
	{ "half", "{'_embedded':{'records':[{'id'", INCOMING_RISING, false, 0, "", "" },
	{ "HTML", "<html></html>", INCOMING_RISING, false, 0, "", "" },
	{ "something else", "{'records':[]}", INCOMING_RISING, false, 0, "", "" },
};
// clang-format on

static void
a_page_is_whole_and_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct incoming_page page;
		int rc = read_page(cases[i].text, cases[i].order, &page);

		expect_int(cases[i].name, rc == 0, cases[i].is_page);
		if (rc != 0)
			continue;
		expect_int(cases[i].name, (long long)page.count,
		    (long long)cases[i].count);
		expect_text(cases[i].name, page.cursor, cases[i].cursor);
		expect_text(cases[i].name, page.newest, cases[i].newest);
	}
}

static void
a_muxed_address_is_a_memo(void **state)
{
	struct incoming_page page;

	(void)state;
	expect_int("muxed",
	    read_page(PAGE(FULL("7", US, ",'to_muxed_id':'42'")),
		INCOMING_RISING, &page),
	    0);
	expect_text("muxed", page.list[0].memo, "42");
	expect_int("memo",
	    read_page(PAGE(FULL("7", US,
			  ",'to_muxed_id':'42','transaction':{'memo':'5'}")),
		INCOMING_RISING, &page),
	    0);
	expect_text("memo", page.list[0].memo, "5");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_page_is_whole_and_in_order),
	    cmocka_unit_test(a_muxed_address_is_a_memo),
	};

	return cmocka_run_group_tests_name("incoming", tests, arena_begin,
	    arena_end);
}
