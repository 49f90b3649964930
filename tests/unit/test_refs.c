/* The watcher's own file: it keeps what was ordered, through cuts and ends. */
#include "watch_cases.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "id.h"
#include "../../watcher/refs.h"

static struct arena *a;
static char folder[64], path[128];

static int
begin(void **state)
{
	(void)state;
	a = arena_new();
	snprintf(folder, sizeof(folder), "/tmp/wl-refs-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/watcher.references", folder);
	return 0;
}

static int
end(void **state)
{
	char lock[128];

	(void)state;
	snprintf(lock, sizeof(lock), "%s/watcher.lock", folder);
	unlink(path);
	unlink(lock);
	arena_free(a);
	return rmdir(folder);
}

static struct refs *
opened(bool want_new)
{
	bool is_new = !want_new;
	struct refs *r = refs_open(folder, &is_new);

	assert_non_null(r);
	assert_int_equal(is_new, want_new);
	assert_int_equal(refs_begin(r), 0);
	return r;
}

static size_t
known(const struct refs *r, int64_t epoch, bool *is_later)
{
	const char *const *list;

	return refs_of_epoch(r, a, epoch, &list, is_later);
}

/* Whoever ends before the database was held against the file comes back
 * without one: else a lost file would be noticed by one run only. */
static void
a_new_file_is_there_when_it_was_begun(void **state)
{
	struct refs *r;
	bool is_new;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		is_new = false;
		r = refs_open(folder, &is_new);
		assert_non_null(r);
		assert_true(is_new);
		refs_close(r);
	}
	refs_close(opened(true));
	refs_close(opened(false));
	unlink(path);
}

static void
what_was_added_is_there_after_an_end(void **state)
{
	const char *const first[] = {"tx1:1", "tx2:1"};
	const char *const again[] = {"tx2:1", "tx3:1"};
	const char *const *list;
	char holder[ID_TEXT];
	bool is_later;
	struct refs *r = opened(true);

	(void)state;
	snprintf(holder, sizeof(holder), "%s", refs_holder(r));
	assert_true(is_id(holder));
	assert_int_equal(refs_add(r, 4, first, 2), 0);
	assert_int_equal(refs_add(r, 4, again, 2), 0);
	refs_close(r);
	r = opened(false);
	assert_string_equal(refs_holder(r), holder);
	assert_int_equal(refs_of_epoch(r, a, 4, &list, &is_later), 3);
	assert_string_equal(list[0], "tx1:1");
	assert_string_equal(list[2], "tx3:1");
	assert_false(is_later);
	assert_int_equal(known(r, 3, &is_later), 0);
	assert_true(is_later);
	assert_int_equal(known(r, 5, &is_later), 0);
	assert_false(is_later);
	refs_close(r);
}

static void
put(const char *text, int flags)
{
	int fd = open(path, O_WRONLY | O_APPEND | flags);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void
half_a_line_at_the_end_is_taken_off(void **state)
{
	const char *const more[] = {"tx5:1"};
	bool is_later;
	struct refs *r;

	(void)state;
	put("4 tx4:", 0);
	r = opened(false);
	assert_int_equal(known(r, 4, &is_later), 3);
	assert_int_equal(refs_add(r, 4, more, 1), 0);
	refs_close(r);
	r = opened(false);
	assert_int_equal(known(r, 4, &is_later), 4);
	refs_close(r);
}

static void
a_file_that_is_none_is_not_used(void **state)
{
	struct caught c;
	bool is_new;

	(void)state;
	put("4 tx4:1 more than there may be, more than sixty-four bytes of it "
	    "all\n",
	    0);
	c = catch_stderr();
	assert_null(refs_open(folder, &is_new));
	assert_non_null(strstr(caught_stderr(c), "reference_file"));
	put("nobody\n", O_TRUNC);
	c = catch_stderr();
	assert_null(refs_open(folder, &is_new));
	assert_non_null(strstr(caught_stderr(c), "reference_file"));
	put("", O_TRUNC);
}

static void
one_process_has_it_at_a_time(void **state)
{
	struct refs *r = opened(true);
	struct caught c = catch_stderr();
	bool is_new;

	(void)state;
	assert_null(refs_open(folder, &is_new));
	assert_non_null(strstr(caught_stderr(c), "what=lock"));
	refs_close(r);
}

static void
the_newest_ten_thousand_are_kept(void **state)
{
	const char *const more[] = {"tx20001:1"};
	const char *const *list;
	char line[32];
	bool is_later;
	struct refs *r = opened(false);
	struct stat before, after;
	FILE *f;
	int i;

	(void)state;
	refs_close(r);
	f = fopen(path, "a");
	assert_non_null(f);
	for (i = 1; i <= 20000; i++) {
		snprintf(line, sizeof(line), "7 tx%d:1\n", i);
		fputs(line, f);
	}
	fclose(f);
	r = opened(false);
	assert_int_equal(known(r, 7, &is_later), 10000);
	assert_int_equal(stat(path, &before), 0);
	/* One more, and the file is written anew. */
	assert_int_equal(refs_add(r, 7, more, 1), 0);
	assert_int_equal(stat(path, &after), 0);
	assert_true(after.st_size < before.st_size);
	refs_close(r);
	r = opened(false);
	assert_int_equal(refs_of_epoch(r, a, 7, &list, &is_later), 10000);
	assert_string_equal(list[0], "tx10002:1");
	assert_string_equal(list[9999], "tx20001:1");
	refs_close(r);
}

static size_t
lines_in(const char *text)
{
	size_t n = 0;

	for (; (text = strchr(text, '\n')) != NULL; text++)
		n++;
	return n;
}

/* The limit leaves three bytes: a line is begun that cannot be ended. */
static void
a_full_disk_is_told_once_and_got_over(void **state)
{
	struct rlimit few, all = {RLIM_INFINITY, RLIM_INFINITY};
	const char *one = "tx30001:1", *two = "tx30002:1", *said;
	struct refs *r = opened(false);
	const char *const *list;
	int first, second;
	struct caught c;
	struct stat st;
	bool is_later;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	few = (struct rlimit){(rlim_t)st.st_size + 3, RLIM_INFINITY};
	signal(SIGXFSZ, SIG_IGN);
	c = catch_stderr();
	setrlimit(RLIMIT_FSIZE, &few);
	first = refs_add(r, 7, &one, 1);
	/* Nor can it be written anew, with less room than that. */
	few.rlim_cur = 4096;
	setrlimit(RLIMIT_FSIZE, &few);
	second = refs_add(r, 7, &two, 1);
	setrlimit(RLIMIT_FSIZE, &all);
	said = caught_stderr(c);
	assert_true(first < 0 && second < 0);
	assert_int_equal(lines_in(said), 1);
	assert_int_equal(refs_add(r, 7, &two, 1), 0);
	refs_close(r);
	r = opened(false);
	assert_int_equal(refs_of_epoch(r, a, 7, &list, &is_later), 10000);
	assert_string_equal(list[9998], "tx20001:1");
	assert_string_equal(list[9999], two);
	refs_close(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_new_file_is_there_when_it_was_begun),
	    cmocka_unit_test(what_was_added_is_there_after_an_end),
	    cmocka_unit_test(half_a_line_at_the_end_is_taken_off),
	    cmocka_unit_test(a_file_that_is_none_is_not_used),
	    cmocka_unit_test(one_process_has_it_at_a_time),
	    cmocka_unit_test(the_newest_ten_thousand_are_kept),
	    cmocka_unit_test(a_full_disk_is_told_once_and_got_over),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
