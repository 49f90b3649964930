/*
 * road - brings a record back to pending_receiver.
 */
#include "arena.h"
#include "ask.h"
#include "buf.h"
#include "json.h"
#include "log.h"
#include "report.h"
#include "road.h"

// clang-format off
static const struct {
	const char *status, *method;
	bool is_paid; /* only if money came */
} roads[] = {
	{ "pending_receiver", "", false },
	{ "pending_customer_info_update", CUSTOMER_INFO, false },
	{ "pending_external", ERROR, false },
	{ "pending_transaction_info_update", ERROR, false },
	{ "error", RECOVERY, true },
	{ "expired", RECOVERY, true },
};
// clang-format on

const char *
road_method(const struct record *r)
{
	size_t i;

	for (i = 0; i < sizeof(roads) / sizeof(roads[0]); i++)
		if (record_is(r, roads[i].status))
			return roads[i].is_paid && !r->is_paid
			           ? NULL
			           : roads[i].method;
	return NULL;
}

/* The wallet sees it: our own words only. */
static const char *
params_of(struct watcher *w, const char *code, const char *sentence)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, w->arena, 1024);
	json_begin(&o, &b);
	json_open(&o, NULL, '{');
	json_put_text(&o, "message",
	    arena_printf(w->arena, "%s: %s", code, sentence));
	json_close(&o, '}');
	return b.data;
}

void
road_go(struct watcher *w, struct payment *p, const char *method,
    const char *code, const char *sentence)
{
	int rc = store_intend(&w->store, w->arena, p, method,
	    strcmp(method, ERROR) == 0 ? params_of(w, code, sentence) : "{}",
	    arena_printf(w->arena, "road:%lld", (long long)p->attempt.n), NULL);

	if (rc == 0)
		log_line(LOG_INFO, "road", "tx=%s from=%s method=%s", p->tx_id,
		    log_quoted(p->record.status), method);
	watch_after(w, p, rc);
}

/* It waits for a customer who has to show more, or comes back from there. */
static void
by_customers(struct watcher *w, struct payment *p)
{
	struct gate_answer answer;
	struct asked x;

	if (ask_customers(w, p, &x) != 0) {
		watch_after(w, p, -1);
		return;
	}
	answer = gate_customers(&p->record, &x.gate.sender, &x.gate.receiver);
	if (answer.says == GATE_REFUSE)
		watch_stop(w, p, false, answer.code, answer.sentence);
	else if (!ask_informs(w, p, &x, answer))
		p->next = watch_now(w) + SECOND;
}

/* Money that goes back asks nobody for papers, and the record comes from
 * wherever a road leads, whoever has put it there. */
static void
back(struct watcher *w, struct payment *p, const char *method)
{
	if (method == NULL)
		watch_review(w, p, "record_departs",
		    "the platform has it in another status", false);
	else
		road_go(w, p, method, "refund",
		    "the payment cannot be paid out, the money goes back");
}

/* Without an order before this one nobody of us has put the record there. */
static bool
was_ordered(const struct payment *p)
{
	return p->attempt.n > (p->outflow.state == OUTFLOW_SENDING ? 1 : 0);
}

void
act_astray(struct watcher *w, struct payment **list, size_t count)
{
	size_t i;

	for (i = 0; i < count && !watch_is_ending(w); i++) {
		struct payment *p = list[i];
		const char *method = road_method(&p->record);

		if (p->outflow.is_refund)
			back(w, p, method);
		else if (method != NULL && strcmp(method, CUSTOMER_INFO) == 0)
			by_customers(w, p);
		else if (method != NULL && was_ordered(p))
			road_go(w, p, method, "payout_again",
			    "the payout is ordered again");
		else
			watch_review(w, p, "record_departs",
			    "the platform has it in another status", false);
	}
}
