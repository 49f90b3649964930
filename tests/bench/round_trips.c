/*
 * round_trips - the statements of the floors, over libpq, prepared once.
 */
#include "round_trips.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
	COLUMNS_MOST = 24,
	BYTEA = 17, /* its number among PostgreSQL's types */
	UUID_TEXT = 37,
	MEMO_TEXT = 17,
	CHUNK = 64 * 1024,
	SEAL_MORE = 41 /* bytes that sealing adds, common/seal.h */
};

/* The values of a row that an endpoint has stored, as they are sent. */
struct row {
	int count;
	const char *values[COLUMNS_MOST];
	int lengths[COLUMNS_MOST];
	int formats[COLUMNS_MOST];
};

struct trips {
	PGconn *conn;
	bool (*make)(struct trips *t, const char *uri, struct body body);
	struct row customer, document, quote;
	char id[UUID_TEXT], memo[MEMO_TEXT];
};

/* --- libpq --------------------------------------------------------------- */

static const struct {
	const char *name, *sql;
} statements[] = {
    {"by_id", "select id, fields, to_jsonb(types), verdicts, "
	      "to_char(now(), 'YYYY-MM-DD') "
	      "from floor.customer where id = $1::uuid"},
    {"by_account", "select id, fields, to_jsonb(types), verdicts, "
		   "to_char(now(), 'YYYY-MM-DD') from floor.customer "
		   "where account = $1 and memo_type = $2 and memo = $3"},
    {"all_by_account",
	"select id, account, memo_type, memo, version, wrapped_key, "
	"sealed, sealed_version, fields, to_jsonb(types), verdicts, "
	"to_char(now(), 'YYYY-MM-DD') from floor.customer "
	"where account = $1 and memo_type = $2 and memo = $3"},
    {"customer",
	"with c as (insert into floor.customer (id, account, memo_type, memo, "
	"version, sealed_version, wrapped_key, sealed, fields, types, "
	"standing, verdicts, created_at, updated_at) "
	"values ($1::uuid, $2, $3, $4, $5::bigint + 1, $5::bigint + 1, "
	"$6::bytea, $7::bytea, $8::jsonb, "
	"array(select jsonb_array_elements_text($9::jsonb)), "
	"$12::jsonb, $13::jsonb, now(), now()) returning version), "
	"a as (insert into floor.audit (what, subject, detail) "
	"select 'customer_put', $1, jsonb_build_object('version', 1, "
	"'fields', $11::jsonb, 'types', $9::jsonb) where $10::jsonb <> '0') "
	"select version from c"},
    {"chunk", "insert into floor.document_chunk (document, n, sealed) "
	      "values ($1::uuid, $2::integer, $3::bytea)"},
    {"document",
	"with d as (insert into floor.document (id, customer, name, "
	"wrapped_key, bytes, chunks, kind, digest, created_at) values "
	"($1::uuid, $2::uuid, $3, $4::bytea, $5::bigint, $6::integer, $7, "
	"$8::bytea, now())) "
	"insert into floor.audit (what, subject, detail) values "
	"('document_put', $2, jsonb_build_object('name', $3::text, "
	"'document', $1::uuid, 'bytes', $5::bigint, 'kind', $7::text))"},
    {"quote",
	"with q as (insert into floor.quote (id, client, holder, shared, pool, "
	"sell_asset, buy_asset, side, sell_amount, buy_amount, fee, fee_asset, "
	"fee_name, price, method, country, lifetime, book_version, made_at, "
	"expires_at) values ($1::uuid, $2, $3, $4::boolean, $5, $6, $7, $8, "
	"$9::numeric, $10::numeric, $11::numeric, $12, $13, $14, $15, $16, "
	"$17::integer, $18::bigint, now(), "
	"now() + $17::integer * interval '1 s')), "
	"h as (insert into floor.hold (quote_id, n, pool, holder, amount, "
	"shared, until) values ($1::uuid, 0, $5, $3, $10::numeric, "
	"$4::boolean, now() + $17::integer * interval '1 s')) "
	"select 'ok' as outcome, 1::bigint as expires_us"},
};

static bool
is_good(const PGresult *res)
{
	return PQresultStatus(res) == PGRES_TUPLES_OK ||
	       PQresultStatus(res) == PGRES_COMMAND_OK;
}

