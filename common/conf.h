/*
 * conf - settings: environment variables, or NAME=VALUE lines of the file
 *         named by WINDLASS_CONFIG (the environment wins); NAME_FILE names a
 *         file that holds a secret.
 *
 * Shape:  a program lists the settings it reads in one table.  An empty value
 *         counts as not set.  In the file blank lines and lines that begin
 *         with # are skipped, and one pair of quotes around a value is taken
 *         off.
 * Rule:   a file with a secret in it is not readable by everybody; for the
 *         file of settings WINDLASS_DEV=1 lifts this.
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
	CONF_SECRET, /* text; NAME_FILE too, and if neither is set systemd's
	              * credential NAME; never printed */
	CONF_PATH    /* an existing readable file */
};

enum {
	CONF_NEED = 1,
	CONF_NEED_LIVE = 2 /* unless WINDLASS_DEV=1 */
};

struct conf {
	const char *name;
	enum conf_kind kind;
	void *into;           /* const char *, int64_t or bool */
	const char *standard; /* default, as text; NULL: none */
	int64_t least, most;  /* CONF_INT; for CONF_SECRET least bytes */
	const char *words;
	unsigned flags;
	const char *help; /* one line for -h */
	/* CONF_PATH: the credential of systemd that is taken if nothing is set,
	 * a file in $CREDENTIALS_DIRECTORY. */
	const char *credential;
};

int conf_load(const struct conf *table, size_t count)
    __attribute__((warn_unused_result));
/* Effective values, NAME=value, after conf_load(); a secret only as set or
 * not set. */
void conf_print(const struct conf *table, size_t count, FILE *to);
/* What can be set: name, standard, help. */
void conf_help(const struct conf *table, size_t count, FILE *to);
/* A fault found by the program itself; counted like those of the table. */
void conf_fault(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
size_t conf_faults(void);
/* Forgets the file and all faults, so that the next conf_load() reads again
 * what may have changed; values handed out before stay. */
void conf_again(void);
/* A copy of the text that lives as long as the program. */
const char *conf_keep(const char *text, size_t len);

#endif
