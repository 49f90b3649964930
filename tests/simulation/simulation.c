/*
 * simulation - the watchers' own code and SQL, against a world of which a seed
 *              says what goes wrong in it.
 *
 *	simulation --url URL --dir DIR [--from SEED] [--seeds N] [-v] [--twice]
 *
 * URL is the owner's connection string of a database that run.py has made
 *ready; DIR has the wrapping key and gets the watchers' files.  A run has two
 *parts: in the first everything may fail, in the second nothing does, and
 *everything must come to rest; then the books of the world are compared with
 *ours.  -v tells the story of each run; --twice runs each two times, which must
 *be the same. The last line is "N passed, N failed".
 */
#include <getopt.h>
#include <inttypes.h>
#include <sodium.h>

#include "fleet.h"
#include "house.h"
#include "judge.h"
#include "sim.h"
#include "world.h"

#include "../../watcher/payment.h"

/* Much may go wrong for so long after a backup was restored. */
#define REST_OF_IT (60 * SECOND)
/* So long one of them may read, and not the other; and then any. */
#define LEASE (15 * SECOND)
/* Nobody jumps further before each watcher had its turn. */
#define JUMP (60 * SECOND)
enum {
	ROUNDS_MOST = 1800, /* until it must have come to rest */
	SWEEP_EVERY = 100,  /* runs */
	PATH_TEXT = 512
};

static void
wait_for(instant how_long)
{
	if (how_long <= 0)
		return;
	sim.now += how_long;
	house_tick();
}

/* --- the first part ------------------------------------------------------ */

/* What happens to all of it, once at most: a hold by hand, a backup that is
 * restored. */
struct events {
	instant hold_at, lift_at, back_up_at, restore_at;
};

static struct events
some_events(instant until)
{
	struct events e = {FOREVER, FOREVER, FOREVER, FOREVER};

	if (sim_falls(MISHAP_HOLD)) {
		e.hold_at = sim.now + sim_between(20, 300) * SECOND;
		e.lift_at = e.hold_at + sim_between(10, 300) * SECOND;
	}
	if (sim_falls(MISHAP_RESTORE)) {
		e.back_up_at = sim.now + sim_between(20, 300) * SECOND;
		e.restore_at = e.back_up_at + sim_between(1, 200) * SECOND;
		if (e.restore_at > until - REST_OF_IT)
			e.restore_at = until - REST_OF_IT;
		if (e.restore_at < e.back_up_at)
			e.restore_at = e.back_up_at;
	}
	return e;
}

static void
restore(void)
{
	int i;

	tell("an old backup is restored");
	house_restore();
	world.is_restored = true;
	wallets_look_back();
	fleet_cut();
	fleet_compare();
	/* On other machines, now and then. */
	if (sim_between(0, 3) == 0)
		fleet_lose_files();
	for (i = 0; i < WATCHERS; i++)
		if (sim_between(0, 1) == 0)
			fleet_kill(i);
}

static void
happen(struct events *e)
{
	if (e->hold_at <= sim.now) {
		e->hold_at = FOREVER;
		tell("money is held");
		house_hold();
	}
	if (e->lift_at <= sim.now && !world.is_restored) {
		e->lift_at = FOREVER;
		tell("money is held no more");
		house_lift();
		world.lifted_at = sim.now;
	}
	if (e->back_up_at <= sim.now) {
		e->back_up_at = FOREVER;
		tell("a backup is made");
		house_back_up();
	}
	if (e->restore_at <= sim.now && e->back_up_at == FOREVER) {
		e->restore_at = FOREVER;
		restore();
	}
}

/* Mostly none: who was stopped in the middle goes on at once. */
static instant
some_while(int64_t haste)
{
	int64_t roll = sim_between(0, 9);

	if (roll < 5)
		return 0;
	if (roll < 7)
		return sim_between(100, 2000) * 1000 / haste;
	if (roll < 9)
		return sim_between(2, 15) * SECOND / haste;
	return sim_between(15, 60) * SECOND / haste;
}

static void
trouble(void)
{
	/* In half of the runs much happens in little time. */
	int64_t haste = sim_between(0, 1) == 0 ? 3 : 1;
	instant until = sim.now + sim_between(240, 720) * SECOND / haste;
	struct events events;

	/* Who is away for long comes back in it. */
	if (world.outage_until > until)
		until = world.outage_until + 30 * SECOND;
	events = some_events(until);

	while (sim.now < until) {
		wait_for(some_while(haste));
		wallets_act();
		happen(&events);
		fleet_go_on((int)sim_between(0, WATCHERS - 1));
	}
	if (events.lift_at != FOREVER && events.hold_at == FOREVER &&
	    !world.is_restored)
		house_lift();
}

/* --- the second part ----------------------------------------------------- */

