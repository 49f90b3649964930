/*
 * wallets - what those who send money want, and what they pay.
 */
#include <inttypes.h>

#include "house.h"
#include "sim.h"
#include "world.h"

#include "../../watcher/step.h"

struct world world;

/* Fees come to 1 for all of these. */
static const char *const amounts[] = {"11", "12", "13", "21"};

/* One in so many pays in each of these ways; the rest exactly. */
static enum pays
some_way(void)
{
	if (sim_falls(MISHAP_LATE))
		return PAYS_LATE;
	return sim_between(0, 9) < 7 ? PAYS_EXACTLY
	                             : (enum pays)sim_between(0, PAYS_MAX - 1);
}

static void
plan(struct tx *tx, int number)
{
	snprintf(tx->id, sizeof(tx->id), "tx%d-%" PRIu64, number, sim.seed);
	tx->begins_at = sim.now + sim_between(0, 120) * SECOND;
	tx->received_at = INSTANT_NONE;
	tx->pays = some_way();
	tx->is_unseen = sim_between(0, 19) == 0;
	tx->is_needy = sim_between(0, 24) == 0;
	tx->shows_at = tx->meddles_at = FOREVER;
	tx->person_at = FOREVER;
	if (sim_falls(MISHAP_MEDDLE)) {
		tx->meddles_at = tx->begins_at + sim_between(0, 500) * SECOND;
		tx->excuses = EXCUSE_RECORD;
	}
	if (sim_falls(MISHAP_PERSON)) {
		tx->person_at = tx->begins_at + sim_between(30, 500) * SECOND;
		tx->excuses = EXCUSE_RECORD;
	}
	tx->person = tx->is_needy ? NEEDY : (int)sim_between(0, NEEDY - 1);
	tx->excuses |= (tx->is_needy ? EXCUSE_PAPERS : 0u) |
	               (tx->is_unseen ? EXCUSE_UNSEEN : 0u) |
	               (tx->pays == PAYS_EXACTLY || tx->pays == PAYS_LATE ||
				   tx->pays == PAYS_IN_PARTS
			       ? 0u
			       : EXCUSE_FUNDS);
}

/* Some name the quote of the one before. */
static struct offer *
some_offer(int number)
{
	struct offer *offer = &world.offers[world.offer_count];

	if (number > 0 && world.txs[number - 1].offer->id[0] != '\0' &&
	    sim_between(0, 4) == 0) {
		world.txs[number - 1].excuses |= EXCUSE_QUOTE;
		world.txs[number].excuses |= EXCUSE_QUOTE;
		return world.txs[number - 1].offer;
	}
	world.offer_count++;
	house_offer(offer, amounts[sim_between(0, 3)], sim_between(0, 2) > 0);
	return offer;
}

void
world_begin(void)
{
	int i;

	world = (struct world){0};
	platform_begin();
	bank_begin();
	world.window = sim_between(0, 1) == 0 ? WINDOW_LEAST : 600 * SECOND;
	world.lacking = -1;
	world.lacked_at = FOREVER;
	world.lacks_at = sim_between(0, 3) == 0
	                     ? sim.now + sim_between(60, 500) * SECOND
	                     : FOREVER;
	world.tx_count = (int)sim_between(2, TXS_MOST);
	for (i = 0; i < world.tx_count; i++) {
		plan(&world.txs[i], i);
		world.txs[i].offer = some_offer(i);
	}
	if (sim_falls(MISHAP_OUTAGE)) {
		world.outage_from = sim.now + sim_between(30, 300) * SECOND;
		world.outage_until =
		    world.outage_from + sim_between(20, 900) * SECOND;
		for (i = 0; i < world.tx_count; i++)
			world.txs[i].excuses |= EXCUSE_MUTE;
	}
}

struct tx *
world_tx(const char *id)
{
	int i;

	for (i = 0; i < world.tx_count; i++)
		if (strcmp(world.txs[i].id, id) == 0)
			return &world.txs[i];
	return NULL;
}

struct tx *
world_tx_of_reference(const char *reference)
{
	char id[SHORT_TEXT];
	char *colon;

	snprintf(id, sizeof(id), "%s", reference);
	colon = strrchr(id, ':');
	if (colon != NULL)
		*colon = '\0';
	return world_tx(id);
}

