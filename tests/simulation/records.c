/*
 * records - the platform of a run: its records, what may be told about them,
 *           and the observer that sees money come.
 *
 * Source: Anchor Platform 4.3, SEP-31; where a method may start, and where it
 *         leads.
 */
#include <errno.h>

#include "arena.h"
#include "buf.h"
#include "fleet.h"
#include "house.h"
#include "json.h"
#include "sim.h"
#include "world.h"

#include "../../watcher/payment.h"
#include "../../watcher/report.h"

const char *const status_names[STATUS_MAX] = {[NO_STATUS] = "",
    [PENDING_SENDER] = "pending_sender",
    [PENDING_RECEIVER] = "pending_receiver",
    [PENDING_EXTERNAL] = "pending_external",
    [PENDING_INFO] = "pending_customer_info_update",
    [COMPLETED] = "completed",
    [REFUNDED] = "refunded",
    [EXPIRED_STATUS] = "expired",
    [ERROR_STATUS] = "error"};

enum { INVALID_REQUEST = -32600, INTERNAL = -32603, RECORD_MOST = 16384 };

/* --- a record as it is shown --------------------------------------------- */

static void
put_time(struct json_out *o, const char *name, instant at)
{
	char text[INSTANT_TEXT];

	if (at != INSTANT_NONE)
		json_put_text(o, name, instant_print(at, text));
}

static void
put_money(struct json_out *o, const char *name, const char *what,
    const char *amount, const char *asset)
{
	json_open(o, name, '{');
	json_put_text(o, what, amount);
	json_put_text(o, "asset", asset);
	json_close(o, '}');
}

static void
put_operation(struct json_out *o, const struct operation *op)
{
	json_open(o, NULL, '{');
	json_put_text(o, "id", op->id);
	json_put_text(o, "source_account", op->from);
	json_put_text(o, "destination_account", op->to);
	put_money(o, "amount", "amount", op->amount, op->asset);
	json_close(o, '}');
}

static void
put_stellar(struct json_out *o, const struct tx *tx)
{
	size_t i, k;

	if (tx->seen == 0)
		return;
	json_open(o, "stellar_transactions", '[');
	for (i = 0; i < world.op_count; i++) {
		const struct operation *op = &world.ops[i];

		if ((tx->seen >> i & 1) == 0 ||
		    (i > 0 && strcmp(op->hash, op[-1].hash) == 0))
			continue;
		json_open(o, NULL, '{');
		json_put_text(o, "id", op->hash);
		json_put_text(o, "memo", op->memo);
		json_put_text(o, "memo_type", "id");
		json_open(o, "payments", '[');
		for (k = i; k < world.op_count &&
			    strcmp(world.ops[k].hash, op->hash) == 0;
		     k++)
			put_operation(o, &world.ops[k]);
		json_close(o, ']');
		json_close(o, '}');
	}
	json_close(o, ']');
}

static void
put_refund(struct json_out *o, const struct tx *tx)
{
	if (tx->refund[0] == '\0')
		return;
	json_open(o, "refunds", '{');
	json_open(o, "payments", '[');
	json_open(o, NULL, '{');
	json_put_text(o, "id", tx->refund);
	json_put_text(o, "id_type", "stellar");
	put_money(o, "amount", "amount", tx->refunded, USDC);
	put_money(o, "fee", "amount", "0", USDC);
	json_close(o, '}');
	json_close(o, ']');
	json_close(o, '}');
}

static void
put_customer(struct json_out *o, const char *name, const char *id)
{
	json_open(o, name, '{');
	json_put_text(o, "id", id);
	json_close(o, '}');
}

