/*
 * Metrics and measures: the text that Prometheus reads, and what is in it.
 */
#include "unit.h"

#include "arena.h"
#include "buf.h"
#include "measures.h"
#include "metrics.h"

static struct arena *arena;
static struct buf out;

static int
begin(void **state)
{
	(void)state;
	arena = arena_new();
	buf_init(&out, arena, 1024 * 1024);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static bool
has(const char *line)
{
	return strstr(out.data, line) != NULL;
}

static void
a_family_is_introduced_and_its_help_escaped(void **state)
{
	static const struct metric m = {"x_total", METRIC_COUNTER, {NULL},
	    "A \"b\" \\ c\nd."};

	(void)state;
	metric_begin(&out, &m);
	expect_text("head", out.data,
	    "# HELP windlass_x_total A \"b\" \\\\ c\\nd.\n"
	    "# TYPE windlass_x_total counter\n");
}

static void
values_of_labels_are_escaped(void **state)
{
	static const struct metric m = {"x", METRIC_GAUGE, {"l"}, "X."};
	static const struct {
		const char *value, *line;
	} cases[] = {
	    {"plain", "windlass_x{l=\"plain\"} 7\n"},
	    {"", "windlass_x{l=\"\"} 7\n"},
	    {"a\"b", "windlass_x{l=\"a\\\"b\"} 7\n"},
	    {"a\\b", "windlass_x{l=\"a\\\\b\"} 7\n"},
	    {"a\nb", "windlass_x{l=\"a\\nb\"} 7\n"},
	    {"\"} 9\nevil 1\n", "windlass_x{l=\"\\\"} 9\\nevil 1\\n\"} 7\n"},
	    {"Jos\xc3\xa9", "windlass_x{l=\"Jos\xc3\xa9\"} 7\n"},
	    {"Jos\xe9!", "windlass_x{l=\"Jos?!\"} 7\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		buf_reset(&out);
		metric_int(&out, &m, &cases[i].value, 7);
		expect_text(cases[i].line, out.data, cases[i].line);
	}
}

static void
a_long_value_is_cut(void **state)
{
	static const struct metric m = {"x", METRIC_GAUGE, {"l"}, "X."};
	char text[1024];
	const char *value = text;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	metric_int(&out, &m, &value, 1);
	expect("length", out.len == strlen("windlass_x{l=\"\"} 1\n") + 256);
}

static void
several_labels_stand_in_their_order(void **state)
{
	static const struct metric m = {"x", METRIC_GAUGE, {"a", "b"}, "X."};
	static const char *const values[] = {"1", "2"};

	(void)state;
	metric_int(&out, &m, values, -3);
	expect_text("line", out.data, "windlass_x{a=\"1\",b=\"2\"} -3\n");
}

static void
a_number_that_is_none_is_nan(void **state)
{
	static const struct metric m = {"x", METRIC_GAUGE, {NULL}, "X."};
	static const struct {
		const char *number, *line;
	} cases[] = {
	    {"0", "windlass_x 0\n"},
	    {"-1.50", "windlass_x -1.50\n"},
	    {"99999999999999999999.123456789012345678",
		"windlass_x 99999999999999999999.123456789012345678\n"},
	    {"+Inf", "windlass_x +Inf\n"},
	    {"", "windlass_x NaN\n"},
	    {"-", "windlass_x NaN\n"},
	    {".", "windlass_x NaN\n"},
	    {"1.2.3", "windlass_x NaN\n"},
	    {"1\nevil 2", "windlass_x NaN\n"},
	    {"one", "windlass_x NaN\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		buf_reset(&out);
		metric_text(&out, &m, NULL, cases[i].number);
		expect_text(cases[i].number, out.data, cases[i].line);
	}
}

static void
microseconds_are_told_as_seconds(void **state)
{
	static const struct metric m = {"x", METRIC_GAUGE, {NULL}, "X."};
	static const struct {
		int64_t us;
		const char *line;
	} cases[] = {
	    {0, "windlass_x 0\n"},
	    {1, "windlass_x 0.000001\n"},
	    {2500, "windlass_x 0.0025\n"},
	    {10000000, "windlass_x 10\n"},
	    {1795505439686614, "windlass_x 1795505439.686614\n"},
	    {-1500000, "windlass_x -1.5\n"},
	    {INT64_MIN, "windlass_x -9223372036854.775808\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		buf_reset(&out);
		metric_us(&out, &m, NULL, cases[i].us);
		expect_text(cases[i].line, out.data, cases[i].line);
	}
}

static void
a_histogram_adds_its_buckets_up(void **state)
{
	static const struct metric m = {"d_seconds", METRIC_HISTOGRAM, {"r"},
	    "D."};
	static const int64_t bounds[] = {500, 1000000}, counts[] = {2, 0, 3};
	static const char *const values[] = {"/a"};

	(void)state;
	metric_histogram(&out, &m, values, bounds, 2, counts, 7000001);
	expect_text("lines", out.data,
	    "windlass_d_seconds_bucket{r=\"/a\",le=\"0.0005\"} 2\n"
	    "windlass_d_seconds_bucket{r=\"/a\",le=\"1\"} 2\n"
	    "windlass_d_seconds_bucket{r=\"/a\",le=\"+Inf\"} 5\n"
	    "windlass_d_seconds_sum{r=\"/a\"} 7.000001\n"
	    "windlass_d_seconds_count{r=\"/a\"} 5\n");
}

static void
what_programs_count_is_shown_by_the_names_in_their_files(void **state)
{
	static const struct stats_counter quotes[] = {
	    {"quotes_total", {"firm", "quoted"}},
	    {"quotes_total", {"firm", "stale"}}};
	static struct measured_program programs[2] = {{.name = "rate"},
	    {.name = "watcher"}};
	struct stats_sum *rate = &programs[0].sum;
	struct measures m = {programs, 2, NULL, 0};

	(void)state;
	stats_name_route(&rate->names, "GET", "/rate");
	stats_name_counters(&rate->names, quotes, COUNT(quotes));
	rate->counters[1] = 5;
	rate->routes[0].codes[0] = 3;
	rate->routes[0].buckets[STATS_BUCKETS - 1] = 3;
	rate->routes[STATS_NO_ROUTE].codes[4] = 2;
	rate->lost = 9;
	rate->workers = 4;
	programs[1].sum.alive = 2;
	expect_int("unknown", (long long)measures_write(&out, &m), 0);
	expect("by code",
	    has("windlass_http_requests_total{endpoint=\"rate\",route=\"/rate\""
		",method=\"GET\",code=\"200\"} 3\n"));
	expect("of no route",
	    has("windlass_http_requests_total{endpoint=\"rate\",route=\"none\""
		",method=\"none\",code=\"404\"} 2\n"));
	expect("above all bounds",
	    has("windlass_http_request_duration_seconds_bucket{endpoint=\"rate"
		"\",route=\"/rate\",method=\"GET\",le=\"10\"} 0\n"));
	expect("all",
	    has("windlass_http_request_duration_seconds_bucket{endpoint=\"rate"
		"\",route=\"/rate\",method=\"GET\",le=\"+Inf\"} 3\n"));
	expect("lost",
	    has("windlass_http_requests_lost_total{endpoint=\"rate\"} 9\n"));
	expect("stale",
	    has("windlass_quotes_total{type=\"firm\",outcome=\"stale\"} 5\n"));
	expect("watchers", has("windlass_watchers 2\n"));
	expect("a watcher has no routes", !has("endpoint=\"watcher\""));
	expect("version",
	    has("windlass_build_info{version=\"" WINDLASS_VERSION "\"} 1\n"));
	expect("no database", has("windlass_database_up 0\n"));
	expect("nothing of it", !has("windlass_tx"));
}

static void
what_the_database_says_is_shown_and_a_stranger_told(void **state)
{
	static const struct measured_row rows[] = {
	    {"tx", {"new", ""}, "12"},
	    {"poll_lag_seconds", {"news", ""}, "+Inf"},
	    {"money_hold", {"", ""}, "1"},
	    {"weather", {"", ""}, "1"},
	    {"rate_age_seconds", {"a", "b\"c"}, "1.5"},
	};
	struct measures m = {NULL, 0, rows, COUNT(rows)};

	(void)state;
	expect_int("unknown", (long long)measures_write(&out, &m), 1);
	expect("database", has("windlass_database_up 1\n"));
	expect("state", has("windlass_tx{state=\"new\"} 12\n"));
	expect("never",
	    has("windlass_poll_lag_seconds{reading=\"news\"} +Inf\n"));
	expect("no labels", has("windlass_money_hold 1\n"));
	expect("two labels",
	    has("windlass_rate_age_seconds{sell_asset=\"a\",buy_asset=\"b\\\"c"
		"\"} 1.5\n"));
	expect("no stranger", !has("weather"));
}

static void
a_counter_of_no_family_is_told(void **state)
{
	static const struct stats_counter odd[] = {{"weather_total", {"", ""}}};
	static struct measured_program program = {.name = "rate"};
	struct measures m = {&program, 1, NULL, 0};

	(void)state;
	stats_name_counters(&program.sum.names, odd, 1);
	expect_int("unknown", (long long)measures_write(&out, &m), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	    TEST(a_family_is_introduced_and_its_help_escaped),
	    TEST(values_of_labels_are_escaped),
	    TEST(a_long_value_is_cut),
	    TEST(several_labels_stand_in_their_order),
	    TEST(a_number_that_is_none_is_nan),
	    TEST(microseconds_are_told_as_seconds),
	    TEST(a_histogram_adds_its_buckets_up),
	    TEST(what_programs_count_is_shown_by_the_names_in_their_files),
	    TEST(what_the_database_says_is_shown_and_a_stranger_told),
	    TEST(a_counter_of_no_family_is_told),
	};

	return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
