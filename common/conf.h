/*
 * conf - settings: environment variables, or NAME=VALUE lines of the file
 *         named by WINDLASS_CONFIG (the environment wins); NAME_FILE names a
 *         file that holds a secret.
 *
 * Shape:  a program lists the settings it reads in one table.
 * Errors: conf_load() gives 0, or -EINVAL after one line per fault on standard
 *         error: all faults at once, never the value of a secret.
 * Owner:  texts live as long as the program.
 */
#ifndef WINDLASS_CONF_H
#define WINDLASS_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum conf_kind {
	CONF_TEXT,
	CONF_INT,    /* into int64_t, least..most */
	CONF_BOOL,   /* 0 or 1, into bool */
	CONF_WORD,   /* one of words, into const char * */
	CONF_URL,    /* https://, or http:// to loopback or a host listed in
	              * WINDLASS_PLAIN_HTTP_HOSTS; no trailing slash is kept */
	CONF_SECRET, /* text; NAME_FILE too; never printed */
	CONF_PATH    /* an existing readable file */
};

enum { CONF_NEED = 1 };

struct conf {
	const char *name;
	enum conf_kind kind;
	void *into;          /* const char *, int64_t or bool */
	const char *standard; /* default, as text; NULL: none */
	int64_t least, most;  /* CONF_INT; for CONF_SECRET least bytes */
	const char *words;
	unsigned flags;
	const char *help; /* one line for -h */
};

int conf_load(const struct conf *table, size_t count)
    __attribute__((warn_unused_result));
void conf_print(const struct conf *table, size_t count, FILE *to);
/* A fault found by the program itself; counted like those of the table. */
void conf_fault(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
size_t conf_faults(void);

#endif
