/*
 * judge - what must be true when a run has come to rest.
 */
#include "judge.h"

#include "house.h"
#include "sim.h"
#include "world.h"

#define WAITS_MOST (1800 * SECOND)

static int
live_payouts(const struct tx *tx, const struct payout **one)
{
	int count = 0;
	size_t i;

	*one = NULL;
	for (i = 0; i < world.payout_count; i++) {
		const struct payout *p = &world.payouts[i];

		if (&world.txs[p->tx] != tx || p->is_back ||
		    payout_is_returned(p))
			continue;
		*one = p;
		count++;
	}
	return count;
}

static bool
is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* It is paid, and everybody says so. */
static void
judge_done(const struct tx *tx, const struct standing *s,
    const struct payout *paid)
{
	if (tx->status == REFUNDED) {
		if (tx->sent_back != 1)
			wrong("%s is refunded, and its money went back %d "
			      "times",
			    tx->id, tx->sent_back);
		return;
	}
	if (tx->status != COMPLETED)
		wrong("%s is done, and its record is %s", tx->id,
		    status_names[tx->status]);
	if (paid == NULL) {
		if ((tx->excuses & EXCUSE_BANK) == 0)
			wrong("%s is done, and nobody was paid", tx->id);
		return;
	}
	if (!is(tx->external, paid->bank_id) || !is(s->bank_id, paid->bank_id))
		wrong("%s was paid as %s; the record says %s, and we say %s",
		    tx->id, paid->bank_id, tx->external, s->bank_id);
}

/* A person has it: for a reason that there is. */
static void
judge_stopped(const struct tx *tx, const struct standing *s)
{
	if (s->reason[0] == '\0')
		wrong("%s is %s, and nobody says why", tx->id, s->state);
	/* Nobody can tell it from one that is still on its way. */
	if (tx->executed == 0 &&
	    strncmp(s->reason, "unknown_after_deadline:", 23) == 0)
		return;
	if (tx->excuses == 0 && !world.is_excused)
		wrong("%s is with a person for nothing: %s", tx->id, s->reason);
}

static void
judge_closed(const struct tx *tx)
{
	if (tx->status != ERROR_STATUS && tx->status != EXPIRED_STATUS)
		wrong("%s is closed, and its record is %s", tx->id,
		    status_names[tx->status]);
	if (tx->received_at != INSTANT_NONE)
		wrong("%s is closed, and it was paid", tx->id);
	if (ledger_has_paid(tx) && tx->excuses == 0 && !world.is_excused)
		wrong("%s is closed, and its money is on the ledger", tx->id);
}

/* What never arrived was not paid. */
static void
judge_completed(const struct tx *tx, const struct standing *s)
{
	size_t i;

	for (i = 0; i < world.payout_count; i++) {
		const struct payout *p = &world.payouts[i];

		if (p->is_back || !is(p->bank_id, tx->external) ||
		    !payout_is_returned(p))
			continue;
		if (p->returns_at < p->settles_at)
			wrong("%s is completed, and came back before it had "
			      "arrived",
			    tx->id);
		else if (!is(s->state, "review") && !world.is_restored)
			wrong("%s came back after it was told as paid, and "
			      "nobody looks into it",
			    tx->id);
	}
}

static void
judge_one(const struct tx *tx)
{
	const struct payout *paid;
	int count = live_payouts(tx, &paid);
	struct standing s;

	if (!house_standing(tx->id, &s)) {
		if (!world.is_excused)
			wrong("%s was never stored", tx->id);
		return;
	}
	tell("%s: %s, %s; outflow %s, attempt %s; record %s; %d live (%s)",
	    tx->id, s.state, s.reason, s.outflow, s.outcome,
	    status_names[tx->status], count, tx->external);
	if (tx->status == COMPLETED && count == 0 &&
	    (tx->excuses & EXCUSE_BANK) == 0)
		wrong("%s is completed, and nobody was paid", tx->id);
	if (tx->status == COMPLETED)
		judge_completed(tx, &s);
	if (is(s.calls, "record_disagrees") && tx->excuses == 0 &&
	    !world.is_excused)
		wrong("%s: a person is called for nothing: %s", tx->id,
		    s.calls);
	if (tx->status == REFUNDED && tx->sent_back == 0)
		wrong("%s is refunded, and nothing went back", tx->id);
	if (is(s.state, "done"))
		judge_done(tx, &s, paid);
	else if (is(s.state, "held") || is(s.state, "review"))
		judge_stopped(tx, &s);
	else if (is(s.state, "closed"))
		judge_closed(tx);
	else if (!tx->is_needy && tx->pays != PAYS_NOT_AT_ALL &&
		 !world.is_excused)
		wrong("%s never ends: %s, outflow %s, record %s", tx->id,
		    s.state, s.outflow, status_names[tx->status]);
}

/* A payment that has its money goes on, or says what it waits for. */
static void
judge_wait(struct tx *tx, instant since)
{
	instant from = tx->updated_at > since ? tx->updated_at : since;
	struct standing s;

	if (tx->received_at == INSTANT_NONE || tx->status == COMPLETED ||
	    tx->status == REFUNDED || tx->status == PENDING_INFO ||
	    tx->is_needy || sim.now - from < WAITS_MOST || world.is_restored ||
	    sim.wrongs > 0)
		return;
	if (house_standing(tx->id, &s) && s.reason[0] == '\0')
		wrong("%s has its money, and waits for half an hour for "
		      "nothing",
		    tx->id);
}

void
judge_waiting(instant since)
{
	int i;

	for (i = 0; i < world.tx_count; i++)
		judge_wait(&world.txs[i], since);
}

void
judge_all(void)
{
	const char *fault;
	size_t i;
	int k;

	for (k = 0; k < world.tx_count; k++)
		judge_one(&world.txs[k]);
	for (i = 0; i < world.payout_count && !world.is_restored; i++) {
		const char *reference = world.payouts[i].reference;
		const char *outcome = house_outcome(reference);

		if (is(outcome, ""))
			wrong("%s was paid, and we have no attempt of it",
			    reference);
		if (is(outcome, "refused"))
			wrong("%s was paid, and we call it refused", reference);
	}
	fault = house_pools();
	if (fault != NULL)
		wrong("%s", fault);
	fault = house_rules();
	if (fault != NULL)
		wrong("%s", fault);
}