static const struct json *
shown(struct arena *a, const struct tx *tx)
{
	const struct person *person = house_person(tx->person);
	const struct json *out;
	const char *why;
	struct json_out o;
	struct buf b;

	buf_init(&b, a, RECORD_MOST);
	json_begin(&o, &b);
	json_open(&o, NULL, '{');
	json_put_text(&o, "id", tx->id);
	json_put_text(&o, "sep", "31");
	json_put_text(&o, "kind", "receive");
	json_put_text(&o, "status", status_names[tx->status]);
	put_money(&o, "amount_expected", "amount", tx->offer->sell, USDC);
	put_money(&o, "amount_in", "amount",
	    tx->amount_in[0] == '\0' ? tx->offer->sell : tx->amount_in, USDC);
	put_money(&o, "amount_out", "amount", tx->offer->buy, BRL);
	put_money(&o, "fee_details", "total", tx->offer->fee,
	    tx->offer->fee_asset);
	if (tx->offer->id[0] != '\0')
		json_put_text(&o, "quote_id", tx->offer->id);
	json_put_text(&o, "fundingMethod", "PIX");
	put_time(&o, "started_at", tx->started_at);
	put_time(&o, "updated_at", tx->updated_at);
	put_time(&o, "transfer_received_at", tx->received_at);
	if (tx->memo[0] != '\0') {
		json_put_text(&o, "memo", tx->memo);
		json_put_text(&o, "memo_type", "id");
		json_put_text(&o, "destination_account", tx->destination);
	}
	if (tx->external[0] != '\0')
		json_put_text(&o, "external_transaction_id", tx->external);
	put_stellar(&o, tx);
	put_refund(&o, tx);
	json_open(&o, "customers", '{');
	put_customer(&o, "sender", person->sender);
	put_customer(&o, "receiver", person->receiver);
	json_close(&o, '}');
	json_open(&o, "creator", '{');
	json_put_text(&o, "account", WALLET);
	json_close(&o, '}');
	json_close(&o, '}');
	if (buf_full(&b) || json_parse(a, b.data, b.len, &out, &why) != 0)
		abort();
	return out;
}

/* --- what may be told ---------------------------------------------------- */

#define AT(status) (1u << (status))
#define OPEN                                                                   \
	(AT(PENDING_SENDER) | AT(PENDING_RECEIVER) | AT(PENDING_EXTERNAL) |    \
	    AT(PENDING_INFO))

enum paid { PAID_OR_NOT, ONLY_PAID, ONLY_UNPAID };

// clang-format off
static const struct method {
	const char *name;
	unsigned from;
	enum paid paid;
	enum status to;
} methods[] = {
	{ REQUEST, AT(PENDING_RECEIVER), ONLY_UNPAID, PENDING_SENDER },
	{ CUSTOMER_INFO, AT(PENDING_RECEIVER) | AT(PENDING_INFO), PAID_OR_NOT, PENDING_RECEIVER },
	{ FUNDS_PENDING, AT(PENDING_RECEIVER), PAID_OR_NOT, PENDING_EXTERNAL },
	{ FUNDS_SENT, AT(PENDING_RECEIVER) | AT(PENDING_EXTERNAL), PAID_OR_NOT, COMPLETED },
	{ REFUND_SENT, AT(PENDING_RECEIVER), ONLY_PAID, REFUNDED },
	{ ERROR, OPEN, PAID_OR_NOT, ERROR_STATUS },
	{ EXPIRED, OPEN, ONLY_UNPAID, EXPIRED_STATUS },
	{ RECOVERY, AT(ERROR_STATUS) | AT(EXPIRED_STATUS), ONLY_PAID, PENDING_RECEIVER },
};
// clang-format on

static const struct method *
method_of(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(methods[i].name, name) == 0)
			return &methods[i];
	return NULL;
}

static void
touch(struct tx *tx)
{
	tx->updated_at =
	    sim.now > tx->updated_at ? sim.now : tx->updated_at + 1;
}

static void
take_text(char to[static SHORT_TEXT], const struct json *params,
    const char *name)
{
	const char *text = json_text(json_path(params, name));

	if (text != NULL)
		snprintf(to, SHORT_TEXT, "%s", text);
}

/* Whoever asks for money has passed the gate: papers, and a quote that is its
 * own and still good. */
