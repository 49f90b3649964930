/*
 * gather - what the platform, the bank and the ledger have.
 */
#include "gather.h"

#include <inttypes.h>

#include "../watcher/funds.h"
#include "../watcher/incoming.h"
#include "../watcher/read.h"
#include "account.h"
#include "amount.h"
#include "arena.h"
#include "book.h"
#include "buf.h"
#include "db.h"
#include "json.h"
#include "verb.h"
#include "ways.h"

enum { PAGES_MOST = 100000, ROWS_MOST = 32 << 20, ACCOUNTS_MOST = 64 };
/* The bank lists by its last change and its own clock. */
#define BANK_MARGIN (24 * 3600 * SECOND)

// clang-format off
static const struct db_statement
	take_records = { "reconcile_records",
	"select windlass.reconcile_records($1::bigint, $2::jsonb)", 2 },
	take_payouts = { "reconcile_payouts",
	"select windlass.reconcile_payouts($1::bigint, 'payout', $2::jsonb)",
	2 },
	take_refunds = { "reconcile_refunds",
	"select windlass.reconcile_payouts($1::bigint, 'treasury', $2::jsonb)",
	2 },
	take_manual = { "reconcile_manual",
	"select windlass.reconcile_manual($1::bigint, $2)", 2 },
	take_operations = { "reconcile_operations",
	"select windlass.reconcile_operations($1::bigint, $2::jsonb)", 2 };
// clang-format on

static int
hand_over(const struct gather *g, struct arena *a,
    const struct db_statement *take, struct json_out *o)
{
	const struct db_value values[] = {db_text(g->run),
	    db_text(o->buf->data)};
	const struct db_rows *rows;
	int rc;

	json_close(o, ']');
	if (buf_full(o->buf))
		return failed("a page is too large to be compared");
	rc = db_call(g->db, a, take, values, &rows);
	return rc == 0 ? VERB_DONE : failed_call(g->db, rc);
}

static void
begin_rows(struct json_out *o, struct buf *b, struct arena *a)
{
	buf_init(b, a, ROWS_MOST);
	json_begin(o, b);
	json_open(o, NULL, '[');
}

/* An amount, or null for what is none. */
static void
put_amount(struct json_out *o, const char *name, const char *text)
{
	char as_text[AMOUNT_TEXT];
	struct amount amount;

	if (amount_parse(text, &amount) == AMOUNT_OK)
		json_put_text(o, name, amount_print(amount, as_text));
	else
		json_put_raw(o, name, "null");
}

/* --- the platform -------------------------------------------------------- */

/* Whatever a record says, another one's id it cannot take: an id that is none
 * is told as it is, cut to what the table of differences has. */
static void
put_record(struct json_out *o, struct arena *a, const struct json *v,
    instant *started)
{
	const char *const *hashes, *why, *id = json_text(json_get(v, "id"));
	const char *snapshot;
	struct record r;
	size_t count, i;
	bool is_read = record_read(v, &r, &why) == 0;

	if (is_read && r.started_at != INSTANT_NONE)
		*started = r.started_at;
	json_open(o, NULL, '{');
	json_put_text(o, "tx_id",
	    is_read ? r.id : arena_printf(a, "%.60s", id == NULL ? "?" : id));
	json_put_text(o, "status", is_read ? r.status : "");
	json_put_bool(o, "is_paid", is_read && r.is_paid);
	json_put_int(o, "started_us",
	    is_read && r.started_at != INSTANT_NONE ? r.started_at : 0);
	put_amount(o, "amount_in", is_read ? r.in.amount : "");
	put_amount(o, "amount_out", is_read ? r.out.amount : "");
	json_put_text(o, "quote", is_read ? r.quote_id : "");
	snapshot = is_read ? record_snapshot(a, &r) : NULL;
	json_put_raw(o, "snapshot", snapshot == NULL ? "{}" : snapshot);
	json_open(o, "hashes", '[');
	count = is_read ? funds_hashes(a, &r, &hashes) : 0;
	for (i = 0; i < count; i++)
		json_put_text(o, NULL, hashes[i]);
	json_close(o, ']');
	json_close(o, '}');
}

int
gather_platform(const struct gather *g)
{
	const struct platform *p = &g->ways->platform;
	struct list_ask ask = {"created_at", "desc", NULL, 0};
	struct arena *a = arena_new();
	const struct json *list;
	instant started = INT64_MAX;
	struct json_out o;
	struct buf rows;
	int code = VERB_DONE;
	size_t i;

	/* New records push others onto later pages: none is missed. */
	for (; code == VERB_DONE && ask.page < PAGES_MOST; ask.page++) {
		arena_reset(a);
		if (p->list(p->self, a, &ask, &list) != 0) {
			code = failed("the platform's records cannot be read");
			break;
		}
		begin_rows(&o, &rows, a);
		for (i = 0; i < json_count(list); i++)
			put_record(&o, a, json_at(list, i), &started);
		code = hand_over(g, a, &take_records, &o);
		if (json_count(list) < PAGE_SIZE || started < g->since)
			break;
	}
	if (ask.page == PAGES_MOST)
		code = failed("the platform has too many records: --since");
	arena_free(a);
	return code;
}

/* --- the bank ------------------------------------------------------------ */

