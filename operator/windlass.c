/*
 * windlass - the operator's command: `windlass VERB`.
 */
#include <stdarg.h>

#include "conf.h"
#include "db.h"
#include "log.h"
#include "verb.h"

// clang-format off
static const struct verb verbs[] = {
	{ "load", "KIND FILE [--check]",
	  "put one document of the book in place", load_run },
	{ "pool", "show | verify",
	  "how full the pools are; whether their books balance", pool_run },
};
// clang-format on
enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

static const char *database_url;

static const struct conf settings[] = {
    {.name = "WINDLASS_DATABASE_URL",
	.kind = CONF_SECRET,
	.into = &database_url,
	.flags = CONF_NEED,
	.help = "PostgreSQL connection string; may hold a password"},
};

int
failed(const char *format, ...)
{
	va_list args;

	fputs("windlass: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return VERB_FAILED;
}

int
failed_call(const struct db *db, int rc)
{
	if (rc == DB_REFUSED)
		return failed("%s", db_reason(db));
	return failed("the database did not answer; see the line above");
}

struct db *
operator_db(void)
{
	struct db *db;

	if (conf_load(settings, sizeof(settings) / sizeof(settings[0])) != 0)
		return NULL;
	if (!db_is_url(database_url)) {
		failed("WINDLASS_DATABASE_URL is no connection string of"
		       " PostgreSQL");
		return NULL;
	}
	log_open("windlass", LOG_WARN);
	db = db_new(database_url, "operator", false);
	if (db_ready(db) != 0) {
		failed("cannot connect to the database");
		db_free(db);
		return NULL;
	}
	return db;
}

static void
usage(FILE *to)
{
	size_t i;

	fputs("usage: windlass VERB [ARGUMENTS]\n\n", to);
	for (i = 0; i < VERBS; i++)
		fprintf(to, "  windlass %s %s\n      %s\n", verbs[i].name,
		    verbs[i].arguments, verbs[i].help);
	fputs("  windlass --help | --version\n", to);
	if (to != stdout)
		return;
	fputs("\nSettings (environment, or the file named by"
	      " WINDLASS_CONFIG):\n",
	    to);
	conf_help(settings, sizeof(settings) / sizeof(settings[0]), to);
}

int
main(int argc, char **argv)
{
	size_t i;

	if (argc < 2) {
		usage(stderr);
		return VERB_MISUSED;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		usage(stdout);
		return VERB_DONE;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		puts("windlass " WINDLASS_VERSION);
		return VERB_DONE;
	}
	for (i = 0; i < VERBS; i++)
		if (strcmp(argv[1], verbs[i].name) == 0) {
			int code = verbs[i].run(argc - 1, argv + 1);

			if (code == VERB_MISUSED)
				fprintf(stderr, "usage: windlass %s %s\n",
				    verbs[i].name, verbs[i].arguments);
			return code;
		}
	fprintf(stderr, "windlass: there is no verb %s; see windlass --help\n",
	    argv[1]);
	return VERB_MISUSED;
}
