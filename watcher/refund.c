/*
 * refund - money goes back.
 */
#include "refund.h"

#include <inttypes.h>

#include "account.h"
#include "arena.h"
#include "book.h"
#include "buf.h"
#include "gate.h"
#include "json.h"
#include "log.h"
#include "order.h"
#include "report.h"

#define LOOK_AGAIN (10 * SECOND)

/* --- whether ------------------------------------------------------------- */

static void
turn(struct watcher *w, struct payment *p, const char *code)
{
	const char *outcome;
	int rc = store_turn(&w->store, w->arena, p, code, &outcome);

	if (rc != 0) {
		watch_after(w, p, rc);
		return;
	}
	log_line(LOG_INFO, "payment_turn", "tx=%s code=%s outcome=%s", p->tx_id,
	    code, outcome);
	p->next = strcmp(outcome, "ok") == 0 ? w->now : FOREVER;
}

static bool
goes_back(const struct payment *p, const struct book *book, const char *code)
{
	return p->record.is_paid && is_refund_reason(code) &&
	       book_refunds(book,
		   p->currency[0] != '\0' ? p->currency
					  : record_currency(&p->record),
		   p->method, code);
}

void
refund_or_stop(struct watcher *w, struct payment *p, const struct book *book,
    const char *code, const char *sentence)
{
	if (goes_back(p, book, code))
		turn(w, p, code);
	else
		watch_stop(w, p, false, code, sentence);
}

/* A step with a code has just come to that; one without has been stopped for
 * the reason that stands in it. */
void
act_turn(struct watcher *w, struct payment **list, size_t count)
{
	const struct book *book;
	size_t i;

	for (i = 0; i < count && !watch_is_ending(w); i++) {
		struct payment *p = list[i];

		if (book_current(w->books, w->store.db, &book) != 0)
			watch_after(w, p, -1);
		else if (p->code != NULL)
			refund_or_stop(w, p, book, p->code, p->sentence);
		else if (goes_back(p, book,
			     arena_printf(w->arena, "%.*s",
				 (int)strcspn(p->reason, ":"), p->reason)))
			turn(w, p,
			    arena_printf(w->arena, "%.*s",
				(int)strcspn(p->reason, ":"), p->reason));
		else
			p->next = FOREVER;
	}
}

/* --- the road ------------------------------------------------------------ */

/* The wallet sees it: our own words only. */
static const char error_message[] =
    "{\"message\":\"refund: the payment cannot be paid out, the money goes "
    "back\"}";

static const struct {
	const char *method, *params, *expect;
} roads[] = {
    {CUSTOMER_INFO, "{}", "pending_receiver"},
    {ERROR, error_message, "error"},
    {RECOVERY, "{}", "pending_receiver"},
};

static void
step_on(struct watcher *w, struct payment *p, const char *method,
    const char *params, const char *expect)
{
	const char *outcome;
	int rc = store_refund_step(&w->store, w->arena, p, method, params,
	    expect, &outcome);

	if (rc != 0 || strcmp(outcome, "ok") == 0)
		watch_after(w, p, rc);
	else
		p->next = watch_now(w) + LOOK_AGAIN;
	if (rc == 0)
		log_line(LOG_INFO, "refund_step", "tx=%s method=%s outcome=%s",
		    p->tx_id, method, outcome);
}

void
act_road(struct watcher *w, struct payment **list, size_t count)
{
	size_t i, k;

	for (i = 0; i < count && !watch_is_ending(w); i++)
		for (k = 0; k < sizeof(roads) / sizeof(roads[0]); k++)
			if (strcmp(roads[k].method, list[i]->code) == 0)
				step_on(w, list[i], roads[k].method,
				    roads[k].params, roads[k].expect);
}

/* --- what, and where to -------------------------------------------------- */

static bool
came_whole(struct watcher *w, struct payment *p, const struct came *came)
{
	const char *code = NULL, *sentence = NULL;

	if (came->sources != 1) {
		code = "refund_sources";
		sentence = "the money came from several accounts, or from none";
	} else if (came->assets != 1 ||
		   strcmp(came->asset, p->record.in.asset) != 0 ||
		   !is_same_amount(p->record.in.amount, came->sum)) {
		code = "refund_differs";
		sentence =
		    "what was verified is not what the record says came in";
	}
	if (code != NULL)
		watch_stop(w, p, true, code, sentence);
	return code == NULL;
}

/* The platform takes the fee in the asset of the record's own fee. */
static bool
fee_fits(struct watcher *w, struct payment *p, const struct book *book,
    struct refund *out)
{
	struct amount sum = out->amount;

	out->fee = book_refund_fee(book,
	    p->currency[0] != '\0' ? p->currency : record_currency(&p->record),
	    p->method);
	out->fee_asset =
	    p->record.fee.asset[0] != '\0' ? p->record.fee.asset : out->asset;
	if (amount_is_zero(out->fee))
		return true;
	if (strcmp(out->fee_asset, out->asset) == 0 &&
	    amount_sub(sum, out->fee, &out->amount) == AMOUNT_OK &&
	    amount_cmp(out->fee, sum) < 0)
		return true;
	watch_stop(w, p, true, "refund_fee",
	    "our fee for a refund cannot be kept: it is not in the asset that "
	    "came, or more than that");
	return false;
}

/* Where the book has its client's money sent back to; NULL: it does not say. */
static const char *
account_of_book(struct watcher *w, const struct payment *p,
    const struct book *book, const char **memo)
{
	char base[ACCOUNT_TEXT], id[MEMO_ID_TEXT];

	if (account_base(p->record.creator, base, id) != 0)
		return NULL;
	return book_refund_account(book, arena_strdup(w->arena, base), memo);
}

