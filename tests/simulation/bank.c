/*
 * bank - the bank of a run: it keeps its word about keys within the window and
 *        no longer, forgets refusals at once, and its look-ups lag behind.
 */
#include <inttypes.h>

#include "arena.h"
#include "fleet.h"
#include "house.h"
#include "json.h"
#include "sim.h"
#include "world.h"

#include "../../watcher/payment.h"

/* Longer than this after a hold nothing may come, from whomever. */
#define HOLD_LANDS (STOP + 30 * SECOND)

struct flight {
	const char *key, *reference, *body;
	instant lands_at;
	bool is_landed;
};
static struct flight flights[FLIGHTS_MOST];
static size_t flight_count;

void
bank_begin(void)
{
	flight_count = 0;
}

bool
payout_is_returned(const struct payout *p)
{
	return p->returns_at <= sim.now;
}

bool
payout_is_settled(const struct payout *p)
{
	return !payout_is_returned(p) && p->settles_at <= sim.now;
}

static bool
is_away(void)
{
	return sim.is_faulty && world.outage_from <= sim.now &&
	       sim.now < world.outage_until;
}

/* --- money leaves -------------------------------------------------------- */

/* What must hold of every payment that the bank makes. */
static void
judge(const struct payout *p)
{
	struct tx *tx = &world.txs[p->tx];
	const struct payout *other;

	if (tx->executed > 1)
		wrong("%s is paid %d times", tx->id, tx->executed);
	if (!ledger_has_paid(tx))
		wrong("%s is paid out, and no such money came in", tx->id);
	if (strcmp(p->amount, tx->offer->buy) != 0 &&
	    strncmp(p->amount, tx->offer->buy, strlen(tx->offer->buy)) != 0)
		wrong("%s: %s is paid out instead of %s", tx->id, p->amount,
		    tx->offer->buy);
	if (strcmp(p->account, house_person(tx->person)->account) != 0)
		wrong("%s is paid to somebody else", tx->id);
	for (other = world.payouts; other < p; other++)
		if (world.txs[other->tx].offer == tx->offer &&
		    other->tx != p->tx && tx->offer->id[0] != '\0')
			wrong("%s and %s are paid by one quote", tx->id,
			    world.txs[other->tx].id);
	if (house_has_closed(tx->id))
		wrong("%s is paid, and its attempt is called refused", tx->id);
}

static const char *
text_of(const struct json *v, const char *path)
{
	const char *text = json_text(json_path(v, path));

	return text == NULL ? "" : text;
}

static struct payout *
remembered(const char *key)
{
	struct payout *p = world.payouts + world.payout_count;

	while (p-- > world.payouts)
		if (strcmp(p->key, key) == 0 && sim.now - p->at <= world.window)
			return p;
	return NULL;
}

/* NULL: the key came with other bytes than before. */
static struct payout *
execute(const char *key, const char *reference, const char *body)
{
	struct payout *p = remembered(key);
	struct tx *tx = world_tx_of_reference(reference);
	const struct json *v;
	const char *why;

	if (p != NULL)
		return strcmp(p->body, body) == 0 ? p : NULL;
	if (tx == NULL || world.payout_count == PAYOUTS_MOST ||
	    json_parse(sim.arena, body, strlen(body), &v, &why) != 0)
		abort();
	p = &world.payouts[world.payout_count++];
	*p = (struct payout){.body = arena_strdup(sim.arena, body),
	    .tx = (int)(tx - world.txs),
	    .at = sim.now,
	    .settles_at = sim.now + sim_between(1, 90) * SECOND,
	    .returns_at = FOREVER,
	    .known_at = sim.now + sim_between(0, LAG)};
	if (is_away())
		p->known_at = world.outage_until + sim_between(0, LAG);
	if (sim.is_faulty && sim_between(0, 29) == 0) {
		p->returns_at = sim.now + sim_between(2, 400) * SECOND;
		tx->excuses |= EXCUSE_BANK;
	}
	snprintf(p->key, sizeof(p->key), "%s", key);
	snprintf(p->reference, sizeof(p->reference), "%s", reference);
	snprintf(p->bank_id, sizeof(p->bank_id), "bank-%" PRId64,
	    ++world.bank_ids);
	snprintf(p->amount, sizeof(p->amount), "%s", text_of(v, "amount"));
	snprintf(p->account, sizeof(p->account), "%s",
	    text_of(v, "beneficiary.bank_account_number"));
	tx->executed++;
	tell("the bank pays %s as %s", reference, p->bank_id);
	judge(p);
	return p;
}

static void
put_off(const struct rail_order *order)
{
	struct flight *f = &flights[flight_count];

	if (flight_count == FLIGHTS_MOST)
		return;
	flight_count++;
	*f = (struct flight){arena_strdup(sim.arena, order->idem_key),
	    arena_strdup(sim.arena, order->reference),
	    arena_strndup(sim.arena, order->body, order->body_len),
	    sim.now + sim_between(1, FLIGHT), false};
	tell("%s is on its way to the bank", order->reference);
}

void
bank_acts(void)
{
	size_t i;

	for (i = 0; i < flight_count; i++) {
		struct flight *f = &flights[i];

		if (f->is_landed || f->lands_at > sim.now)
			continue;
		f->is_landed = true;
		tell("%s lands at the bank", f->reference);
		(void)execute(f->key, f->reference, f->body);
	}
}

