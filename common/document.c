#include "document.h"

#include <string.h>

#include "arena.h"
#include "customer_place.h"
#include "customer_store.h"
#include "db.h"
#include "document_kind.h"
#include "document_place.h"
#include "kyc.h"
#include "request.h"

enum { FILE_BYTES_MAX = 8 * 1024 * 1024 };
enum { AT_ONCE = 3 }; /* chunks a round trip: 256 KiB in libpq hold them */

static const char TOO_MANY_DOCUMENTS[] = "WL010";

// clang-format off
static const struct db_statement chunks_put = { "document_chunks_put",
    "select windlass.document_chunks_put($1::uuid, $2::integer,"
    " $3::bytea, $4::bytea, $5::bytea)", 2 + AT_ONCE };
static const struct db_statement chunks_drop = { "document_chunks_drop",
    "select windlass.document_chunks_drop($1::uuid)", 1 };
static const struct db_statement put = { "document_put",
    "select windlass.document_put($1::uuid, $2::uuid, $3, $4::bytea,"
    " $5::bigint, $6::integer, $7, $8::bytea)", 8 };
static const struct db_statement drop = { "document_drop",
    "select windlass.document_drop($1::uuid, $2)", 2 };

/* What a Content-Type may say of a kind. */
static const struct {
	const char *says, *kind; /* NULL: nothing */
} types[] = {
	{ "application/octet-stream", NULL },
	{ "image/jpeg", "image/jpeg" },
	{ "image/jpg", "image/jpeg" },
	{ "image/png", "image/png" },
	{ "image/webp", "image/webp" },
	{ "application/pdf", "application/pdf" },
};
// clang-format on

static bool
is_true(const char *says, const char *kind)
{
	if (says == NULL)
		return true;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i].says, says) == 0)
			return types[i].kind == NULL ||
			       strcmp(types[i].kind, kind) == 0;
	return false;
}

const char *
document_take(const struct value *v, const char *name, struct document *out)
{
	const char *why;

	*out =
	    (struct document){.name = name, .bytes = v->bytes, .len = v->len};
	if (v->len == 0)
		return "is an empty file";
	if (v->len > FILE_BYTES_MAX)
		return "is over 8 MiB";
	why = document_clean(v->bytes, &out->len, &out->kind);
	if (why == NULL && !is_true(v->type, out->kind))
		return "is another kind of file than its Content-Type says";
	return why;
}

static void
digest_of(struct arena *a, const unsigned char key[static SEAL_KEY],
    const char *customer, const struct document *d,
    unsigned char out[static SEAL_DIGEST])
{
	seal_digest(key, d->bytes, d->len,
	    arena_printf(a, "customer/%s/%s", customer, d->name), out);
}

static bool
is_among(struct arena *a, const unsigned char key[static SEAL_KEY],
    const char *customer, const struct document *d,
    const struct document_about *has, size_t count)
{
	unsigned char digest[SEAL_DIGEST];

	digest_of(a, key, customer, d, digest);
	for (size_t i = 0; i < count; i++)
		if (strcmp(has[i].name, d->name) == 0)
			return has[i].digest.len == SEAL_DIGEST &&
			       memcmp(has[i].digest.bytes, digest,
				   SEAL_DIGEST) == 0;
	return false;
}

int
documents_compare(struct db *db, struct arena *a, const struct seal *keys,
    const struct customer *c, struct documents *documents)
{
	const struct document_about *has;
	unsigned char *key;
	size_t count;
	int st;

	for (size_t i = 0; i < documents->count; i++)
		documents->list[i].is_known = false;
	if (c == NULL || documents->count == 0)
		return 0;
	st = documents_of(db, a, c->id, &has, &count);
	if (st != 0 || count == 0)
		return st == DB_NONE ? 0 : st;
	key = arena_secret(a, SEAL_KEY);
	st = customer_own_key(keys, a, c, key);
	for (size_t i = 0; st == 0 && i < documents->count; i++)
		documents->list[i].is_known =
		    is_among(a, key, c->id, &documents->list[i], has, count);
	return st;
}

