#include "customer_code.h"

#include <sodium.h>
#include <string.h>

#include "arena.h"
#include "book.h"
#include "buf.h"
#include "customer_change.h"
#include "customer_place.h"
#include "customer_store.h"
#include "db.h"
#include "id.h"
#include "json.h"
#include "keys.h"
#include "reply.h"
#include "request.h"
#include "seal.h"

enum {
	LIFE_MINUTES = 10,
	CODES = 1000000,
	DIGEST = 32,
	REQUEST_MOST = 2048,
	TEXT_MOST = 512
};

static const char SUFFIX[] = "_verification";
static const char *const provable[] = {"mobile_number", "email_address"};

// clang-format off
static const struct db_statement make = { "code_make",
    "select windlass.code_make($1::uuid, $2, $3::uuid, $4::bytea, $5::bytea,"
    " $6::bytea, $7::bytea, $8::integer, $9::boolean) as outcome", 9 };
static const struct db_statement fingerprint_key = { "fingerprint_key",
    "select wrapped from windlass.fingerprint_key($1::bytea)", 1 };
static const struct db_statement try = { "code_try",
    "select windlass.code_try($1::uuid, $2, $3::bytea) as outcome", 3 };
// clang-format on

/* One contact of one customer, opened. */
struct contact {
	struct db *db;
	struct arena *a;
	const struct seal *keys;
	const struct customer *customer;
	const unsigned char *key;
	const char *name, *value;
	const char *language; /* NULL: not said */
};

const char *
customer_code_proves(struct arena *a, const char *member)
{
	return arena_strndup(a, member, strlen(member) - strlen(SUFFIX));
}

static const char *
value_of(const char *const *pairs, const char *name)
{
	for (; *pairs != NULL; pairs += 2)
		if (strcmp(pairs[0], name) == 0)
			return pairs[1];
	return NULL;
}

/* The value as it will be, were the request carried out. */
static const char *
value_after(const struct customer_given *given, const char *const *pairs,
    const char *name)
{
	for (size_t i = 0; i < given->count; i++)
		if (strcmp(given->list[i].name, name) == 0)
			return given->list[i].text;
	return value_of(pairs, name);
}

static int
open_customer(const struct request *rq, const struct seal *keys,
    const struct customer *c, struct contact *out, const char *const **pairs)
{
	unsigned char *key = arena_secret(rq->arena, SEAL_KEY);
	int st = customer_values(keys, rq->arena, c, pairs);

	if (st == 0)
		st = seal_unwrap(keys, c->wrapped_key,
		    customer_key_place(rq->arena, c->id), key);
	*out = (struct contact){.db = rq->db,
	    .a = rq->arena,
	    .keys = keys,
	    .customer = c,
	    .key = key,
	    .language = st == 0 ? value_of(*pairs, "language_code") : NULL};
	return st;
}

/* Of the value alone, or of value and code: told from each other, and from all
 * other uses of the key, by their first words. */
static const unsigned char *
digest_of(const struct contact *t, const char *code)
{
	static const char use[crypto_kdf_CONTEXTBYTES + 1] = "wl-code1";
	unsigned char *key = arena_secret(t->a, crypto_kdf_KEYBYTES);
	unsigned char *out = arena_alloc(t->a, DIGEST);
	char *text = arena_secret(t->a, TEXT_MOST);
	size_t len;

	_Static_assert(crypto_kdf_KEYBYTES == SEAL_KEY, "key size");
	snprintf(text, TEXT_MOST, "%s %s %s", t->name,
	    code == NULL ? "-" : code, t->value);
	len = strlen(text);
	crypto_kdf_derive_from_key(key, crypto_kdf_KEYBYTES, 1, use, t->key);
	crypto_generichash(out, DIGEST, (const unsigned char *)text, len, key,
	    crypto_kdf_KEYBYTES);
	return out;
}

