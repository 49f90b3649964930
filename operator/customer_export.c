/*
 * customer export ID - all that is stored about a customer: customer.json, and
 *                      with --values the values in it and the documents beside.
 *
 * Also one who was erased under a legal hold: that is what the hold is for.  So
 * is what such a customer has put something else in the place of: "before".
 */
#include <errno.h>

#include "arena.h"
#include "buf.h"
#include "chest.h"
#include "customer_place.h"
#include "customer_store.h"
#include "db.h"
#include "document.h"
#include "id.h"
#include "json.h"
#include "verb.h"

enum { TO, TAR, VALUES, REASON }; /* options */
enum { JSON_MOST = 1024 * 1024 };

// clang-format off
static const struct db_statement get = { "operator_customer_export",
	"select id, account, memo_type, memo, version, fields, types, verdicts,"
	" created_us, updated_us, erased_us, sealed_version, wrapped_key,"
	" sealed from windlass.operator_customer_export($1::uuid, $2, $3, $4)",
	4 };
static const struct db_statement get_before = { "operator_values_before",
	"select sealed_version, sealed, fields, until_us"
	" from windlass.operator_values_before($1::uuid)", 1 };

static const struct { const char *kind, *ending; } endings[] = {
	{ "image/jpeg", "jpg" }, { "image/png", "png" },
	{ "image/webp", "webp" }, { "application/pdf", "pdf" },
};
// clang-format on

struct export
{
	struct call *call;
	struct db *db;
	struct seal *keys; /* NULL: no values */
	const struct db_rows *row;
	struct customer customer; /* what opens it */
	const char *const *values;
	const struct db_rows *before;      /* each change, the oldest first */
	const char *const **values_before; /* one for each row of it */
	const struct document_about *documents, *documents_before;
	size_t document_count, document_before_count;
	struct chest chest;
};

static const char *
file_name(struct arena *a, const struct document_about *d)
{
	const char *ending = "bin";

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (strcmp(endings[i].kind, d->kind) == 0)
			ending = endings[i].ending;
	if (d->until != 0)
		return arena_printf(a, "%s.before-%s.%s", d->name, d->id,
		    ending);
	return arena_printf(a, "%s.%s", d->name, ending);
}

/* --- customer.json ------------------------------------------------------- */

static void
put_time(struct json_out *o, const char *name, int64_t us)
{
	char text[INSTANT_TEXT];

	if (us != 0)
		json_put_text(o, name, instant_print(us, text));
}

/* As the database has them, but for the times. */
static void
put_verdicts(struct json_out *o, const struct customer *c)
{
	char at[INSTANT_TEXT];

	json_open(o, "verdicts", '{');
	for (size_t i = 0; i < c->verdict_count; i++) {
		const struct customer_verdict *v = &c->verdicts[i];

		json_open(o, v->type, '{');
		json_put_text(o, "verdict", customer_judgements[v->says]);
		json_put_text(o, "by", v->by);
		if (v->reason != NULL)
			json_put_text(o, "reason", v->reason);
		json_put_text(o, "at", instant_print(v->at, at));
		json_close(o, '}');
	}
	json_close(o, '}');
}

static void
put_values(struct json_out *o, const char *const *pairs)
{
	json_open(o, "values", '{');
	for (; pairs[0] != NULL; pairs += 2)
		json_put_text(o, pairs[0], pairs[1]);
	json_close(o, '}');
}

static void
put_documents(struct json_out *o, const struct export *e,
    const struct document_about *list, size_t count)
{
	json_open(o, "documents", '[');
	for (size_t i = 0; i < count; i++) {
		const struct document_about *d = &list[i];

		json_open(o, NULL, '{');
		json_put_text(o, "name", d->name);
		json_put_text(o, "kind", d->kind);
		json_put_int(o, "bytes", d->bytes);
		put_time(o, "until", d->until);
		if (e->keys != NULL)
			json_put_text(o, "file", file_name(e->call->arena, d));
		json_close(o, '}');
	}
	json_close(o, ']');
}