/* From chunk `first` on. */
static int
store_some(struct db *db, struct arena *a, const struct document *d,
    size_t first, size_t chunks)
{
	struct db_value values[2 + AT_ONCE] = {db_text(d->id),
	    db_int(a, (int64_t)first)};
	const struct db_rows *rows;

	for (size_t n = first; n < first + AT_ONCE && n < chunks; n++) {
		size_t from = n * CHUNK;
		struct sealed chunk = seal_bytes(a, d->key, d->bytes + from,
		    d->len - from < CHUNK ? d->len - from : CHUNK,
		    chunk_place(a, d->id, n, chunks));

		values[2 + n - first] = db_bytes(chunk.bytes, chunk.len);
	}
	return customer_unforeseen(db, "document_chunks_put",
	    db_call(db, a, &chunks_put, values, &rows));
}

static int
store(struct db *db, struct document *d)
{
	struct arena *a = arena_new(); /* for some chunks at a time */
	size_t chunks = (d->len + CHUNK - 1) / CHUNK;
	int st = 0;

	id_new(d->id);
	seal_new_key(d->key);
	for (size_t n = 0; st == 0 && n < chunks; n += AT_ONCE) {
		st = store_some(db, a, d, n, chunks);
		arena_reset(a);
	}
	arena_free(a);
	d->is_stored = st == 0;
	return st;
}

/* Another request brought the same file in between. */
static int
take_back(struct db *db, struct document *d)
{
	struct arena *a = arena_new();
	const struct db_value values[] = {db_text(d->id)};
	const struct db_rows *rows;
	int st = customer_unforeseen(db, "document_chunks_drop",
	    db_call(db, a, &chunks_drop, values, &rows));

	arena_free(a);
	d->is_stored = false;
	return st;
}

int
documents_begin(struct db *db, struct documents *documents)
{
	int st;

	if (documents->began)
		return 0;
	st = db_begin(db);
	documents->began = st == 0;
	return st;
}

int
documents_store(struct db *db, struct documents *documents)
{
	int st = 0;

	for (size_t i = 0; st == 0 && i < documents->count; i++) {
		struct document *d = &documents->list[i];

		if (d->is_known == !d->is_stored)
			continue;
		st = documents_begin(db, documents);
		if (st == 0)
			st = d->is_known ? take_back(db, d) : store(db, d);
	}
	return st;
}

int
documents_end(struct db *db, const struct documents *documents, int st)
{
	if (!documents->began)
		return st;
	if (st == 0)
		return db_commit(db);
	db_rollback(db);
	return st;
}

int
document_name(struct db *db, struct arena *a, const char *customer,
    const unsigned char key[static SEAL_KEY], const struct document *d)
{
	unsigned char *digest = arena_alloc(a, SEAL_DIGEST);
	struct sealed wrapped =
	    seal_bytes(a, key, d->key, SEAL_KEY, key_place(a, customer, d->id));
	const struct db_value values[] = {
	    db_text(d->id),
	    db_text(customer),
	    db_text(d->name),
	    db_bytes(wrapped.bytes, wrapped.len),
	    db_int(a, (int64_t)d->len),
	    db_int(a, (int64_t)((d->len + CHUNK - 1) / CHUNK)),
	    db_text(d->kind),
	    db_bytes(digest, SEAL_DIGEST),
	};
	const struct db_rows *rows;
	int st;

	digest_of(a, key, customer, d, digest);
	st = db_call(db, a, &put, values, &rows);
	if (st == DB_REFUSED && strcmp(db_state(db), TOO_MANY_DOCUMENTS) == 0)
		return CUSTOMER_FULL;
	return customer_unforeseen(db, "document_put", st);
}

int
document_drop(struct db *db, struct arena *a, const char *customer,
    const char *name)
{
	const struct db_value values[] = {db_text(customer), db_text(name)};
	const struct db_rows *rows;

	return customer_unforeseen(db, "document_drop",
	    db_call(db, a, &drop, values, &rows));
}