static void
where_to(struct watcher *w, const struct payment *p, const struct book *book,
    const struct came *came, struct refund *out)
{
	const char *account;

	out->memo = p->record.memo;
	out->memo_type =
	    p->record.memo_type[0] != '\0' ? p->record.memo_type : "id";
	account = account_of_book(w, p, book, &out->memo);
	out->account = account == NULL ? came->source : account;
	if (account != NULL)
		out->memo_type = "id";
}

/* All that a refund is, from what was verified; false: it is not to be, and the
 * payment has its next step. */
static bool
reckon(struct watcher *w, struct payment *p, struct refund *out)
{
	const struct book *book;
	struct came came;

	if (book_current(w->books, w->store.db, &book) != 0 ||
	    store_came(&w->store, w->arena, p, &came) != 0) {
		watch_after(w, p, -1);
		return false;
	}
	*out = (struct refund){.amount = came.sum, .asset = came.asset};
	if (!came_whole(w, p, &came) || !fee_fits(w, p, book, out))
		return false;
	where_to(w, p, book, &came, out);
	return true;
}

const char *
refund_departs(const struct payment *p, const struct record *now)
{
	if (!is_same_amount(now->in.amount, p->attempt.sum))
		return "the record says that another sum came in";
	return NULL;
}

void
refund_prepare(struct watcher *w, struct payment *p)
{
	int64_t n = p->attempt.n + 1;
	const char *outcome;
	struct refund refund;
	struct sealed body;
	int rc;

	if (!reckon(w, p, &refund))
		return;
	if (order_make_back(w, p, n, &refund, &body) != 0) {
		watch_wait(w, p, "order_unmade",
		    "the order to the treasury cannot be made",
		    watch_now(w) + LOOK_AGAIN);
		return;
	}
	rc = store_refund(&w->store, w->arena, p, n, body, &refund, &outcome);
	if (rc != 0 || strcmp(outcome, "ok") == 0)
		watch_after(w, p, rc);
	else
		p->next = watch_now(w) + LOOK_AGAIN;
}

/* --- by the platform itself ---------------------------------------------- */

static void
put_money(struct json_out *o, const char *name, struct amount amount,
    const char *asset)
{
	char text[AMOUNT_TEXT];

	json_open(o, name, '{');
	json_put_text(o, "amount", amount_print(amount, text));
	json_put_text(o, "asset", asset);
	json_close(o, '}');
}

/* The platform is told how much, never where to: it chooses the account. */
static bool
platform_may_choose(struct watcher *w, struct payment *p)
{
	const struct book *book;
	const char *memo;

	if (book_current(w->books, w->store.db, &book) != 0) {
		watch_after(w, p, -1);
		return false;
	}
	if (account_of_book(w, p, book, &memo) == NULL)
		return true;
	watch_stop(w, p, true, "refund_account",
	    "the limits have an account that its client's money is sent back "
	    "to, and a platform that sends it back itself takes none");
	return false;
}

static void
order_of_platform(struct watcher *w, struct payment *p)
{
	struct refund refund;
	struct json_out o;
	struct buf b;

	if (!platform_may_choose(w, p) || !reckon(w, p, &refund))
		return;
	buf_init(&b, w->arena, 4096);
	json_begin(&o, &b);
	json_open(&o, NULL, '{');
	json_open(&o, "refund", '{');
	put_money(&o, "amount", refund.amount, refund.asset);
	put_money(&o, "amount_fee", refund.fee, refund.fee_asset);
	json_close(&o, '}');
	json_close(&o, '}');
	step_on(w, p, DO_REFUND, b.data, "pending_stellar");
}

void
act_order_back(struct watcher *w, struct payment **list, size_t count)
{
	size_t i;

	for (i = 0; i < count && !watch_is_ending(w); i++)
		order_of_platform(w, list[i]);
}

bool
refund_may_be_told(struct watcher *w, struct payment *p)
{
	struct record now;
	const char *why;
	struct got got;

	w->platform.get(w->platform.self, w->arena, &p->tx_id, 1, &got);
	if (got.rc != GOT_RECORD || record_read(got.record, &now, &why) != 0) {
		p->next = watch_now(w) + LOOK_AGAIN / 4;
		return false;
	}
	if (record_is(&now, "pending_receiver") && now.is_paid &&
	    strcmp(now.in.amount, p->record.in.amount) == 0)
		return true;
	watch_after(w, p,
	    store_report_park(&w->store, w->arena, p, "record_departs",
		"the platform has it in another status, or another sum"));
	return false;
}

/* The whole of what came in, as one payment with a name on the ledger. */
static bool
is_back(const struct payment *p)
{
	const struct json *all = json_path(p->record.whole, "refunds.payments");
	const struct json *one = json_at(all, 0);
	const char *id = json_text(json_get(one, "id"));
	const char *amount = json_text(json_path(one, "amount.amount"));
	const char *fee = json_text(json_path(one, "fee.amount"));
	struct amount sum, kept;

	return json_count(all) == 1 && id != NULL && strlen(id) == 64 &&
	       amount != NULL && fee != NULL &&
	       amount_parse(amount, &sum) == AMOUNT_OK &&
	       amount_parse(fee, &kept) == AMOUNT_OK &&
	       amount_add(sum, kept, &sum) == AMOUNT_OK &&
	       is_same_amount(p->record.in.amount, sum);
}

void
act_back(struct watcher *w, struct payment **list, size_t count)
{
	size_t i;

	for (i = 0; i < count && !watch_is_ending(w); i++)
		if (is_back(list[i]))
			watch_after(w, list[i],
			    store_custody_done(&w->store, w->arena, list[i]));
		else
			watch_review(w, list[i], "refund_differs",
			    "the platform shows another refund than it was "
			    "ordered to make",
			    false);
}
