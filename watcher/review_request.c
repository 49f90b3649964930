#include "review_request.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "customer_place.h"
#include "document.h"
#include "json.h"
#include "kyc.h"
#include "log.h"
#include "store_hooks.h"
#include "watch.h"

enum {
	REQUEST_MOST = 384 * 1024,
	DOCUMENT_MOST = 8 * 1024 * 1024,
	SHA256 = crypto_hash_sha256_BYTES
};

static const char *
hex(struct arena *a, const unsigned char hash[static SHA256])
{
	char *text = arena_alloc(a, 2 * SHA256 + 1);

	return sodium_bin2hex(text, 2 * SHA256 + 1, hash, SHA256);
}

static bool
is_shown(const struct customer *c, const struct customer_type *type,
    const char *name, const char *today)
{
	return customer_type_asks(type, name, NULL) != NULL &&
	       customer_field_is_good(customer_has(c, name), today);
}

/* --- made ---------------------------------------------------------------- */

static int
take_hash(void *to, const void *bytes, size_t len)
{
	crypto_hash_sha256_update(to, bytes, len);
	return 0;
}

static int
put_document(struct watcher *w, struct json_out *o, const struct customer *c,
    const struct document_about *d)
{
	crypto_hash_sha256_state st;
	unsigned char hash[SHA256];
	int rc;

	crypto_hash_sha256_init(&st);
	rc = document_read(w->store.db, w->arena, w->keys, c, d->name,
	    take_hash, &st);
	if (rc != 0)
		return rc;
	crypto_hash_sha256_final(&st, hash);
	json_open(o, NULL, '{');
	json_put_text(o, "name", d->name);
	json_put_text(o, "content_type",
	    d->kind[0] == '\0' ? "application/octet-stream" : d->kind);
	json_put_int(o, "bytes", d->bytes);
	json_put_text(o, "sha256", hex(w->arena, hash));
	json_close(o, '}');
	return 0;
}

static int
put_documents(struct watcher *w, struct json_out *o, const struct customer *c,
    const struct customer_type *type, const char *today)
{
	const struct document_about *all;
	size_t count;
	int rc = documents_of(w->store.db, w->arena, c->id, &all, &count);

	json_open(o, "documents", '[');
	for (size_t i = 0; rc == 0 && i < count; i++)
		if (is_shown(c, type, all[i].name, today))
			rc = put_document(w, o, c, &all[i]);
	json_close(o, ']');
	return rc;
}

int
review_request_make(struct watcher *w, const struct customer *c,
    const struct customer_type *type, const char *id, const char *today,
    struct sealed *out)
{
	unsigned char *key = arena_secret(w->arena, SEAL_KEY);
	const char *const *pairs;
	struct json_out o;
	struct buf b;
	int rc = customer_values(w->keys, w->arena, c, &pairs);

	if (rc == 0)
		rc = customer_own_key(w->keys, w->arena, c, key);
	if (rc != 0)
		return rc;
	buf_init(&b, w->arena, REQUEST_MOST);
	json_begin(&o, &b);
	json_open(&o, NULL, '{');
	json_put_text(&o, "id", id);
	json_put_text(&o, "customer", c->id);
	json_put_int(&o, "version", c->version);
	json_put_text(&o, "type", customer_type_name(type));
	json_open(&o, "fields", '{');
	for (; *pairs != NULL; pairs += 2)
		if (is_shown(c, type, pairs[0], today))
			json_put_text(&o, pairs[0], pairs[1]);
	json_close(&o, '}');
	rc = put_documents(w, &o, c, type, today);
	json_close(&o, '}');
	if (rc != 0)
		return rc;
	if (buf_full(&b)) {
		log_line(LOG_ERROR, "review_too_large", "customer=%s", c->id);
		return -EIO;
	}
	*out = seal_bytes(w->arena, key, b.data, b.len,
	    customer_review_place(w->arena, c->id, id));
	return 0;
}

/* --- opened -------------------------------------------------------------- */

static void
read_names(struct arena *a, const struct json *request,
    struct review_opened *out)
{
	const struct json *fields = json_get(request, "fields");
	const struct json *documents = json_get(request, "documents");
	size_t count = json_count(fields), more = json_count(documents);
	const char **names = arena_array(a, count + more + 1, sizeof(*names));
	struct review_document *list = arena_array(a, more + 1, sizeof(*list));

	for (size_t i = 0; i < count; i++)
		json_member(fields, i, &names[i]);
	for (size_t i = 0; i < more; i++) {
		const struct json *one = json_at(documents, i);

		names[count + i] = json_text(json_get(one, "name"));
		list[i] = (struct review_document){names[count + i],
		    json_text(json_get(one, "content_type")),
		    json_text(json_get(one, "sha256"))};
	}
	out->names = names;
	out->documents = list;
	out->document_count = more;
}

int
review_request_open(const struct seal *keys, struct arena *a,
    const struct review_task *review, struct review_opened *out)
{
	unsigned char *key = arena_secret(a, SEAL_KEY);
	const struct json *request;
	const char *why;

	if (seal_unwrap(keys, review->wrapped_key,
		customer_key_place(a, review->customer), key) != 0 ||
	    seal_read(a, key, review->request,
		customer_review_place(a, review->customer, review->id),
		&out->bytes, &out->len) != 0 ||
	    json_parse(a, out->bytes, out->len, &request, &why) != 0) {
		log_line(LOG_ERROR, "unreadable", "customer=%s review=%s",
		    review->customer, review->id);
		return -EBADMSG;
	}
	read_names(a, request, out);
	return 0;
}

static int
take_bytes(void *to, const void *bytes, size_t len)
{
	struct buf *b = to;

	buf_put(b, bytes, len);
	return buf_full(b) ? -EFBIG : 0;
}

int
review_document_read(struct watcher *w, struct arena *a,
    const struct customer *c, const struct review_document *document,
    const char **bytes, size_t *len)
{
	unsigned char hash[SHA256];
	struct buf b;
	int rc;

	buf_init(&b, a, DOCUMENT_MOST);
	rc = document_read(w->store.db, a, w->keys, c, document->name,
	    take_bytes, &b);
	if (rc != 0)
		return rc;
	crypto_hash_sha256(hash, (const unsigned char *)b.data, b.len);
	if (strcmp(hex(a, hash), document->sha256) != 0)
		return -EAGAIN;
	*bytes = b.data;
	*len = b.len;
	return 0;
}
