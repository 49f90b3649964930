/*
 * report - what the platform was told, and whether it has it.
 */
#include "report.h"

#define HOPELESS_AFTER (30 * 60 * SECOND)
enum { HOPELESS_TRIES = 8, INFO_TRIES = 3 };
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

/* --- a customer has changed ---------------------------------------------- */

/* It changes nothing of its own and may be sent again, but each makes news for
 * the wallet: a few times are enough. */
static enum verdict
read_info(const struct payment *p, const struct record *r)
{
	if (record_is(r, "pending_receiver") ||
	    record_is(r, "pending_customer_info_update"))
		return p->report.tries >= INFO_TRIES ? VERDICT_DROP
		                                     : VERDICT_AGAIN;
	return record_is_dead(r) ? VERDICT_DONE : VERDICT_REVIEW;
}

/* --- it ends ------------------------------------------------------------- */

/* An unpaid payment: whether it ended by our word or not, it is over. */
static enum verdict
read_error(const struct record *r)
{
	if (record_is_dead(r))
		return VERDICT_DONE;
	return !r->is_paid && (record_is(r, "pending_receiver") ||
				  record_is(r, "pending_customer_info_update"))
	           ? VERDICT_AGAIN
	           : VERDICT_REVIEW;
}

enum verdict
report_read_back(const struct payment *p, const struct record *r,
    bool platform_memos)
{
	if (strcmp(p->report.method, REQUEST) == 0)
		return read_request(p, r, platform_memos);
	if (strcmp(p->report.method, CUSTOMER_INFO) == 0)
		return read_info(p, r);
	if (strcmp(p->report.method, ERROR) == 0)
		return read_error(r);
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
	if (strcmp(p->report.method, ERROR) == 0)
		return record_is(r, "error");
	if (!record_is(r, p->report.expect))
		return false;
	return strcmp(p->report.method, REQUEST) == 0
	           ? has_our_memo(p, r, platform_memos)
	           : is_ours(p, r);
}

bool
report_is_hopeless(const struct payment *p, int64_t code, instant now)
{
	return code == INVALID_PARAMS || code == METHOD_NOT_FOUND ||
	       (p->report.tries >= HOPELESS_TRIES &&
		   now - p->report.made_at > HOPELESS_AFTER);
}
