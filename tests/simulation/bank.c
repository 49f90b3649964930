/*
 * bank - the bank of a run, and the treasury that sends money back: each keeps
 * its word about keys within the window and no longer, forgets refusals at
 *        once, and its look-ups lag behind.
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

struct desk {
	const char *name;
	bool is_back;
};
static struct desk bank = {"bank", false}, treasury = {"treasury", true};

struct flight {
	const struct desk *desk;
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

bool
bank_has_returns(void)
{
	const struct payout *p = world.payouts + world.payout_count;

	while (p-- > world.payouts)
		if (payout_is_returned(p))
			return true;
	return false;
}

static bool
is_away(void)
{
	return sim.is_faulty && world.outage_from <= sim.now &&
	       sim.now < world.outage_until;
}

/* --- money leaves -------------------------------------------------------- */

static void
judge_out(const struct payout *p, struct tx *tx)
{
	const struct person *person = house_person(tx->person);
	const struct payout *other;
	bool is_theirs = false;
	int live = 0, i;

	for (other = world.payouts; other < p; other++)
		live += !other->is_back && other->tx == p->tx &&
		        !payout_is_returned(other);
	if (live > 0)
		wrong("%s is paid %d times", tx->id, live + 1);
	if (tx->sent_back > 0)
		wrong("%s is paid, and its money went back", tx->id);
	if (!ledger_has_paid(tx))
		wrong("%s is paid out, and no such money came in", tx->id);
	if (ledger_units(p->amount) != ledger_units(tx->offer->buy))
		wrong("%s: %s is paid out instead of %s", tx->id, p->amount,
		    tx->offer->buy);
	for (i = 0; i < person->account_count; i++)
		is_theirs |= strcmp(p->account, person->accounts[i]) == 0;
	if (!is_theirs)
		wrong("%s is paid to somebody else", tx->id);
	for (other = world.payouts; other < p; other++)
		if (!other->is_back && other->tx != p->tx &&
		    world.txs[other->tx].offer == tx->offer &&
		    tx->offer->id[0] != '\0')
			wrong("%s and %s are paid by one quote", tx->id,
			    world.txs[other->tx].id);
}

static void
judge_back(const struct payout *p, struct tx *tx)
{
	const struct payout *other;

	if (tx->sent_back > 1)
		wrong("the money of %s goes back %d times", tx->id,
		    tx->sent_back);
	for (other = world.payouts; other < p; other++)
		if (!other->is_back && other->tx == p->tx &&
		    !payout_is_returned(other))
			wrong("the money of %s goes back, and it was paid",
			    tx->id);
	if (ledger_units(p->amount) > ledger_came(tx))
		wrong("%s: %s goes back, and less came in", tx->id, p->amount);
	if (strcmp(p->account, WALLET) != 0)
		wrong("the money of %s goes back to somebody else", tx->id);
}

/* What must hold of all money that leaves. */
static void
judge(const struct payout *p)
{
	struct tx *tx = &world.txs[p->tx];

	if (p->is_back)
		judge_back(p, tx);
	else
		judge_out(p, tx);
	if (strcmp(house_outcome(p->reference), "refused") == 0)
		wrong("%s is carried out, and we call it refused",
		    p->reference);
}

static const char *
text_of(const struct json *v, const char *path)
{
	const char *text = json_text(json_path(v, path));

	return text == NULL ? "" : text;
}

static struct payout *
remembered(const struct desk *desk, const char *key)
{
	struct payout *p = world.payouts + world.payout_count;

	while (p-- > world.payouts)
		if (p->is_back == desk->is_back && strcmp(p->key, key) == 0 &&
		    sim.now - p->at <= world.window)
			return p;
	return NULL;
}

/* Half of them as late as may be. */
static instant
some_lag(void)
{
	return sim_between(0, 1) == 0 ? LAG : sim_between(0, LAG);
}

