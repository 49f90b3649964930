/*
 * pass - claims the payments that are due, chooses one step for each, and takes
 *        each kind of step for all payments that need it at once.
 */
#include "arena.h"
#include "log.h"
#include "watch.h"

#define RETRY (1 * SECOND)
#define RETRY_REFUSED (300 * SECOND)

static const char REFUSED[] = "step_refused";
static const char REFUSES[] = "the database refuses its step";

/* In a row, and then all claims are given back: who waits longest is next. */
enum { KEEPS_MOST = 16 };

void
watch_after(struct watcher *w, struct payment *p, int rc)
{
	/* No use in trying again what a rule forbids: a person looks at it,
	 * and the others go on. */
	if (rc == STORE_REFUSED)
		rc = p->outflow.state <= OUTFLOW_READY
		         ? store_stop(&w->store, w->arena, p, true, REFUSED,
			       REFUSES)
		         : store_review(&w->store, w->arena, p, REFUSED,
			       REFUSES, false);
	/* Somebody else has it, or nobody knows: whoever claims it next reads
	 * it anew. */
	p->next = rc == 0 ? w->now : watch_now(w) + RETRY;
	if (rc != STORE_REFUSED)
		return;
	/* Not even that can be stored of it. */
	p->next = watch_now(w) + RETRY_REFUSED;
	if (store_case(&w->store, w->arena, REFUSED, p->tx_id, REFUSES) != 0)
		p->next = watch_now(w) + RETRY;
}

void
watch_wait(struct watcher *w, struct payment *p, const char *code,
    const char *sentence, instant next)
{
	const char *waits =
	    code == NULL ? ""
			 : arena_printf(w->arena, "%s: %s", code, sentence);

	p->next = next;
	p->waits = strcmp(p->reason, waits) == 0 ? NULL : waits;
	if (p->waits != NULL && code != NULL)
		log_line(LOG_INFO, "payment_waits", "tx=%s code=%s", p->tx_id,
		    code);
}

void
watch_stop(struct watcher *w, struct payment *p, bool is_review,
    const char *code, const char *sentence)
{
	watch_after(w, p,
	    store_stop(&w->store, w->arena, p, is_review, code, sentence));
}

void
watch_review(struct watcher *w, struct payment *p, const char *code,
    const char *sentence, bool is_hold)
{
	watch_after(w, p,
	    store_review(&w->store, w->arena, p, code, sentence, is_hold));
}

/* --- steps that are one call of the database ----------------------------- */

static void
close_or_stop(struct watcher *w, struct payment *p,
    const struct step_choice *choice)
{
	switch (choice->step) {
	case STEP_CLOSE:
		log_line(LOG_INFO, "payment_closed", "tx=%s status=%s",
		    p->tx_id, log_quoted(p->record.status));
		watch_after(w, p,
		    store_close(&w->store, w->arena, p,
			arena_printf(w->arena, "%s: %s", choice->code,
			    choice->sentence)));
		break;
	case STEP_HOLD:
	case STEP_REVIEW:
		watch_stop(w, p, choice->step == STEP_REVIEW, choice->code,
		    choice->sentence);
		break;
	case STEP_CASE:
		p->next = FOREVER;
		if (store_case(&w->store, w->arena, choice->code, p->tx_id,
			choice->sentence) != 0)
			p->next = watch_now(w) + RETRY;
		break;
	default:
		watch_wait(w, p, choice->code, choice->sentence, choice->next);
		break;
	}
}

/* --- the pass ------------------------------------------------------------ */

typedef void (*act)(struct watcher *w, struct payment **list, size_t count);

static const act acts[STEP_MAX] = {
    [STEP_READ_BACK] = act_read_back,
    [STEP_REPORT] = act_report,
    [STEP_GATE] = act_gate,
    [STEP_END] = act_end,
    [STEP_REFUSE] = act_refuse,
    [STEP_FUNDS] = act_funds,
    [STEP_VERIFY] = act_verify,
    [STEP_TURN] = act_turn,
    [STEP_ROAD] = act_road,
    [STEP_ORDER_BACK] = act_order_back,
    [STEP_BACK] = act_back,
    [STEP_PREPARE] = act_prepare,
    [STEP_SEND] = act_send,
    [STEP_LOOK] = act_look,
    [STEP_ASTRAY] = act_astray,
    [STEP_CORRECT] = act_correct,
    [STEP_GIVE_UP] = act_give_up,
};

