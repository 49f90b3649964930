/*
 * customer show ID - how a customer stands, and names, states, errors and dates
 *                    of what they gave.
 *
 * Values are shown with --values, or masked with --masked, to whoever holds the
 * wrapping keys, and each time a row in the audit trail says who looked.
 */
#include "arena.h"
#include "book.h"
#include "customer.h"
#include "customer_place.h"
#include "customer_store.h"
#include "db.h"
#include "id.h"
#include "sep9.h"
#include "verb.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { VALUES, MASKED, PAYMENT }; /* options */
enum { NEEDS_MOST = 256 };

// clang-format off
static const struct db_statement get = { "operator_customer",
	"select id, account, memo_type, memo, version, fields, types, verdicts,"
	" created_us, updated_us, today, erased_us, held_us, held_by, held_for"
	" from windlass.operator_customer($1)", 1 };
static const struct db_statement get_documents = { "operator_documents",
	"select name, kind, bytes, created_us"
	" from windlass.operator_documents($1)", 1 };
static const struct db_statement get_values = { "operator_customer_values",
	"select id, version, wrapped_key, sealed, sealed_version"
	" from windlass.operator_customer_values($1, $2)", 2 };

static const struct db_statement get_payment = { "operator_payment_corridor",
	"select sender, receiver, method, currency"
	" from windlass.operator_payment($1)", 1 };

static const struct column of_customer[] = {
	{ .name = "id" }, { .name = "account" }, { .name = "memo_type" },
	{ .name = "memo" }, { "version", COLUMN_COUNT, NULL },
	{ "created_at", COLUMN_TIME, "created_us" },
	{ "updated_at", COLUMN_TIME, "updated_us" },
};
static const struct column of_type[] = {
	{ .name = "type" }, { .name = "status" }, { .name = "verdict" },
	{ .name = "by" }, { .name = "reason" }, { "at", COLUMN_TIME, NULL },
};
static const struct column of_hold[] = {
	{ "since", COLUMN_TIME, "held_us" }, { "by", COLUMN_TEXT, "held_by" },
	{ "reason", COLUMN_TEXT, "held_for" },
};
static const struct column of_field[] = { /* the value only if asked for */
	{ .name = "name" }, { .name = "kind" }, { .name = "state" },
	{ "is_good", COLUMN_BOOL, NULL }, { .name = "error" },
	{ .name = "valid_until" }, { "is_proven", COLUMN_BOOL, NULL },
	{ .name = "checks" }, { .name = "value" },
};
static const struct column of_need[] = {
	{ .name = "type" }, { .name = "name" },
	{ "optional", COLUMN_BOOL, NULL }, { .name = "description" },
};
static const struct column of_document[] = {
	{ .name = "name" }, { .name = "kind" },
	{ "bytes", COLUMN_COUNT, NULL },
	{ "created_at", COLUMN_TIME, "created_us" },
};
// clang-format on

struct shown {
	struct call *call;
	struct db *db;
	const struct book *book;
	const struct customer *customer;
	const char *today;
	struct corridor corridor;  /* of the payment, if one is named */
	const char *const *values; /* pairs; NULL: not asked for */
};

/* --- values -------------------------------------------------------------- */

static int
open_values(struct shown *s)
{
	struct arena *a = s->call->arena;
	const struct db_value values[] = {db_text(s->customer->id),
	    db_text(operator_who(a))};
	struct seal *keys = operator_keys();
	const struct db_rows *rows;
	struct customer sealed;
	int rc, code = VERB_DONE;

	if (keys == NULL)
		return VERB_FAILED;
	rc = db_call(s->db, a, &get_values, values, &rows);
	if (rc == 0) {
		sealed = (struct customer){.id = db_col(rows, 0, "id"),
		    .version = db_col_int(rows, 0, "version"),
		    .sealed_version = db_col_int(rows, 0, "sealed_version")};
		sealed.wrapped_key.bytes = db_col_bytes(rows, a, 0,
		    "wrapped_key", &sealed.wrapped_key.len);
		sealed.values.bytes =
		    db_col_bytes(rows, a, 0, "sealed", &sealed.values.len);
		rc = customer_values(keys, a, &sealed, &s->values);
		if (rc != 0)
			code = failed("the values do not open with the keys"
				      " of WINDLASS_KEK_FILE");
	} else if (rc == DB_NONE) {
		code =
		    failed("customer %s was erased meanwhile", s->customer->id);
	} else {
		code = failed_call(s->db, rc);
	}
	seal_free(keys);
	return code;
}