static bool
end(struct trips *t, PGresult *res)
{
	bool good = is_good(res);

	if (!good)
		fprintf(stderr, "floor: %s", PQerrorMessage(t->conn));
	PQclear(res);
	return good;
}

static bool
call(struct trips *t, const char *name, const struct row *row)
{
	return end(t, PQexecPrepared(t->conn, name, row->count, row->values,
			  row->lengths, row->formats, 0));
}

static bool
simple(struct trips *t, const char *sql)
{
	return end(t, PQexec(t->conn, sql));
}

static void
set(struct row *row, int i, const char *text)
{
	row->values[i] = text;
	row->lengths[i] = (int)strlen(text);
}

/* The one row of a query.  Bytes are sent as bytes, all else as text. */
static bool
take_row(struct trips *t, const char *sql, struct row *row)
{
	PGresult *res = PQexec(t->conn, sql);
	size_t len;
	int i;

	if (!is_good(res) || PQntuples(res) != 1 ||
	    PQnfields(res) > COLUMNS_MOST) {
		fprintf(stderr, "floor: no row of: %s\n%s", sql,
		    PQerrorMessage(t->conn));
		PQclear(res);
		return false;
	}
	row->count = PQnfields(res);
	for (i = 0; i < row->count; i++) {
		row->formats[i] = PQftype(res, i) == BYTEA;
		if (row->formats[i]) {
			row->values[i] = (char *)PQunescapeBytea(
			    (unsigned char *)PQgetvalue(res, 0, i), &len);
			row->lengths[i] = (int)len;
		} else {
			set(row, i, strdup(PQgetvalue(res, 0, i)));
		}
		if (row->values[i] == NULL)
			abort();
	}
	PQclear(res);
	return true;
}

/* --- keys ---------------------------------------------------------------- */