static struct payout *
execute(const struct desk *desk, const char *key, const char *reference,
    const char *body)
{
	struct payout *p = remembered(desk, key);
	struct tx *tx = world_tx_of_reference(reference);
	const struct json *v;
	const char *why;

	if (p != NULL && strcmp(p->body, body) != 0)
		wrong("%s comes again by its key, and is another order",
		    reference);
	if (p != NULL)
		return p;
	if (tx == NULL || world.payout_count == PAYOUTS_MOST ||
	    json_parse(sim.arena, body, strlen(body), &v, &why) != 0)
		abort();
	p = &world.payouts[world.payout_count++];
	*p = (struct payout){.is_back = desk->is_back,
	    .body = arena_strdup(sim.arena, body),
	    .tx = (int)(tx - world.txs),
	    .at = sim.now,
	    .settles_at = sim.now + sim_between(1, 90) * SECOND,
	    .returns_at = FOREVER,
	    .known_at = sim.now + some_lag()};
	if (is_away())
		p->known_at = world.outage_until + some_lag();
	if (!desk->is_back && sim_falls(MISHAP_RETURN)) {
		p->returns_at = sim_between(0, 1) == 0
		                    ? p->settles_at - sim_between(0, SECOND)
		                    : sim.now + sim_between(2, 400) * SECOND;
		p->is_fixable = sim_between(0, 1) == 0;
		tx->excuses |= EXCUSE_BANK;
	}
	snprintf(p->key, sizeof(p->key), "%s", key);
	snprintf(p->reference, sizeof(p->reference), "%s", reference);
	snprintf(p->bank_id, sizeof(p->bank_id), "%s-%" PRId64, desk->name,
	    ++world.bank_ids);
	snprintf(p->hash, sizeof(p->hash), "%064" PRId64, world.bank_ids);
	snprintf(p->amount, sizeof(p->amount), "%s", text_of(v, "amount"));
	snprintf(p->account, sizeof(p->account), "%s",
	    text_of(v,
		desk->is_back ? "account" : "beneficiary.bank_account_number"));
	if (desk->is_back)
		tx->sent_back++;
	else
		tx->executed++;
	tell("the %s pays %s as %s", desk->name, reference, p->bank_id);
	judge(p);
	return p;
}

static void
put_off(const struct desk *desk, const struct rail_order *order)
{
	struct flight *f = &flights[flight_count];

	if (flight_count == FLIGHTS_MOST)
		return;
	flight_count++;
	*f = (struct flight){desk, arena_strdup(sim.arena, order->idem_key),
	    arena_strdup(sim.arena, order->reference),
	    arena_strndup(sim.arena, order->body, order->body_len),
	    sim.now + sim_between(1, FLIGHT), false};
	tell("%s is on its way to the %s", order->reference, desk->name);
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
		tell("%s lands at the %s", f->reference, f->desk->name);
		(void)execute(f->desk, f->key, f->reference, f->body);
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
	    .field = "",
	    .hash = ""};
}

static void
ask_for_account(struct rail_answer *out, bool is_fixable)
{
	if (!is_fixable)
		return;
	out->is_fixable = true;
	out->code = "account_unknown";
	out->field = "bank_account_number";
}

static const struct json *
read(const char *body, size_t len)
{
	const struct json *v;
	const char *why;

	if (json_parse(sim.arena, arena_strndup(sim.arena, body, len), len, &v,
		&why) != 0)
		abort();
	return v;
}

/* What is large by the book; what goes back by the price of its payment. */
static bool
is_large(const struct desk *desk, const struct tx *tx,
    const struct rail_order *order)
{
	int64_t sum =
	    ledger_units(text_of(read(order->body, order->body_len), "amount"));

	if (!desk->is_back)
		return sum > ledger_units(LARGE);
	return (sum / 100) * (ledger_units(tx->offer->buy) / 100) >
	       (ledger_units(LARGE) / 100) *
	           (ledger_units(tx->offer->sell) / 100);
}

static void
judge_people(const struct desk *desk, const struct rail_order *order)
{
	const struct tx *tx = world_tx_of_reference(order->reference);
	int n = (int)strtol(strrchr(order->reference, ':') + 1, NULL, 10), i;

	if (!is_large(desk, tx, order))
		return;
	for (i = 0; i < world.approval_count; i++)
		if (&world.txs[world.approvals[i].tx] == tx &&
		    world.approvals[i].n == n &&
		    world.approvals[i].is_back == desk->is_back)
			return;
	wrong("%s is sent, and no second person has approved it",
	    order->reference);
}

/* Nothing goes to a bank of which we know that it has other sums than we
 * ordered, until a person has looked into it. */
static void
judge_mismatch(const struct rail_order *order)
{
	instant since = world.is_odd ? house_mismatch() : 0;

	if (since != 0 && since > world.lifted_at &&
	    sim.now > since + HOLD_LANDS)
		wrong("%s is sent, and the bank had another sum of one before",
		    order->reference);
}

/* An order is made for a receiver whose papers are good. */
static void
judge_papers_of(const struct desk *desk, const struct rail_order *order)
{
	const struct tx *tx = world_tx_of_reference(order->reference);

	if (!desk->is_back && world.lacking == tx->person &&
	    house_stored(order->reference) > world.lacked_at + LONG_STOP + STOP)
		wrong("%s was ordered for one whose papers are good no more",
		    order->reference);
}

/* Nothing leaves while it is held, and nothing from a database that has lost
 * what its watcher has sent. */
