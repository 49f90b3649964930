/*
 * Stats: counters in a file that several processes map.
 */
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "stats.h"

static char folder[64];
static struct stats_names names;
static struct stats_sum sum;

static const struct stats_counter table[] = {{"a_total", {"x", ""}},
    {"a_total", {"y", ""}}};

static int
begin(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/windlass-stats-XXXXXX");
	memset(&names, 0, sizeof(names));
	stats_name_route(&names, "GET", "/a");
	stats_name_route(&names, "PUT", "/a");
	stats_name_counters(&names, table, COUNT(table));
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
end(void **state)
{
	(void)state;
	stats_take(NULL);
	stats_remove(folder, "p");
	return rmdir(folder);
}

/* How another process ends that does that. */
static int
status_of(void (*act)(void))
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		act();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return status;
}

static struct stats *parent;

static void
serve_and_die(void)
{
	stats_let_go();
	stats_take(&parent->slots[0]);
	stats_begin();
	stats_end(0, 200, 10, 400);
	stats_begin();
	stats_end(1, 204, 0, 501);
	stats_begin();
	stats_end(STATS_NO_ROUTE, 404, 5, 99000000);
	stats_begin();
	stats_end(7777, 299, 5, 1);
	stats_begin();
	stats_begin_not();
	stats_count(1);
	stats_count(STATS_COUNTERS + 3);
	stats_begin(); /* and never ends */
}

/* Between two reads of a slot one request ends and another comes and ends. */
static void
what_ends_while_a_slot_is_read_makes_no_negative_number(void **state)
{
	(void)state;
	parent = stats_create(folder, "q", &names);
	expect("made", parent != NULL);
	parent->used = 2;
	parent->slots[0].begun = 6;
	parent->slots[0].routes[0].codes[0] = 7;
	parent->slots[1].begun = 3;
	parent->slots[1].routes[0].codes[0] = 2;
	expect_int("read", stats_read(folder, "q", &sum), 0);
	expect_int("under way", sum.busy, 1);
	stats_let_go();
	stats_remove(folder, "q");
}

static void
a_dead_workers_counters_stay_and_what_it_took_with_it_is_lost(void **state)
{
	int round;

	(void)state;
	parent = stats_create(folder, "p", &names);
	expect("made", parent != NULL);
	parent->used = 1;
	for (round = 1; round <= 3; round++) {
		expect_int("worker", status_of(serve_and_die), 0);
		expect_int("read", stats_read(folder, "p", &sum), 0);
		expect_int("under way", sum.busy, 1);
		stats_bury(parent, &parent->slots[0]);
		expect_int("read", stats_read(folder, "p", &sum), 0);
		expect_int("lost", sum.lost, round);
		expect_int("not under way", sum.busy, 0);
		expect_int("200", sum.routes[0].codes[0], round);
		expect_int("204", sum.routes[1].codes[1], round);
		expect_int("404", sum.routes[STATS_NO_ROUTE].codes[4], round);
		expect_int("other",
		    sum.routes[STATS_NO_ROUTE].codes[STATS_CODES - 1], round);
		expect_int("to 0.5 ms", sum.routes[0].buckets[0], round);
		expect_int("to 1 ms", sum.routes[1].buckets[1], round);
		expect_int("longer",
		    sum.routes[STATS_NO_ROUTE].buckets[STATS_BUCKETS - 1],
		    round);
		expect_int("us", sum.routes[0].us, 400 * round);
		expect_int("bytes", sum.bytes, 20 * round);
		expect_int("first", sum.counters[0], 0);
		expect_int("second", sum.counters[1], round);
	}
	expect_text("route", sum.names.routes[1].method, "PUT");
	expect_text("label", sum.names.counters[1].labels[0], "y");
	stats_let_go();
}

static void
create_again(void)
{
	struct caught c = catch_stderr();
	bool is_refused = stats_create(folder, "p", &names) == NULL;
	bool is_said = strstr(caught_stderr(c), "another p runs in") != NULL;

	_exit(is_refused && is_said ? 0 : 1);
}

static void
one_parent_at_a_time_and_each_begins_anew(void **state)
{
	(void)state;
	parent = stats_create(folder, "p", &names);
	parent->used = 1;
	stats_take(&parent->slots[0]);
	stats_count(0);
	expect_int("a second", status_of(create_again), 0);
	expect_int("read", stats_read(folder, "p", &sum), 0);
	expect_int("counted", sum.counters[0], 1);
	stats_let_go();
	parent = stats_create(folder, "p", &names);
	expect("a later one", parent != NULL);
	expect_int("read", stats_read(folder, "p", &sum), 0);
	expect_int("anew", sum.counters[0], 0);
	stats_let_go();
}