static void
judge_request(struct tx *tx, const struct json *params)
{
	const char *by = json_text(json_get(params, "user_action_required_by"));
	struct tx *other;

	if (by == NULL || instant_parse(by, &tx->pay_by) != 0)
		tx->pay_by = sim.now;
	if (tx->is_needy ||
	    (world.lacking == tx->person && world.lacked_at < tx->asked_at))
		wrong("%s: money was asked for without papers", tx->id);
	for (other = world.txs; other < world.txs + world.tx_count; other++)
		if (!world.is_restored && other != tx &&
		    other->offer == tx->offer && tx->offer->id[0] != '\0' &&
		    other->memo[0] != '\0')
			wrong("%s: money was asked for by the quote of %s",
			    tx->id, other->id);
	if (tx->offer->id[0] != '\0' &&
	    tx->pay_by > tx->offer->expires_at + SECOND)
		wrong("%s: it may be paid after its quote is over", tx->id);
}

static void
judge_sent(struct tx *tx)
{
	size_t i;

	for (i = 0; i < world.payout_count; i++) {
		const struct payout *p = &world.payouts[i];

		if (strcmp(p->bank_id, tx->external) == 0 &&
		    world_tx_of_reference(p->reference) == tx)
			return;
	}
	wrong("%s: told as paid, and the bank has no %s for it", tx->id,
	    tx->external);
}

static void
judge_sent_back(struct tx *tx)
{
	size_t i;

	for (i = 0; i < world.payout_count; i++)
		if (world.payouts[i].is_back &&
		    strcmp(world.payouts[i].hash, tx->refund) == 0 &&
		    world_tx_of_reference(world.payouts[i].reference) == tx)
			return;
	wrong("%s: told as refunded, and the treasury has no %s for it", tx->id,
	    tx->refund);
}

/* 0, or the platform's error. */
static int64_t
apply(struct tx *tx, const char *name, const struct json *params)
{
	const struct method *m = method_of(name);
	bool is_paid = tx->received_at != INSTANT_NONE;

	if (m == NULL)
		return -32601;
	if ((m->from & AT(tx->status)) == 0 ||
	    (m->paid == ONLY_PAID && !is_paid) ||
	    (m->paid == ONLY_UNPAID && is_paid)) {
		tell("%s: %s refused from %s", tx->id, name,
		    status_names[tx->status]);
		return INVALID_REQUEST;
	}
	tx->status = m->to;
	if (strcmp(name, REQUEST) == 0) {
		take_text(tx->memo, params, "memo");
		take_text(tx->destination, params, "destination_account");
		judge_request(tx, params);
	} else if (strcmp(name, CUSTOMER_INFO) == 0) {
		if (json_get(params, "customer_id") != NULL &&
		    house_lacks(tx->person))
			tx->status = PENDING_INFO;
	} else if (strcmp(name, FUNDS_PENDING) == 0 ||
		   strcmp(name, FUNDS_SENT) == 0) {
		take_text(tx->external, params, "external_transaction_id");
		judge_sent(tx);
	} else if (strcmp(name, REFUND_SENT) == 0) {
		take_text(tx->refund, params, "refund.id");
		take_text(tx->refunded, params, "refund.amount.amount");
		judge_sent_back(tx);
	}
	touch(tx);
	tell("%s: %s -> %s", tx->id, name, status_names[tx->status]);
	return 0;
}

/* --- calls that land later ----------------------------------------------- */

struct late {
	struct tx *tx;
	const char *method;
	const struct json *params;
	instant lands_at;
	bool is_landed;
};
static struct late late[FLIGHTS_MOST];
static size_t late_count;

static const struct json *
params_of(const struct rpc_call *call, struct arena *a)
{
	const struct json *v;
	const char *why;

	if (json_parse(a, arena_strdup(a, call->params), strlen(call->params),
		&v, &why) != 0)
		abort();
	return v;
}

static struct tx *
tx_of(const struct rpc_call *call, struct arena *a)
{
	return world_tx(
	    json_text(json_get(params_of(call, a), "transaction_id")));
}

static void
put_off(const struct rpc_call *call, instant at)
{
	struct late *l = &late[late_count];

	if (late_count == FLIGHTS_MOST)
		return;
	late_count++;
	*l = (struct late){tx_of(call, sim.arena),
	    arena_strdup(sim.arena, call->method), params_of(call, sim.arena),
	    at, false};
	if (strcmp(call->method, REQUEST) == 0 ||
	    strcmp(call->method, EXPIRED) == 0 ||
	    strcmp(call->method, ERROR) == 0)
		l->tx->excuses |= EXCUSE_LATE;
	tell("%s: %s is on its way", l->tx->id, call->method);
}