static const char *
value_of(const char *const *pairs, const char *name)
{
	for (; pairs != NULL && pairs[0] != NULL; pairs += 2)
		if (strcmp(pairs[0], name) == 0)
			return pairs[1];
	return NULL;
}

static const char *
value_shown(const struct shown *s, const char *name)
{
	const struct sep9 *member = sep9_find(name);
	const char *value = value_of(s->values, name);

	if (value == NULL || s->call->options[MASKED] == NULL)
		return value;
	/* Of a name that is none any more nothing is known: nothing is shown.
	 */
	return member == NULL ? NULL
	                      : sep9_masked(s->call->arena, member, value);
}

/* --- the parts ----------------------------------------------------------- */

static const struct customer_verdict *
verdict_of(const struct customer *c, const char *type)
{
	for (size_t i = 0; i < c->verdict_count; i++)
		if (strcmp(c->verdicts[i].type, type) == 0)
			return &c->verdicts[i];
	return NULL;
}

static void
fill_verdict(struct arena *a, const struct customer_verdict *v,
    const char **cells)
{
	char at[INSTANT_TEXT];

	if (v == NULL)
		return;
	cells[0] = customer_judgements[v->says];
	cells[1] = v->by;
	cells[2] = v->reason;
	cells[3] = arena_strdup(a, instant_print(v->at, at));
}

static struct table
types_part(const struct shown *s)
{
	struct arena *a = s->call->arena;
	const struct customer_type *const *types =
	    customer_types(a, s->book, s->customer);
	const char **cells;
	size_t count = 0, i;

	while (types[count] != NULL)
		count++;
	cells = arena_array(a, count * COUNT(of_type) + 1, sizeof(*cells));
	for (i = 0; i < count; i++) {
		const char **line = cells + i * COUNT(of_type);

		line[0] = customer_type_name(types[i]);
		line[1] = customer_status_name(kyc_judge(types[i], a,
		    s->customer, s->corridor, "en", s->today, NULL, NULL));
		fill_verdict(a, verdict_of(s->customer, line[0]), line + 2);
	}
	return table_made("types", of_type, COUNT(of_type), cells, count);
}

static bool
can_be_proven(struct arena *a, const char *name)
{
	return sep9_find(arena_printf(a, "%s_verification", name)) != NULL;
}

static struct table
fields_part(const struct shown *s)
{
	const struct customer *c = s->customer;
	size_t columns = COUNT(of_field) - (s->values == NULL), i;
	const char **cells = arena_array(s->call->arena,
	    c->field_count * columns + 1, sizeof(*cells));

	for (i = 0; i < c->field_count; i++) {
		const struct customer_field *f = &c->fields[i];
		const char **line = cells + i * columns;

		line[0] = f->name;
		line[1] = f->is_file ? "file" : "text";
		line[2] = customer_field_states[f->state];
		line[3] = customer_field_is_good(f, s->today) ? "t" : "f";
		line[4] = f->error;
		line[5] = f->valid_until;
		if (can_be_proven(s->call->arena, f->name))
			line[6] = f->is_proven ? "t" : "f";
		line[7] = f->checks;
		if (s->values != NULL)
			line[8] = value_shown(s, f->name);
	}
	return table_made("fields", of_field, columns, cells, c->field_count);
}

/* What each type asks for and has not. */
static struct table
needs_part(const struct shown *s)
{
	struct arena *a = s->call->arena;
	const struct customer_type *const *type =
	    customer_types(a, s->book, s->customer);
	const char **cells =
	    arena_array(a, NEEDS_MOST * COUNT(of_need) + 1, sizeof(*cells));
	const struct need *needs;
	size_t count = 0, n, i;

	for (; *type != NULL; type++) {
		kyc_judge(*type, a, s->customer, s->corridor, "en", s->today,
		    &needs, &n);
		for (i = 0; i < n && count < NEEDS_MOST; i++, count++) {
			const char **line = cells + count * COUNT(of_need);

			line[0] = customer_type_name(*type);
			line[1] = needs[i].name;
			line[2] = needs[i].optional ? "t" : "f";
			line[3] = needs[i].description;
		}
	}
	return table_made("needs", of_need, COUNT(of_need), cells, count);
}

