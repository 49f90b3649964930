/*
 * order - an order to the bank, or to the treasury.
 */
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "kyc.h"
#include "log.h"
#include "order.h"
#include "people.h"

enum { ORDER_MOST = 256 * 1024 };

/* What a bank needs of who sends; of who receives it gets all. */
static const char *const sender_names[] = {"first_name", "last_name", "address",
    "city", "postal_code", "state_or_province", "address_country_code",
    "birth_date"};

static bool
is_for_sender(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(sender_names) / sizeof(sender_names[0]); i++)
		if (strcmp(name, sender_names[i]) == 0)
			return true;
	return false;
}

/* Codes that proved a number or an address are nobody's business. */
static bool
is_code(const char *name)
{
	size_t len = strlen(name);

	return len > 13 && strcmp(name + len - 13, "_verification") == 0;
}

static void
put_person(struct json_out *o, const char *what, const char *const *pairs,
    bool is_sender)
{
	json_open(o, what, '{');
	for (; pairs[0] != NULL; pairs += 2)
		if (!is_code(pairs[0]) && pairs[1][0] != '\0' &&
		    (!is_sender || is_for_sender(pairs[0])))
			json_put_text(o, pairs[0], pairs[1]);
	json_close(o, '}');
}

static bool
has_any(const char *const *pairs)
{
	for (; pairs[0] != NULL; pairs += 2)
		if (is_for_sender(pairs[0]) && pairs[1][0] != '\0')
			return true;
	return false;
}

static const char *
key_place(struct watcher *w, const struct payment *p)
{
	return arena_printf(w->arena, "outflow/%s", p->tx_id);
}

struct sealed
order_key(struct watcher *w, const struct payment *p)
{
	unsigned char key[SEAL_KEY];
	struct sealed wrapped;

	seal_new_key(key);
	wrapped = seal_wrap(w->keys, w->arena, key, key_place(w, p));
	sodium_memzero(key, sizeof(key));
	return wrapped;
}

static int
open_key(struct watcher *w, const struct payment *p,
    unsigned char key[static SEAL_KEY])
{
	return seal_unwrap(w->keys, p->outflow.key, key_place(w, p), key);
}

static const char *
place_of(struct watcher *w, const struct payment *p, int64_t n)
{
	return arena_printf(w->arena, "attempt/%s/%" PRId64, p->tx_id, n);
}

/* An object is begun; what it holds goes on the arena, which is wiped with the
 * round. */
static void
begin(struct watcher *w, const struct payment *p, int64_t n, struct buf *b,
    struct json_out *o)
{
	buf_init(b, w->arena, ORDER_MOST);
	json_begin(o, b);
	json_open(o, NULL, '{');
	json_put_text(o, "reference",
	    arena_printf(w->arena, "%s:%" PRId64, p->tx_id, n));
}

static int
close_sealed(struct watcher *w, const struct payment *p, int64_t n,
    struct buf *b, struct json_out *o, struct sealed *out)
{
	unsigned char key[SEAL_KEY];

	json_close(o, '}');
	if (buf_full(b))
		return -EFBIG;
	if (open_key(w, p, key) != 0)
		return -EBADMSG;
	*out = seal_bytes(w->arena, key, b->data, b->len, place_of(w, p, n));
	sodium_memzero(key, sizeof(key));
	return 0;
}

int
order_make(struct watcher *w, const struct payment *p, int64_t n,
    unsigned decimals, const struct customer *receiver,
    const struct customer *sender, struct sealed *out)
{
	const char *const *theirs, *const *senders;
	char amount[AMOUNT_TEXT];
	struct json_out o;
	struct buf b;

	if (people_values(w, receiver, &theirs) != 0 ||
	    people_values(w, sender, &senders) != 0)
		return -EBADMSG;
	begin(w, p, n, &b, &o);
	json_put_text(&o, "amount",
	    amount_print_fixed(p->payout, decimals, amount));
	json_put_text(&o, "currency", p->currency);
	json_put_text(&o, "method", p->method);
	put_person(&o, "beneficiary", theirs, false);
	if (has_any(senders))
		put_person(&o, "sender", senders, true);
	return close_sealed(w, p, n, &b, &o, out);
}

int
order_make_back(struct watcher *w, const struct payment *p, int64_t n,
    const struct refund *refund, struct sealed *out)
{
	char amount[AMOUNT_TEXT];
	struct json_out o;
	struct buf b;

	begin(w, p, n, &b, &o);
	json_put_text(&o, "amount", amount_print(refund->amount, amount));
	json_put_text(&o, "asset", refund->asset);
	json_put_text(&o, "account", refund->account);
	if (refund->memo[0] != '\0') {
		json_put_text(&o, "memo", refund->memo);
		json_put_text(&o, "memo_type", refund->memo_type);
	}
	return close_sealed(w, p, n, &b, &o, out);
}

int
order_open(struct watcher *w, const struct payment *p, struct rail_order *out)
{
	unsigned char key[SEAL_KEY];
	int rc = open_key(w, p, key);

	if (rc == 0)
		rc = seal_read(w->arena, key, p->attempt.body,
		    place_of(w, p, p->attempt.n), &out->body, &out->body_len);
	sodium_memzero(key, sizeof(key));
	if (rc != 0) {
		log_line(LOG_ERROR, "order_sealed", "reference=%s",
		    p->attempt.reference);
		return rc;
	}
	out->reference = p->attempt.reference;
	out->idem_key = p->attempt.idem_key;
	return 0;
}

int
order_known(struct watcher *w, const struct payment *p, struct rail_order *out)
{
	if (p->outflow.key.len > 0 && p->attempt.body.len > 0)
		return order_open(w, p, out);
	*out = (struct rail_order){.reference = p->attempt.reference,
	    .idem_key = p->attempt.idem_key};
	return 0;
}