instant
bank_next(void)
{
	instant next = FOREVER;
	size_t i;

	for (i = 0; i < flight_count; i++)
		if (!flights[i].is_landed && flights[i].lands_at < next)
			next = flights[i].lands_at;
	for (i = 0; i < world.payout_count; i++) {
		const struct payout *p = &world.payouts[i];

		if (p->settles_at > sim.now && p->settles_at < next)
			next = p->settles_at;
		if (p->returns_at > sim.now && p->returns_at < next)
			next = p->returns_at;
	}
	return next;
}

/* --- what the watchers call ---------------------------------------------- */

static struct rail_answer
said(enum rail_says says, const char *bank_id, const char *code)
{
	return (struct rail_answer){.says = says,
	    .bank_id = bank_id,
	    .code = code,
	    .why = "",
	    .hash = ""};
}

/* Nothing leaves while it is held, and nothing from a database that has lost
 * what its watcher has sent. */
static void
judge_order(const struct rail_order *order)
{
	const struct tx *tx = world_tx_of_reference(order->reference);
	instant since;

	tell("%s sends %s", fleet_name(), order->reference);
	if (house_is_held(&since) && sim.now > since + HOLD_LANDS)
		wrong("%s is sent while money is on hold", order->reference);
	if (tx->ended_at != 0 && tx->status == ERROR_STATUS &&
	    tx->ended_at < fleet_round_began())
		wrong("%s is sent, and its record was ended", order->reference);
	if (fleet_has_lost())
		wrong("%s is sent by a watcher whose database has lost an "
		      "order that it had sent",
		    order->reference);
}

static void
submit_one(struct arena *a, const struct rail_order *order,
    struct rail_answer *out)
{
	const struct payout *p;
	struct tx *tx = world_tx_of_reference(order->reference);

	*out = said(RAIL_UNKNOWN, "", "");
	judge_order(order);
	fleet_sent(order->reference);
	if (sim_falls(MISHAP_PAY_LOST))
		return;
	if (sim_falls(MISHAP_PAY_LATE)) {
		put_off(order);
		return;
	}
	if (!is_away() && sim_falls(MISHAP_PAY_REFUSE)) {
		tx->excuses |= EXCUSE_BANK;
		tell("the bank refuses %s", order->reference);
		*out = said(RAIL_REFUSED, "", "declined");
		return;
	}
	p = execute(order->idem_key, order->reference,
	    arena_strndup(a, order->body, order->body_len));
	if (p == NULL || sim_falls(MISHAP_PAY_ODD)) {
		tx->excuses |= EXCUSE_BANK;
		*out = said(RAIL_MISMATCH, "", "");
		out->why = "another amount";
		return;
	}
	if (is_away() || sim_falls(MISHAP_PAY_MUTE))
		return;
	*out = said(RAIL_ACCEPTED, arena_strdup(a, p->bank_id), "");
}

static void
submit(void *self, struct arena *a, const struct rail_order *orders,
    size_t count, struct rail_answer *out)
{
	size_t i;

	(void)self;
	for (i = 0; i < count; i++) {
		seam("submit", true);
		submit_one(a, &orders[i], &out[i]);
	}
	seam("submitted", true);
}

static void
look_up_one(struct arena *a, const struct rail_order *order,
    struct rail_answer *out)
{
	const struct payout *p = world.payouts + world.payout_count;

	*out = said(RAIL_NONE, "", "");
	if (sim_falls(MISHAP_LOOK_UP)) {
		*out = said(RAIL_UNKNOWN, "", "");
		return;
	}
	while (p-- > world.payouts) {
		if (strcmp(p->reference, order->reference) != 0 ||
		    p->known_at > sim.now)
			continue;
		*out = said(payout_is_returned(p)  ? RAIL_RETURNED
			    : payout_is_settled(p) ? RAIL_SETTLED
						   : RAIL_ACCEPTED,
		    arena_strdup(a, p->bank_id),
		    payout_is_returned(p) ? "account_closed" : "");
		return;
	}
}

static void
look_up(void *self, struct arena *a, const struct rail_order *orders,
    size_t count, struct rail_answer *out)
{
	size_t i;

	(void)self;
	if (count == 0)
		return;
	seam("look up", true);
	for (i = 0; i < count; i++)
		look_up_one(a, &orders[i], &out[i]);
	seam("looked up", true);
}

static int
list(void *self, struct arena *a, instant since, const char *const **references,
    size_t *count)
{
	const char **names = arena_array(a, PAYOUTS_MOST, sizeof(*names));
	size_t i;

	(void)self;
	seam("bank's list", true);
	if (sim_falls(MISHAP_LOOK_UP))
		return -1;
	*count = 0;
	for (i = 0; i < world.payout_count; i++)
		if (world.payouts[i].known_at <= sim.now &&
		    world.payouts[i].at >= since)
			names[(*count)++] =
			    arena_strdup(a, world.payouts[i].reference);
	*references = names;
	return 0;
}

struct rail
bank_simulated(void)
{
	return (
	    struct rail){.submit = submit, .look_up = look_up, .list = list};
}
