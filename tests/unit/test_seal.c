/* What is sealed opens with its key, at its place, whole; and not otherwise. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "arena.h"
#include "log.h"
#include "seal.h"

#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define OTHER "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static const char place[] = "customer/1/values/1";
static const char text[] = "Ana Souza";

static struct seal *
keys_of(const char *lines, mode_t mode)
{
	char path[] = "/tmp/windlass-kek-XXXXXX";
	int fd = mkstemp(path);
	struct seal *s;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, lines, strlen(lines)), strlen(lines));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
	s = seal_open_keys(path);
	unlink(path);
	return s;
}

static void
what_is_sealed_opens_at_its_place_only(void **state)
{
	struct arena *a = arena_new();
	unsigned char key[SEAL_KEY], other[SEAL_KEY];
	struct sealed one, two;
	const char *out;
	size_t len;

	(void)state;
	seal_new_key(key);
	seal_new_key(other);
	one = seal_bytes(a, key, text, sizeof(text), place);
	two = seal_bytes(a, key, text, sizeof(text), place);
	assert_int_equal(one.len, sizeof(text) + SEAL_MORE);
	assert_int_equal(one.bytes[0], 1);
	assert_memory_not_equal(one.bytes, two.bytes, one.len);
	assert_null(memmem(one.bytes, one.len, "Ana", 3));

	assert_int_equal(seal_read(a, key, one, place, &out, &len), 0);
	assert_int_equal(len, sizeof(text));
	assert_string_equal(out, text);
	assert_int_equal(out[len], 0);

	assert_int_equal(seal_read(a, other, one, place, &out, &len), -EBADMSG);
	assert_int_equal(
	    seal_read(a, key, one, "customer/1/values/2", &out, &len),
	    -EBADMSG);
	assert_int_equal(seal_read(a, key, one, "", &out, &len), -EBADMSG);
	arena_free(a);
}

static void
no_byte_may_change_and_none_may_lack(void **state)
{
	struct arena *a = arena_new();
	unsigned char key[SEAL_KEY];
	struct sealed whole;
	const char *out;
	size_t len;

	(void)state;
	seal_new_key(key);
	whole = seal_bytes(a, key, text, sizeof(text), place);
	for (size_t i = 0; i < whole.len; i++) {
		unsigned char *bytes = arena_alloc(a, whole.len);
		struct sealed changed = {bytes, whole.len};
		struct sealed cut = {whole.bytes, i};

		memcpy(bytes, whole.bytes, whole.len);
		bytes[i] ^= 1;
		assert_int_equal(seal_read(a, key, changed, place, &out, &len),
		    -EBADMSG);
		assert_int_equal(seal_read(a, key, cut, place, &out, &len),
		    -EBADMSG);
	}
	arena_free(a);
}

static void
nothing_can_be_sealed_too(void **state)
{
	struct arena *a = arena_new();
	unsigned char key[SEAL_KEY];
	const char *out;
	size_t len = 1;

	(void)state;
	seal_new_key(key);
	assert_int_equal(seal_read(a, key, seal_bytes(a, key, "", 0, place),
			     place, &out, &len),
	    0);
	assert_int_equal(len, 0);
	assert_string_equal(out, "");
	arena_free(a);
}

static void
the_last_key_wraps_and_all_keys_open(void **state)
{
	struct rlimit core;
	struct seal *before = keys_of("1 " HEX "\n", 0600);
	struct seal *both = keys_of("1 " HEX "\n2 " OTHER "\n", 0600);
	struct seal *after = keys_of("2 " OTHER, 0600);
	struct arena *a = arena_new();
	unsigned char key[SEAL_KEY], out[SEAL_KEY];
	struct sealed old, new;

	(void)state;
	assert_non_null(before);
	assert_non_null(both);
	assert_non_null(after);
	assert_int_equal(getrlimit(RLIMIT_CORE, &core), 0);
	assert_int_equal(core.rlim_max, 0);
	assert_int_equal(prctl(PR_GET_DUMPABLE), 0);
	seal_new_key(key);
	old = seal_wrap(before, a, key, "customer/1/key");
	new = seal_wrap(both, a, key, "customer/1/key");

	assert_int_equal(seal_unwrap(both, old, "customer/1/key", out), 0);
	assert_memory_equal(out, key, SEAL_KEY);
	memset(out, 0, sizeof(out));
	assert_int_equal(seal_unwrap(after, new, "customer/1/key", out), 0);
	assert_memory_equal(out, key, SEAL_KEY);

	assert_int_equal(seal_unwrap(before, new, "customer/1/key", out),
	    -EBADMSG);
	assert_int_equal(seal_unwrap(after, old, "customer/1/key", out),
	    -EBADMSG);
	assert_int_equal(seal_unwrap(both, old, "customer/2/key", out),
	    -EBADMSG);
	/* A wrapped key that claims another number is another text. */
	((unsigned char *)(uintptr_t)old.bytes)[4] = 2;
	assert_int_equal(seal_unwrap(both, old, "customer/1/key", out),
	    -EBADMSG);
	arena_free(a);
	seal_free(before);
	seal_free(both);
	seal_free(after);
}