/* --- the observer -------------------------------------------------------- */

/* One payment for two records. */
static void
lend(const struct tx *of, const struct operation *op)
{
	struct tx *tx;

	for (tx = world.txs; tx < world.txs + world.tx_count; tx++) {
		if (tx->pays != PAYS_BY_ANOTHERS || tx == of ||
		    tx->status != PENDING_SENDER || tx->memo[0] == '\0')
			continue;
		tx->seen |= of->seen;
		tx->received_at = op->at;
		tx->status = PENDING_RECEIVER;
		snprintf(tx->amount_in, sizeof(tx->amount_in), "%s",
		    op->amount);
		touch(tx);
		tell("%s is seen as paid, by the payment of %s", tx->id,
		    of->id);
		return;
	}
}

/* It takes any asset and any amount, and looks at one payment only. */
static void
observe(size_t i)
{
	struct operation *op = &world.ops[i];
	struct tx *tx;

	op->is_seen = true;
	for (tx = world.txs; tx < world.txs + world.tx_count; tx++) {
		if (tx->status != PENDING_SENDER ||
		    strcmp(tx->memo, op->memo) != 0 ||
		    strcmp(tx->destination, op->to) != 0)
			continue;
		for (; i < world.op_count &&
		       strcmp(world.ops[i].hash, op->hash) == 0;
		     i++) {
			tx->seen |= 1u << i;
			world.ops[i].is_seen = true;
		}
		tx->received_at = op->at;
		tx->status = PENDING_RECEIVER;
		snprintf(tx->amount_in, sizeof(tx->amount_in), "%s",
		    op->amount);
		touch(tx);
		tell("%s is seen as paid: %s", tx->id, op->amount);
		if (tx->meddles_at < FOREVER && sim_between(0, 1) == 0)
			tx->meddles_at = sim.now + sim_between(0, 20 * SECOND);
		if (!op->is_forged)
			lend(tx, op);
		return;
	}
}

/* A person at the platform ends a paid record: nothing may be paid for it as
 * long as it stands there. */
static void
meddle(struct tx *tx)
{
	if (tx->received_at == INSTANT_NONE && tx->status != EXPIRED_STATUS &&
	    tx->status != ERROR_STATUS)
		return;
	tx->meddles_at = FOREVER;
	if (tx->received_at == INSTANT_NONE ||
	    (tx->status != PENDING_RECEIVER && tx->status != PENDING_INFO))
		return;
	tx->status = ERROR_STATUS;
	tx->ended_at = sim.now;
	touch(tx);
	tell("%s is ended by hand", tx->id);
}

void
platform_acts(void)
{
	size_t i;
	int k;

	for (k = 0; k < world.tx_count; k++)
		if (sim.is_faulty && world.txs[k].meddles_at <= sim.now)
			meddle(&world.txs[k]);
	for (i = 0; i < late_count; i++)
		if (!late[i].is_landed && late[i].lands_at <= sim.now) {
			late[i].is_landed = true;
			tell("%s: %s lands", late[i].tx->id, late[i].method);
			(void)apply(late[i].tx, late[i].method, late[i].params);
		}
	for (i = 0; i < world.op_count; i++)
		if (!world.ops[i].is_seen && world.ops[i].seen_at <= sim.now)
			observe(i);
}

instant
platform_next(void)
{
	instant next = FOREVER;
	size_t i;

	for (i = 0; i < late_count; i++)
		if (!late[i].is_landed && late[i].lands_at < next)
			next = late[i].lands_at;
	for (i = 0; i < world.op_count; i++) {
		if (!world.ops[i].is_seen && world.ops[i].seen_at < next)
			next = world.ops[i].seen_at;
		if (world.ops[i].at > sim.now && world.ops[i].at < next)
			next = world.ops[i].at;
	}
	return next;
}

void
platform_begin(void)
{
	late_count = 0;
}

/* --- what the watchers call ---------------------------------------------- */