/* --- paying -------------------------------------------------------------- */

static void
begin(struct tx *tx)
{
	tx->status = PENDING_RECEIVER;
	tx->started_at = sim.now;
	tx->updated_at = sim.now;
	tell("%s begins: %s of %s, quote %s, pays %d%s%s", tx->id,
	    tx->offer->sell, house_person(tx->person)->receiver + 34,
	    tx->offer->id[0] == '\0' ? "none" : tx->offer->id, tx->pays,
	    tx->is_unseen ? ", unseen" : "", tx->is_needy ? ", needy" : "");
}

/* Half of an amount of a whole unit, as text. */
static const char *
half(const char *amount, char out[static SHORT_TEXT])
{
	int whole = (int)strtol(amount, NULL, 10);

	snprintf(out, SHORT_TEXT, "%d.%d", whole / 2, whole % 2 * 5);
	return out;
}

static void
pay(struct tx *tx)
{
	const char *sum = tx->offer->sell;
	instant soon = sim.now + sim_between(1, 60) * SECOND;
	char part[SHORT_TEXT];

	tx->is_paid_for = true;
	if (soon > tx->pay_by && tx->pays != PAYS_LATE)
		soon = tx->pay_by > sim.now ? tx->pay_by : sim.now;
	/* Whoever asked stood still, and asked late. */
	if (soon > tx->pay_by + LATE_GRACE)
		tx->excuses |= EXCUSE_FUNDS;
	switch (tx->pays) {
	case PAYS_NOTHING:
	case PAYS_BY_ANOTHERS:
	case PAYS_MAX:
		return;
	case PAYS_SHORT:
		ledger_pay(tx, tx->memo, OUR_ACCOUNT, "USDC:" ISSUER,
		    half(sum, part), soon);
		return;
	case PAYS_OVER:
		snprintf(part, sizeof(part), "%.20s.0000001", sum);
		ledger_pay(tx, tx->memo, OUR_ACCOUNT, "USDC:" ISSUER, part,
		    soon);
		return;
	case PAYS_IN_PARTS:
		/* The record shows the transaction of the first; two
		 * operations of one transaction are one payment. */
		ledger_pay(tx, tx->memo, OUR_ACCOUNT, "USDC:" ISSUER,
		    half(sum, part), soon);
		ledger_pay(tx, tx->memo, OUR_ACCOUNT, "USDC:" ISSUER, part, -1);
		return;
	case PAYS_ANOTHER_ASSET:
		ledger_pay(tx, tx->memo, OUR_ACCOUNT, "native", sum, soon);
		return;
	case PAYS_ANOTHER_ISSUER:
		ledger_pay(tx, tx->memo, OUR_ACCOUNT, "USDC:" WALLET, sum,
		    soon);
		return;
	case PAYS_ANOTHER_ACCOUNT:
		ledger_pay(tx, tx->memo, WALLET, "USDC:" ISSUER, sum, soon);
		return;
	case PAYS_ELSEWHERE_TOO:
		ledger_pay(tx, tx->memo, OUR_ACCOUNT, "USDC:" ISSUER,
		    half(sum, part), soon);
		ledger_pay(tx, tx->memo, WALLET, "USDC:" ISSUER, part, -1);
		return;
	case PAYS_TWICE:
		ledger_pay(tx, tx->memo, OUR_ACCOUNT, "USDC:" ISSUER, sum,
		    soon);
		ledger_pay(tx, tx->memo, OUR_ACCOUNT, "USDC:" ISSUER, sum,
		    soon + sim_between(0, 200) * SECOND);
		return;
	case PAYS_LATE:
		soon = tx->pay_by + sim_between(0, 299) * SECOND;
		break;
	case PAYS_TOO_LATE:
		soon = tx->pay_by + LATE_GRACE + sim_between(1, 3000) * SECOND;
		break;
	case PAYS_NOT_AT_ALL:
	case PAYS_EXACTLY:
		break;
	}
	ledger_pay(tx, tx->memo, OUR_ACCOUNT, "USDC:" ISSUER, sum, soon);
	world.ops[world.op_count - 1].is_forged = tx->pays == PAYS_NOT_AT_ALL;
}

/* --- people of ours ------------------------------------------------------ */

