/*
 * watcher - moves payments forward: reads the platform, decides from a table,
 *           stores what it intends, acts, and stores what came of it.
 *
 * One round after the other (round.c).  Killed at any moment, the next run goes
 * on from what is stored.  Beside it runs a process of its own for whatever may
 * take long and is no payment (errands.h).
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "arena.h"
#include "book.h"
#include "config.h"
#include "counts.h"
#include "db.h"
#include "errands.h"
#include "history.h"
#include "http.h"
#include "id.h"
#include "log.h"
#include "notify.h"
#include "refs.h"
#include "watch.h"

enum {
	LAST_SECONDS = 4, /* from SIGTERM to the hand-over */
	ALIVE_MS = 1000,  /* no more often is anybody told */
	ONCE_PASSES = 100
};

static void
end_soon(int sig)
{
	(void)sig;
	watch_end();
	alarm(LAST_SECONDS);
}

/* A call under way is not waited for: whatever it did is found as after a
 * kill, by the next run of this watcher or, when its claims end, another. */
static void
hand_over(int sig)
{
	(void)sig;
	_exit(0);
}

static void
set_signals(void)
{
	struct sigaction sa = {.sa_handler = end_soon};

	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	sa.sa_handler = hand_over;
	sigaction(SIGALRM, &sa, NULL);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
}

/* Values of customers pass through this memory. */
static void
keep_no_dump(void)
{
	struct rlimit none = {0, 0};

	if (setrlimit(RLIMIT_CORE, &none) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0) != 0)
		log_line(LOG_WARN, "dumps_possible", "why=%s",
		    log_quoted(strerror(errno)));
}

/* Longer and longer while the database cannot be asked, each time a random
 * part of it, so that watchers do not come back together. */
static void
rest(const struct watcher *w)
{
	uint32_t ms = (uint32_t)WAKE_MS << w->failures;
	struct timespec ts;

	if (w->failures > 0)
		ms = ms / 2 + randombytes_uniform(ms / 2);
	ts = (struct timespec){ms / 1000, (long)(ms % 1000) * 1000000L};
	nanosleep(&ts, NULL);
}

/* What could not ask the database was no round. */
static void
tell_alive(const struct watcher *w)
{
	static int64_t told_ms;
	int64_t ms = monotonic_ms();

	if (w->failures > 0 || (told_ms != 0 && ms - told_ms < ALIVE_MS))
		return;
	told_ms = ms;
	notify_alive();
}

static void
run(struct watcher *w)
{
	struct errands errands = {0};
	bool moves;

	notify_ready();
	while (!watch_is_ending(w)) {
		errands_tend(&errands, w->store.holder);
		moves = watch_round(w);
		tell_alive(w);
		if (!moves && !watch_is_ending(w))
			rest(w);
	}
	notify_stopping();
	errands_tell(&errands);
	arena_reset(w->arena);
	pass_over(w);
	store_lease_end(&w->store, w->arena, "poll");
	errands_end(&errands);
}

static void
run_once(struct watcher *w)
{
	int passes = 0;

	while (watch_round(w) && !watch_is_ending(w) && ++passes < ONCE_PASSES)
		;
	arena_reset(w->arena);
	pass_over(w);
	store_lease_end(&w->store, w->arena, "poll");
}

/* --- the program --------------------------------------------------------- */

static int
usage(FILE *to, int status)
{
	fprintf(to,
	    "usage: watcher [--once] [--errands HOLDER] [-nhV]\n"
	    "\n"
	    "Moves payments forward; see windlass-watcher(8).\n"
	    "\n"
	    "  --once     one round, until nothing moves, then leave\n"
	    "  --errands  what a watcher starts beside itself\n"
	    "  -n         check the settings, print them (no secrets), leave\n"
	    "  -h         print this and leave\n"
	    "  -V         print the version and leave\n");
	if (to != stdout)
		return status;
	fprintf(to, "\nSettings (environment, or the file named by "
		    "WINDLASS_CONFIG):\n");
	config_help(to);
	return status;
}

