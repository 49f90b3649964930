/*
 * fleet - the watchers of a run.
 */
#include "fleet.h"

#include <inttypes.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <ucontext.h>
#include <unistd.h>

#include "arena.h"
#include "book.h"
#include "db.h"
#include "house.h"
#include "log.h"
#include "sim.h"
#include "world.h"

#include "../../watcher/refs.h"
#include "../../watcher/watch.h"

enum { STACK = 1024 * 1024, SENT_MOST = 64, PATH_TEXT = 256 };

enum leave { LEAVE_DONE, LEAVE_YIELD, LEAVE_KILL };

struct runner {
	const char *name;
	char folder[PATH_TEXT];
	struct watcher w;
	struct arena *arena, *page_arena;
	struct book_cache *books; /* outlives it: a book costs a run */
	ucontext_t context;
	void *stack;
	bool is_up, is_in_round;
	enum leave why;
	instant wakes_at, began_at;
	struct pg_conn *conn;
	bool is_cut;
	char sent[SENT_MOST][SHORT_TEXT];
	int sent_count;
	bool has_lost;
	instant lost_at;
};

static struct runner runners[WATCHERS] = {{.name = "A"}, {.name = "B"}};
static struct runner *current;
static bool is_aside;
static ucontext_t stage;
static const char *db_url;

/* --- one process --------------------------------------------------------- */

static void
start(struct runner *r)
{
	bool is_new;

	r->arena = arena_new();
	r->page_arena = arena_new();
	r->w = (struct watcher){.arena = r->arena,
	    .page_arena = r->page_arena,
	    .books = r->books,
	    .interval_ms = 1000,
	    .retention_ms = INT64_C(720) * 3600 * 1000,
	    .platform = platform_simulated(),
	    .outlets = {[WAY_OUT] = {.rail = bank_simulated(),
			    .window = world.window,
			    .quarantine = QUARANTINE},
		[WAY_BACK] = {.rail = treasury_simulated(),
		    .window = world.window,
		    .quarantine = QUARANTINE}},
	    .ledger = ledger_simulated()};
	memcpy(&r->w.keys, &(const struct seal *){house_keys()},
	    sizeof(r->w.keys));
	r->w.refs = refs_open(r->folder, &is_new);
	if (r->w.refs == NULL) {
		fprintf(stderr, "simulation: no references in %s\n", r->folder);
		exit(1);
	}
	r->w.is_without_file = is_new;
	r->w.store.db = db_new(db_url, "watcher", false);
	r->w.store.holder = refs_holder(r->w.refs);
	r->is_up = true;
	r->is_in_round = false;
}

static void
stop(struct runner *r)
{
	if (!r->is_up)
		return;
	arena_free(r->arena);
	arena_free(r->page_arena);
	db_free(r->w.store.db);
	refs_close(r->w.refs);
	r->is_up = r->is_in_round = false;
}

static void
round_of_current(void)
{
	(void)watch_round(&current->w);
	current->why = LEAVE_DONE;
	swapcontext(&current->context, &stage);
}

/* --- seams --------------------------------------------------------------- */

static void
leave(enum leave why)
{
	struct runner *r = current;

	r->why = why;
	swapcontext(&r->context, &stage);
	current = r;
}

static void
stand_still(const char *what, instant for_how_long)
{
	current->wakes_at = sim.now + for_how_long;
	tell("%s stands still for %d s: %s", current->name,
	    (int)(for_how_long / SECOND), what);
	leave(LEAVE_YIELD);
}

/* Orders count as sent, and are about to be. */
static bool
is_stalled(const char *what)
{
	return strcmp(what, "attempts_sent") == 0 && sim_falls(MISHAP_STALL);
}

void
seam(const char *what, bool is_outside)
{
	if (current == NULL || !sim.is_faulty)
		return;
	if (sim_falls(MISHAP_KILL)) {
		tell("%s dies: %s", current->name, what);
		leave(LEAVE_KILL);
	}
	if (is_stalled(what)) {
		stand_still(what, sim_between(60 * SECOND, LONG_STOP));
	} else if (sim_falls(MISHAP_STOP)) {
		stand_still(what,
		    sim_between(SECOND, is_outside ? STOP : LONG_STOP));
	} else if (sim_falls(MISHAP_YIELD)) {
		leave(LEAVE_YIELD);
	}
}

bool
fleet_is_on(void)
{
	return current != NULL && !is_aside;
}

