/*
 * serve - from the command line to a parent with workers.
 */
#include "serve.h"

#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db.h"
#include "listen.h"
#include "log.h"
#include "prefork.h"
#include "settings.h"
#include "stats.h"

static void
help(const struct endpoint *ep)
{
	printf(
	    "usage: %s [-nhV]\n"
	    "\n"
	    "Serves FastCGI requests; see windlass-%s(8).\n"
	    "\n"
	    "  -n  check the settings, print them (no secrets) and leave\n"
	    "  -h  print this and leave\n"
	    "  -V  print the version and leave\n"
	    "\n"
	    "Settings (environment, or the file named by WINDLASS_CONFIG):\n",
	    ep->name, ep->name);
	settings_help(ep, stdout);
}

/* -1: go on and serve; else the exit status. */
static int
options(int argc, char **argv, const struct endpoint *ep, bool *only_check)
{
	int option;

	opterr = 0;
	while ((option = getopt(argc, argv, "+nhV")) != -1) {
		switch (option) {
		case 'n':
			*only_check = true;
			break;
		case 'h':
			help(ep);
			return EXIT_SUCCESS;
		case 'V':
			printf("%s %s\n", ep->name, WINDLASS_VERSION);
			return EXIT_SUCCESS;
		default:
			fprintf(stderr, "%s: unknown option -%c; see -h\n",
			    ep->name, optopt);
			return 2;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "%s: takes no arguments; see -h\n", ep->name);
		return 2;
	}
	return -1;
}

static enum log_level
log_level(const struct settings *s)
{
	static const char *const names[] = {"debug", "info", "warn", "error"};
	size_t i = 0;

	while (strcmp(s->log_level, names[i]) != 0)
		i++;
	return (enum log_level)i;
}

/* Personal data passes through here: no core dumps, nobody looks inside, and
 * what we make is for us and our group. */
static void
harden(void)
{
	const struct rlimit none = {0, 0};

	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	setrlimit(RLIMIT_CORE, &none);
	umask(0027);
	/* A log that nobody reads any more must not end us. */
	signal(SIGPIPE, SIG_IGN);
}

/* Says so once if the database is away; the workers go on asking. */
static void
greet_database(const struct endpoint *ep, const struct settings *s)
{
	struct db *db = db_new(s->database_url, ep->name, s->prepare);

	if (db_ready(db) != 0)
		log_line(LOG_WARN, "start",
		    "why=\"the database is away; until it is back requests "
		    "are answered 503\"");
	db_free(db);
}

/* Standard input is of no use, unless it is the socket. */
static void
close_input(const struct listener *l)
{
	int null;

	if (l->fd == STDIN_FILENO)
		return;
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null > STDIN_FILENO) {
		dup2(null, STDIN_FILENO);
		close(null);
	}
}

/* The counters of this endpoint, by the names of its tables. */
static struct stats *
open_stats(const struct endpoint *ep, const struct settings *s)
{
	static struct stats_names names;
	size_t i;

	for (i = 0; i < ep->route_count; i++)
		stats_name_route(&names, ep->routes[i].method,
		    ep->routes[i].path);
	stats_name_counters(&names, ep->counters, ep->counter_count);
	return stats_create(s->run_dir, ep->name, &names);
}

int
serve_main(int argc, char **argv, const struct endpoint *ep)
{
	const struct settings *s;
	struct listener listener;
	struct stats *stats;
	bool only_check = false;
	int status;

	status = options(argc, argv, ep, &only_check);
	if (status >= 0)
		return status;
	if (sodium_init() < 0) {
		fprintf(stderr, "%s: libsodium does not start\n", ep->name);
		return EXIT_FAILURE;
	}
	s = settings_load(ep);
	if (s == NULL)
		return EXIT_FAILURE;
	log_open(ep->name, log_level(s));
	if (ep->check != NULL && !ep->check())
		return EXIT_FAILURE;
	if (only_check) {
		settings_print(ep, stdout);
		return EXIT_SUCCESS;
	}
	harden();
	if (listen_folder(s->run_dir, ep->name, s->socket_group) != 0)
		return EXIT_FAILURE;
	stats = open_stats(ep, s);
	if (stats == NULL)
		return EXIT_FAILURE;
	status = EXIT_FAILURE;
	if (listen_open(s->run_dir, ep->name, s->socket_group, &listener) ==
	    0) {
		close_input(&listener);
		greet_database(ep, s);
		status = prefork_run(ep, s, &listener, stats);
	}
	stats_remove(s->run_dir, ep->name);
	return status;
}
