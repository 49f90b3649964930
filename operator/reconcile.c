/*
 * reconcile - do the platform, the ledger, the bank and our books say the same?
 *
 * All that they have since a day is read and compared with our books.  What
 * moves meanwhile looks different for a moment: if anything differs all is read
 * again, and only what both readings show counts.  While all money is held,
 * orders that the bank has carried out and this database has lost are taken
 * over.  Nothing is sent but questions.
 */
#include <inttypes.h>
#include <time.h>

#include "arena.h"
#include "db.h"
#include "gather.h"
#include "listing.h"
#include "ways.h"

enum { SINCE }; /* option */
enum { DAYS_STANDARD = 30, APART_S = 3, READINGS = 2 };
#define DAY (24 * 3600 * SECOND)

// clang-format off
static const struct db_statement
	begin = { "reconcile_begin",
	"select windlass.reconcile_begin($1, $2, $3)::text as run", 3 },
	read_it = { "reconcile_read",
	"select windlass.reconcile_read($1::bigint)", 1 },
	compare = { "reconcile_compare",
	"select windlass.reconcile_compare($1::bigint, $2, $3) as count", 3 },
	adopt = { "reconcile_adopt",
	"select windlass.reconcile_adopt($1::bigint) as count", 1 },
	forget = { "reconcile_forget",
	"select windlass.reconcile_forget($1::bigint)", 1 },
	end = { "reconcile_end",
	"select kind, tx_id, subject, ours, theirs, case_id, explained_by"
	" from windlass.reconcile_end($1::bigint, $2)", 2 },
	drop = { "reconcile_drop",
	"select windlass.reconcile_drop($1::bigint)", 1 },
	show_it = { "reconcile_show",
	"select since_us, begun_us, ended_us, records, payouts, operations,"
	" adopted, found, unexplained"
	" from windlass.reconcile_show($1::bigint)", 1 };

static const struct column of_run[] = {
	{ "since", COLUMN_TIME, "since_us" },
	{ "begun_at", COLUMN_TIME, "begun_us" },
	{ "ended_at", COLUMN_TIME, "ended_us" },
	{ "records", COLUMN_COUNT, NULL }, { "payouts", COLUMN_COUNT, NULL },
	{ "operations", COLUMN_COUNT, NULL },
	{ "adopted", COLUMN_COUNT, NULL }, { "found", COLUMN_COUNT, NULL },
	{ "unexplained", COLUMN_COUNT, NULL },
};

enum { KIND, TX_ID, SUBJECT, OURS, THEIRS, CASE, EXPLAINED_BY, TO_DO, COLUMNS };
static const struct column columns[COLUMNS] = {
	[KIND] = { .name = "kind" }, [TX_ID] = { .name = "tx_id" },
	[SUBJECT] = { .name = "subject" }, [OURS] = { .name = "ours" },
	[THEIRS] = { .name = "theirs" },
	[CASE] = { "case", COLUMN_COUNT, "case_id" },
	[EXPLAINED_BY] = { .name = "explained_by" },
	[TO_DO] = { .name = "to_do" },
};

/* What can be done about each kind; once it is, or was looked into, its case
 * is closed with the reason. */