static bool
is_listed(const struct tx *tx, const char *statuses)
{
	const char *name = status_names[tx->status];
	size_t len = strlen(name);
	const char *at;

	if (tx->status == NO_STATUS)
		return false;
	if (statuses == NULL)
		return true;
	at = strstr(statuses, name);
	return at != NULL && (at == statuses || at[-1] == ',') &&
	       (at[len] == '\0' || at[len] == ',');
}

/* Before the other in that order?  Unpaid ones come last. */
static bool
is_before(const struct tx *a, const struct tx *b, const struct list_ask *ask)
{
	bool is_by_payment = strcmp(ask->order_by, "transfer_received_at") == 0;
	instant x = is_by_payment ? a->received_at : a->started_at;
	instant y = is_by_payment ? b->received_at : b->started_at;

	if (x == y)
		return a < b;
	if (x == INSTANT_NONE || y == INSTANT_NONE)
		return y == INSTANT_NONE;
	return strcmp(ask->order, "desc") == 0 ? x > y : x < y;
}

static int
list(void *self, struct arena *a, const struct list_ask *ask,
    const struct json **records)
{
	const struct tx *found[TXS_MOST];
	const char *why;
	struct buf b;
	size_t count = 0, at;
	int i;

	(void)self;
	seam("list", true);
	if (sim_falls(MISHAP_LIST))
		return -EIO;
	for (i = 0; ask->page == 0 && i < world.tx_count; i++) {
		if (!is_listed(&world.txs[i], ask->statuses))
			continue;
		for (at = count++;
		     at > 0 && is_before(&world.txs[i], found[at - 1], ask);
		     at--)
			found[at] = found[at - 1];
		found[at] = &world.txs[i];
	}
	buf_init(&b, a, TXS_MOST * RECORD_MOST);
	for (at = 0; at < count; at++)
		buf_printf(&b, "%s%s", at == 0 ? "[" : ",",
		    json_print(a, shown(a, found[at])));
	buf_puts(&b, count == 0 ? "[]" : "]");
	if (json_parse(a, b.data, b.len, records, &why) != 0)
		abort();
	seam("listed", true);
	return 0;
}

static void
get(void *self, struct arena *a, const char *const *ids, size_t count,
    struct got *out)
{
	struct tx *tx;
	size_t i;

	(void)self;
	if (count == 0)
		return;
	seam("get", true);
	for (i = 0; i < count; i++) {
		tx = world_tx(ids[i]);
		if (sim_falls(MISHAP_GET)) {
			out[i] = (struct got){.rc = -EIO};
			continue;
		}
		out[i] = tx == NULL || tx->status == NO_STATUS
		             ? (struct got){.rc = GOT_NONE}
		             : (struct got){.rc = GOT_RECORD,
				   .record = shown(a, tx)};
		if (tx != NULL)
			tx->unread[0] = '\0';
	}
	seam("got", true);
}

static void
call_one(struct arena *a, const struct rpc_call *call, struct rpc_answer *out)
{
	struct tx *tx = tx_of(call, a);
	bool is_refused = sim_falls(MISHAP_RPC_REFUSE);
	int64_t code =
	    is_refused ? INTERNAL : apply(tx, call->method, params_of(call, a));

	if (code == 0 && sim_falls(MISHAP_RPC_LIES))
		code = INTERNAL;
	if (code != 0)
		*out = (struct rpc_answer){.kind = RPC_ERROR, .code = code};
	else
		*out = (struct rpc_answer){.kind = RPC_RESULT,
		    .result = shown(a, tx)};
}

/* Nothing is ended for which money lies on the ledger, seen or not; a last
 * payment may have come while its watcher stood still. */
static void
judge_end(const struct tx *tx)
{
	size_t i;

	for (i = 0; i < world.op_count; i++)
		if (tx->memo[0] != '\0' &&
		    strcmp(world.ops[i].memo, tx->memo) == 0 &&
		    strcmp(world.ops[i].to, OUR_ACCOUNT) == 0 &&
		    !world.ops[i].is_forged &&
		    world.ops[i].at < fleet_round_began())
			wrong("%s is ended, and its money is on the ledger",
			    tx->id);
}