/* What calls somebody else, for as long as its watcher lives. */
static int
run_errands(const struct config *c, const char *holder, bool is_once)
{
	struct watcher w = {.arena = arena_new()};
	struct http *http = http_new();
	int status = 1;

	/* Begun by /proc/self/exe, it would be called exe in every list. */
	prctl(PR_SET_NAME, "watcher");
	keep_no_dump();
	w.keys = seal_open_keys(c->kek_file);
	if (w.keys == NULL)
		goto out;
	config_apply_errands(c, &w, http);
	counts_open_errands(c->run_dir);
	w.store.db = db_new(c->database_url, "watcher", c->prepare);
	w.store.holder = holder;
	w.books = book_cache_new();
	set_signals();
	do {
		arena_reset(w.arena);
		errands_round(&w);
		if (!is_once && !watch_is_ending(&w))
			rest(&w);
	} while (!is_once && !watch_is_ending(&w));
	store_lease_end(&w.store, w.arena, "errands");
	book_cache_free(w.books);
	db_free(w.store.db);
	status = 0;
out:
	seal_free(w.keys);
	http_free(http);
	arena_free(w.arena);
	return status;
}

static int
watch(const struct config *c, bool is_once)
{
	struct watcher w = {.arena = arena_new(), .page_arena = arena_new()};
	struct http *http = http_new();
	char holder[ID_TEXT] = "";
	bool is_new;
	int status = 1, i;

	keep_no_dump();
	w.keys = seal_open_keys(c->kek_file);
	w.refs = refs_open(c->state_dir, &is_new);
	if (w.keys == NULL || w.refs == NULL)
		goto out;
	config_apply(c, &w, http);
	counts_open(c->run_dir);
	w.is_without_file = is_new;
	w.store.db = db_new(c->database_url, "watcher", c->prepare);
	w.store.holder = refs_holder(w.refs);
	snprintf(holder, sizeof(holder), "%s", w.store.holder);
	w.books = book_cache_new();
	set_signals();
	log_line(LOG_INFO, "start", "holder=%s version=%s", w.store.holder,
	    WINDLASS_VERSION);
	for (i = 0; i < WAY_MAX; i++)
		if (w.outlets[i].missing != NULL)
			log_line(LOG_WARN,
			    i == WAY_OUT ? "no_payout" : "no_refund", "why=%s",
			    log_quoted(w.outlets[i].missing));
	if (is_once)
		run_once(&w);
	else
		run(&w);
	log_line(LOG_INFO, "end", "holder=%s", w.store.holder);
	book_cache_free(w.books);
	db_free(w.store.db);
	status = 0;
out:
	sodium_memzero(w.fingerprint_key, sizeof(w.fingerprint_key));
	refs_close(w.refs);
	seal_free(w.keys);
	http_free(http);
	arena_free(w.page_arena);
	arena_free(w.arena);
	return is_once && status == 0 ? run_errands(c, holder, true) : status;
}

int
main(int argc, char **argv)
{
	static const struct option longs[] = {{"once", no_argument, NULL, 'o'},
	    {"errands", required_argument, NULL, 'e'}, {NULL, 0, NULL, 0}};
	const char *errands_of = NULL;
	bool is_once = false, is_check = false;
	const struct config *c;
	int opt;

	while ((opt = getopt_long(argc, argv, "nhV", longs, NULL)) != -1) {
		switch (opt) {
		case 'o':
			is_once = true;
			break;
		case 'e':
			errands_of = optarg;
			break;
		case 'n':
			is_check = true;
			break;
		case 'h':
			return usage(stdout, 0);
		case 'V':
			puts("watcher " WINDLASS_VERSION);
			return 0;
		default:
			return usage(stderr, 2);
		}
	}
	if (optind != argc || (errands_of != NULL && !is_id(errands_of)))
		return usage(stderr, 2);
	if (sodium_init() < 0)
		return 1;
	c = config_load();
	if (c == NULL)
		return 1;
	if (is_check) {
		config_print(stdout);
		return 0;
	}
	if (errands_of != NULL)
		return run_errands(c, errands_of, is_once);
	return watch(c, is_once);
}
