/*
 * correct - a payout that the bank refused or gave back for what could be put
 *           right: the receiver is asked for that field, and when it is another
 *           and accepted, the payout is ordered again.
 *
 * Nothing is remembered about the road: the order that failed tells what the
 * field was, the customer what it is, and the record who knows.
 */
#include "arena.h"
#include "ask.h"
#include "customer_store.h"
#include "customer_verdict.h"
#include "funds.h"
#include "json.h"
#include "kyc.h"
#include "log.h"
#include "order.h"
#include "refund.h"
#include "report.h"
#include "road.h"
#include "sep9.h"

#define LOOK_AGAIN (10 * SECOND)
enum { CODE_MOST = 64 };

/* --- it ends ------------------------------------------------------------- */

/* The money goes back where the book says so, or a person decides. */
static void
give_up(struct watcher *w, struct payment *p, const char *code,
    const char *sentence)
{
	const struct book *book;

	if (p->attempt.refusal[0] != '\0')
		sentence = arena_printf(w->arena, "%s (%s)", sentence,
		    p->attempt.refusal);
	if (book_current(w->books, w->store.db, &book) != 0)
		watch_after(w, p, -1);
	else
		refund_or_stop(w, p, book, code, sentence);
}

void
act_give_up(struct watcher *w, struct payment **list, size_t count)
{
	size_t i;

	for (i = 0; i < count && !watch_is_ending(w); i++)
		give_up(w, list[i], list[i]->code, list[i]->sentence);
}

/* --- what was wrong ------------------------------------------------------ */

struct fault {
	const char *field;   /* NULL: nothing that could be asked for */
	const char *ordered; /* its value in the order that failed */
	const char *now;     /* and as the customer has it; NULL: not at all */
};

/* The rail names the field; if it does not, it is the one that says where the
 * money goes. */
static const char *
field_of(const struct payment *p, const struct json *beneficiary)
{
	const char *const *name = ask_accounts();

	if (p->attempt.field[0] != '\0')
		return p->attempt.field;
	while (*name != NULL && json_text(json_get(beneficiary, *name)) == NULL)
		name++;
	return *name;
}

/* Negative: the order or the values cannot be opened. */
static int
find_fault(struct watcher *w, const struct payment *p,
    const struct customer *receiver, struct fault *out)
{
	const struct json *order, *beneficiary;
	const char *const *pairs, *name, *why;
	struct rail_order bytes;

	*out = (struct fault){0};
	if (order_open(w, p, &bytes) != 0 ||
	    json_parse(w->arena, bytes.body, bytes.body_len, &order, &why) !=
		0 ||
	    customer_values(w->keys, w->arena, receiver, &pairs) != 0)
		return -1;
	beneficiary = json_get(order, "beneficiary");
	name = field_of(p, beneficiary);
	if (name == NULL || sep9_find(name) == NULL)
		return 0;
	out->ordered = json_text(json_get(beneficiary, name));
	if (out->ordered == NULL)
		return 0;
	out->field = name;
	for (; pairs[0] != NULL; pairs += 2)
		if (strcmp(pairs[0], name) == 0)
			out->now = pairs[1];
	return 0;
}

static bool
is_corrected(const struct fault *f)
{
	return f->now == NULL || strcmp(f->now, f->ordered) != 0;
}

/* --- the customer is asked ----------------------------------------------- */

/* As the wallet is shown it: the rail's word, in the letters of ours. */
static const char *
error_of(struct watcher *w, const struct payment *p)
{
	char *word = arena_strdup(w->arena, p->attempt.refusal), *c;

	for (c = word; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
		else if (strchr(".:-", *c) != NULL)
			*c = '_';
	return word[0] == '\0' || strlen(word) > CODE_MOST ? "not_taken" : word;
}

static void
reject(struct watcher *w, struct payment *p, const struct asked *x,
    const char *field)
{
	const struct field_error error = {field, error_of(w, p)};
	const struct verdict_ask ask = {.by = "watcher",
	    .errors = &error,
	    .error_count = 1};
	char today[INSTANT_TEXT];
	int rc;

	instant_print(watch_now(w), today);
	today[10] = '\0';
	rc = customer_verdict_save(w->store.db, w->arena, x->book, x->receiver,
	    &ask, today, NULL);
	if (rc == 0)
		log_line(LOG_INFO, "correction_asked",
		    "tx=%s customer=%s field=%s", p->tx_id, x->receiver->id,
		    field);
	watch_after(w, p, rc == CUSTOMER_FASTER ? STORE_GONE : rc);
}

static bool
is_rejected(const struct customer *receiver, const char *field)
{
	const struct customer_field *has = customer_has(receiver, field);

	return has != NULL && has->state == FIELD_REJECTED;
}

/* --- it goes on ---------------------------------------------------------- */

static void
again(struct watcher *w, struct payment *p)
{
	const char *outcome;
	int rc = store_corrected(&w->store, w->arena, p, &outcome);

	if (rc == 0 && strcmp(outcome, "ok") != 0) {
		p->next = watch_now(w) + LOOK_AGAIN;
		return;
	}
	if (rc == 0)
		log_line(LOG_INFO, "corrected", "tx=%s after=%s", p->tx_id,
		    p->attempt.reference);
	watch_after(w, p, rc);
}

/* The record is where the platform can be told of customers. */
static void
by_customer(struct watcher *w, struct payment *p, const struct asked *x,
    struct gate_answer answer, const struct fault *f)
{
	if (ask_informs(w, p, x, answer))
		return;
	if (is_corrected(f))
		again(w, p);
	else
		give_up(w, p,
		    p->attempt.is_returned ? "payout_returned"
					   : "payout_refused",
		    "the bank wants other data of the receiver, and nobody is "
		    "asked for that field here");
}

static void
correct(struct watcher *w, struct payment *p)
{
	const char *departs = funds_departs(p, &p->record);
	const char *method = road_method(&p->record);
	struct gate_answer answer;
	struct fault fault;
	struct asked x;

	if (departs != NULL || method == NULL) {
		watch_review(w, p, "record_departs",
		    departs != NULL ? departs
				    : "the platform has it in another status",
		    false);
		return;
	}
	if (ask_customers(w, p, &x) != 0) {
		watch_after(w, p, -1);
		return;
	}
	answer = gate_customers(&p->record, &x.gate.sender, &x.gate.receiver);
	if (answer.says == GATE_REFUSE) {
		give_up(w, p, answer.code, answer.sentence);
		return;
	}
	if (find_fault(w, p, x.receiver, &fault) != 0)
		watch_wait(w, p, "receiver_sealed",
		    "the receiver's values, or those of the order, cannot be "
		    "opened",
		    watch_now(w) + LOOK_AGAIN);
	else if (fault.field == NULL)
		give_up(w, p,
		    p->attempt.is_returned ? "payout_returned"
					   : "payout_refused",
		    "the bank wants other data, and names none that it had");
	else if (!is_corrected(&fault) && !is_rejected(x.receiver, fault.field))
		reject(w, p, &x, fault.field);
	else if (method[0] != '\0' && strcmp(method, CUSTOMER_INFO) != 0)
		road_go(w, p, method,
		    p->attempt.is_returned ? "payout_returned"
					   : "payout_refused",
		    "the bank wants other data of the receiver");
	else
		by_customer(w, p, &x, answer, &fault);
}

void
act_correct(struct watcher *w, struct payment **list, size_t count)
{
	size_t i;

	for (i = 0; i < count && !watch_is_ending(w); i++)
		correct(w, list[i]);
}