static void
judge_time(const struct tx *tx, const struct json *params)
{
	const char *by = json_text(json_get(params, "user_action_required_by"));
	instant pay_by;

	if (by == NULL || instant_parse(by, &pay_by) != 0 ||
	    pay_by < fleet_round_began())
		wrong("%s: money is asked for when its quote is over", tx->id);
}

/* It came back: before it had arrived, or later, and we have learned that. */
static void
judge_told(const struct tx *tx, const struct payout *p)
{
	instant learned = house_doubted(p->reference);

	if (p->returns_at < p->settles_at)
		wrong("%s is told as paid, and it came back", tx->id);
	if (learned != 0 && learned < fleet_round_began())
		wrong("%s is told as paid, and we know that it came back",
		    tx->id);
}

static void
judge_returned(const struct tx *tx, const struct json *params)
{
	const char *id = json_text(json_get(params, "external_transaction_id"));
	size_t i;

	for (i = 0; i < world.payout_count; i++)
		if (strcmp(world.payouts[i].bank_id, id) == 0 &&
		    payout_is_returned(&world.payouts[i]))
			judge_told(tx, &world.payouts[i]);
}

/* A call that may have been carried out is not repeated before it was read. */
static void
judge_repeat(struct arena *a, const struct rpc_call *call)
{
	struct tx *tx = tx_of(call, a);

	if (tx == NULL)
		abort();
	/* A database of before knows nothing of it. */
	if (strcmp(tx->unread, call->id) == 0 && !world.is_restored)
		wrong("%s: %s is sent again, and nobody has read the record",
		    tx->id, call->method);
	snprintf(tx->unread, sizeof(tx->unread), "%s", call->id);
	tell("%s: %s is sent (%s)", tx->id, call->method, call->id);
	/* Of a paid record it is a step on the road of its money back. */
	if (tx->received_at == INSTANT_NONE &&
	    (strcmp(call->method, EXPIRED) == 0 ||
		strcmp(call->method, ERROR) == 0))
		judge_end(tx);
	if (strcmp(call->method, REQUEST) == 0)
		tx->asked_at = fleet_round_began();
	if (strcmp(call->method, REQUEST) == 0)
		judge_time(tx, params_of(call, a));
	if (strcmp(call->method, FUNDS_SENT) == 0)
		judge_returned(tx, params_of(call, a));
}

static void
rpc_array(struct arena *a, const struct rpc_call *calls, size_t count,
    struct rpc_answer *out)
{
	bool is_lost = sim_falls(MISHAP_RPC_LOST);
	bool is_late = !is_lost && sim_falls(MISHAP_RPC_LATE);
	bool is_mute = sim_falls(MISHAP_RPC_MUTE);
	size_t broken =
	    is_mute ? (size_t)sim_between(0, (int64_t)count) : count;
	size_t i;

	for (i = 0; i < count; i++) {
		judge_repeat(a, &calls[i]);
		out[i] = (struct rpc_answer){.kind = RPC_UNKNOWN};
		if (is_late)
			put_off(&calls[i], sim.now + sim_between(1, FLIGHT));
		else if (!is_lost && i < broken)
			call_one(a, &calls[i], &out[i]);
	}
	/* The connection broke, in the middle or at the end. */
	for (i = 0; is_mute && i < count; i++)
		out[i] = (struct rpc_answer){.kind = RPC_UNKNOWN};
	for (i = 0; i < count; i++)
		if (out[i].kind == RPC_RESULT)
			tx_of(&calls[i], a)->unread[0] = '\0';
}

static void
rpc(void *self, struct arena *a, const struct rpc_call *calls,
    const size_t *sizes, size_t arrays, struct rpc_answer *out)
{
	size_t i, at = 0;

	(void)self;
	if (arrays == 0)
		return;
	seam("rpc", true);
	for (i = 0; i < arrays; i++) {
		rpc_array(a, calls + at, sizes[i], out + at);
		at += sizes[i];
		seam("rpc array", true);
	}
}

struct platform
platform_simulated(void)
{
	return (struct platform){.list = list, .get = get, .rpc = rpc};
}
