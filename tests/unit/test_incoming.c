/*
 * Pages of what came in to an account, what is no page, and what is too large
 * for one.
 */
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "arena_case.h"

#include "../../watcher/incoming.h"
#include "../../watcher/ledger.h"
#include "http.h"

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
	return incoming_read(a, US, json, strlen(json), order, INCOMING_PAGE,
	    page);
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
	expect_text("muxed, too", page.list[0].muxed, "42");
	expect("both are told", !page.list[0].is_unread);
}

static void
a_memo_is_unread_where_there_is_no_transaction(void **state)
{
	struct incoming_page page;

	(void)state;
	expect_int("without", read_page(PAGE(ONE("7")), INCOMING_RISING, &page),
	    0);
	expect("unread", page.list[0].is_unread);
	expect_int("with",
	    read_page(PAGE(FULL("7", US, ",'transaction':{}")), INCOMING_RISING,
		&page),
	    0);
	expect("none is none", !page.list[0].is_unread);
}

static void
an_account_may_be_merged_into_ours(void **state)
{
	struct incoming_page page;

	(void)state;
	expect_int("merged",
	    read_page(PAGE(ONE("6") ",{'id':'7','paging_token':'7','type':"
				    "'account_merge','account':'GM','into':'" US
				    "','transaction_successful':true,"
				    "'created_at':'2026-11-24T12:00:00Z',"
				    "'transaction_hash':'ab'},"
				    "{'id':'8','paging_token':'8','type':"
				    "'account_merge','account':'" US
				    "','into':'GM',"
				    "'transaction_successful':true,"
				    "'created_at':'2026-11-24T12:00:00Z',"
				    "'transaction_hash':'ab'}"),
		INCOMING_RISING, &page),
	    0);
	expect_int("into ours, not out of it", (long long)page.count, 2);
	expect_text("from", page.list[1].operation.from, "GM");
	expect_text("unsaid", page.list[1].operation.amount, "0");
	expect("no payment", !page.list[1].operation.is_payment);
}

/* --- too large ----------------------------------------------------------- */

enum { RECORDS = 30, LARGE = 5 * 1024 * 1024 };

static void
say(int fd, const char *text)
{
	if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		_exit(0);
}

static size_t
number_after(const char *text, const char *word)
{
	const char *at = strstr(text, word);

	return at == NULL ? 0 : strtoul(at + strlen(word), NULL, 10);
}

/* A ledger with that many operations, whose pages are too large from a limit
 * on that is in the path: /100/accounts/... */
static void
serve_one(int fd)
{
	char text[4096], one[1024];
	ssize_t len = read(fd, text, sizeof(text) - 1);
	size_t limit, cursor, i, n;
	bool is_joined, is_falling;

	if (len <= 0)
		return;
	text[len] = '\0';
	limit = number_after(text, "limit=");
	cursor = number_after(text, "cursor=");
	say(fd, "HTTP/1.1 200 OK\r\n\r\n{\"_embedded\":{\"records\":[");
	is_joined = strstr(text, "join=transactions") != NULL;
	if (limit >= number_after(text, "GET /") &&
	    (limit > 1 || is_joined || strstr(text, "GET /0/") != NULL))
		for (i = 0; i < LARGE / 64; i++)
			say(fd, "                                "
				"                                ");
	is_falling = strstr(text, "order=desc") != NULL;
	if (is_falling && cursor == 0)
		cursor = RECORDS + 1;
	for (i = 1; i <= limit; i++) {
		n = is_falling ? cursor - i : cursor + i;
		if (n < 1 || n > RECORDS)
			break;
		snprintf(one, sizeof(one),
		    "%s{\"id\":\"%zu\",\"paging_token\":\"%zu\","
		    "\"created_at\":\"2026-11-24T12:00:00Z\",\"type\":"
		    "\"payment\","
		    "\"transaction_successful\":true,\"to\":\"" US "\","
		    "\"transaction_hash\":\"ab\"",
		    i == 1 ? "" : ",", n, n);
		say(fd, one);
		snprintf(one, sizeof(one),
		    ",\"transaction\":{\"memo\":\"%zu\"}", n);
		if (is_joined)
			say(fd, one);
		say(fd, "}");
	}
	say(fd, "]}}");
}

