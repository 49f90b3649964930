/*
 * verb - what `windlass VERB` is made of: one file per verb.
 *
 * Errors: a verb gives the exit code: 0 done, 1 refused or failed (one line per
 *         reason was said), 2 called wrongly.
 * Rule:   what a verb tells goes to standard output, why it failed to standard
 *         error.
 */
#ifndef WINDLASS_VERB_H
#define WINDLASS_VERB_H

struct arena;
struct db;

enum { VERB_DONE, VERB_FAILED, VERB_MISUSED };

struct verb {
	const char *name;
	const char *arguments;
	const char *help;                  /* one line */
	int (*run)(int argc, char **argv); /* argv[0] is the verb */
};

int load_run(int argc, char **argv);
int pool_run(int argc, char **argv);

/* The database, as role windlass_operator; NULL after a line that says why. */
struct db *operator_db(void);
/* "windlass: ..." to standard error; gives VERB_FAILED. */
int failed(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for a db_call() that did not give rows. */
int failed_call(const struct db *db, int rc);

#endif
