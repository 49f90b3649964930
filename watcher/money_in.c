#include "money_in.h"

#include "account.h"
#include "amount.h"
#include "arena.h"
#include "book.h"
#include "counts.h"
#include "incoming.h"
#include "json.h"
#include "log.h"
#include "store_parts.h"
#include "watch.h"

/* So many pages a pass and account; the next pass goes on, at once. */
enum { PAGES_MOST = 20, JUDGED_MOST = 500, ACCOUNTS_MOST = 64 };
/* The platform's observer may be late, and a report of ours on its way. */
enum { UNREPORTED_MS = 10 * 60 * 1000, GRACE_MS = 15 * 60 * 1000 };

/* Of a memo that no payment can have: see ledger_judge.sql. */
static const char UNREAD[] = "?";

// clang-format off
static const struct db_statement
    cursor_of = {"ledger_cursor_of", "select cursor from windlass.ledger_cursor_of($1)", 1},
    has_read = {"ledger_read", "select windlass.ledger_read($1, $2, $3, $4::jsonb) as ok", 4},
    report_all = {"ledger_report", "select tx_id, stellar_tx_hash from windlass.ledger_report($1)", 1},
    judge_all = {"ledger_judge", "select kind, tx_id, operation from windlass.ledger_judge($1, $2)", 2};
// clang-format on

static bool
is_too_fine(const struct book *book, struct arena *a, const char *asset,
    const char *amount)
{
	const struct asset *ours =
	    book_asset(book, arena_printf(a, "stellar:%s", asset));
	struct amount sum;

	return ours != NULL && amount_parse(amount, &sum) == AMOUNT_OK &&
	       amount_decimals(sum) > ours->decimals;
}

static struct db_value
operations_of(struct watcher *w, const struct book *book, const char *account,
    const struct incoming_page *page)
{
	struct batch b;

	batch_begin(&b, w->arena);
	for (size_t i = 0; i < page->count; i++) {
		const struct incoming *in = &page->list[i];
		struct amount sum;

		/* From one pocket of ours to the same, or nothing at all. */
		if (strcmp(in->operation.from, account) == 0 ||
		    amount_parse(in->operation.amount, &sum) != AMOUNT_OK)
			continue;
		json_open(&b.out, NULL, '{');
		json_put_text(&b.out, "hash", in->hash);
		json_put_text(&b.out, "id", in->operation.id);
		json_put_text(&b.out, "asset", in->operation.asset);
		json_put_text(&b.out, "amount", in->operation.amount);
		json_put_bool(&b.out, "is_too_fine",
		    is_too_fine(book, w->arena, in->operation.asset,
			in->operation.amount));
		json_put_text(&b.out, "memo",
		    in->is_unread || strlen(in->memo) > 64 ? UNREAD : in->memo);
		if (in->is_unread)
			count_hook("ledger", "unread");
		json_put_int(&b.out, "at_us", in->at);
		json_close(&b.out, '}');
	}
	return batch_end(&b);
}

/* Where an account was left; "" if it was never read. */
static int
cursor_now(struct watcher *w, const char *account, const char **out)
{
	const struct db_value v[] = {db_text(account)};
	const struct db_rows *rows;
	int rc = store_call(&w->store, w->arena, &cursor_of, v, &rows);

	*out = rc == 0 && rows != NULL && db_count(rows) > 0
	           ? db_col(rows, 0, "cursor")
	           : "";
	return rc;
}

static int
keep(struct watcher *w, const char *account, const char *from, const char *to,
    struct db_value operations)
{
	const struct db_value v[] = {db_text(account), db_text(from),
	    db_text(to), operations};

	return store_yes(&w->store, w->arena, &has_read, v);
}

/* An account that was never read begins with its newest operation: what came
 * before is windlass reconcile's to compare. */
