/*
 * counts - a watcher's counters, by name.
 */
#include "counts.h"

#include <errno.h>

#include "log.h"
#include "report.h"
#include "stats.h"

/* The last of each stands for what is none of them. */
static const char *const methods[] = {REQUEST, CUSTOMER_INFO, FUNDS_PENDING,
    FUNDS_SENT, FUNDS_RECEIVED, ERROR, EXPIRED, RECOVERY, REFUND_SENT,
    DO_REFUND, "get_quote", "other"};
static const char *const kinds[] = {
    [RPC_UNKNOWN] = "unknown", [RPC_RESULT] = "result", [RPC_ERROR] = "error"};
static const char *const readings[] = {"news", "sweep"};
static const struct {
	const char *hook, *outcome;
} hooks[] = {{"review", "accepted"}, {"review", "resubmit"},
    {"review", "rejected"}, {"review", "pending"}, {"review", "lost"},
    {"review", "refused"}, {"review", "failed"}, {"review", "away"},
    {"review", "odd"}, {"review", "document_refused"}, {"code", "sent"},
    {"code", "undeliverable"}, {"code", "refused"}, {"code", "odd"},
    {"code", "away"}, {"webhook", "taken"}, {"webhook", "refused"},
    {"webhook", "failed"}, {"webhook", "odd"}, {"webhook", "away"},
    {"webhook", "dead"}, {"ledger", "read"}, {"ledger", "unread"},
    {"ledger", "failed"}};
static const char *const breakers[] = {"bank", "treasury", "platform"};
static const char *const payouts[] = {"sent", "accepted", "settled", "refused",
    "believed", "doubted", "returned", "mismatch"};

enum {
	METHODS = sizeof(methods) / sizeof(methods[0]),
	KINDS = sizeof(kinds) / sizeof(kinds[0]),
	READINGS = sizeof(readings) / sizeof(readings[0]),
	PAYOUTS = sizeof(payouts) / sizeof(payouts[0]),
	BREAKERS = sizeof(breakers) / sizeof(breakers[0]),
	HOOKS = sizeof(hooks) / sizeof(hooks[0]),
	RPC_AT = 0,
	POLL_AT = RPC_AT + METHODS * KINDS,
	PAYOUT_AT = POLL_AT + READINGS * 2,
	BREAKER_AT = PAYOUT_AT + PAYOUTS,
	START_AT = BREAKER_AT + BREAKERS,
	ORPHAN_AT,
	COUNTS
};

/* In a file of their own. */
enum { HOOK_AT = 0, ERRAND_COUNTS = HOOK_AT + HOOKS };

static void
name_all(struct stats_counter table[static COUNTS])
{
	size_t i;

	for (i = 0; i < METHODS * KINDS; i++)
		table[RPC_AT + i] = (struct stats_counter){"rpc_calls_total",
		    {methods[i / KINDS], kinds[i % KINDS]}};
	for (i = 0; i < READINGS * 2; i++)
		table[POLL_AT + i] = (struct stats_counter){"polls_total",
		    {readings[i / 2], i % 2 != 0 ? "good" : "failed"}};
	for (i = 0; i < PAYOUTS; i++)
		table[PAYOUT_AT + i] =
		    (struct stats_counter){"payouts_total", {payouts[i], ""}};
	for (i = 0; i < BREAKERS; i++)
		table[BREAKER_AT + i] = (struct stats_counter){
		    "breaker_opened_total", {breakers[i], ""}};
	table[START_AT] =
	    (struct stats_counter){"watcher_starts_total", {"", ""}};
	table[ORPHAN_AT] =
	    (struct stats_counter){"orphans_released_total", {"", ""}};
}

static void
open_as(const char *run_dir, const char *program,
    const struct stats_counter *table, size_t count)
{
	struct stats_names names = {0};
	struct stats_slot *slot;

	stats_name_counters(&names, table, count);
	slot = stats_join(run_dir, program, &names);
	if (slot == NULL)
		log_line(LOG_WARN, "uncounted", "folder=%s why=%s",
		    log_quoted(run_dir), log_quoted(strerror(errno)));
	stats_take(slot);
}

void
counts_open(const char *run_dir)
{
	static struct stats_counter table[COUNTS];

	name_all(table);
	open_as(run_dir, "watcher", table, COUNTS);
	stats_count(START_AT);
}

void
counts_open_errands(const char *run_dir)
{
	static struct stats_counter table[ERRAND_COUNTS];

	for (size_t i = 0; i < HOOKS; i++)
		table[HOOK_AT + i] = (struct stats_counter){"hook_calls_total",
		    {hooks[i].hook, hooks[i].outcome}};
	open_as(run_dir, "errands", table, ERRAND_COUNTS);
}

/* Where that word stands; count if it does not. */
static size_t
index_of(const char *const *words, size_t count, const char *word)
{
	size_t i = 0;

	while (i < count && strcmp(words[i], word) != 0)
		i++;
	return i;
}

void
count_rpc(const char *method, enum rpc_kind kind)
{
	size_t i = index_of(methods, METHODS - 1, method);

	stats_count(RPC_AT + i * KINDS + (size_t)kind);
}

bool
count_poll(const char *reading, bool is_good)
{
	size_t i = index_of(readings, READINGS, reading);

	if (i < READINGS)
		stats_count(POLL_AT + 2 * i + is_good);
	return is_good;
}

void
count_payout(const char *what)
{
	size_t i = index_of(payouts, PAYOUTS, what);

	if (i < PAYOUTS)
		stats_count(PAYOUT_AT + i);
}

void
count_breaker(const char *of)
{
	size_t i = index_of(breakers, BREAKERS, of);

	if (i < BREAKERS)
		stats_count(BREAKER_AT + i);
}

void
count_orphan(void)
{
	stats_count(ORPHAN_AT);
}

void
count_hook(const char *hook, const char *outcome)
{
	size_t i = 0;

	while (i < HOOKS && (strcmp(hooks[i].hook, hook) != 0 ||
				strcmp(hooks[i].outcome, outcome) != 0))
		i++;
	if (i < HOOKS)
		stats_count(HOOK_AT + i);
}
