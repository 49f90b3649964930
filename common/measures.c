/*
 * measures - the tables of what /metrics shows.
 */
#include "measures.h"

#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "metrics.h"

/* --- what every endpoint counts ------------------------------------------ */

/* The routes of the table, then what none of them took. */
static bool
route_at(const struct stats_sum *sum, size_t i, size_t *at, const char **path,
    const char **method)
{
	*at = i < sum->names.route_count ? i : STATS_NO_ROUTE;
	*path = *at == i ? sum->names.routes[i].path : "none";
	*method = *at == i ? sum->names.routes[i].method : "none";
	return i <= sum->names.route_count;
}

static const char *
code_text(int code, char text[static 16])
{
	snprintf(text, 16, "%d", code);
	return code < 0 ? "other" : text;
}

static void
put_requests(struct buf *b, const struct metric *m,
    const struct measured_program *p)
{
	const char *path, *method;
	char code[16];
	size_t i, k, at;

	for (i = 0; route_at(&p->sum, i, &at, &path, &method); i++)
		for (k = 0; k < STATS_CODES; k++) {
			const char *const values[] = {p->name, path, method,
			    code_text(stats_codes[k], code)};

			metric_int(b, m, values, p->sum.routes[at].codes[k]);
		}
}

static void
put_durations(struct buf *b, const struct metric *m,
    const struct measured_program *p)
{
	const char *path, *method;
	size_t i, at;

	for (i = 0; route_at(&p->sum, i, &at, &path, &method); i++) {
		const char *const values[] = {p->name, path, method};

		metric_histogram(b, m, values, stats_bounds, STATS_BUCKETS - 1,
		    p->sum.routes[at].buckets, p->sum.routes[at].us);
	}
}

static void
put_lost(struct buf *b, const struct metric *m,
    const struct measured_program *p)
{
	metric_int(b, m, &p->name, p->sum.lost);
}

static void
put_bytes(struct buf *b, const struct metric *m,
    const struct measured_program *p)
{
	metric_int(b, m, &p->name, p->sum.bytes);
}

static void
put_by_word(struct buf *b, const struct metric *m, const char *program,
    const char *word, int64_t n)
{
	const char *const values[] = {program, word};

	metric_int(b, m, values, n);
}

static void
put_workers(struct buf *b, const struct metric *m,
    const struct measured_program *p)
{
	put_by_word(b, m, p->name, "wanted", p->sum.workers);
	put_by_word(b, m, p->name, "ready", p->sum.alive);
	put_by_word(b, m, p->name, "busy", p->sum.busy);
}

static void
put_restarts(struct buf *b, const struct metric *m,
    const struct measured_program *p)
{
	put_by_word(b, m, p->name, "left", p->sum.left);
	put_by_word(b, m, p->name, "died", p->sum.died);
	put_by_word(b, m, p->name, "overdue", p->sum.overdue);
}

static void
put_start(struct buf *b, const struct metric *m,
    const struct measured_program *p)
{
	metric_us(b, m, &p->name, p->sum.started_at);
}

// clang-format off
static const struct {
	struct metric metric;
	void (*put)(struct buf *b, const struct metric *m,
	    const struct measured_program *p);
} of_endpoints[] = {
	{ { "http_requests_total", METRIC_COUNTER,
	    { "endpoint", "route", "method", "code" },
	    "Requests by the code that was answered; 0: nobody took the answer." },
	  put_requests },
	{ { "http_request_duration_seconds", METRIC_HISTOGRAM,
	    { "endpoint", "route", "method" },
	    "From taking a request to the end of its answer." },
	  put_durations },
	{ { "http_requests_lost_total", METRIC_COUNTER, { "endpoint" },
	    "Requests that a worker took with it when it died." },
	  put_lost },
	{ { "http_response_bytes_total", METRIC_COUNTER, { "endpoint" },
	    "Bytes of the bodies that were sent." },
	  put_bytes },
	{ { "workers", METRIC_GAUGE, { "endpoint", "state" },
	    "Workers wanted, ready, and busy now." },
	  put_workers },
	{ { "worker_restarts_total", METRIC_COUNTER, { "endpoint", "reason" },
	    "Workers that left, died, or were killed because of an overdue request." },
	  put_restarts },
	{ { "start_time_seconds", METRIC_GAUGE, { "endpoint" },
	    "When the endpoint was started, since 1970." },
	  put_start },
};