static bool
begin(struct watcher *w, const char *account)
{
	struct incoming_page page;

	if (incoming_page(w->sweep_http, w->sweep_url, w->arena, account, "",
		INCOMING_NEWEST, &page) != 0)
		return false;
	return keep(w, account, "", page.newest[0] == '\0' ? "0" : page.newest,
		   db_text("[]")) >= 0;
}

/* False: it cannot be read.  *is_whole: all that is there was. */
static bool
read_account(struct watcher *w, const struct book *book, const char *account,
    bool *is_whole)
{
	struct incoming_page page = {.is_last = false};
	const char *from;
	int pages;

	*is_whole = true;
	if (cursor_now(w, account, &from) != 0)
		return false;
	if (from[0] == '\0')
		return begin(w, account);
	for (pages = 0; pages < PAGES_MOST && !page.is_last; pages++) {
		if (watch_is_ending(w) ||
		    incoming_page(w->sweep_http, w->sweep_url, w->arena,
			account, from, INCOMING_RISING, &page) != 0)
			return false;
		if (page.cursor[0] == '\0')
			break;
		/* Another may have read it meanwhile. */
		if (keep(w, account, from, page.cursor,
			operations_of(w, book, account, &page)) != 0)
			return false;
		from = page.cursor;
	}
	*is_whole = pages < PAGES_MOST || page.is_last;
	return true;
}

static void
judge(struct watcher *w)
{
	const struct db_value v[] = {db_int(w->arena, JUDGED_MOST),
	    db_int(w->arena, GRACE_MS)};
	const struct db_rows *rows;

	if (store_call(&w->store, w->arena, &judge_all, v, &rows) != 0 ||
	    rows == NULL)
		return;
	for (size_t i = 0; i < db_count(rows); i++)
		log_line(LOG_ERROR, "case_opened", "kind=%s tx=%s operation=%s",
		    db_col(rows, i, "kind"),
		    log_quoted(db_col(rows, i, "tx_id")),
		    db_col(rows, i, "operation"));
}

/* The watcher tells the platform, as whatever else it is told. */
static void
report(struct watcher *w)
{
	const struct db_value v[] = {db_int(w->arena, UNREPORTED_MS)};
	const struct db_rows *rows;

	if (store_call(&w->store, w->arena, &report_all, v, &rows) != 0 ||
	    rows == NULL)
		return;
	for (size_t i = 0; i < db_count(rows); i++)
		log_line(LOG_WARN, "payment_unreported", "tx=%s hash=%s",
		    db_col(rows, i, "tx_id"),
		    db_col(rows, i, "stellar_tx_hash"));
}

/* The accounts of the book's assets, each once; how many. */
static size_t
accounts_of(const struct book *book,
    char accounts[static ACCOUNTS_MOST][ACCOUNT_TEXT])
{
	char id[MEMO_ID_TEXT];
	const struct asset *asset;
	size_t count = 0, i, k;

	for (i = 0;
	     count < ACCOUNTS_MOST && (asset = book_asset_at(book, i)) != NULL;
	     i++) {
		if (asset->distribution_account == NULL ||
		    account_base(asset->distribution_account, accounts[count],
			id) != 0)
			continue;
		for (k = 0; strcmp(accounts[k], accounts[count]) != 0; k++)
			;
		count += k == count;
	}
	return count;
}

bool
duty_money_in(struct watcher *w)
{
	char accounts[ACCOUNTS_MOST][ACCOUNT_TEXT];
	const struct book *book;
	bool is_whole = true;
	size_t count, i;

	if (w->sweep_url == NULL)
		return true;
	if (book_current(w->books, w->store.db, &book) != 0)
		return false;
	count = accounts_of(book, accounts);
	for (i = 0; i < count && !watch_is_ending(w); i++) {
		bool is_end,
		    is_read = read_account(w, book, accounts[i], &is_end);

		is_whole &= is_end;
		count_hook("ledger", is_read ? "read" : "failed");
		if (!is_read)
			log_line(LOG_WARN, "money_in_unread", "account=%s",
			    accounts[i]);
	}
	report(w);
	judge(w);
	return is_whole;
}
