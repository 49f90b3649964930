/*
 * Chunks are bound to document, place and number of chunks, the document's key
 * to customer and document: what is moved or cut does not open.
 */
#include "document.h"

#include <string.h>

#include "arena.h"
#include "customer_change.h"
#include "customer_place.h"
#include "customer_store.h"
#include "db.h"
#include "request.h"

enum { CHUNK = 64 * 1024 };

static const char TOO_MANY_DOCUMENTS[] = "WL010";

// clang-format off
static const struct db_statement chunk_put = { "document_chunk_put",
    "select windlass.document_chunk_put($1::uuid, $2::integer,"
    " $3::bytea)", 3 };
static const struct db_statement put = { "document_put",
    "select windlass.document_put($1::uuid, $2::uuid, $3, $4::bytea,"
    " $5::bigint, $6::integer)", 6 };
static const struct db_statement drop = { "document_drop",
    "select windlass.document_drop($1::uuid, $2)", 2 };
// clang-format on

static int
store(struct db *db, const char *name, const unsigned char *bytes, size_t len,
    struct document *out)
{
	struct arena *a = arena_new(); /* for one chunk at a time */
	size_t chunks = (len + CHUNK - 1) / CHUNK;
	const struct db_rows *rows;
	int st = 0;

	id_new(out->id);
	out->name = name;
	out->len = len;
	seal_new_key(out->key);
	for (size_t n = 0; st == 0 && n < chunks; n++) {
		size_t from = n * CHUNK;
		struct sealed chunk = seal_bytes(a, out->key, bytes + from,
		    len - from < CHUNK ? len - from : CHUNK,
		    arena_printf(a, "document/%s/%zu/%zu", out->id, n, chunks));
		const struct db_value values[] = {db_text(out->id),
		    db_int(a, (int64_t)n), db_bytes(chunk.bytes, chunk.len)};

		st = customer_unforeseen(db, "document_chunk_put",
		    db_call(db, a, &chunk_put, values, &rows));
		arena_reset(a);
	}
	arena_free(a);
	return st;
}

int
documents_store(const struct request *rq, const struct customer_given *given,
    struct document **out)
{
	struct document *d =
	    arena_secret(rq->arena, (given->file_count + 1) * sizeof(*d));
	int st = given->file_count == 0 ? 0 : db_begin(rq->db);

	*out = d;
	for (size_t i = 0; st == 0 && i < given->count; i++) {
		const struct value *file = given->list[i].file;

		if (file != NULL)
			st = store(rq->db, given->list[i].name, file->bytes,
			    file->len, d++);
	}
	return st;
}

int
documents_end(const struct request *rq, const struct customer_given *given,
    int st)
{
	if (given->file_count == 0)
		return st;
	if (st == 0)
		return db_commit(rq->db);
	db_rollback(rq->db);
	return st;
}

int
document_name(struct db *db, struct arena *a, const char *customer,
    const unsigned char key[static SEAL_KEY], const struct document *d)
{
	struct sealed wrapped = seal_bytes(a, key, d->key, SEAL_KEY,
	    arena_printf(a, "customer/%s/document/%s/key", customer, d->id));
	const struct db_value values[] = {
	    db_text(d->id),
	    db_text(customer),
	    db_text(d->name),
	    db_bytes(wrapped.bytes, wrapped.len),
	    db_int(a, (int64_t)d->len),
	    db_int(a, (int64_t)((d->len + CHUNK - 1) / CHUNK)),
	};
	const struct db_rows *rows;
	int st = db_call(db, a, &put, values, &rows);

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