static const struct {
	const char *kind, *to_do;
} kinds[] = {
	{ "payout_unknown", "ask the bank who ordered it; after a restore it is ours, and taken over while all money is held; if it is still here, its payment has another order, or no record" },
	{ "payout_unsent", "keep the hold; after a restore the order went out before: release its payment, and it is looked up" },
	{ "payout_missing", "ask the bank for the order by its reference; the customer may not have the money" },
	{ "payout_amount", "ask the bank what was paid; the rest is paid or called back outside" },
	{ "payout_bank_id", "ask the bank which of the two is the payout" },
	{ "payout_status", "ask the bank what became of it; windlass payment why says where ours stands" },
	{ "payout_twice", "ask the bank to call one of them back: one payment was paid twice" },
	{ "completed_without_outflow", "find out who completed the record; if it was paid outside, close the case" },
	{ "refunded_without_outflow", "find out who refunded it; if it was done by hand, close the case" },
	{ "done_but_open", "tell the platform again what was done (rpc/), or find out who changed the record" },
	{ "record_unseen", "see that a watcher runs and reads this platform (windlass case list may name the record)" },
	{ "record_missing", "find out what became of the platform's record: its database may have gone back in time" },
	{ "record_unreadable", "look at the record at the platform: the watcher cannot read it either" },
	{ "amount_in", "look at what the ledger has (windlass payment show), and have the record corrected" },
	{ "amount_out", "the gate's amount was paid: have the record corrected, or tell the client" },
	{ "money_unclaimed", "find whose it is by its memo and sender, and send it back; what was moved there by ourselves needs no more than that" },
	{ "money_missing", "see that Horizon has the whole history of our account; a transaction does not vanish" },
	{ "money_differs", "see which Horizon is asked: a transaction does not change" },
	{ "payout_without_money", "find the payment on the ledger, or call the payout back: it was not paid for" },
	{ "payout_promise", "ask the bank what was paid, and correct it outside" },
	{ "pool_books", "windlass pool verify; correct the pool by a movement (windlass load pools)" },
	{ "pool_quote", "windlass pool verify; correct the pool by a movement (windlass load pools)" },
	{ "bank_unread", "set WINDLASS_PAYOUT_RAIL_URL; where people pay out, see on the bank's statement that all it has paid since the backup is known here (windlass payment show): whatever is not may be paid again" },
	{ "treasury_unread", "set WINDLASS_TREASURY_RAIL_URL, or compare with what left our accounts by hand" },
};
// clang-format on

static const char *
to_do(const char *kind)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return kinds[i].to_do;
	return "windlass payment show";
}

/* One part after the other: each has to end within a statement's time. */
static int
compare_parts(const struct gather *g, struct arena *a, int64_t reading,
    int64_t *count)
{
	const char *const parts[] = {"platform", "own",
	    g->ways->has_rail ? "bank" : "unread",
	    g->ways->treasury.page != NULL ? "treasury" : "treasury_unread",
	    g->ways->horizon_url != NULL ? "ledger" : NULL,
	    g->ways->is_manual ? "people" : NULL};
	struct db_value values[] = {db_text(g->run), db_int(a, reading),
	    db_text(NULL)};
	const struct db_rows *rows;
	size_t i;
	int rc = 0;

	*count = 0;
	for (i = 0; rc == 0 && i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i] == NULL)
			continue;
		values[2] = db_text(parts[i]);
		rc = db_call(g->db, a, &compare, values, &rows);
		*count += rc == 0 ? db_col_int(rows, 0, "count") : 0;
	}
	return rc;
}

/* What both readings know of the bank's orders is taken over by the second, and
 * then compared like our own. */
static int
compare_all(const struct gather *g, struct arena *a, int64_t reading,
    int64_t *count)
{
	const struct db_value run[] = {db_text(g->run)};
	const struct db_rows *rows;
	int rc = db_call(g->db, a, &read_it, run, &rows);

	if (rc == 0)
		rc = compare_parts(g, a, reading, count);
	if (rc == 0 && reading == READINGS)
		rc = db_call(g->db, a, &adopt, run, &rows);
	if (rc == 0 && reading == READINGS && db_col_int(rows, 0, "count") > 0)
		rc = compare_parts(g, a, reading, count);
	if (rc == 0)
		rc = db_call(g->db, a, &forget, run, &rows);
	return rc == 0 ? VERB_DONE : failed_call(g->db, rc);
}

/* All of it once; *count is how much differs. */
static int
read_all(const struct gather *g, struct arena *a, int64_t reading,
    int64_t *count)
{
	uint64_t connection = db_connections(g->db);
	int code = g->ways->has_rail ? gather_bank(g) : VERB_DONE;

	if (code == VERB_DONE)
		code = gather_treasury(g);
	if (code == VERB_DONE && g->ways->horizon_url != NULL)
		code = gather_ledger(g);
	if (code == VERB_DONE)
		code = gather_platform(g);
	if (code == VERB_DONE)
		code = compare_all(g, a, reading, count);
	/* A server that crashed has forgotten what was read. */
	if (code == VERB_DONE && db_connections(g->db) != connection)
		code = failed("the database was lost meanwhile: do it again");
	return code;
}