static pid_t
ledger(char base[static 64])
{
	struct sockaddr_in at = {.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0), peer;
	pid_t pid;

	expect("a socket",
	    fd >= 0 && bind(fd, (struct sockaddr *)&at, len) == 0 &&
		listen(fd, 8) == 0 &&
		getsockname(fd, (struct sockaddr *)&at, &len) == 0);
	snprintf(base, 64, "http://127.0.0.1:%u", ntohs(at.sin_port));
	pid = fork();
	if (pid == 0) {
		/* A check that fails jumps past its end. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGCHLD, SIG_IGN);
		while ((peer = accept(fd, NULL, NULL)) >= 0) {
			if (fork() == 0) {
				serve_one(peer);
				_exit(0);
			}
			close(peer);
		}
		_exit(1);
	}
	close(fd);
	return pid;
}

// clang-format off
static const struct {
	const char *too_large, *cursor; /* from that limit on */
	int rc;
	size_t count;
	bool is_last;
	const char *ends;
} large[] = {
	{ "201", "", 0, 30, true, "30" },
	{ "200", "", 0, 20, false, "20" },
	{ "200", "20", 0, 10, true, "30" },
	{ "20", "20", 0, 1, false, "21" },
	{ "20", "30", 0, 0, true, "" },
	/* One of them, without its transaction; or not even that. */
	{ "1", "20", 0, 1, false, "21" },
	{ "0", "20", -EIO, 0, false, "" },
};
// clang-format on

static void
what_is_too_large_is_asked_for_in_parts(void **state)
{
	struct http *h = http_new();
	char base[64];
	pid_t server = ledger(base);

	(void)state;
	for (size_t i = 0; i < COUNT(large); i++) {
		const char *name = arena_printf(a, "from %s on, behind <%s>",
		    large[i].too_large, large[i].cursor);
		struct incoming_page page;
		struct caught c = catch_stderr();
		int rc = incoming_page(h,
		    arena_printf(a, "%s/%s", base, large[i].too_large), a, US,
		    large[i].cursor, INCOMING_RISING, &page);

		caught_stderr(c);
		expect_int(name, rc, large[i].rc);
		if (rc != 0)
			continue;
		expect_int(name, (long long)page.count,
		    (long long)large[i].count);
		expect_int(name, page.is_last, large[i].is_last);
		expect_text(name, page.cursor, large[i].ends);
	}
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	http_free(h);
}

/* --- memos --------------------------------------------------------------- */

static void
memos_are_looked_for_page_by_page(void **state)
{
	static const char *const memos[] = {"7", "30", "31"};
	static const struct {
		const char *too_large;
		instant since; /* INT64_MAX: the newest page alone */
		int found[3];
	} walks[] = {
	    {"201", 0, {1, 1, 0}},
	    {"200", 0, {1, 1, 0}},
	    {"20", INT64_MAX, {0, 1, 0}},
	    /* Whose memo is not told may be anybody's. */
	    {"1", INT64_MAX, {-EIO, -EIO, -EIO}},
	    {"0", INT64_MAX, {-EIO, -EIO, -EIO}},
	};
	struct http *h = http_new();
	char base[64];
	pid_t server = ledger(base);

	(void)state;
	for (size_t i = 0; i < COUNT(walks); i++) {
		const char *name = walks[i].too_large;
		struct ledger_self self = {h,
		    arena_printf(a, "%s/%s", base, name)};
		struct caught c = catch_stderr();
		int found[3];

		ledger_carry(&self, US, memos, 3, walks[i].since, found);
		caught_stderr(c);
		for (size_t k = 0; k < 3; k++)
			expect_int(name, found[k], walks[i].found[k]);
	}
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	http_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_page_is_whole_and_in_order),
	    cmocka_unit_test(a_muxed_address_is_a_memo),
	    cmocka_unit_test(an_account_may_be_merged_into_ours),
	    cmocka_unit_test(a_memo_is_unread_where_there_is_no_transaction),
	    cmocka_unit_test(what_is_too_large_is_asked_for_in_parts),
	    cmocka_unit_test(memos_are_looked_for_page_by_page),
	};

	return cmocka_run_group_tests_name("incoming", tests, arena_begin,
	    arena_end);
}
