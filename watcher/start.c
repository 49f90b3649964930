/*
 * start - the gate's acts: payments that may start are asked for.
 */
#include "arena.h"
#include "ask.h"
#include "buf.h"
#include "id.h"
#include "json.h"
#include "log.h"
#include "start.h"

/* On the quote, when the gate is passed. */
#define LEAST_LEFT (60 * SECOND)
/* Until something is asked again that only a person or time can change. */
#define LOOK_AGAIN (30 * SECOND)

/* The platform has asked for the money already, and we know of no gate. */
static bool
is_asked_for(const struct payment *p)
{
	return p->state == PAYMENT_NEW &&
	       record_is(&p->record, "pending_sender");
}

/* What is asked for keeps the memo that it was asked for with. */
static const char *
memo_of(const struct watcher *w, const struct payment *p)
{
	return is_asked_for(p) && !w->platform_memos ? p->record.memo : p->memo;
}

/* One that a payment can have. */
static bool
is_id_memo(const char *memo)
{
	size_t len = strlen(memo);

	return memo[0] != '0' && strspn(memo, "0123456789") == len && len > 0 &&
	       (len < 19 ||
		   (len == 19 && strcmp(memo, "9223372036854775807") <= 0));
}

static instant
least_left(const struct payment *p)
{
	return is_asked_for(p) ? RESEND_LEFT : LEAST_LEFT;
}

/* --- the facts of the gate, for the database ----------------------------- */

static void
put_amount(struct json_out *o, const char *name, struct amount amount)
{
	char text[AMOUNT_TEXT];

	json_put_text(o, name, amount_print(amount, text));
}

static void
put_sum(struct json_out *o, const char *name, const char *what,
    struct amount amount, const char *asset)
{
	json_open(o, name, '{');
	put_amount(o, what, amount);
	json_put_text(o, "asset", asset);
}

/* The amounts of our own quote, where the record has others. */
static void
put_amounts(struct json_out *o, const struct asked *x)
{
	const struct gate_quote *q = &x->gate.quote;
	size_t i;

	put_sum(o, "amount_in", "amount", q->sell, q->sell_asset);
	json_close(o, '}');
	put_sum(o, "amount_out", "amount", q->buy, q->buy_asset);
	json_close(o, '}');
	put_sum(o, "fee_details", "total", q->fee, q->fee_asset);
	if (x->own.line_count != 0)
		json_open(o, "details", '[');
	for (i = 0; i < x->own.line_count; i++) {
		json_open(o, NULL, '{');
		json_put_text(o, "name", x->own.lines[i].name);
		put_amount(o, "amount", x->own.lines[i].amount);
		json_close(o, '}');
	}
	if (x->own.line_count != 0)
		json_close(o, ']');
	json_close(o, '}');
}

static void
put_params(struct json_out *o, const struct watcher *w, const struct payment *p,
    const struct asked *x)
{
	json_open(o, "params", '{');
	if (!w->platform_memos) {
		json_put_text(o, "destination_account", x->gate.destination);
		json_put_text(o, "memo", memo_of(w, p));
		json_put_text(o, "memo_type", "id");
	}
	if (x->is_own &&
	    gate_amounts(&p->record, &x->gate.quote) == AMOUNTS_TELL)
		put_amounts(o, x);
	json_close(o, '}');
}

static const char *
facts_of(struct watcher *w, const struct payment *p, const struct asked *x,
    const char *beneficiary)
{
	const struct record *r = &p->record;
	const struct gate_quote *q = &x->gate.quote;
	char id[ID_TEXT];
	struct json_out o;
	struct buf b;

	buf_init(&b, w->arena, 64 * 1024);
	json_begin(&o, &b);
	json_open(&o, NULL, '{');
	if (x->is_own) {
		id_new(id);
		json_put_text(&o, "quote_id", id);
		json_put_raw(&o, "own_quote",
		    quote_hold_json(w->arena, x->book, &x->own, id,
			x->lifetime));
	} else {
		json_put_text(&o, "quote_id", r->quote_id);
	}
	json_put_text(&o, "client", q->client);
	json_put_int(&o, "started_us", r->started_at);
	json_put_text(&o, "asset", q->sell_asset);
	put_amount(&o, "expected", q->sell);
	json_put_text(&o, "buy_asset", q->buy_asset);
	put_amount(&o, "payout", q->buy);
	put_amount(&o, "fee", q->fee);
	json_put_text(&o, "fee_asset", q->fee_asset);
	json_put_text(&o, "currency", q->buy_asset + strlen("iso4217:"));
	json_put_text(&o, "method", r->method);
	json_put_text(&o, "sender", r->sender);
	json_put_text(&o, "receiver", r->receiver);
	json_put_text(&o, "beneficiary", beneficiary);
	json_put_text(&o, "destination",
	    w->platform_memos ? "" : x->gate.destination);
	put_amount(&o, "per_day", x->limits.per_day);
	put_amount(&o, "per_beneficiary", x->limits.per_beneficiary);
	json_put_int(&o, "least_left_ms", least_left(p) / 1000);
	json_put_bool(&o, "is_asked", is_asked_for(p));
	if (is_asked_for(p) && !w->platform_memos)
		json_put_text(&o, "memo", memo_of(w, p));
	put_params(&o, w, p, x);
	json_close(&o, '}');
	return b.data;
}

