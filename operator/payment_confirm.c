/*
 * payment confirm ID - what became of a payout that people carry out, of one
 *                      payment (its last order) or by the order's reference.
 */
#include "confirm.h"
#include "results.h"
#include "verb.h"

enum { RESULT, BANK_ID, CODE, FIXABLE, FIELD, AMOUNT }; /* options */

static const char *
given(const struct call *c, int option)
{
	return c->options[option] == NULL ? "" : c->options[option];
}

static int
run(struct call *c)
{
	const char *id = c->operands[0], *lines;
	bool is_reference = strchr(id, ':') != NULL;
	struct result one = {.reference = is_reference ? id : "",
	    .tx_id = is_reference ? "" : id,
	    .result = given(c, RESULT),
	    .bank_id = given(c, BANK_ID),
	    .code = given(c, CODE),
	    .fixable = c->options[FIXABLE] == NULL ? "" : "true",
	    .field = given(c, FIELD),
	    .amount = given(c, AMOUNT),
	    .currency = ""};

	if (c->options[RESULT] == NULL)
		return misused("payment confirm: say what became of it: "
			       "--result accepted|settled|refused|returned");
	lines = results_one(c->arena, &one, confirm_fault, NULL);
	return lines == NULL ? VERB_FAILED : confirm(c, lines, NULL);
}

// clang-format off
const struct verb verb_payment_confirm = { .name = "payment confirm",
	.operands = "ID",
	.help = "takes what became of a payout that people carry out",
	.options = {
		[RESULT] = { "result", "RESULT", "accepted, settled, refused or returned", true },
		[BANK_ID] = { "bank-id", "ID", "the bank's own id of it; for all but refused", false },
		[CODE] = { "code", "WORD", "why it was refused or returned", false },
		[FIXABLE] = { "fixable", NULL, "other data of the receiver could help", false },
		[FIELD] = { "field", "NAME", "which of them is at fault, by its SEP-9 name", false },
		[AMOUNT] = { "amount", "AMOUNT", "what the bank says was paid: refused if it is not what was ordered", false },
	}, .run = run };
// clang-format on