static struct sealed
request_of(const struct contact *t, const char *id, const char *code)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, t->a, REQUEST_MOST);
	json_begin(&o, &b);
	json_open(&o, NULL, '{');
	json_put_text(&o, "id", id);
	json_put_text(&o, "customer", t->customer->id);
	json_put_text(&o, "channel", t->name);
	json_put_text(&o, "destination", t->value);
	json_put_text(&o, "code", code);
	json_put_int(&o, "valid_minutes", LIFE_MINUTES);
	if (t->language != NULL)
		json_put_text(&o, "language", t->language);
	json_close(&o, '}');
	return seal_bytes(t->a, t->key, b.data, b.len,
	    customer_code_place(t->a, t->customer->id, id));
}

/* The one key that is no customer's: whoever comes first makes it. */
static int
open_fingerprint_key(const struct contact *t,
    unsigned char key[static SEAL_KEY])
{
	unsigned char *fresh = arena_secret(t->a, SEAL_KEY);
	const struct db_rows *rows;
	struct db_value values[1];
	struct sealed wrapped;
	int st;

	seal_new_key(fresh);
	wrapped = seal_wrap(t->keys, t->a, fresh, FINGERPRINT_PLACE);
	values[0] = db_bytes(wrapped.bytes, wrapped.len);
	st = db_call(t->db, t->a, &fingerprint_key, values, &rows);
	if (st == DB_REFUSED) /* under an old key?  The next has the other */
		(void)keys_learn(t->db, t->a, t->keys);
	if (st != 0)
		return customer_unforeseen(t->db, "fingerprint_key", st);
	wrapped.bytes = db_col_bytes(rows, t->a, 0, "wrapped", &wrapped.len);
	return seal_unwrap(t->keys, wrapped, FINGERPRINT_PLACE, key);
}

/* Where the code goes, the same whichever customer gives it, and however an
 * address is written: they reach one mailbox. */
