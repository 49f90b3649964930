/*
 * Documents back in clear, for whoever holds the keys; one chunk at a time.
 */
#include <errno.h>
#include <string.h>

#include "arena.h"
#include "customer_place.h"
#include "db.h"
#include "document.h"
#include "document_place.h"
#include "kyc.h"
#include "log.h"

// clang-format off
static const struct db_statement list = { "documents_of",
    "select id, name, kind, bytes, chunks, digest, wrapped_key"
    " from windlass.documents_of($1::uuid)", 1 };
static const struct db_statement list_before = { "operator_documents_before",
    "select id, name, kind, bytes, chunks, digest, wrapped_key, until_us"
    " from windlass.operator_documents_before($1::uuid)", 1 };
static const struct db_statement chunk_get = { "document_chunk_get",
    "select sealed from windlass.document_chunk_get($1::uuid,"
    " $2::integer)", 2 };
// clang-format on

static int
list_by(const struct db_statement *st, struct db *db, struct arena *a,
    const char *customer, const struct document_about **out, size_t *count)
{
	const struct db_value values[] = {db_text(customer)};
	const struct db_rows *rows;
	struct document_about *all;
	int rc = customer_unforeseen(db, st->name,
	    db_call(db, a, st, values, &rows));

	*count = 0;
	if (rc != 0)
		return rc == DB_NONE ? 0 : rc;
	*count = db_count(rows);
	all = arena_array(a, *count, sizeof(*all));
	for (size_t i = 0; i < *count; i++) {
		all[i].id = db_col(rows, i, "id");
		all[i].name = db_col(rows, i, "name");
		all[i].kind = db_col(rows, i, "kind");
		all[i].bytes = db_col_int(rows, i, "bytes");
		all[i].chunks = db_col_int(rows, i, "chunks");
		all[i].digest.bytes =
		    db_col_bytes(rows, a, i, "digest", &all[i].digest.len);
		all[i].wrapped_key.bytes = db_col_bytes(rows, a, i,
		    "wrapped_key", &all[i].wrapped_key.len);
		if (st == &list_before)
			all[i].until = db_col_int(rows, i, "until_us");
	}
	*out = all;
	return 0;
}

int
documents_of(struct db *db, struct arena *a, const char *customer,
    const struct document_about **out, size_t *count)
{
	return list_by(&list, db, a, customer, out, count);
}

int
documents_before(struct db *db, struct arena *a, const char *customer,
    const struct document_about **out, size_t *count)
{
	return list_by(&list_before, db, a, customer, out, count);
}

static int
unreadable(const struct document_about *d, const struct customer *c)
{
	log_line(LOG_ERROR, "unreadable", "customer=%s document=%s", c->id,
	    d->id);
	return -EBADMSG;
}

struct reading {
	const struct customer *customer;
	const struct document_about *about;
	const unsigned char *key;
	int (*take)(void *to, const void *bytes, size_t len);
	void *to;
	int64_t left;
};

static int
read_chunk(struct db *db, struct arena *a, struct reading *r, size_t n)
{
	const struct document_about *d = r->about;
	const struct db_value values[] = {db_text(d->id),
	    db_int(a, (int64_t)n)};
	const struct db_rows *rows;
	struct sealed chunk;
	const char *bytes;
	size_t len;
	int st = customer_unforeseen(db, "document_chunk_get",
	    db_call(db, a, &chunk_get, values, &rows));

	if (st != 0)
		return st == DB_NONE ? -EAGAIN : st;
	chunk.bytes = db_col_bytes(rows, a, 0, "sealed", &chunk.len);
	if (seal_read(a, r->key, chunk,
		chunk_place(a, d->id, n, (size_t)d->chunks), &bytes,
		&len) != 0 ||
	    (int64_t)len > r->left)
		return unreadable(d, r->customer);
	r->left -= (int64_t)len;
	return r->take(r->to, bytes, len);
}

static int
read_all(struct db *db, struct reading *r)
{
	struct arena *a = arena_new(); /* for one chunk at a time */
	int st = 0;

	for (size_t n = 0; st == 0 && n < (size_t)r->about->chunks; n++) {
		st = read_chunk(db, a, r, n);
		arena_reset(a);
	}
	arena_free(a);
	return st == 0 && r->left != 0 ? unreadable(r->about, r->customer) : st;
}

static int
open_key(struct arena *a, const struct seal *keys, const struct customer *c,
    const struct document_about *d, const unsigned char **key)
{
	unsigned char *own = arena_secret(a, SEAL_KEY);
	const char *bytes;
	size_t len;
	int st = customer_own_key(keys, a, c, own);

	if (st != 0)
		return st;
	if (seal_read(a, own, d->wrapped_key, key_place(a, c->id, d->id),
		&bytes, &len) != 0 ||
	    len != SEAL_KEY)
		return unreadable(d, c);
	*key = (const unsigned char *)bytes;
	return 0;
}

int
document_read_listed(struct db *db, struct arena *a, const struct seal *keys,
    const struct customer *c, const struct document_about *about,
    int (*take)(void *to, const void *bytes, size_t len), void *to)
{
	struct reading r = {.customer = c,
	    .about = about,
	    .take = take,
	    .to = to,
	    .left = about->bytes};
	int st = open_key(a, keys, c, about, &r.key);

	return st != 0 ? st : read_all(db, &r);
}

int
document_read(struct db *db, struct arena *a, const struct seal *keys,
    const struct customer *c, const char *name,
    int (*take)(void *to, const void *bytes, size_t len), void *to)
{
	const struct document_about *all;
	size_t count;
	int st = documents_of(db, a, c->id, &all, &count);

	if (st != 0)
		return st;
	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i].name, name) == 0)
			return document_read_listed(db, a, keys, c, &all[i],
			    take, to);
	return DB_NONE;
}
