/*
 * book_refund - which money goes back by itself, and where to.
 */
#include <stddef.h>
#include <string.h>

#include "account.h"
#include "book_parts.h"
#include "json.h"
#include "reader.h"

#define ROWS(table) (table), sizeof(table) / sizeof((table)[0])
#define AT(type, member) offsetof(struct type, member)

enum { NAME = 64, MEMO = 20 };

// clang-format off
static const struct member rule_members[] = {
	{ "asset",   READ_ASSET,   AT(refund_rule, asset), true, 0, 0 },
	{ "method",  READ_TEXT,    AT(refund_rule, method), false, 0, NAME },
	{ "reasons", READ_TEXTS,   AT(refund_rule, reasons), false, 0, NAME },
	{ "fee",     READ_DECIMAL, AT(refund_rule, fee), false, 7, 1000000 },
};
static const struct member account_members[] = {
	{ "client",  READ_ACCOUNT, AT(refund_account, client), true, 0, 0 },
	{ "account", READ_ACCOUNT, AT(refund_account, account), true, 0, 0 },
	{ "memo",    READ_TEXT,    AT(refund_account, memo), false, 0, MEMO },
};

/* What a payment with money stops for, and nothing of it has gone out. */
static const char *const reasons[] = {
	"payout_refused", "payout_returned", "payout_tried_out",
	"payout_uncorrected", "info_overdue",
	"customer_deleted", "sender_rejected", "receiver_rejected",
	"paid_late", "paid_short", "paid_over", "paid_without_gate",
};
// clang-format on

bool
is_refund_reason(const char *code)
{
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strcmp(reasons[i], code) == 0)
			return true;
	return false;
}

/* The first rule that fits is taken. */
static bool
is_hidden(const struct refund_rule *rule, const struct refund_rule *by)
{
	return rule->asset != NULL && by->asset != NULL &&
	       strcmp(rule->asset, by->asset) == 0 &&
	       (by->method == NULL ||
		   (rule->method != NULL &&
		       strcmp(rule->method, by->method) == 0));
}

void
book_read_refunds(struct reader *r, const struct json *doc, struct book *book)
{
	const struct json *rules = json_get(doc, "refunds");
	const struct json *accounts = json_get(doc, "refund_accounts");
	size_t i, k;

	if (rules != NULL)
		book->refunds =
		    read_rows(r, rules, "limits.refunds", ROWS(rule_members),
			NULL, sizeof(*book->refunds), &book->refund_count);
	if (accounts != NULL)
		book->refund_accounts = read_rows(r, accounts,
		    "limits.refund_accounts", ROWS(account_members), NULL,
		    sizeof(*book->refund_accounts),
		    &book->refund_account_count);
	for (i = 0; i < book->refund_count; i++) {
		const char *const *code = book->refunds[i].reasons;

		for (k = 0; k < i; k++)
			if (is_hidden(&book->refunds[i], &book->refunds[k]))
				break;
		if (k < i)
			read_fault(r, book_row(r, "limits.refunds", i),
			    "is never used: one before it fits all it does");
		for (k = 0; code != NULL && code[k] != NULL; k++)
			if (!is_refund_reason(code[k]))
				read_fault(r, "limits.refunds",
				    "there is no reason %s", code[k]);
	}
	for (i = 0; i < book->refund_account_count; i++)
		if (book->refund_accounts[i].memo != NULL &&
		    !is_memo(book->refund_accounts[i].memo, "id"))
			read_fault(r, "limits.refund_accounts",
			    "memo must be a number of 64 bits");
}

static const struct refund_rule *
rule_of(const struct book *book, const char *currency, const char *method)
{
	size_t i;

	for (i = 0; i < book->refund_count; i++) {
		const struct refund_rule *rule = &book->refunds[i];

		if (strncmp(rule->asset, "iso4217:", 8) == 0 &&
		    strcmp(rule->asset + 8, currency) == 0 &&
		    (rule->method == NULL || strcmp(rule->method, method) == 0))
			return rule;
	}
	return NULL;
}

bool
book_refunds(const struct book *book, const char *currency, const char *method,
    const char *code)
{
	const struct refund_rule *rule = rule_of(book, currency, method);
	size_t i;

	for (i = 0;
	     rule != NULL && rule->reasons != NULL && rule->reasons[i] != NULL;
	     i++)
		if (strcmp(rule->reasons[i], code) == 0)
			return true;
	return false;
}

struct amount
book_refund_fee(const struct book *book, const char *currency,
    const char *method)
{
	const struct refund_rule *rule = rule_of(book, currency, method);

	return rule == NULL ? (struct amount){0, 0} : rule->fee;
}

const char *
book_refund_account(const struct book *book, const char *client,
    const char **memo)
{
	size_t i;

	for (i = 0; i < book->refund_account_count; i++) {
		const struct refund_account *one = &book->refund_accounts[i];

		if (strcmp(one->client, client) == 0) {
			*memo = one->memo == NULL ? "" : one->memo;
			return one->account;
		}
	}
	return NULL;
}