static int
read_twice(const struct gather *g, struct arena *a, int64_t *readings)
{
	struct timespec apart = {APART_S, 0};
	int64_t count = 0;
	int code;

	*readings = 1;
	code = read_all(g, a, 1, &count);
	if (code != VERB_DONE || count == 0)
		return code;
	nanosleep(&apart, NULL);
	*readings = READINGS;
	return read_all(g, a, READINGS, &count);
}

static struct table
differences(struct arena *a, const struct db_rows *rows)
{
	struct table t = table_of(a, "differences", columns, TO_DO, rows);
	const char **cells =
	    arena_array(a, t.row_count * COLUMNS + 1, sizeof(*cells));
	size_t row;

	for (row = 0; row < t.row_count; row++) {
		memcpy(cells + row * COLUMNS, t.cells + row * TO_DO,
		    TO_DO * sizeof(*cells));
		cells[row * COLUMNS + TO_DO] =
		    to_do(cells[row * COLUMNS + KIND]);
	}
	t = table_made("differences", columns, COLUMNS, cells, t.row_count);
	t.none = "nothing differs";
	return t;
}

/* CSV has the differences alone, a line each; JSON and text how far it went,
 * too. */
static int
tell(struct call *c, const struct db_rows *found, const struct db_rows *run)
{
	struct table tables[2];
	int64_t unexplained = db_col_int(run, 0, "unexplained");
	int code;

	tables[0] = table_of(c->arena, "reconciliation", of_run,
	    sizeof(of_run) / sizeof(of_run[0]), run);
	tables[0].is_one = true;
	tables[1] = differences(c->arena, found);
	code = c->format == FORMAT_CSV ? told(c, &tables[1], 1)
	                               : told(c, tables, 2);
	if (code == VERB_DONE && unexplained > 0) {
		failed("%" PRId64 " differences are not explained",
		    unexplained);
		code = VERB_DIFFERS;
	}
	return code;
}

static int
reconcile(struct call *c, struct gather *g)
{
	const struct db_value who[] = {db_text(operator_who(c->arena)),
	    db_int(c->arena, g->since),
	    db_int(c->arena, g->ways->quarantine_ms)};
	const struct db_rows *rows, *found;
	int64_t readings;
	int rc = db_call(g->db, c->arena, &begin, who, &rows), code;

	if (rc != 0)
		return failed_call(g->db, rc);
	g->run = db_col(rows, 0, "run");
	code = read_twice(g, c->arena, &readings);

	const struct db_value run[] = {db_text(g->run),
	    db_int(c->arena, readings)};

	if (code != VERB_DONE) {
		/* If this fails, too, the next comparison does it. */
		(void)!db_call(g->db, c->arena, &drop, run, &rows);
		return code;
	}
	rc = db_call(g->db, c->arena, &end, run, &found);
	if (rc == DB_NONE)
		found = NULL;
	else if (rc != 0)
		return failed_call(g->db, rc);
	rc = db_call(g->db, c->arena, &show_it, run, &rows);
	return rc != 0 ? failed_call(g->db, rc) : tell(c, found, rows);
}

static int
run(struct call *c)
{
	struct gather g = {.since = instant_now() - DAYS_STANDARD * DAY};
	int code = since_option(c, c->options[SINCE], &g.since);

	if (code != VERB_DONE)
		return code;
	code = VERB_FAILED;
	g.ways = ways_open();
	if (g.ways == NULL)
		return VERB_FAILED;
	g.db = operator_db();
	if (g.db != NULL) {
		g.book = operator_book(g.db);
		if (g.book != NULL)
			code = reconcile(c, &g);
		db_free(g.db);
	}
	ways_close(g.ways);
	return code;
}

const struct verb verb_reconcile = {.name = "reconcile",
    .operands = "",
    .help = "whether platform, ledger, bank and our books say the same",
    .options = {[SINCE] = {"since", "TIME",
		    "how far back (30 days); a hold wants a week before it"}},
    .run = run};
