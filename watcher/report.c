/*
 * report - what the platform was told, and whether it has it.
 */
#include "report.h"

#include "json.h"
#include "step.h"

#define HOPELESS_AFTER (30 * 60 * SECOND)
enum { HOPELESS_TRIES = 8, INFO_TRIES = 3, HASH_TEXT = 64 };
enum { INVALID_PARAMS = -32602, METHOD_NOT_FOUND = -32601 };

/* --- reports about money that went out ----------------------------------- */

enum external { ANY, OURS };

/* The first row that fits decides; none: the record contradicts us. */
static const struct {
	const char *method, *status;
	enum external external_id;
	enum verdict verdict;
} rows[] = {
    {FUNDS_PENDING, "pending_receiver", ANY, VERDICT_AGAIN},
    {FUNDS_PENDING, "pending_external", OURS, VERDICT_DONE},
    {FUNDS_PENDING, "completed", OURS, VERDICT_DONE}, /* overtaken */
    {FUNDS_SENT, "pending_receiver", ANY, VERDICT_AGAIN},
    {FUNDS_SENT, "pending_external", OURS, VERDICT_AGAIN},
    {FUNDS_SENT, "completed", OURS, VERDICT_DONE},
};

static bool
is_ours(const struct payment *p, const struct record *r)
{
	return p->attempt.bank_id[0] != '\0' &&
	       strcmp(r->external_id, p->attempt.bank_id) == 0;
}

static enum verdict
read_payout(const struct payment *p, const struct record *r)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].method, p->report.method) == 0 &&
		    record_is(r, rows[i].status) &&
		    (rows[i].external_id == ANY || is_ours(p, r)))
			return rows[i].verdict;
	return VERDICT_REVIEW;
}

/* --- the request for the money ------------------------------------------- */

static bool
has_our_memo(const struct payment *p, const struct record *r,
    bool platform_memos)
{
	if (platform_memos)
		return r->memo[0] != '\0' && r->destination[0] != '\0';
	return strcmp(r->memo, p->memo) == 0 &&
	       strcmp(r->destination, p->destination) == 0;
}

static enum verdict
read_request(const struct payment *p, const struct record *r,
    bool platform_memos)
{
	if (has_our_memo(p, r, platform_memos))
		return VERDICT_DONE;
	if (r->memo[0] != '\0' || r->destination[0] != '\0')
		return VERDICT_REVIEW;
	return record_is(r, "pending_receiver") && !r->is_paid ? VERDICT_AGAIN
	                                                       : VERDICT_DROP;
}

/* --- money that the platform has lost ------------------------------------ */

static bool
has_transaction(const struct payment *p, const struct record *r)
{
	const struct json *all = json_get(r->whole, "stellar_transactions");
	const char *id;
	size_t i;

	for (i = 0; i < json_count(all); i++) {
		id = json_text(json_get(json_at(all, i), "id"));
		if (id != NULL && strlen(id) == HASH_TEXT &&
		    strstr(p->report.params, id) != NULL)
			return true;
	}
	return false;
}

/* What it has seen by itself meanwhile, or ended, is not told; what it does not
 * take, as a path payment, is a case. */
static enum verdict
read_received(const struct payment *p, const struct record *r)
{
	if (has_transaction(p, r))
		return VERDICT_DONE;
	return record_is(r, "pending_sender") && !r->is_paid &&
	               p->report.tries < HOPELESS_TRIES
	           ? VERDICT_AGAIN
	           : VERDICT_DROP;
}

/* On the road of a payout what the record shows decides anew, and what leads
 * nowhere is found there. */
static bool
is_on_road(const struct payment *p)
{
	return p->state == PAYMENT_OUT && !p->outflow.is_refund &&
	       p->outflow.state != OUTFLOW_NONE;
}

/* --- a customer has changed ---------------------------------------------- */

/* It changes nothing of its own and may be sent again, but each makes news for
 * the wallet: a few times are enough. */
static enum verdict
read_info(const struct payment *p, const struct record *r)
{
	bool is_told = record_is(r, "pending_receiver") ||
	               record_is(r, "pending_customer_info_update");

	/* On the way back that is all that it is for. */
	if (p->outflow.is_refund && record_is(r, "pending_receiver"))
		return VERDICT_DONE;
	if (is_on_road(p) && !is_told)
		return VERDICT_DROP;
	if (is_told)
		return p->report.tries >= INFO_TRIES ? VERDICT_DROP
		                                     : VERDICT_AGAIN;
	return record_is_dead(r) ? VERDICT_DONE : VERDICT_REVIEW;
}

/* --- it ends ------------------------------------------------------------- */

static bool
is_end(const struct payment *p)
{
	return strcmp(p->report.method, ERROR) == 0 ||
	       strcmp(p->report.method, EXPIRED) == 0;
}

/* From these the platform lets a payment end. */
static bool
is_alive(const struct record *r)
{
	static const char *const alive[] = {"pending_receiver",
	    "pending_sender", "pending_customer_info_update",
	    "pending_external", "pending_stellar", "pending_anchor",
	    "pending_transaction_info_update"};
	size_t i;

	for (i = 0; i < sizeof(alive) / sizeof(alive[0]); i++)
		if (record_is(r, alive[i]))
			return true;
	return false;
}