/* --- what programs count besides ----------------------------------------- */

static const struct metric counted[] = {
	{ "quotes_total", METRIC_COUNTER, { "type", "outcome" },
	  "Rates asked for: quoted, or why not; unquotable: the platform's own check would fail." },
	{ "rate_checks_total", METRIC_COUNTER, { "result" },
	  "Answers on which the platform's own check was done before they were sent; refused ones were not." },
	{ "rpc_calls_total", METRIC_COUNTER, { "method", "outcome" },
	  "JSON-RPC calls to the platform; unknown: no answer told what became of it." },
	{ "polls_total", METRIC_COUNTER, { "reading", "outcome" },
	  "Readings of the platform's transactions." },
	{ "payouts_total", METRIC_COUNTER, { "outcome" },
	  "Orders to the bank: sendings, and what became of them." },
	{ "orphans_released_total", METRIC_COUNTER, { NULL },
	  "Firm quotes whose answer the platform never had, found and released." },
	{ "breaker_opened_total", METRIC_COUNTER, { "counterpart" },
	  "How often nothing was sent there for a while, because no clear answer came." },
	{ "hook_calls_total", METRIC_COUNTER, { "hook", "outcome" },
	  "Calls to the review hook, the code hook and the back office, and readings of our accounts on the ledger, by what came back." },
	{ "watcher_starts_total", METRIC_COUNTER, { NULL },
	  "Starts of watchers on this machine." },
};

/* --- what the database knows --------------------------------------------- */

static const struct metric asked[] = {
	{ "liquidity_owned", METRIC_GAUGE, { "pool" },
	  "What a pool has in all, in its asset." },
	{ "liquidity_held", METRIC_GAUGE, { "pool" },
	  "What quotes and payments hold of a pool." },
	{ "liquidity_available", METRIC_GAUGE, { "pool" },
	  "What is free in a pool." },
	{ "rate_age_seconds", METRIC_GAUGE, { "sell_asset", "buy_asset" },
	  "Age of a price." },
	{ "rate_stale_after_seconds", METRIC_GAUGE, { "sell_asset", "buy_asset" },
	  "Age from which a price is not quoted any more." },
	{ "book_version", METRIC_GAUGE, { NULL }, "Version of the book." },
	{ "book_age_seconds", METRIC_GAUGE, { NULL }, "Since the book was last changed." },
	{ "kyc_customers", METRIC_GAUGE, { "status", "type" },
	  "Customers by type, as judged when they were last changed." },
	{ "tx", METRIC_GAUGE, { "state" }, "Payments by state." },
	{ "tx_oldest_age_seconds", METRIC_GAUGE, { "state" },
	  "Since the oldest payment of a state was first seen; 0: there is none." },
	{ "outflows_in_review", METRIC_GAUGE, { NULL },
	  "Payouts and refunds that wait for a person, up to 100000." },
	{ "corrections_open", METRIC_GAUGE, { NULL },
	  "Payouts that the bank did not take and that wait for other data, up to 100000." },
	{ "outbox_depth", METRIC_GAUGE, { NULL },
	  "Reports that the platform has still to be told, up to 100000." },
	{ "outbox_oldest_age_seconds", METRIC_GAUGE, { NULL },
	  "Age of the oldest of them; 0: there is none." },
	{ "reviews_open", METRIC_GAUGE, { "state" },
	  "Customers whom the review hook is to look at; pending: it has them; up to 100000." },
	{ "reviews_oldest_age_seconds", METRIC_GAUGE, { NULL },
	  "Since the oldest of these reviews was made; 0: there is none." },
	{ "codes_unsent", METRIC_GAUGE, { NULL },
	  "Codes that the code hook has still to take, up to 100000." },
	{ "webhooks_open", METRIC_GAUGE, { NULL },
	  "Events that the back office has still to take, up to 100000." },
	{ "webhooks_oldest_age_seconds", METRIC_GAUGE, { NULL },
	  "Age of the oldest of them; 0: there is none." },
	{ "webhooks_dead", METRIC_GAUGE, { NULL },
	  "Events that were given up after a day of tries, up to 100000." },
	{ "approvals_waiting", METRIC_GAUGE, { NULL },
	  "Payments that wait for a second person, up to 100000." },
	{ "breakers_open", METRIC_GAUGE, { "counterpart" },
	  "Watchers that send nothing there for a while, because no clear answer came." },
	{ "manual_payouts", METRIC_GAUGE, { "state" },
	  "Payouts that people carry out: to be exported, to be confirmed; up to 100000." },
	{ "cases_open", METRIC_GAUGE, { "kind" },
	  "What waits for a person, up to 100000." },
	{ "money_hold", METRIC_GAUGE, { NULL }, "1: no money leaves." },
	{ "poll_lag_seconds", METRIC_GAUGE, { "reading" },
	  "Since the platform's transactions were last read without a fault." },
	{ "poll_interval_seconds", METRIC_GAUGE, { NULL },
	  "How often the watcher means to read the news." },
};