static void
a_file_of_keys_with_a_fault_is_refused(void **state)
{
	static const struct {
		const char *what, *lines;
		mode_t mode;
	} cases[] = {
	    {"empty", "", 0600},
	    {"readable by others", "1 " HEX "\n", 0604},
	    {"writable by others", "1 " HEX "\n", 0602},
	    {"readable by the group", "1 " HEX "\n", 0640},
	    {"writable by the group", "1 " HEX "\n", 0620},
	    {"no number", HEX "\n", 0600},
	    {"number 0", "0 " HEX "\n", 0600},
	    {"number past 32 bits", "4294967296 " HEX "\n", 0600},
	    {"a digit short", "1 00112233\n", 0600},
	    {"a digit long", "1 " HEX "0\n", 0600},
	    {"no hex", "1 g" HEX "\n", 0600},
	    {"two spaces", "1  " HEX "\n", 0600},
	    {"a number twice", "1 " HEX "\n1 " OTHER "\n", 0600},
	    {"an empty line", "1 " HEX "\n\n2 " OTHER "\n", 0600},
	    {"a carriage return", "1 " HEX "\r\n", 0600},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct seal *s = keys_of(cases[i].lines, cases[i].mode);

		if (s != NULL)
			print_error("taken: %s\n", cases[i].what);
		assert_null(s);
	}
	assert_null(seal_open_keys("/nowhere/kek"));
}

static void
put_keys(const char *path, const char *lines)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, lines, strlen(lines)), strlen(lines));
	close(fd);
}

/* The file is looked at once a second. */
static void
a_second_later(void)
{
	const struct timespec second = {1, 20000000};

	nanosleep(&second, NULL);
}

static void
a_key_that_was_added_opens_without_a_restart(void **state)
{
	char path[] = "/tmp/windlass-kek-XXXXXX";
	struct seal *late = keys_of("1 " HEX "\n2 " OTHER "\n", 0600), *s;
	struct arena *a = arena_new();
	unsigned char key[SEAL_KEY], out[SEAL_KEY];
	struct sealed new;

	(void)state;
	close(mkstemp(path));
	put_keys(path, "1 " HEX "\n");
	s = seal_open_keys(path);
	assert_non_null(s);
	seal_new_key(key);
	new = seal_wrap(late, a, key, "customer/1/key");
	a_second_later();
	assert_int_equal(seal_unwrap(s, new, "customer/1/key", out), -EBADMSG);
	put_keys(path, "1 " HEX "\n2 " OTHER "\n");
	a_second_later();
	assert_int_equal(seal_unwrap(s, new, "customer/1/key", out), 0);
	assert_memory_equal(out, key, SEAL_KEY);

	/* What is wrong with the file later leaves what was. */
	put_keys(path, "nonsense");
	new.bytes = memcpy(arena_alloc(a, new.len), new.bytes, new.len);
	((unsigned char *)(uintptr_t) new.bytes)[4] = 3;
	a_second_later();
	assert_int_equal(seal_unwrap(s, new, "customer/1/key", out), -EBADMSG);
	((unsigned char *)(uintptr_t) new.bytes)[4] = 2;
	assert_int_equal(seal_unwrap(s, new, "customer/1/key", out), 0);

	/* A key that was taken out is forgotten once the file is read again. */
	put_keys(path, "2 " OTHER "\n");
	a_second_later();
	assert_false(seal_wraps_by(s, 9));
	new = seal_wrap(s, a, key, "customer/1/key");
	assert_int_equal(new.bytes[4], 2);
	assert_int_equal(seal_count(s), 1);
	unlink(path);
	arena_free(a);
	seal_free(s);
	seal_free(late);
}

static void
the_key_that_counts_wraps_wherever_its_line_is(void **state)
{
	struct seal *s = keys_of("1 " HEX "\n2 " OTHER "\n", 0600);
	struct arena *a = arena_new();
	unsigned char key[SEAL_KEY];

	(void)state;
	seal_new_key(key);
	assert_int_equal(seal_wrap(s, a, key, "x").bytes[4], 2);
	assert_true(seal_wraps_by(s, 1));
	assert_int_equal(seal_wrap(s, a, key, "x").bytes[4], 1);
	/* Before the database has said anything: the last line. */
	assert_true(seal_wraps_by(s, 0));
	assert_int_equal(seal_wrap(s, a, key, "x").bytes[4], 2);
	assert_int_equal(seal_number(s, 0), 1);
	assert_int_equal(seal_number(s, 1), 2);
	arena_free(a);
	seal_free(s);
}

static void
what_systemd_hands_over_may_show_rights_of_a_group(void **state)
{
	char folder[] = "/tmp/windlass-cred-XXXXXX", path[64];
	struct seal *s;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/windlass.kek", folder);
	put_keys(path, "1 " HEX "\n");
	assert_int_equal(chmod(path, 0440), 0);
	assert_null(seal_open_keys(path));
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", folder, 1), 0);
	s = seal_open_keys(path);
	assert_non_null(s);
	seal_free(s);
	assert_int_equal(chmod(path, 0444), 0);
	assert_null(seal_open_keys(path));
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", "/tmp/windlass-c", 1),
	    0);
	assert_int_equal(chmod(path, 0440), 0);
	assert_null(seal_open_keys(path));
	unsetenv("CREDENTIALS_DIRECTORY");
	unlink(path);
	rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_sealed_opens_at_its_place_only),
	    cmocka_unit_test(no_byte_may_change_and_none_may_lack),
	    cmocka_unit_test(nothing_can_be_sealed_too),
	    cmocka_unit_test(the_last_key_wraps_and_all_keys_open),
	    cmocka_unit_test(a_file_of_keys_with_a_fault_is_refused),
	    cmocka_unit_test(a_key_that_was_added_opens_without_a_restart),
	    cmocka_unit_test(the_key_that_counts_wraps_wherever_its_line_is),
	    cmocka_unit_test(
		what_systemd_hands_over_may_show_rights_of_a_group),
	};

	/* Refusals are expected here. */
	log_open("test", (enum log_level)(LOG_ERROR + 1));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