/* What was sent is settled before anything new begins. */
static const enum step order[] = {STEP_READ_BACK, STEP_LOOK, STEP_SEND,
    STEP_REPORT, STEP_BACK, STEP_TURN, STEP_ROAD, STEP_ORDER_BACK, STEP_ASTRAY,
    STEP_CORRECT, STEP_GIVE_UP, STEP_PREPARE, STEP_VERIFY, STEP_FUNDS, STEP_END,
    STEP_REFUSE, STEP_GATE};

static instant
open_until(const struct breaker *b, instant now)
{
	return breaker_is_open(b, now) ? b->until : 0;
}

static struct step_facts
facts_of(const struct watcher *w)
{
	struct step_facts out = {.now = watch_now(w),
	    .hold = w->hold,
	    .platform_memos = w->platform_memos,
	    .platform_refunds = w->platform_refunds,
	    .via = w->store.via};
	int i;

	out.platform_until = open_until(&w->platform_breaker, out.now);
	for (i = 0; i < WAY_MAX; i++) {
		out.outlets[i].missing = w->outlets[i].missing;
		out.outlets[i].quarantine = w->outlets[i].quarantine;
		out.outlets[i].open_until =
		    open_until(&w->outlets[i].breaker, out.now);
	}
	return out;
}

/* It waits for nothing that could be written, and a person hears of it. */
static int
give_back_bare(struct watcher *w, struct payment *p)
{
	p->waits = NULL;
	p->next = watch_now(w) + RETRY_REFUSED;
	if (store_case(&w->store, w->arena, REFUSED, p->tx_id, REFUSES) != 0)
		p->next = watch_now(w) + RETRY;
	return store_let_go(&w->store, w->arena, &p, 1);
}

/* What the database refuses of one is that one's matter: then each alone. */
static int
give_back(struct watcher *w, struct payment **list, size_t count)
{
	int rc = store_let_go(&w->store, w->arena, list, count), all = 0;
	size_t i;

	for (i = 0; rc == STORE_REFUSED && i < count; i++) {
		int one = store_let_go(&w->store, w->arena, &list[i], 1);

		if (one == STORE_REFUSED)
			one = give_back_bare(w, list[i]);
		if (one != 0)
			all = one;
	}
	return rc == STORE_REFUSED ? all : rc;
}

/* Those that go on at once are kept, claimed as they are, for the next pass;
 * the others are given back.  How many are kept. */
static size_t
let_go(struct watcher *w, struct payment **list, size_t count)
{
	bool may_keep = w->keeps < KEEPS_MOST && !watch_is_ending(w);
	size_t gone = 0, kept = 0, i;

	for (i = 0; i < count; i++)
		if (list[i]->is_given_back)
			continue;
		else if (!may_keep || !list[i]->goes_on ||
			 list[i]->next > watch_now(w))
			list[gone++] = list[i];
		else
			kept++;
	if (gone > 0 && give_back(w, list, gone) != 0)
		log_line(LOG_WARN, "claims_kept", "count=%zu", gone);
	return kept;
}

size_t
pass(struct watcher *w)
{
	struct payment **claimed, **lists[STEP_MAX];
	size_t counts[STEP_MAX] = {0}, count, moved = 0, i;
	struct step_facts facts = facts_of(w);

	if (store_claim(&w->store, w->arena, CLAIM_MOST, CLAIM_MS, &claimed,
		&count) != 0)
		return 0;
	if (count == 0) {
		w->keeps = 0;
		return 0;
	}
	for (i = 0; i < STEP_MAX; i++)
		lists[i] =
		    arena_array(w->arena, count, sizeof(struct payment *));
	for (i = 0; i < count; i++) {
		struct payment *p = claimed[i];
		struct step_choice choice = step_choose(p, &facts);

		log_line(LOG_DEBUG, "step", "tx=%s step=%s", p->tx_id,
		    step_name(choice.step));
		p->code = choice.code;
		p->sentence = choice.sentence;
		p->next = facts.now;
		p->waits = p->reason[0] == '\0' ? NULL : "";
		if (acts[choice.step] != NULL)
			lists[choice.step][counts[choice.step]++] = p;
		else
			close_or_stop(w, p, &choice);
		p->goes_on = choice.step != STEP_WAIT;
		moved += p->goes_on;
	}
	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (counts[order[i]] > 0 && !watch_is_ending(w))
			acts[order[i]](w, lists[order[i]], counts[order[i]]);
	w->keeps = let_go(w, claimed, count) > 0 ? w->keeps + 1 : 0;
	return moved;
}

void
pass_over(struct watcher *w)
{
	bool has_attempts;
	int64_t epoch;

	if (w->keeps > 0 &&
	    store_start(&w->store, w->arena, &epoch, &has_attempts) != 0)
		log_line(LOG_WARN, "claims_kept", "until=their_end");
}
