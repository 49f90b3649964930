#include "customer_ask.h"

#include <stdint.h>
#include <string.h>

#include "account.h"
#include "arena.h"
#include "book.h"
#include "buf.h"
#include "field.h"
#include "kyc.h"
#include "reply.h"
#include "request.h"

enum { ID, ACCOUNT, MEMO, MEMO_TYPE, TX_ID, TYPE, LANG, ASK_MAX };

// clang-format off
static const struct field ask_in[ASK_MAX] = {
	[ID]        = { "id", is_text, NULL, 128, 0, "must be text" },
	[ACCOUNT]   = { "account", is_account_text, NULL, 128, 0,
	                "must be a G, M or C address" },
	[MEMO]      = { "memo", is_text, NULL, 64, 0, "must be text" },
	[MEMO_TYPE] = { "memo_type", is_word, "id text hash", 8, 0,
	                "must be id, text or hash" },
	[TX_ID]     = { "transaction_id", is_text, NULL, 64, 0, "must be text" },
	[TYPE]      = { "type", is_text, NULL, 64, 0, "must be text" },
	[LANG]      = { "lang", is_text, NULL, 35, 0, "must be text" },
};
// clang-format on

/* Any 64-bit id: a customer's memo is only looked up, never sent on a payment,
 * so that ids past 2^63 are as good. */
static bool
is_memo_id(const char *text)
{
	static const char most[] = "18446744073709551615";
	size_t len = strlen(text);

	return len > 0 && strspn(text, "0123456789") == len &&
	       (len == 1 || text[0] != '0') &&
	       (len < sizeof(most) - 1 ||
		   (len == sizeof(most) - 1 && strcmp(text, most) <= 0));
}

static int
memo_or_reply(struct arena *a, const char *const *in, struct customer_ask *ask,
    struct reply *rp)
{
	const char *type = in[MEMO_TYPE];

	ask->memo = ask->memo_type = "";
	if (in[MEMO] == NULL && type == NULL)
		return 0;
	if (in[MEMO] == NULL)
		return reply_error(rp, 400, "memo_type needs a memo beside it");
	if (type == NULL)
		type = "id";
	if (strcmp(type, "id") == 0 ? !is_memo_id(in[MEMO])
				    : !is_memo(in[MEMO], type))
		return reply_error(rp, 400, "memo is no memo of type %s", type);
	ask->memo = in[MEMO];
	if (strcmp(type, "hash") == 0)
		ask->memo =
		    memo_hash_text(in[MEMO], arena_alloc(a, MEMO_HASH_TEXT));
	ask->memo_type = type;
	return 0;
}

/* An M-address says its memo itself; another one beside it is a mistake. */
static int
account_or_reply(struct arena *a, const char *address, struct customer_ask *ask,
    struct reply *rp)
{
	char *base = arena_alloc(a, ACCOUNT_TEXT);
	char *memo_id = arena_alloc(a, MEMO_ID_TEXT);

	if (account_base(address, base, memo_id) != 0)
		return reply_error(rp, 400,
		    "account must be a G, M or C address");
	ask->account = base;
	if (memo_id[0] == '\0')
		return 0;
	if (ask->memo[0] != '\0' && (strcmp(ask->memo_type, "id") != 0 ||
					strcmp(ask->memo, memo_id) != 0))
		return reply_error(rp, 400,
		    "memo is not the id of the M-address");
	ask->memo = memo_id;
	ask->memo_type = "id";
	return 0;
}

static int
type_or_reply(const struct book *book, struct arena *a, const char *name,
    struct customer_ask *ask, struct reply *rp)
{
	const struct customer_type *type;
	struct buf known;

	if (name == NULL)
		return 0;
	ask->type = book_type(book, name);
	if (ask->type != NULL)
		return 0;
	buf_init(&known, a, 8192);
	for (size_t i = 0; (type = book_type_at(book, i)) != NULL; i++)
		buf_printf(&known, "%s%s", i > 0 ? ", " : "",
		    customer_type_name(type));
	return reply_error(rp, 400, "type must be one of %s", known.data);
}

int
customer_ask_or_reply(const struct request *rq, const struct book *book,
    struct customer_ask *ask, struct reply *rp)
{
	const char *in[ASK_MAX];
	int st;

	*ask = (struct customer_ask){0};
	st = fields_or_reply(rq, ask_in, ASK_MAX, in, rp);
	if (st == 0)
		st = memo_or_reply(rq->arena, in, ask, rp);
	if (st == 0 && in[ACCOUNT] != NULL)
		st = account_or_reply(rq->arena, in[ACCOUNT], ask, rp);
	if (st == 0)
		st = type_or_reply(book, rq->arena, in[TYPE], ask, rp);
	if (st != 0)
		return st;
	ask->id = in[ID];
	ask->tx_id = in[TX_ID];
	ask->lang = in[LANG];
	if (ask->id == NULL && ask->account == NULL && ask->tx_id == NULL)
		return reply_error(rp, 400,
		    "give id, account or transaction_id");
	return 0;
}