static void
join_and_count(void)
{
	struct stats_slot *slot = stats_join(folder, "p", &names);

	if (slot == NULL)
		_exit(1);
	stats_take(slot);
	stats_count(0);
}

static void
join_and_die(void)
{
	join_and_count();
	raise(SIGKILL);
}

static void
a_shared_file_outlives_whoever_counts_in_it(void **state)
{
	(void)state;
	expect_int("no file", stats_read(folder, "p", &sum), -ENOENT);
	expect_int("first", status_of(join_and_count), 0);
	expect_int("killed", WTERMSIG(status_of(join_and_die)), SIGKILL);
	expect_int("third", status_of(join_and_count), 0);
	expect_int("read", stats_read(folder, "p", &sum), 0);
	expect_int("sum", sum.counters[0], 3);
	expect_int("alive", sum.alive, 0);
}

static int ready[2], over[2];

/* Joins, says so, and waits for the other end. */
static void
join_and_wait(void)
{
	char c = 0;

	close(over[1]);
	join_and_count();
	if (write(ready[1], &c, 1) != 1)
		_exit(1);
	if (read(over[0], &c, 1) < 0)
		_exit(1);
}

static void
those_at_the_same_time_have_slots_of_their_own(void **state)
{
	pid_t pids[2];
	char c;

	(void)state;
	expect("pipes", pipe(ready) == 0 && pipe(over) == 0);
	for (size_t i = 0; i < 2; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			join_and_wait();
			_exit(0);
		}
		expect("joined", read(ready[0], &c, 1) == 1);
		expect_int("read", stats_read(folder, "p", &sum), 0);
		expect_int("alive", sum.alive, (long long)i + 1);
	}
	kill(pids[0], SIGKILL);
	waitpid(pids[0], NULL, 0);
	expect_int("read", stats_read(folder, "p", &sum), 0);
	expect_int("one is gone", sum.alive, 1);
	/* Its slot is the first that is free. */
	expect_int("another", status_of(join_and_count), 0);
	close(over[1]);
	waitpid(pids[1], NULL, 0);
	expect_int("read", stats_read(folder, "p", &sum), 0);
	expect_int("sum", sum.counters[0], 3);
	expect_int("alive", sum.alive, 0);
	close(over[0]);
	close(ready[0]);
	close(ready[1]);
}

static void
a_file_of_another_version_makes_way(void **state)
{
	static const struct stats_counter other[] = {{"b_total", {"", ""}}};

	(void)state;
	expect_int("old", status_of(join_and_count), 0);
	stats_name_counters(&names, other, 1);
	expect_int("new", status_of(join_and_count), 0);
	expect_int("read", stats_read(folder, "p", &sum), 0);
	expect_text("name", sum.names.counters[0].family, "b_total");
	expect_int("sum", sum.counters[0], 1);
}

static void
without_a_folder_there_is_no_slot_and_counting_is_nothing(void **state)
{
	(void)state;
	errno = 0;
	expect("no slot", stats_join("/nonexistent/x", "p", &names) == NULL);
	expect_int("why", errno, ENOENT);
	stats_take(NULL);
	stats_count(0);
	stats_begin();
	stats_end(0, 200, 1, 1);
}

static void
what_is_no_file_of_ours_is_not_read(void **state)
{
	char path[128];
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/p.stats", folder);
	file = fopen(path, "w");
	fputs("not counters", file);
	fclose(file);
	expect_int("short", stats_read(folder, "p", &sum), -EPROTO);
	expect_int("grown", truncate(path, sizeof(struct stats)), 0);
	expect_int("long", stats_read(folder, "p", &sum), -EPROTO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	    TEST(a_dead_workers_counters_stay_and_what_it_took_with_it_is_lost),
	    TEST(what_ends_while_a_slot_is_read_makes_no_negative_number),
	    TEST(one_parent_at_a_time_and_each_begins_anew),
	    TEST(a_shared_file_outlives_whoever_counts_in_it),
	    TEST(those_at_the_same_time_have_slots_of_their_own),
	    TEST(a_file_of_another_version_makes_way),
	    TEST(without_a_folder_there_is_no_slot_and_counting_is_nothing),
	    TEST(what_is_no_file_of_ours_is_not_read),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