static void
put_before(struct json_out *o, const struct export *e)
{
	if (db_count(e->before) == 0 && e->document_before_count == 0)
		return;
	json_open(o, "before", '{');
	json_open(o, "changes", '[');
	for (size_t i = 0; i < db_count(e->before); i++) {
		json_open(o, NULL, '{');
		put_time(o, "until", db_col_int(e->before, i, "until_us"));
		json_put_raw(o, "fields", db_col(e->before, i, "fields"));
		if (e->keys != NULL)
			put_values(o, e->values_before[i]);
		json_close(o, '}');
	}
	json_close(o, ']');
	put_documents(o, e, e->documents_before, e->document_before_count);
	json_close(o, '}');
}

static const char *
text_of(const struct export *e, size_t *len)
{
	static const char *const texts[] = {"id", "account", "memo_type",
	    "memo"};
	static const char *const raws[] = {"types", "fields"};
	struct json_out o;
	struct buf b;

	buf_init(&b, e->call->arena, JSON_MOST);
	json_begin(&o, &b);
	json_open(&o, NULL, '{');
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		json_put_text(&o, texts[i], db_col(e->row, 0, texts[i]));
	json_put_int(&o, "version", db_col_int(e->row, 0, "version"));
	put_time(&o, "created_at", db_col_int(e->row, 0, "created_us"));
	put_time(&o, "updated_at", db_col_int(e->row, 0, "updated_us"));
	put_time(&o, "erased_at", db_col_int(e->row, 0, "erased_us"));
	for (size_t i = 0; i < sizeof(raws) / sizeof(raws[0]); i++)
		json_put_raw(&o, raws[i], db_col(e->row, 0, raws[i]));
	put_verdicts(&o, customer_in_clear(e->call->arena, e->row, 0));
	if (e->values != NULL)
		put_values(&o, e->values);
	put_documents(&o, e, e->documents, e->document_count);
	put_before(&o, e);
	json_close(&o, '}');
	buf_puts(&b, "\n");
	*len = b.len;
	return buf_full(&b) ? NULL : b.data;
}

/* --- what is written ----------------------------------------------------- */

static int
take(void *to, const void *bytes, size_t len)
{
	return chest_put(to, bytes, len);
}

static int
write_document(struct export *e, const struct document_about *d)
{
	struct arena *a = e->call->arena;
	int rc = chest_file(&e->chest, file_name(a, d), d->bytes);

	if (rc == 0)
		rc = document_read_listed(e->db, a, e->keys, &e->customer, d,
		    take, &e->chest);
	return rc == 0 ? chest_end_file(&e->chest) : rc;
}

static int
write_documents(struct export *e, const struct document_about *list,
    size_t count)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && e->keys != NULL && i < count; i++)
		rc = write_document(e, &list[i]);
	return rc;
}

static int
write_all(struct export *e)
{
	size_t len;
	const char *text = text_of(e, &len);
	int rc;

	if (text == NULL)
		return -EFBIG;
	rc = chest_file(&e->chest, "customer.json", (int64_t)len);
	if (rc == 0)
		rc = chest_put(&e->chest, text, len);
	if (rc == 0)
		rc = chest_end_file(&e->chest);
	if (rc == 0)
		rc = write_documents(e, e->documents, e->document_count);
	if (rc == 0)
		rc = write_documents(e, e->documents_before,
		    e->document_before_count);
	return rc;
}

/* What is half written is said to be: it may be looked at, never relied on. */
static int
write_out(struct export *e)
{
	const char *folder = e->call->options[TO];
	int rc = chest_open(&e->chest, folder), closed;

	if (rc != 0)
		return failed("%s cannot be made: %s", folder, strerror(-rc));
	rc = write_all(e);
	closed = chest_close(&e->chest);
	if (rc == 0)
		rc = closed;
	return rc == 0 ? VERB_DONE
	               : failed("the export is not whole: %s",
			     rc == DB_NONE || rc == -EAGAIN
				 ? "the customer changed meanwhile; do it again"
				 : strerror(-rc));
}