/* A second person approves what is large, again and again until it is out: no
 * payment waits for one for ever. */
static void
approve(struct tx *tx)
{
	struct approval *a = &world.approvals[world.approval_count];

	tx->approves_at = sim.now + sim_between(20, 60) * SECOND;
	if (world.approval_count == APPROVALS_MOST ||
	    !house_approve(tx->id, &a->n, &a->is_back))
		return;
	a->tx = (int)(tx - world.txs);
	world.approval_count++;
	tell("%s: order %d%s is approved", tx->id, a->n,
	    a->is_back ? " back" : "");
}

static void
look_at_people(struct tx *tx)
{
	/* What is on no ledger goes nowhere. */
	if (tx->person_at <= sim.now && tx->received_at != INSTANT_NONE &&
	    tx->pays != PAYS_NOT_AT_ALL) {
		tx->person_at = FOREVER;
		tell("%s: a person wants it back: %s", tx->id,
		    house_turn(tx->id));
	}
	if (tx->received_at != INSTANT_NONE && tx->approves_at <= sim.now &&
	    tx->status != COMPLETED && tx->status != REFUNDED &&
	    ledger_units(tx->offer->buy) > ledger_units(LARGE))
		approve(tx);
}

/* --- papers -------------------------------------------------------------- */

/* What happens to a receiver happens to all of their payments. */
static void
excuse_all_of(int person)
{
	struct tx *tx;

	for (tx = world.txs; tx < world.txs + world.tx_count; tx++)
		if (tx->person == person)
			tx->excuses |= EXCUSE_PAPERS;
}

static void
lack(void)
{
	world.lacks_at = FOREVER;
	world.lacking = (int)sim_between(0, NEEDY - 1);
	world.lacked_at = sim.now;
	tell("papers of %d are good no more", world.lacking);
	excuse_all_of(world.lacking);
	house_show(world.lacking, false, false);
}

/* The wallet is told that something is missing, and shows it; what the bank did
 * not take is another account. */
static void
show(struct tx *tx)
{
	bool is_new = tx->person != world.lacking;

	tx->shows_at = FOREVER;
	if (!house_lacks(tx->person))
		return;
	tell("%s: papers of %d are shown%s", tx->id, tx->person,
	    is_new ? ", another account" : "");
	excuse_all_of(tx->person);
	house_show(tx->person, true, is_new);
	if (!is_new) {
		world.lacking = -1;
		world.lacked_at = FOREVER;
	}
}

static void
look_at_papers(struct tx *tx)
{
	if (tx->status == PENDING_INFO && !tx->is_needy &&
	    tx->shows_at == FOREVER)
		tx->shows_at = sim.now + sim_between(5, 100) * SECOND;
	else if (tx->shows_at <= sim.now)
		show(tx);
}

void
wallets_look_back(void)
{
	if (world.lacking < 0 || house_lacks(world.lacking))
		return;
	world.lacking = -1;
	world.lacked_at = FOREVER;
}

void
wallets_show_all(void)
{
	world.lacks_at = FOREVER;
	if (world.lacking < 0)
		return;
	tell("papers of %d are shown", world.lacking);
	house_show(world.lacking, true, false);
	world.lacking = -1;
	world.lacked_at = FOREVER;
}

void
wallets_act(void)
{
	int i;

	if (world.lacks_at <= sim.now)
		lack();
	for (i = 0; i < world.tx_count; i++) {
		struct tx *tx = &world.txs[i];

		if (tx->status == NO_STATUS && tx->begins_at <= sim.now)
			begin(tx);
		if (tx->status == PENDING_SENDER && tx->memo[0] != '\0' &&
		    !tx->is_paid_for)
			pay(tx);
		look_at_papers(tx);
		look_at_people(tx);
	}
	platform_acts();
	bank_acts();
}

static void
least(instant *next, instant at)
{
	if (at > sim.now && at < *next)
		*next = at;
}

instant
world_next(void)
{
	instant next = FOREVER;
	int i;

	for (i = 0; i < world.tx_count; i++) {
		if (world.txs[i].status == NO_STATUS)
			least(&next, world.txs[i].begins_at);
		least(&next, world.txs[i].shows_at);
	}
	least(&next, platform_next());
	least(&next, bank_next());
	return next;
}