static const struct metric build = { "build_info", METRIC_GAUGE, { "version" },
	"1, and the version that answers." };
static const struct metric database = { "database_up", METRIC_GAUGE, { NULL },
	"1: the database answered; 0: its figures are missing." };
static const struct metric watchers = { "watchers", METRIC_GAUGE, { NULL },
	"Watchers that run on this machine." };
// clang-format on

enum {
	ENDPOINT_FAMILIES = sizeof(of_endpoints) / sizeof(of_endpoints[0]),
	COUNTED = sizeof(counted) / sizeof(counted[0]),
	ASKED = sizeof(asked) / sizeof(asked[0])
};

/* --- putting it down ----------------------------------------------------- */

static bool
is_endpoint(const struct measured_program *p)
{
	return p->sum.names.route_count > 0;
}

static void
put_endpoints(struct buf *b, const struct measures *m)
{
	size_t i, k;

	for (i = 0; i < ENDPOINT_FAMILIES; i++) {
		metric_begin(b, &of_endpoints[i].metric);
		for (k = 0; k < m->program_count; k++)
			if (is_endpoint(&m->programs[k]))
				of_endpoints[i].put(b, &of_endpoints[i].metric,
				    &m->programs[k]);
	}
}

/* One program's counters of that family; how many. */
static size_t
put_counters(struct buf *b, const struct metric *family,
    const struct stats_sum *sum)
{
	size_t i, n = 0;

	for (i = 0; i < sum->names.counter_count; i++) {
		const char *const values[] = {sum->names.counters[i].labels[0],
		    sum->names.counters[i].labels[1]};

		if (strcmp(sum->names.counters[i].family, family->name) != 0)
			continue;
		metric_int(b, family, values, sum->counters[i]);
		n++;
	}
	return n;
}

static size_t
put_counted(struct buf *b, const struct measures *m)
{
	size_t i, k, odd = 0;

	for (k = 0; k < m->program_count; k++)
		odd += m->programs[k].sum.names.counter_count;
	for (i = 0; i < COUNTED; i++) {
		metric_begin(b, &counted[i]);
		for (k = 0; k < m->program_count; k++)
			odd -=
			    put_counters(b, &counted[i], &m->programs[k].sum);
	}
	return odd;
}

static size_t
put_asked(struct buf *b, const struct measures *m)
{
	size_t i, k, odd = m->row_count;

	for (i = 0; i < ASKED; i++) {
		metric_begin(b, &asked[i]);
		for (k = 0; k < m->row_count; k++) {
			const struct measured_row *row = &m->rows[k];

			if (strcmp(row->family, asked[i].name) != 0)
				continue;
			metric_text(b, &asked[i], row->labels, row->value);
			odd--;
		}
	}
	return odd;
}

static void
put_watchers(struct buf *b, const struct measures *m)
{
	int64_t n = 0;
	size_t k;

	for (k = 0; k < m->program_count; k++)
		if (strcmp(m->programs[k].name, "watcher") == 0)
			n += m->programs[k].sum.alive;
	metric_begin(b, &watchers);
	metric_int(b, &watchers, NULL, n);
}

size_t
measures_write(struct buf *b, const struct measures *m)
{
	static const char *const version[] = {WINDLASS_VERSION};
	size_t odd;

	metric_begin(b, &build);
	metric_int(b, &build, version, 1);
	metric_begin(b, &database);
	metric_int(b, &database, NULL, m->rows != NULL);
	put_watchers(b, m);
	put_endpoints(b, m);
	odd = put_counted(b, m);
	if (m->rows != NULL)
		odd += put_asked(b, m);
	return odd;
}