void
fleet_steps_aside(bool is)
{
	is_aside = is;
}

const char *
fleet_name(void)
{
	return current == NULL ? "nobody" : current->name;
}

instant
fleet_round_began(void)
{
	return current->began_at;
}

struct pg_conn **
fleet_connection(void)
{
	return &current->conn;
}

bool *
fleet_is_cut(void)
{
	return &current->is_cut;
}

bool
fleet_keeps(const struct pg_conn *conn)
{
	int i;

	for (i = 0; i < WATCHERS; i++)
		if (conn != NULL && runners[i].conn == conn)
			return true;
	return false;
}

/* --- what was sent ------------------------------------------------------- */

void
fleet_sent(const char *reference)
{
	if (current->sent_count < SENT_MOST)
		snprintf(current->sent[current->sent_count++], SHORT_TEXT, "%s",
		    reference);
}

void
fleet_compare(void)
{
	int i, k;

	for (i = 0; i < WATCHERS; i++) {
		runners[i].lost_at = sim.now;
		for (k = 0; k < runners[i].sent_count; k++)
			runners[i].has_lost |=
			    !house_has_attempt(runners[i].sent[k]);
	}
}

bool
fleet_has_lost(void)
{
	/* An order that was under way then could not know. */
	return current->has_lost && (current->began_at > current->lost_at ||
					sim.now > current->lost_at + 2 * STOP);
}

/* --- all of them --------------------------------------------------------- */

void
fleet_open(const char *folder, const char *url)
{
	int i;

	db_url = url;
	for (i = 0; i < WATCHERS; i++) {
		snprintf(runners[i].folder, PATH_TEXT, "%s/%s", folder,
		    runners[i].name);
		mkdir(runners[i].folder, 0700);
		runners[i].stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
		if (runners[i].stack == MAP_FAILED)
			abort();
		runners[i].books = house_book();
	}
}

void
fleet_close(void)
{
	int i;

	fleet_end();
	for (i = 0; i < WATCHERS; i++) {
		munmap(runners[i].stack, STACK);
		book_cache_free(runners[i].books);
	}
}

/* Where it keeps what it has sent. */
static const char *
file_of(const struct runner *r, char path[static PATH_TEXT + 32])
{
	snprintf(path, PATH_TEXT + 32, "%s/watcher.references", r->folder);
	return path;
}

void
fleet_begin(void)
{
	char path[PATH_TEXT + 32];
	int i;

	for (i = 0; i < WATCHERS; i++) {
		struct runner *r = &runners[i];

		(void)unlink(file_of(r, path));
		r->sent_count = 0;
		r->has_lost = r->is_cut = false;
		r->wakes_at = sim.now;
		book_outdated(r->books); /* known in another run's time */
	}
}

void
fleet_end(void)
{
	int i;

	for (i = 0; i < WATCHERS; i++)
		stop(&runners[i]);
}

void
fleet_kill(int i)
{
	stop(&runners[i]);
	runners[i].wakes_at = sim.now + sim_between(0, 60) * SECOND;
}

void
fleet_lose_files(void)
{
	char path[PATH_TEXT + 32];
	int i;

	for (i = 0; i < WATCHERS; i++) {
		fleet_kill(i);
		(void)unlink(file_of(&runners[i], path));
	}
}

void
fleet_go_on(int i)
{
	struct runner *r = &runners[i];

	if (r->wakes_at > sim.now)
		return;
	if (!r->is_up)
		start(r);
	if (!r->is_in_round) {
		getcontext(&r->context);
		r->context.uc_stack.ss_sp = r->stack;
		r->context.uc_stack.ss_size = STACK;
		r->context.uc_link = NULL;
		makecontext(&r->context, round_of_current, 0);
		r->is_in_round = true;
		r->began_at = sim.now;
	}
	current = r;
	swapcontext(&stage, &r->context);
	current = NULL;
	if (r->why == LEAVE_DONE)
		r->is_in_round = false;
	else if (r->why == LEAVE_KILL)
		fleet_kill(i);
}

void
fleet_finish(void)
{
	int i;

	for (i = 0; i < WATCHERS; i++) {
		runners[i].wakes_at = sim.now;
		while (runners[i].is_up && runners[i].is_in_round)
			fleet_go_on(i);
	}
}

void
fleet_cut(void)
{
	int i;

	for (i = 0; i < WATCHERS; i++)
		runners[i].is_cut = true;
}