static void
new_keys(struct trips *t)
{
	unsigned char b[16];
	int i, at = 0;

	if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		abort();
	for (i = 0; i < 16; i++)
		at += snprintf(t->id + at, (size_t)(UUID_TEXT - at), "%s%02x",
		    i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", b[i]);
	for (i = 0; i < MEMO_TEXT - 1; i++)
		t->memo[i] = (char)('0' + b[i] % 10);
	t->memo[MEMO_TEXT - 1] = '\0';
}

/* A value of the query: as much reading as there is business in a floor. */
static const char *
from_query(const char *uri, const char *name, char *out, size_t room)
{
	const char *at = strstr(uri, name);
	size_t len;

	out[0] = '\0';
	if (at == NULL)
		return out;
	at += strlen(name);
	len = strcspn(at, "&");
	if (len < room) {
		memcpy(out, at, len);
		out[len] = '\0';
	}
	return out;
}

/* --- the kinds ----------------------------------------------------------- */

static bool
echo(struct trips *t, const char *uri, struct body body)
{
	(void)t;
	(void)uri;
	(void)body;
	return true;
}

static bool
get_id(struct trips *t, const char *uri, struct body body)
{
	char id[64];
	struct row key = {.count = 1};

	(void)body;
	set(&key, 0, from_query(uri, "?id=", id, sizeof(id)));
	return call(t, "by_id", &key);
}

static bool
find(struct trips *t, const char *how, const char *account, const char *memo)
{
	struct row key = {.count = 3};

	set(&key, 0, account);
	set(&key, 1, "id");
	set(&key, 2, memo);
	return call(t, how, &key);
}

static bool
get_account(struct trips *t, const char *uri, struct body body)
{
	char account[64], memo[64];

	(void)body;
	return find(t, "by_account",
	    from_query(uri, "?account=", account, sizeof(account)),
	    from_query(uri, "&memo=", memo, sizeof(memo)));
}

/* A customer who is not there yet is looked for, then stored. */
static bool
new_customer(struct trips *t)
{
	set(&t->customer, 0, t->id);
	set(&t->customer, 3, t->memo);
	return find(t, "all_by_account", t->customer.values[1], t->memo) &&
	       call(t, "customer", &t->customer);
}

static bool
put_customer(struct trips *t, const char *uri, struct body body)
{
	(void)uri;
	(void)body;
	new_keys(t);
	return new_customer(t);
}

/* Chunks are pieces of the body, as long as ours are when they are sealed. */
static bool
put_chunks(struct trips *t, const char *id, struct body body, size_t len)
{
	struct row chunk = {.count = 3, .formats = {0, 0, 1}};
	char n[16];
	size_t i;

	set(&chunk, 0, id);
	for (i = 0; i * CHUNK < len && i * CHUNK < body.len; i++) {
		size_t left = len - i * CHUNK;

		snprintf(n, sizeof(n), "%zu", i);
		set(&chunk, 1, n);
		chunk.values[2] = body.bytes + i * CHUNK;
		chunk.lengths[2] =
		    (int)((left < CHUNK ? left : CHUNK) + SEAL_MORE);
		if (!call(t, "chunk", &chunk))
			return false;
	}
	return true;
}

static bool
put_document(struct trips *t, const char *uri, struct body body)
{
	size_t len = strtoul(t->document.values[4], NULL, 10);
	char id[UUID_TEXT];

	(void)uri;
	new_keys(t);
	memcpy(id, t->id, sizeof(id));
	new_keys(t);
	set(&t->document, 0, id);
	set(&t->document, 1, t->id);
	return simple(t, "begin") && put_chunks(t, id, body, len) &&
	       new_customer(t) && call(t, "document", &t->document) &&
	       simple(t, "commit");
}

static bool
hold(struct trips *t, const char *uri, struct body body)
{
	(void)uri;
	(void)body;
	new_keys(t);
	set(&t->quote, 0, t->id);
	return call(t, "quote", &t->quote);
}

static const char a_customer[] =
    "select id::text, account, memo_type, memo, '0', wrapped_key, sealed, "
    "fields::text, to_jsonb(types)::text, to_jsonb(types)::text, "
    "(select jsonb_agg(f)::text from jsonb_object_keys(fields) f), "
    "standing::text, verdicts::text "
    "from windlass.customer where ";
static const char a_document[] =
    "select id::text, customer::text, name, wrapped_key, bytes::text, "
    "chunks::text, kind, digest from windlass.document limit 1";
static const char a_quote[] =
    "select id::text, client, holder, shared::text, pool, sell_asset, "
    "buy_asset, side, sell_amount::text, buy_amount::text, fee::text, "
    "fee_asset, fee_name, price, method, country, lifetime::text, "
    "book_version::text from windlass.quote limit 1";

static const struct kind {
	const char *name;
	bool (*make)(struct trips *t, const char *uri, struct body body);
	const char *customer; /* whose values are sent; NULL: of none */
	bool has_document, has_quote;
} kinds[] = {
    {"echo", echo, NULL, false, false},
    {"get_customer_id", get_id, NULL, false, false},
    {"get_customer_account", get_account, NULL, false, false},
    {"put_customer", put_customer,
	"not exists (select from jsonb_each(fields) f where f.value ? 'file') "
	"limit 1",
	false, false},
    {"put_document", put_document,
	"id = (select customer from windlass.document limit 1)", true, false},
    {"rate_firm", hold, NULL, false, true},
};

static bool
prepare(struct trips *t, const char *url)
{
	char whole[1024];
	size_t i;

	snprintf(whole, sizeof(whole), "%s user=owner", url);
	t->conn = PQconnectdb(whole);
	for (i = 0; i < sizeof(statements) / sizeof(statements[0]); i++)
		if (!end(t, PQprepare(t->conn, statements[i].name,
				statements[i].sql, 0, NULL)))
			return false;
	return true;
}

static bool
take_values(struct trips *t, const struct kind *k)
{
	char sql[1024];

	if (k->customer != NULL) {
		snprintf(sql, sizeof(sql), "%s%s", a_customer, k->customer);
		if (!take_row(t, sql, &t->customer))
			return false;
	}
	return (!k->has_document || take_row(t, a_document, &t->document)) &&
	       (!k->has_quote || take_row(t, a_quote, &t->quote));
}

struct trips *
trips_new(const char *kind, const char *database_url)
{
	const struct kind *k = kinds;
	struct trips *t = calloc(1, sizeof(*t));

	while (strcmp(k->name, kind) != 0)
		if (++k == kinds + sizeof(kinds) / sizeof(kinds[0])) {
			fprintf(stderr, "floor: no kind %s\n", kind);
			return NULL;
		}
	if (t == NULL)
		abort();
	t->make = k->make;
	if (k->make == echo)
		return t;
	return prepare(t, database_url) && take_values(t, k) ? t : NULL;
}

bool
trips_make(struct trips *t, const char *uri, struct body body)
{
	return t->make(t, uri, body);
}
