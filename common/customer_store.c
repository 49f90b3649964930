/*
 * Sealed values are bound to customer and version, wrapped keys to their
 * owner: what is moved or rolled back does not open.
 */
#include "customer_store.h"

#include <errno.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "customer_place.h"
#include "customer_text.h"
#include "db.h"
#include "document.h"
#include "json.h"
#include "keys.h"
#include "log.h"

enum { VALUES_MAX = 256 * 1024 };

// clang-format off
static const struct db_statement put = { "customer_put",
    "select version from windlass.customer_put($1::uuid, $2, $3, $4,"
    " $5::bigint, $6::bytea, $7::bytea, $8::jsonb, $9::jsonb,"
    " $10::jsonb, $11::jsonb, $12::jsonb)", 12 };
// clang-format on

static const char *
values_text(struct arena *a, const char *const *pairs, size_t *len)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, a, VALUES_MAX);
	json_begin(&o, &b);
	json_open(&o, NULL, '{');
	for (; *pairs != NULL; pairs += 2)
		json_put_text(&o, pairs[0], pairs[1]);
	json_close(&o, '}');
	*len = b.len;
	return buf_full(&b) ? NULL : b.data;
}

/* The customer's own key: the one they have, or a new one. */
static int
own_key(const struct seal *keys, struct arena *a, const struct customer *c,
    unsigned char key[static SEAL_KEY], struct sealed *wrapped)
{
	if (c->version == 0) {
		seal_new_key(key);
		*wrapped =
		    seal_wrap(keys, a, key, customer_key_place(a, c->id));
		return 0;
	}
	*wrapped = c->wrapped_key;
	return customer_own_key(keys, a, c, key);
}

static int
put_row(struct db *db, struct arena *a, const struct customer_next *next,
    const unsigned char key[static SEAL_KEY], struct sealed wrapped)
{
	const struct customer *c = &next->customer;
	const struct db_rows *rows;
	struct sealed sealed;
	size_t len;
	const char *text = values_text(a, next->pairs, &len);
	const char *fields = customer_states_text(a, c);
	const char *verdicts = customer_verdicts_text(a, c);

	if (text == NULL || fields == NULL || verdicts == NULL) {
		log_line(LOG_ERROR, "too large", "customer=%s", c->id);
		return -EIO;
	}
	sealed = seal_bytes(a, key, text, len,
	    customer_values_place(a, c->id, c->version + 1));

	const struct db_value values[] = {
	    db_text(c->id),
	    db_text(c->account),
	    db_text(c->memo_type),
	    db_text(c->memo),
	    db_int(a, c->version),
	    db_bytes(wrapped.bytes, wrapped.len),
	    db_bytes(sealed.bytes, sealed.len),
	    db_text(fields),
	    db_text(customer_standing_text(a, c, next->standing)),
	    db_text(customer_names_text(a, next->moved)),
	    db_text(customer_names_text(a, next->changed)),
	    db_text(verdicts),
	};
	int st = db_call(db, a, &put, values, &rows);

	return st == DB_NONE ? CUSTOMER_FASTER
	                     : customer_unforeseen(db, "customer_put", st);
}

int
customer_save(struct db *db, struct arena *a, const struct seal *keys,
    const struct customer_next *next)
{
	const struct customer *c = &next->customer;
	unsigned char *key = arena_secret(a, SEAL_KEY);
	struct sealed wrapped;
	int st;

	st = own_key(keys, a, c, key, &wrapped);
	if (st == 0)
		st = put_row(db, a, next, key, wrapped);
	/* Somebody was faster, or the wrapping key has turned meanwhile. */
	if (st == CUSTOMER_FASTER && c->version == 0)
		return keys_learn(db, a, keys) == 0 ? CUSTOMER_FASTER : -EIO;
	for (size_t i = 0; st == 0 && next->dropped[i] != NULL; i++)
		st = document_drop(db, a, c->id, next->dropped[i]);
	for (size_t i = 0; st == 0 && i < next->document_count; i++)
		if (!next->documents[i].is_known)
			st = document_name(db, a, c->id, key,
			    &next->documents[i]);
	return st;
}