/* Everything goes well, from event to event, until nothing is left to do. */
static void
calm(void)
{
	instant next, since, began = sim.now;
	int64_t unfinished = 1;
	bool is_ready = false;
	int readings, quiet = 0, i;

	tell("all goes well from here");
	sim.is_faulty = false;
	wallets_show_all();
	fleet_finish();
	wait_for(LEASE);
	for (i = 0; i < ROUNDS_MOST; i++) {
		judge_waiting(began);
		wallets_act();
		fleet_go_on(i % WATCHERS);
		next = house_next(&unfinished);
		if (world_next() < next)
			next = world_next();
		quiet = unfinished == 0 && next == FOREVER ? quiet + 1 : 0;
		if (quiet == WATCHERS)
			break;
		if (next == FOREVER || next - sim.now > 60 * SECOND * 60)
			next = sim.now + 60 * SECOND * 60;
		/* Only one of them reads the platform: both have looked. */
		is_ready = !is_ready && next - sim.now > JUMP;
		if (is_ready || next < sim.now + SECOND / 2)
			next = sim.now + SECOND / 2;
		wait_for(next - sim.now);
	}
	if (i == ROUNDS_MOST)
		wrong("it does not come to rest");
	/* The last readings, of the bank's lists too, and of what they show. */
	readings = bank_has_returns() ? 3 * WATCHERS : 2 * WATCHERS;
	for (i = 0; i < readings; i++) {
		wait_for(400 * SECOND);
		wallets_act();
		fleet_go_on(i % WATCHERS);
	}
	world.is_excused = world.is_restored || house_is_held(&since);
}

static void
run(uint64_t seed, bool is_told)
{
	sim_begin(seed, is_told);
	house_reset();
	house_tick();
	world_begin();
	fleet_begin();
	trouble();
	calm();
	judge_all();
	fleet_end();
}

/* --- the program --------------------------------------------------------- */

struct asked {
	const char *url, *dir;
	uint64_t from, seeds;
	bool is_told, is_twice, is_first;
};

static bool
is_number(const char *text, uint64_t *out)
{
	char *end;

	*out = strtoull(text, &end, 10);
	return *text >= '0' && *text <= '9' && *end == '\0';
}

static bool
read_options(int argc, char **argv, struct asked *a)
{
	static const struct option longs[] = {
	    {"url", required_argument, NULL, 'u'},
	    {"dir", required_argument, NULL, 'd'},
	    {"from", required_argument, NULL, 'f'},
	    {"seeds", required_argument, NULL, 's'},
	    {"twice", no_argument, NULL, '2'},
	    {"first", no_argument, NULL, '1'}, {NULL, 0, NULL, 0}};
	int opt;

	*a = (struct asked){.from = 1, .seeds = 1};
	while ((opt = getopt_long(argc, argv, "v", longs, NULL)) != -1)
		switch (opt) {
		case 'u':
			a->url = optarg;
			break;
		case 'd':
			a->dir = optarg;
			break;
		case 'f':
			if (!is_number(optarg, &a->from))
				return false;
			break;
		case 's':
			if (!is_number(optarg, &a->seeds))
				return false;
			break;
		case '2':
			a->is_twice = true;
			break;
		case '1':
			a->is_first = true;
			break;
		case 'v':
			a->is_told = true;
			break;
		default:
			return false;
		}
	return optind == argc && a->url != NULL && a->dir != NULL;
}

/* Whether all was well. */
static bool
one(const struct asked *a, uint64_t seed)
{
	uint64_t digest;
	char why[sizeof(sim.wrong)];

	run(seed, a->is_told);
	if (sim.wrongs == 0 && a->is_twice) {
		digest = sim.digest;
		run(seed, a->is_told);
		if (sim.digest != digest)
			wrong("another story than before");
	}
	if (sim.wrongs == 0)
		return true;
	snprintf(why, sizeof(why), "%s", sim.wrong);
	printf("seed %" PRIu64 ": %s\n", seed, why);
	fflush(stdout);
	return false;
}

int
main(int argc, char **argv)
{
	char kek[PATH_TEXT], url[PATH_TEXT];
	uint64_t passed = 0, failed = 0, i;
	struct asked a;

	if (!read_options(argc, argv, &a)) {
		fprintf(stderr, "usage: simulation --url URL --dir DIR "
				"[--from SEED] [--seeds N] [-v] [--twice] "
				"[--first]\n");
		return 2;
	}
	sim_begin(a.from, false);
	if (sodium_init() < 0)
		return 1;
	snprintf(kek, sizeof(kek), "%s/kek", a.dir);
	snprintf(url, sizeof(url), "%s user=owner", a.url);
	house_open(url, kek);
	fleet_open(a.dir, a.url);
	for (i = 0; i < a.seeds && !(a.is_first && failed > 0); i++) {
		if (i % SWEEP_EVERY == SWEEP_EVERY - 1)
			house_sweep();
		if (one(&a, a.from + i))
			passed++;
		else
			failed++;
	}
	fleet_close();
	house_close();
	printf("%" PRIu64 " passed, %" PRIu64 " failed\n", passed, failed);
	return failed == 0 ? 0 : 1;
}
