/*
 * ledger - the Stellar ledger of a run, and what the watchers may ask of it.
 */
#include <errno.h>
#include <inttypes.h>

#include "arena.h"
#include "fleet.h"
#include "sim.h"
#include "world.h"

#include "../../watcher/step.h"

enum { OPERATION_FIRST = 1000 };

/* at -1: an operation of the same transaction as the last one. */
void
ledger_pay(struct tx *tx, const char *memo, const char *to, const char *asset,
    const char *amount, instant at)
{
	struct operation *op = &world.ops[world.op_count];
	bool is_same = at < 0;

	if (world.op_count == OPS_MOST)
		return;
	*op = (struct operation){.to = to,
	    .asset = asset,
	    .from = WALLET,
	    .at = at};
	if (is_same) {
		op->at = op[-1].at;
		op->seen_at = op[-1].seen_at;
	} else {
		op->seen_at =
		    tx->is_unseen ? FOREVER : at + sim_between(1, 40) * SECOND;
	}
	snprintf(op->hash, sizeof(op->hash), "%048" PRIx64 "%016zx", sim.seed,
	    is_same ? world.op_count - 1 : world.op_count);
	snprintf(op->id, sizeof(op->id), "%zu",
	    OPERATION_FIRST + world.op_count);
	snprintf(op->memo, sizeof(op->memo), "%s", memo);
	snprintf(op->amount, sizeof(op->amount), "%s", amount);
	op->tx = (int)(tx - world.txs);
	world.op_count++;
	tell("%s pays %s %.12s with memo %s at +%d s", tx->id, amount, asset,
	    memo, (int)((op->at - sim.now) / SECOND));
}

int64_t
ledger_units(const char *amount)
{
	char *end;
	int64_t whole = strtol(amount, &end, 10), part = 0;
	int digits = 0;

	if (*end == '.')
		for (end++; *end >= '0' && *end <= '9'; end++, digits++)
			part = part * 10 + (*end - '0');
	for (; digits < 7; digits++)
		part *= 10;
	return whole * 10000000 + part;
}

static int64_t
came_until(const struct tx *tx, instant until)
{
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < world.op_count; i++) {
		const struct operation *op = &world.ops[i];

		if (strcmp(op->memo, tx->memo) == 0 &&
		    strcmp(op->to, OUR_ACCOUNT) == 0 &&
		    strcmp(op->asset, "USDC:" ISSUER) == 0 && !op->is_forged &&
		    op->at <= sim.now && op->at <= until)
			sum += ledger_units(op->amount);
	}
	return sum;
}

int64_t
ledger_came(const struct tx *tx)
{
	return came_until(tx, FOREVER);
}

bool
ledger_has_paid(const struct tx *tx)
{
	return came_until(tx, tx->pay_by + LATE_GRACE) >=
	       ledger_units(tx->offer->sell);
}

/* --- what is asked of it ------------------------------------------------- */

static void
find(struct arena *a, const char *hash, struct ledger_transaction *out)
{
	struct ledger_operation *list = arena_array(a, OPS_MOST, sizeof(*list));
	size_t i;

	*out = (struct ledger_transaction){.hash = hash,
	    .is_successful = true,
	    .memo_type = "id",
	    .operations = list};
	for (i = 0; i < world.op_count; i++) {
		const struct operation *op = &world.ops[i];

		if (strcmp(op->hash, hash) != 0 || op->at > sim.now ||
		    op->is_forged)
			continue;
		out->found = 1;
		out->memo = op->memo;
		out->at = op->at;
		list[out->count++] = (struct ledger_operation){.id = op->id,
		    .from = op->from,
		    .to = op->to,
		    .asset = op->asset,
		    .amount = op->amount,
		    .is_payment = true};
	}
}

static void
transactions(void *self, struct arena *a, const char *const *hashes,
    size_t count, struct ledger_transaction *out)
{
	size_t i;

	(void)self;
	seam("ledger", true);
	for (i = 0; i < count; i++)
		if (sim_falls(MISHAP_LEDGER))
			out[i] = (struct ledger_transaction){.found = -EIO};
		else
			find(a, hashes[i], &out[i]);
	seam("ledger told", true);
}

static void
carry(void *self, const char *account, const char *const *memos, size_t count,
    instant since, int *found)
{
	size_t i, k;

	(void)self;
	(void)since;
	seam("ledger", true);
	for (i = 0; i < count; i++) {
		found[i] = sim_falls(MISHAP_LEDGER) ? -EIO : 0;
		for (k = 0; k < world.op_count && found[i] == 0; k++)
			found[i] = !world.ops[k].is_forged &&
			           world.ops[k].at <= sim.now &&
			           strcmp(world.ops[k].to, account) == 0 &&
			           strcmp(world.ops[k].memo, memos[i]) == 0;
	}
	seam("ledger told", true);
}

struct ledger
ledger_simulated(void)
{
	return (struct ledger){.transactions = transactions, .carry = carry};
}