static void
put_payout(struct json_out *o, const struct rail_payout *p)
{
	json_open(o, NULL, '{');
	json_put_text(o, "reference", p->reference);
	json_put_text(o, "bank_id", p->bank_id);
	put_amount(o, "amount", p->amount);
	json_put_text(o, "currency", p->currency);
	json_put_text(o, "status", p->status);
	json_close(o, '}');
}

/* What people carry out is in our own database. */
static int
gather_manual(const struct gather *g, instant since)
{
	struct arena *a = arena_new();
	const struct db_value values[] = {db_text(g->run), db_int(a, since)};
	const struct db_rows *rows;
	int rc = db_call(g->db, a, &take_manual, values, &rows);
	int code = rc == 0 ? VERB_DONE : failed_call(g->db, rc);

	arena_free(a);
	return code;
}

static int
gather_rail(const struct gather *g, const struct rail *rail,
    const struct db_statement *take, const char *what)
{
	instant since = g->since > BANK_MARGIN ? g->since - BANK_MARGIN : 0;
	struct arena *a = arena_new(), *whole = arena_new();
	struct rail_page at = {.next = NULL};
	const char *after = NULL;
	struct json_out o;
	struct buf rows;
	int code = VERB_DONE, pages = 0;
	size_t i;

	while (code == VERB_DONE && rail->page != NULL) {
		arena_reset(a);
		if (rail->page(rail->self, a, since, after, &at) != 0) {
			code = failed("the %s cannot be read", what);
			break;
		}
		begin_rows(&o, &rows, a);
		for (i = 0; i < at.count; i++)
			put_payout(&o, &at.payouts[i]);
		code = hand_over(g, a, take, &o);
		after = at.next == NULL ? NULL : arena_strdup(whole, at.next);
		if (after != NULL && ++pages == PAGES_MOST)
			code = failed("the %s are too many: --since", what);
		if (after == NULL)
			break;
	}
	arena_free(whole);
	arena_free(a);
	return code;
}

int
gather_bank(const struct gather *g)
{
	instant since = g->since > BANK_MARGIN ? g->since - BANK_MARGIN : 0;
	int code = gather_manual(g, since);

	return code == VERB_DONE ? gather_rail(g, &g->ways->rail, &take_payouts,
				       "bank's payouts")
	                         : code;
}

int
gather_treasury(const struct gather *g)
{
	return gather_rail(g, &g->ways->treasury, &take_refunds,
	    "treasury's refunds");
}

/* --- the ledger ---------------------------------------------------------- */

/* Ours, as the book and the watcher write it; NULL: none of ours. */
static const char *
asset_of_ours(const struct gather *g, struct arena *a, const char *on_ledger)
{
	const char *id = arena_printf(a, "stellar:%s", on_ledger);

	return book_asset(g->book, id) == NULL ? NULL : id;
}

static void
put_operation(struct json_out *o, const struct gather *g, struct arena *a,
    const char *account, const struct incoming *in)
{
	const char *asset = asset_of_ours(g, a, in->operation.asset);

	if (asset == NULL || !in->operation.is_payment ||
	    strcmp(in->operation.from, account) == 0)
		return;
	json_open(o, NULL, '{');
	json_put_text(o, "operation_id", in->operation.id);
	json_put_text(o, "hash", in->hash);
	json_put_text(o, "account", account);
	json_put_text(o, "source", in->operation.from);
	json_put_text(o, "asset", asset);
	put_amount(o, "amount", in->operation.amount);
	json_put_text(o, "memo", in->memo);
	json_close(o, '}');
}

static int
gather_account(const struct gather *g, const char *account)
{
	struct arena *a = arena_new(), *whole = arena_new();
	struct incoming_page at;
	const char *cursor = "";
	struct json_out o;
	struct buf rows;
	int code, pages = 0;
	size_t i;

	do {
		arena_reset(a);
		if (incoming_page(g->ways->http, g->ways->horizon_url, a,
			account, cursor, INCOMING_NEWEST, &at) != 0) {
			code = failed("the payments to %s cannot be read",
			    account);
			break;
		}
		begin_rows(&o, &rows, a);
		for (i = 0; i < at.count; i++)
			put_operation(&o, g, a, account, &at.list[i]);
		code = hand_over(g, a, &take_operations, &o);
		cursor = arena_strdup(whole, at.cursor);
		if (++pages == PAGES_MOST)
			code = failed("%s has too many payments: --since",
			    account);
	} while (code == VERB_DONE && !at.is_last && at.oldest >= g->since);
	arena_free(whole);
	arena_free(a);
	return code;
}

int
gather_ledger(const struct gather *g)
{
	char accounts[ACCOUNTS_MOST][ACCOUNT_TEXT], id[MEMO_ID_TEXT];
	const struct asset *asset;
	size_t count = 0, i, k;
	int code = VERB_DONE;

	for (i = 0; (asset = book_asset_at(g->book, i)) != NULL; i++) {
		if (asset->distribution_account == NULL ||
		    account_base(asset->distribution_account, accounts[count],
			id) != 0)
			continue;
		for (k = 0; strcmp(accounts[k], accounts[count]) != 0; k++)
			;
		count += k == count;
		if (count == ACCOUNTS_MOST)
			return failed("the book has too many accounts");
	}
	for (i = 0; code == VERB_DONE && i < count; i++)
		code = gather_account(g, accounts[i]);
	return code;
}
