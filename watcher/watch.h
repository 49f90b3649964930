/*
 * watch - what the parts of a watcher share: its settings, its ways to the
 *         world, and what it knows in this round.
 *
 * Shape:  poll reads the platform, pass moves the payments that are due; each
 *         kind of step is one function over all payments that need it, so that
 *         a thousand of them cost few round trips.
 * Owner:  arena is emptied after each round, page_arena after each page.
 */
#ifndef WINDLASS_WATCH_H
#define WINDLASS_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "breaker.h"
#include "erased.h"
#include "hook.h"
#include "ledger.h"
#include "payment.h"
#include "platform.h"
#include "rail.h"
#include "step.h"
#include "store.h"

struct arena;
struct book;
struct book_cache;
struct http;
struct people;
struct refs;
struct seal;

/* An order is under way at once after its last look: none waits for another. */
enum { CLAIM_MOST = 256, CLAIM_MS = 120000, SEND_MOST = RAIL_AT_ONCE };

/* How often news is looked for. */
enum { WAKE_MS = 200 };

enum { DUTIES_MOST = 16, REST_DOUBLINGS = 4 };

/* What money leaves by: the bank, or the treasury. */
struct outlet {
	struct rail rail;           /* no submit: there is none */
	instant window, quarantine; /* 0: not set, nothing leaves */
	const char *missing;        /* which setting it lacks, or NULL */
	struct breaker breaker;
};

struct watcher {
	struct arena *arena, *page_arena;
	struct store store;
	struct book_cache *books;
	struct seal *keys;
	struct refs *refs;
	unsigned char fingerprint_key[SEAL_KEY];
	bool has_fingerprint_key;

	struct platform platform;
	struct breaker platform_breaker;
	struct outlet outlets[WAY_MAX];
	struct ledger ledger; /* no transactions: it is not asked */
	struct hook review_hook, code_hook, webhook; /* for errands */
	struct http *sweep_http; /* for errands: our accounts on the ledger */
	const char *sweep_url;   /* NULL: they are not read */

	/* Settings. */
	int64_t interval_ms;
	bool platform_memos, platform_refunds;
	int64_t retention_ms; /* of orders, after the last report */

	/* This round. */
	instant now;
	int64_t now_ms; /* monotonic, when the database said so */
	const char *hold;
	int64_t epoch;
	bool is_ending;
	struct people *people; /* of the step that is taken, or NULL */

	/* Between rounds. */
	bool is_without_file; /* of references, and the database was not
	                       * looked at yet */
	int failures;         /* to ask the database, one after the other */
	uint64_t connections; /* of the database, when it was last looked at */
	int64_t wakes;
	instant overlapped, listed[WAY_MAX], others_since;
	instant duty_done[DUTIES_MOST]; /* duties.c: by row of its table */
	instant head_told;              /* of the audit trail's chain */
	int64_t polled_ms, sweep_page;
	int keeps; /* passes in a row that have kept claims; 0: it has none */
	bool has_errands; /* errands.c: the lease is ours, as was said then */
	int64_t taken_ms;
	/* returns.c: what of the bank's list was read; "" it begins anew. */
	instant returns_listed, returns_begun, returns_since;
	char returns_after[256];
	int64_t reviewed_book; /* the version that was gone through */
	bool lacks_review_hook;
	struct erased erased;
};

/* What time it is for the database, by its last word and our own clock. */
instant watch_now(const struct watcher *w);
/* Is something due that was last done then?  Also when the database's clock
 * has gone back since, as after a change to another host. */
bool watch_is_due(const struct watcher *w, instant last, instant every);
/* A random part of 1 s, 2 s, 4 s ... 300 s, from now. */
instant watch_later(const struct watcher *w, int64_t tries);
/* Whether this round has to come to its end. */
bool watch_is_ending(const struct watcher *w);
/* It has, from now on; may be called from a signal. */
void watch_end(void);

/* round.c: one round; true if there may be more to do at once. */
bool watch_round(struct watcher *w);

/* poll.c: the readings; false: something could not be read.  A sweep takes as
 * many rounds as it needs. */
bool poll_news(struct watcher *w);
bool poll_sweep(struct watcher *w, bool *is_over);

/* erase.c: keys of orders whose time is over; false: there may be more. */
bool erase_keys(struct watcher *w);

/* pass.c: claims what is due and moves it; how many moved. */
size_t pass(struct watcher *w);
/* At the end: what was kept for another pass is given back. */
void pass_over(struct watcher *w);

/* One step for all payments of the list that need it.  Each sets when its
 * payment is due again (next) and why it waits (waits). */
void act_gate(struct watcher *w, struct payment **list, size_t count);
/* They end without money, for the code of their step. */
void act_end(struct watcher *w, struct payment **list, size_t count);
/* What is wrong with them has a policy in the book. */
void act_refuse(struct watcher *w, struct payment **list, size_t count);
void act_funds(struct watcher *w, struct payment **list, size_t count);
/* Money that goes back: refund.c, arrive.c. */
void act_verify(struct watcher *w, struct payment **list, size_t count);
void act_turn(struct watcher *w, struct payment **list, size_t count);
void act_road(struct watcher *w, struct payment **list, size_t count);
void act_order_back(struct watcher *w, struct payment **list, size_t count);
void act_back(struct watcher *w, struct payment **list, size_t count);
void act_prepare(struct watcher *w, struct payment **list, size_t count);
void act_send(struct watcher *w, struct payment **list, size_t count);
void act_look(struct watcher *w, struct payment **list, size_t count);
/* Their records are brought back to where money leaves. */
void act_astray(struct watcher *w, struct payment **list, size_t count);
/* The receiver corrects what the bank did not take; then it is ordered again.
 */
void act_correct(struct watcher *w, struct payment **list, size_t count);
/* No order of theirs will be carried out, for the code of their step. */
void act_give_up(struct watcher *w, struct payment **list, size_t count);
void act_report(struct watcher *w, struct payment **list, size_t count);
void act_read_back(struct watcher *w, struct payment **list, size_t count);

/* After a call of store: drop the plan, or look again a little later. */
void watch_after(struct watcher *w, struct payment *p, int rc);
/* It waits for that reason, until then. */
void watch_wait(struct watcher *w, struct payment *p, const char *code,
    const char *sentence, instant next);
/* A person decides. */
void watch_stop(struct watcher *w, struct payment *p, bool is_review,
    const char *code, const char *sentence);
/* The same for money that may be out. */
void watch_review(struct watcher *w, struct payment *p, const char *code,
    const char *sentence, bool is_hold);

#endif
