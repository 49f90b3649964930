/*
 * unit - what every unit test includes: cmocka, and checks that name the case
 *        that failed.
 */
#ifndef WINDLASS_UNIT_H
#define WINDLASS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define expect(name, condition)                                                \
	do {                                                                   \
		if (!(condition))                                              \
			fail_msg("%s: not so: %s", name, #condition);          \
	} while (0)

#define expect_int(name, got, want)                                            \
	do {                                                                   \
		long long got_ = (got), want_ = (want);                        \
		if (got_ != want_)                                             \
			fail_msg("%s: %s is %lld, not %lld", name, #got, got_, \
			    want_);                                            \
	} while (0)

/* Either may be NULL. */
#define expect_text(name, got, want)                                           \
	do {                                                                   \
		const char *got_ = (got), *want_ = (want);                     \
		if (got_ == NULL || want_ == NULL ? got_ != want_              \
						  : strcmp(got_, want_) != 0)  \
			fail_msg("%s: %s is <%s>, not <%s>", name, #got,       \
			    got_ ? got_ : "NULL", want_ ? want_ : "NULL");     \
	} while (0)

/* What is written to standard error between these two; the text is static. */
struct caught {
	int real;
	FILE *file;
};

static inline struct caught
catch_stderr(void)
{
	struct caught c = {dup(STDERR_FILENO), tmpfile()};

	fflush(stderr);
	dup2(fileno(c.file), STDERR_FILENO);
	return c;
}

static inline const char *
caught_stderr(struct caught c)
{
	static char text[64 * 1024];
	size_t len;

	fflush(stderr);
	dup2(c.real, STDERR_FILENO);
	close(c.real);
	rewind(c.file);
	len = fread(text, 1, sizeof(text) - 1, c.file);
	text[len] = '\0';
	fclose(c.file);
	return text;
}

#endif