/* Without money of ours on its way it is an unpaid payment that ends: whether
 * by our word or not, and if it was paid meanwhile, it goes on or is held.
 * With money it is a step on the road of a refund or a correction, or a person
 * ends it. */
static enum verdict
read_end(const struct payment *p, const struct record *r)
{
	bool is_road = p->outflow.state != OUTFLOW_NONE ||
	               strcmp(p->noticed, NOTED_END_PAID) == 0;

	if (is_road && record_is(r, "error"))
		return VERDICT_DONE;
	if (!is_road && record_is_dead(r))
		return VERDICT_DONE;
	if (!is_road && r->is_paid)
		return VERDICT_DROP;
	if (is_alive(r))
		return VERDICT_AGAIN;
	return is_on_road(p) ? VERDICT_DROP : VERDICT_REVIEW;
}

/* --- money that went back ------------------------------------------------ */

static bool
has_our_refund(const struct payment *p, const struct record *r)
{
	const struct json *all = json_path(r->whole, "refunds.payments");
	const char *id;
	size_t i;

	for (i = 0; i < json_count(all); i++) {
		id = json_text(json_get(json_at(all, i), "id"));
		if (id != NULL && p->attempt.hash[0] != '\0' &&
		    strcmp(id, p->attempt.hash) == 0)
			return true;
	}
	return false;
}

static enum verdict
read_refund(const struct payment *p, const struct record *r)
{
	if (record_is(r, "refunded"))
		return has_our_refund(p, r) ? VERDICT_DONE : VERDICT_REVIEW;
	if (record_is(r, "pending_receiver"))
		return VERDICT_AGAIN;
	return (record_is(r, "error") && r->is_paid) ||
	               record_is(r, "pending_external") ||
	               record_is(r, "pending_customer_info_update")
	           ? VERDICT_ROAD
	           : VERDICT_REVIEW;
}

/* Sent once, and never again by itself: what the record does not show is a
 * person's. */
static enum verdict
read_order_back(const struct record *r)
{
	return record_is(r, "pending_stellar") || record_is(r, "refunded")
	           ? VERDICT_DONE
	           : VERDICT_REVIEW;
}

/* --- it comes back ------------------------------------------------------- */

static enum verdict
read_recovery(const struct payment *p, const struct record *r)
{
	if (record_is(r, "pending_receiver"))
		return VERDICT_DONE;
	if (r->is_paid && (record_is(r, "error") || record_is(r, "expired")))
		return VERDICT_AGAIN;
	return is_on_road(p) ? VERDICT_DROP : VERDICT_REVIEW;
}

/* --- the answers --------------------------------------------------------- */

enum verdict
report_read_back(const struct payment *p, const struct record *r,
    bool platform_memos)
{
	if (strcmp(p->report.method, REQUEST) == 0)
		return read_request(p, r, platform_memos);
	if (strcmp(p->report.method, CUSTOMER_INFO) == 0)
		return read_info(p, r);
	if (strcmp(p->report.method, FUNDS_RECEIVED) == 0)
		return read_received(p, r);
	if (is_end(p))
		return read_end(p, r);
	if (strcmp(p->report.method, RECOVERY) == 0)
		return read_recovery(p, r);
	if (strcmp(p->report.method, REFUND_SENT) == 0)
		return read_refund(p, r);
	if (strcmp(p->report.method, DO_REFUND) == 0)
		return read_order_back(r);
	return read_payout(p, r);
}

bool
report_is_done(const struct payment *p, const struct record *r,
    bool platform_memos)
{
	if (strcmp(r->id, p->tx_id) != 0)
		return false;
	if (strcmp(p->report.method, CUSTOMER_INFO) == 0)
		return true;
	if (strcmp(p->report.method, FUNDS_RECEIVED) == 0)
		return read_received(p, r) == VERDICT_DONE;
	if (is_end(p))
		return read_end(p, r) == VERDICT_DONE;
	if (strcmp(p->report.method, RECOVERY) == 0)
		return read_recovery(p, r) == VERDICT_DONE;
	if (strcmp(p->report.method, REFUND_SENT) == 0)
		return read_refund(p, r) == VERDICT_DONE;
	if (strcmp(p->report.method, DO_REFUND) == 0)
		return read_order_back(r) == VERDICT_DONE;
	if (!record_is(r, p->report.expect))
		return false;
	return strcmp(p->report.method, REQUEST) == 0
	           ? has_our_memo(p, r, platform_memos)
	           : is_ours(p, r);
}

bool
report_is_hopeless(const struct payment *p, int64_t code, instant now)
{
	if (strcmp(p->report.method, FUNDS_RECEIVED) == 0)
		return false;
	return code == INVALID_PARAMS || code == METHOD_NOT_FOUND ||
	       (p->report.tries >= HOPELESS_TRIES &&
		   now - p->report.made_at > HOPELESS_AFTER);
}