/* --- the verb ------------------------------------------------------------ */

static int
tell(struct shown *s, const struct db_rows *row)
{
	struct arena *a = s->call->arena;
	const struct db_value values[] = {db_text(s->customer->id)};
	const struct db_rows *documents;
	struct table tables[6];
	int rc = db_call(s->db, a, &get_documents, values, &documents);

	if (rc != 0 && rc != DB_NONE)
		return failed_call(s->db, rc);
	if (s->call->options[VALUES] != NULL ||
	    s->call->options[MASKED] != NULL) {
		rc = open_values(s);
		if (rc != VERB_DONE)
			return rc;
	}
	tables[0] =
	    table_of(a, "customer", of_customer, COUNT(of_customer), row);
	tables[0].is_one = true;
	tables[1] = types_part(s);
	tables[2] = fields_part(s);
	tables[3] = needs_part(s);
	tables[4] = table_of(a, "documents", of_document, COUNT(of_document),
	    documents);
	tables[5] = table_of(a, "legal_hold", of_hold, COUNT(of_hold),
	    db_col_int(row, 0, "held_us") == 0 ? NULL : row);
	return told(s->call, tables, COUNT(tables));
}

/* Some fields are needed, or have to pass a check, in some corridors only. */
static int
find_corridor(struct shown *s, const char *tx)
{
	const struct db_value values[] = {db_text(tx)};
	const struct db_rows *row;
	int rc;

	if (tx == NULL)
		return VERB_DONE;
	rc = db_call(s->db, s->call->arena, &get_payment, values, &row);
	if (rc == DB_NONE)
		return failed("there is no payment %s", tx);
	if (rc != 0)
		return failed_call(s->db, rc);
	if (strcmp(db_col(row, 0, "sender"), s->customer->id) != 0 &&
	    strcmp(db_col(row, 0, "receiver"), s->customer->id) != 0)
		return failed("customer %s is no party of payment %s",
		    s->customer->id, tx);
	s->corridor.method = db_col(row, 0, "method");
	s->corridor.currency = db_col(row, 0, "currency");
	return VERB_DONE;
}

static int
find(struct shown *s, const char *id)
{
	struct arena *a = s->call->arena;
	const struct db_value values[] = {db_text(id)};
	const struct db_rows *row;
	char erased[INSTANT_TEXT];
	int rc = db_call(s->db, a, &get, values, &row);

	if (rc == DB_NONE)
		return failed("there is no customer %s", id);
	if (rc != 0)
		return failed_call(s->db, rc);
	if (db_col_int(row, 0, "erased_us") != 0)
		return failed("customer %s was erased at %s%s", id,
		    instant_print(db_col_int(row, 0, "erased_us"), erased),
		    db_col_int(row, 0, "held_us") == 0
			? ""
			: "; a legal hold keeps what is sealed: customer"
			  " export shows it");
	s->book = operator_book(s->db);
	if (s->book == NULL)
		return VERB_FAILED;
	s->customer = customer_in_clear(a, row, 0);
	s->today = db_col(row, 0, "today");
	rc = find_corridor(s, s->call->options[PAYMENT]);
	return rc == VERB_DONE ? tell(s, row) : rc;
}

static int
run(struct call *c)
{
	struct shown s = {.call = c};
	int code;

	if (c->options[VALUES] != NULL && c->options[MASKED] != NULL)
		return misused("customer show: --values or --masked, not both");
	if (!is_id(c->operands[0]))
		return failed("there is no customer %s: that is no UUID",
		    c->operands[0]);
	s.db = operator_db();
	if (s.db == NULL)
		return VERB_FAILED;
	code = find(&s, c->operands[0]);
	db_free(s.db);
	return code;
}

const struct verb verb_customer_show = {.name = "customer show",
    .operands = "ID",
    .help = "how a customer stands; names and states of what they gave",
    .options = {[VALUES] = {"values", NULL,
		    "the values too, by WINDLASS_KEK_FILE; the audit trail"
		    " says who looked"},
	[MASKED] = {"masked", NULL, "the same, but masked: J***, ***6789"},
	[PAYMENT] = {"payment", "ID", "judged for that payment of theirs"}},
    .run = run};