static int
place_of(const struct contact *t, const unsigned char **out)
{
	unsigned char *key = arena_secret(t->a, SEAL_KEY);
	unsigned char *place = arena_alloc(t->a, SEAL_DIGEST);
	char *value = arena_secret(t->a, TEXT_MOST);
	int st = open_fingerprint_key(t, key);

	snprintf(value, TEXT_MOST, "%s", t->value);
	for (char *c = value; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	if (st == 0)
		seal_digest(key, value, strlen(value),
		    arena_printf(t->a, "code_place/%s", t->name), place);
	*out = place;
	return st;
}

/* *outcome is made, live or often. */
static int
make_one(const struct contact *t, bool again, const char **outcome)
{
	char *code = arena_secret(t->a, 16), id[ID_TEXT];
	const unsigned char *place;
	struct sealed request;
	const struct db_rows *rows;
	int st = place_of(t, &place);

	if (st != 0)
		return st;
	snprintf(code, 16, "%06u", (unsigned)randombytes_uniform(CODES));
	request = request_of(t, id_new(id), code);

	const struct db_value values[] = {
	    db_text(t->customer->id),
	    db_text(t->name),
	    db_text(id),
	    db_bytes(digest_of(t, NULL), DIGEST),
	    db_bytes(digest_of(t, code), DIGEST),
	    db_bytes(request.bytes, request.len),
	    db_bytes(place, SEAL_DIGEST),
	    db_int(t->a, LIFE_MINUTES * 60),
	    db_bool(again),
	};

	st = db_call(t->db, t->a, &make, values, &rows);
	if (st == 0)
		*outcome = db_col(rows, 0, "outcome");
	return customer_unforeseen(t->db, "code_make", st);
}

/* --- a code comes back --------------------------------------------------- */

static int
try_one(const struct contact *t, const char *code, const char **outcome)
{
	const struct db_value values[] = {
	    db_text(t->customer->id),
	    db_text(t->name),
	    db_bytes(digest_of(t, code), DIGEST),
	};
	const struct db_rows *rows;
	int st = db_call(t->db, t->a, &try, values, &rows);

	if (st == 0)
		*outcome = db_col(rows, 0, "outcome");
	return customer_unforeseen(t->db, "code_try", st);
}

static int
followed_by_another(const struct contact *t, const char *member,
    struct reply *rp)
{
	const char *outcome = "";
	int st = make_one(t, false, &outcome);

	if (st != 0)
		return st;
	if (strcmp(outcome, "often") == 0)
		return reply_error(rp, 400,
		    "%s: that code is good no more, and too many were asked "
		    "for; give %s again later",
		    member, t->name);
	return reply_error(rp, 400,
	    "%s: that code is good no more; another one is on its way", member);
}

static int
code_or_reply(struct contact *t, struct given_code *code, struct reply *rp)
{
	const char *outcome = "";
	int st = try_one(t, code->text, &outcome);

	if (st != 0)
		return st;
	if (strcmp(outcome, "right") == 0) {
		code->proves = t->value;
		return 0;
	}
	if (strcmp(outcome, "none") == 0)
		return reply_error(rp, 400,
		    "%s: no code was sent that could come back", code->member);
	if (strcmp(outcome, "wrong") == 0)
		return reply_error(rp, 400, "%s is not the code that was sent",
		    code->member);
	return followed_by_another(t, code->member, rp);
}

/* Whoever sends the same request twice is not wrong the second time. */
static bool
is_proven(const struct customer *c, const char *name, const char *const *pairs,
    const char *value)
{
	const struct customer_field *has = customer_has(c, name);
	const char *old = value_of(pairs, name);

	return has != NULL && has->is_proven && old != NULL &&
	       strcmp(old, value) == 0;
}

int
customer_codes_or_reply(const struct request *rq, const struct seal *keys,
    const struct customer_seen *seen, struct customer_given *given,
    struct reply *rp)
{
	static const char *const none[] = {NULL};
	const char *const *pairs = none;
	struct contact t = {0};
	int st = 0;

	if (given->code_count > 0 && seen->customer != NULL)
		st = open_customer(rq, keys, seen->customer, &t, &pairs);
	for (size_t i = 0; st == 0 && i < given->code_count; i++) {
		struct given_code *code = &given->codes[i];

		t.name = code->name;
		t.value = value_after(given, pairs, code->name);
		if (seen->customer == NULL || t.value == NULL ||
		    t.value[0] == '\0')
			return reply_error(rp, 400,
			    "%s: no code was sent that could come back",
			    code->member);
		if (is_proven(seen->customer, code->name, pairs, t.value))
			continue;
		st = code_or_reply(&t, code, rp);
	}
	return st;
}

/* --- codes go out -------------------------------------------------------- */

/* Shown as to be verified: by one of the types they stand under, else by any.
 */
static bool
is_unproven(const struct book *book, const struct customer *c, const char *name,
    struct corridor corridor, const char *today)
{
	const struct customer_type *type;
	bool is = false;

	for (size_t i = 0; !is && i < c->type_count; i++) {
		type = book_type(book, c->types[i]);
		is = type != NULL && kyc_field_fault(type, c, name, corridor,
					 today) == FIELD_UNPROVEN;
	}
	for (size_t i = 0; !is && c->type_count == 0 &&
			   (type = book_type_at(book, i)) != NULL;
	     i++)
		is = kyc_field_fault(type, c, name, corridor, today) ==
		     FIELD_UNPROVEN;
	return is;
}

static bool
is_given(const struct customer_given *given, const char *name)
{
	for (size_t i = 0; i < given->count; i++)
		if (strcmp(given->list[i].name, name) == 0)
			return true;
	return false;
}

int
customer_codes_make(const struct request *rq, const struct seal *keys,
    const struct book *book, const struct customer *stored,
    struct corridor corridor, const struct customer_given *given,
    const char *today)
{
	const char *const *pairs, *outcome = "";
	struct customer_seen seen = {0};
	struct contact t;
	int st = 0;

	for (size_t i = 0; st == 0 && i < 2; i++) {
		if (!is_unproven(book, stored, provable[i], corridor, today))
			continue;
		/* Read back: a new customer's key was made while storing. */
		if (seen.today == NULL)
			st = customer_look(rq->db, rq->arena,
			    (struct customer_key){.id = stored->id}, NULL,
			    &seen);
		if (st != 0 || seen.customer == NULL)
			return st;
		st = open_customer(rq, keys, seen.customer, &t, &pairs);
		if (st != 0)
			return st;
		t.name = provable[i];
		t.value = value_of(pairs, t.name);
		if (t.value != NULL)
			st = make_one(&t, is_given(given, t.name), &outcome);
	}
	return st;
}