/* --- what may not start -------------------------------------------------- */

static const char ASKED_WITHOUT_GATE[] = "asked_without_gate";

static void
ends(struct watcher *w, struct payment *p, const char *code,
    const char *sentence)
{
	p->code = code;
	p->sentence = sentence;
	act_end(w, &p, 1);
}

/* Nobody has paid what was not asked for: it does not wait for ever. */
static bool
is_abandoned(const struct watcher *w, const struct payment *p,
    const struct book *book)
{
	return p->record.started_at != INSTANT_NONE &&
	       watch_now(w) - p->record.started_at > book_abandoned_after(book);
}

static void
abandon(struct watcher *w, struct payment *p)
{
	ends(w, p, "abandoned", "it could not start for too long");
}

/* What follows is the book's to say. */
static void
by_policy(struct watcher *w, struct payment *p, const struct book *book,
    const char *code, const char *sentence)
{
	switch (book_policy(book, code)) {
	case POLICY_FAIL:
		ends(w, p, code, sentence);
		return;
	case POLICY_WAIT:
		if (is_abandoned(w, p, book))
			abandon(w, p);
		else
			watch_wait(w, p, code, sentence,
			    watch_now(w) + LOOK_AGAIN);
		return;
	default:
		watch_stop(w, p, false, code, sentence);
		return;
	}
}

/* While all money is held the database may just have come back from a backup,
 * and a person is about to look: nothing is called off that a client may be
 * paying. */
static void
unadopted(struct watcher *w, struct payment *p, const struct book *book,
    const char *code, const char *sentence)
{
	const char *why = arena_printf(w->arena,
	    "the money was asked for, but not by a gate of ours that holds, "
	    "and it does not pass now: %s (%s)",
	    sentence, code);

	if (w->hold != NULL)
		watch_wait(w, p, ASKED_WITHOUT_GATE, why,
		    watch_now(w) + LOOK_AGAIN);
	else if (strcmp(memo_of(w, p), p->memo) == 0)
		by_policy(w, p, book, ASKED_WITHOUT_GATE, why);
	else
		watch_stop(w, p, true, "other_memo", why);
}

static void
refuse(struct watcher *w, struct payment *p, const struct book *book,
    const char *code, const char *sentence)
{
	if (is_asked_for(p))
		unadopted(w, p, book, code, sentence);
	else
		by_policy(w, p, book, code, sentence);
}

void
act_refuse(struct watcher *w, struct payment **list, size_t count)
{
	const struct book *book;
	size_t i;

	for (i = 0; i < count && !watch_is_ending(w); i++)
		if (book_current(w->books, w->store.db, &book) != 0)
			watch_after(w, list[i], -1);
		else
			by_policy(w, list[i], book, list[i]->code,
			    list[i]->sentence);
}

/* --- the gate ------------------------------------------------------------ */

/* What SQL answers besides ok. */
static const struct {
	const char *outcome, *code, *sentence;
} outcomes[] = {
    {"limit_day", "limit_day", "the client's limit for one day is reached"},
    {"limit_beneficiary", "limit_beneficiary",
	"the limit for this beneficiary is reached"},
    {"empty", "empty", "there is not enough liquidity for it"},
    {"cap", "cap", "the client holds as much as it may"},
    {"day_cap", "day_cap",
	"the client was quoted as much as it may be in a day"},
    {"quote_expired", "quote_expired", "the quote is over, or nearly so"},
    {"expired", "quote_expired",
	"the quote is over, or holds no money any more"},
    {"used", "quote_used", "the quote was used before"},
    {"other_quote", "quote_other_quote",
	"this payment had another quote before"},
    {"foreign", "quote_foreign", "the quote was given to another client"},
    {"differs", "quote_differs",
	"assets or amounts of the record are not the quote's"},
    {"unknown", "quote_unknown", "the quote is none of ours"},
    {"memo_used", "memo_used", "another payment has its memo"},
};