/* --- the verb ------------------------------------------------------------ */

static int
unopened(void)
{
	return failed("the values do not open with the keys of"
		      " WINDLASS_KEK_FILE");
}

static int
open_before(struct export *e)
{
	struct arena *a = e->call->arena;
	const struct db_value values[] = {db_text(e->customer.id)};
	struct customer was = e->customer;
	int rc = db_call(e->db, a, &get_before, values, &e->before);

	if (rc == DB_NONE)
		return VERB_DONE;
	if (rc != 0)
		return failed_call(e->db, rc);
	e->values_before =
	    arena_array(a, db_count(e->before), sizeof(*e->values_before));
	for (size_t i = 0; e->keys != NULL && i < db_count(e->before); i++) {
		was.sealed_version = db_col_int(e->before, i, "sealed_version");
		was.values.bytes =
		    db_col_bytes(e->before, a, i, "sealed", &was.values.len);
		if (customer_values(e->keys, a, &was, &e->values_before[i]) !=
		    0)
			return unopened();
	}
	return VERB_DONE;
}

static int
open_values(struct export *e)
{
	struct arena *a = e->call->arena;
	struct customer *c = &e->customer;

	c->id = db_col(e->row, 0, "id");
	c->version = db_col_int(e->row, 0, "version");
	c->sealed_version = db_col_int(e->row, 0, "sealed_version");
	if (e->keys == NULL)
		return VERB_DONE;
	c->wrapped_key.bytes =
	    db_col_bytes(e->row, a, 0, "wrapped_key", &c->wrapped_key.len);
	c->values.bytes = db_col_bytes(e->row, a, 0, "sealed", &c->values.len);
	return customer_values(e->keys, a, c, &e->values) == 0 ? VERB_DONE
	                                                       : unopened();
}

static int export(struct export *e)
{
	struct arena *a = e->call->arena;
	const char *id = e->call->operands[0];
	const struct db_value values[] = {db_text(id), db_text(operator_who(a)),
	    db_text(e->call->options[REASON]), db_bool(e->keys != NULL)};
	int rc = db_call(e->db, a, &get, values, &e->row), code;

	if (rc == DB_NONE)
		return failed("there is no customer %s, or nothing of them",
		    id);
	if (rc != 0)
		return failed_call(e->db, rc);
	code = open_values(e);
	if (code == VERB_DONE)
		code = open_before(e);
	if (code != VERB_DONE)
		return code;
	rc = documents_of(e->db, a, e->customer.id, &e->documents,
	    &e->document_count);
	if (rc == 0)
		rc = documents_before(e->db, a, e->customer.id,
		    &e->documents_before, &e->document_before_count);
	if (rc != 0)
		return failed_call(e->db, rc);
	return write_out(e);
}

static int
run(struct call *c)
{
	struct export e = {.call = c};
	int code = operator_reason(c, c->options[REASON]);

	if (code != VERB_DONE)
		return code;
	if ((c->options[TO] != NULL) == (c->options[TAR] != NULL))
		return misused("customer export: --to FOLDER or --tar");
	if (!is_id(c->operands[0]))
		return failed("there is no customer %s: that is no UUID",
		    c->operands[0]);
	if (c->options[VALUES] != NULL && (e.keys = operator_keys()) == NULL)
		return VERB_FAILED;
	e.db = operator_db();
	code = e.db == NULL ? VERB_FAILED : export(&e);
	db_free(e.db);
	seal_free(e.keys);
	return code;
}

// clang-format off
const struct verb verb_customer_export = { .name = "customer export",
	.operands = "ID",
	.help = "all that is stored about a customer, as JSON and files",
	.options = {
		[TO] = { "to", "FOLDER", "into that folder, which is made" },
		[TAR] = { "tar", NULL, "as a tar, to standard output" },
		[VALUES] = { "values", NULL, "values and documents too, by WINDLASS_KEK_FILE" },
		[REASON] = { "reason", "TEXT", "why; it stands in the audit trail: no personal data", true },
	},
	.run = run };
// clang-format on
