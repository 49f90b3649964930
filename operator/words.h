/*
 * words - the words after a verb: its operands and options, by the verb's
 * table.
 *
 * Shape:  pure.  --name VALUE and --name=VALUE are the same; options may stand
 *         anywhere, "--" ends them, "-" is an operand.  Every verb takes
 *         --format.
 * Errors: -EINVAL and a reason, for words that do not fit.
 * Owner:  texts are borrowed from argv, reasons live in the arena.
 */
#ifndef WINDLASS_WORDS_H
#define WINDLASS_WORDS_H

#include <stdbool.h>

#include "instant.h"
#include "show.h"

struct arena;
struct call;

struct option {
	const char *name;  /* without the dashes */
	const char *takes; /* what value, for people; NULL: none */
	const char *help;
	bool is_needed; /* the verb refuses to do without: help says so */
};

enum { OPERANDS_MOST = 2, OPTIONS_MOST = 8 };

struct verb {
	const char *name;     /* one or two words */
	const char *operands; /* all of them, "KIND FILE", or "" */
	const char *help;     /* one line */
	struct option options[OPTIONS_MOST]; /* ends with one without a name */
	/* 1 << option: may be given again; the values, with commas between. */
	unsigned again;
	int (*run)(struct call *c);
};

struct call {
	const struct verb *verb;
	const char *operands[OPERANDS_MOST];
	/* In the order of the verb's table: NULL if not given, "" for one
	 * that takes no value. */
	const char *options[OPTIONS_MOST];
	enum format format;
	bool wants_help;
	struct arena *arena;
};

int words_read(struct call *c, int argc, char **argv, const char **why)
    __attribute__((warn_unused_result));
/* One of text, json, csv. */
int words_format(const char *word, enum format *out)
    __attribute__((warn_unused_result));
/* A whole number from least to most. */
int words_count(const char *word, int least, int most, int *out)
    __attribute__((warn_unused_result));
/* A time, or the beginning of a day. */
int words_since(struct arena *a, const char *word, instant *out)
    __attribute__((warn_unused_result));

#endif