static void
passed(struct watcher *w, struct payment *p, const struct book *book,
    const char *outcome)
{
	size_t i;

	if (strcmp(outcome, "ok") == 0) {
		log_line(LOG_INFO, "gate_passed", "tx=%s", p->tx_id);
		p->next = w->now;
		return;
	}
	if (strcmp(outcome, "book_changed") == 0) {
		book_outdated(w->books);
		watch_wait(w, p, outcome, "the book has changed meanwhile",
		    watch_now(w) + LOOK_AGAIN);
		return;
	}
	/* It names no quote, and the price that it was given is over. */
	if (strcmp(outcome, "other_quote") == 0 &&
	    p->record.quote_id[0] == '\0')
		outcome = "expired";
	for (i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		if (strcmp(outcome, outcomes[i].outcome) == 0) {
			refuse(w, p, book, outcomes[i].code,
			    outcomes[i].sentence);
			return;
		}
	log_line(LOG_ERROR, "gate_odd", "tx=%s outcome=%s", p->tx_id,
	    log_quoted(outcome));
	watch_wait(w, p, "gate_odd", "the gate gave no answer",
	    watch_now(w) + LOOK_AGAIN);
}

/* Customers first: who is refused is not told about prices.  True: they hold,
 * else the payment has its next step. */
static bool
customers_hold(struct watcher *w, struct payment *p, const struct asked *x)
{
	struct gate_answer answer =
	    gate_customers(&p->record, &x->gate.sender, &x->gate.receiver);

	if (answer.says != GATE_PASS && !is_asked_for(p))
		answer = gate_policy(answer, book_policy(x->book, answer.code));
	if (answer.says == GATE_REFUSE ||
	    (answer.says != GATE_PASS && is_asked_for(p)))
		refuse(w, p, x->book, answer.code, answer.sentence);
	else if (answer.says != GATE_PASS && is_abandoned(w, p, x->book))
		abandon(w, p);
	else
		return !ask_informs(w, p, x, answer);
	return false;
}

/* It was asked for to the account, and with the amounts, that the gate would
 * ask for now. */
static struct gate_answer
asked_as_now(const struct watcher *w, const struct payment *p,
    const struct asked *x)
{
	const struct record *r = &p->record;

	if (!w->platform_memos &&
	    (strcmp(r->destination, x->gate.destination) != 0 ||
		!is_id_memo(r->memo)))
		return (struct gate_answer){GATE_REFUSE, "asked_elsewhere",
		    "it goes to another account, or with no memo of ours",
		    false};
	if (gate_amounts(r, &x->gate.quote) != AMOUNTS_EQUAL)
		return (struct gate_answer){GATE_REFUSE, "quote_differs",
		    "it was asked for at another price", false};
	return (struct gate_answer){GATE_PASS, NULL, NULL, false};
}

static void
gate(struct watcher *w, struct payment *p)
{
	const char *beneficiary, *outcome;
	struct gate_answer answer;
	struct asked x;
	int rc;

	if (ask_all(w, p, least_left(p), &x, &answer) != 0) {
		watch_after(w, p, -1);
		return;
	}
	if (!customers_hold(w, p, &x))
		return;
	if (answer.says == GATE_PASS)
		answer = gate_asks(&x.gate);
	if (answer.says == GATE_PASS && is_asked_for(p))
		answer = asked_as_now(w, p, &x);
	if (answer.says != GATE_PASS) {
		refuse(w, p, x.book, answer.code, answer.sentence);
		return;
	}
	if (ask_beneficiary(w, x.receiver, &beneficiary) != 0) {
		watch_wait(w, p, "receiver_sealed",
		    "the receiver's values cannot be opened",
		    watch_now(w) + LOOK_AGAIN);
		return;
	}
	rc = store_gate_pass(&w->store, w->arena, p,
	    facts_of(w, p, &x, beneficiary), &outcome);
	if (rc != 0)
		watch_after(w, p, rc);
	else
		passed(w, p, x.book, outcome);
}

void
act_gate(struct watcher *w, struct payment **list, size_t count)
{
	size_t i;

	for (i = 0; i < count && !watch_is_ending(w); i++)
		gate(w, list[i]);
}

/* Before the request is sent, and sent again. */
int
start_still_holds(struct watcher *w, const struct payment *p,
    struct gate_answer *answer)
{
	struct asked x;
	int rc = ask_all(w, p, RESEND_LEFT, &x, answer);

	if (rc != 0)
		return rc;
	if (answer->says == GATE_PASS)
		*answer = gate_asks(&x.gate);
	return 0;
}