static void
judge_order(const struct desk *desk, const struct rail_order *order)
{
	const struct tx *tx = world_tx_of_reference(order->reference);
	instant since;

	tell("%s sends %s", fleet_name(), order->reference);
	judge_people(desk, order);
	judge_mismatch(order);
	judge_papers_of(desk, order);
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
submit_one(const struct desk *desk, struct arena *a,
    const struct rail_order *order, struct rail_answer *out)
{
	const struct payout *p;
	struct tx *tx = world_tx_of_reference(order->reference);

	*out = said(RAIL_UNKNOWN, "", "");
	judge_order(desk, order);
	fleet_sent(order->reference);
	if (sim_falls(MISHAP_PAY_LOST))
		return;
	if (sim_falls(MISHAP_PAY_LATE)) {
		put_off(desk, order);
		return;
	}
	if (!is_away() && sim_falls(MISHAP_PAY_REFUSE)) {
		tx->excuses |= EXCUSE_BANK;
		tell("the %s refuses %s", desk->name, order->reference);
		*out = said(RAIL_REFUSED, "", "declined");
		ask_for_account(out, !desk->is_back && sim_between(0, 1) == 0);
		return;
	}
	p = execute(desk, order->idem_key, order->reference,
	    arena_strndup(a, order->body, order->body_len));
	if (sim_falls(MISHAP_PAY_ODD)) {
		world.is_odd = true;
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

	for (i = 0; i < count; i++) {
		seam("submit", true);
		submit_one(self, a, &orders[i], &out[i]);
	}
	seam("submitted", true);
}

static void
look_up_one(const struct desk *desk, struct arena *a,
    const struct rail_order *order, struct rail_answer *out)
{
	struct payout *p = world.payouts + world.payout_count;

	*out = said(RAIL_NONE, "", "");
	if (sim_falls(MISHAP_LOOK_UP)) {
		*out = said(RAIL_UNKNOWN, "", "");
		return;
	}
	while (p-- > world.payouts) {
		if (p->is_back != desk->is_back ||
		    strcmp(p->reference, order->reference) != 0 ||
		    p->known_at > sim.now)
			continue;
		*out = said(payout_is_returned(p)  ? RAIL_RETURNED
			    : payout_is_settled(p) ? RAIL_SETTLED
						   : RAIL_ACCEPTED,
		    arena_strdup(a, p->bank_id),
		    payout_is_returned(p) ? "account_closed" : "");
		ask_for_account(out, payout_is_returned(p) && p->is_fixable);
		if (!desk->is_back && !p->is_lied_about &&
		    !payout_is_returned(p) && sim_falls(MISHAP_LOOK_LIES)) {
			p->is_lied_about = true;
			out->says = RAIL_RETURNED;
			out->code = "account_closed";
			tell("the bank says wrongly that %s came back",
			    p->reference);
		}
		out->hash = arena_strdup(a,
		    desk->is_back && payout_is_settled(p) ? p->hash : "");
		return;
	}
}

static void
look_up(void *self, struct arena *a, const struct rail_order *orders,
    size_t count, struct rail_answer *out)
{
	size_t i;

	if (count == 0)
		return;
	seam("look up", true);
	for (i = 0; i < count; i++)
		look_up_one(self, a, &orders[i], &out[i]);
	seam("looked up", true);
}

static int
list(void *self, struct arena *a, instant since, const char *const **references,
    size_t *count)
{
	const char **names = arena_array(a, PAYOUTS_MOST, sizeof(*names));
	const struct desk *desk = self;
	size_t i;

	seam("bank's list", true);
	if (sim_falls(MISHAP_LOOK_UP))
		return -1;
	*count = 0;
	for (i = 0; i < world.payout_count; i++)
		if (world.payouts[i].is_back == desk->is_back &&
		    world.payouts[i].known_at <= sim.now &&
		    world.payouts[i].at >= since)
			names[(*count)++] =
			    arena_strdup(a, world.payouts[i].reference);
	*references = names;
	return 0;
}

/* All on one page. */
static int
page(void *self, struct arena *a, instant since, const char *after,
    struct rail_page *out)
{
	struct rail_payout *list = arena_array(a, PAYOUTS_MOST, sizeof(*list));
	const struct desk *desk = self;
	const struct payout *p;

	(void)since;
	(void)after;
	seam("bank's page", true);
	if (sim_falls(MISHAP_LOOK_UP))
		return -1;
	*out = (struct rail_page){.payouts = list};
	for (p = world.payouts; p < world.payouts + world.payout_count; p++)
		if (p->is_back == desk->is_back && p->known_at <= sim.now)
			list[out->count++] = (struct rail_payout){
			    .reference = arena_strdup(a, p->reference),
			    .bank_id = arena_strdup(a, p->bank_id),
			    .amount = "",
			    .currency = "",
			    .status = payout_is_returned(p)  ? "returned"
			              : payout_is_settled(p) ? "settled"
			                                     : "accepted"};
	return 0;
}

static struct rail
rail_of(struct desk *desk)
{
	return (struct rail){.self = desk,
	    .submit = submit,
	    .look_up = look_up,
	    .list = list,
	    .page = page};
}

struct rail
bank_simulated(void)
{
	return rail_of(&bank);
}

struct rail
treasury_simulated(void)
{
	return rail_of(&treasury);
}
