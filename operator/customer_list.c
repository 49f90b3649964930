/*
 * customer list - customers in the order of their ids, with their status for
 *                 each type; never a value.
 *
 * The status is judged here, by the book of now, and so is what --status picks:
 * customers are looked through page by page, up to a bound.
 */
#include "account.h"
#include "arena.h"
#include "book.h"
#include "buf.h"
#include "customer.h"
#include "customer_store.h"
#include "db.h"
#include "listing.h"

enum { ACCOUNT, STATUS, TYPE, LIMIT }; /* options */
enum { PAGE = 500, PAGES_MOST = 100, STATUSES_MOST = 4096 };

static const struct db_statement get = {"operator_customers",
    "select id, account, memo_type, memo, version, fields, types, verdicts,"
    " created_us, updated_us, today"
    " from windlass.operator_customers($1, $2, $3, $4)",
    4};

static const struct column columns[] = {{.name = "id"}, {.name = "account"},
    {.name = "memo_type"}, {.name = "memo"}, {.name = "statuses"},
    {"fields", COLUMN_COUNT, NULL}, {"created_at", COLUMN_TEXT, NULL},
    {"updated_at", COLUMN_TEXT, NULL}};
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

struct list {
	struct call *call;
	struct db *db;
	const struct book *book;
	const char *account, *memo; /* NULL: all */
	const char *status, *type;  /* NULL: any */
	size_t limit, count;
	const char **cells;
};

/* "sep31-receiver=ACCEPTED ..." of the types that were asked for; is_wanted:
 * one of them has the status asked for. */
static const char *
statuses_of(const struct list *l, const struct customer *c, const char *today,
    bool *is_wanted)
{
	struct arena *a = l->call->arena;
	const struct customer_type *const *types =
	    customer_types(a, l->book, c);
	struct buf b;

	*is_wanted = false;
	buf_init(&b, a, STATUSES_MOST);
	buf_puts(&b, "");
	for (; *types != NULL; types++) {
		const char *type = customer_type_name(*types), *status;

		if (l->type != NULL && strcmp(type, l->type) != 0)
			continue;
		status =
		    customer_status_name(customer_status(a, *types, c, today));
		*is_wanted |=
		    l->status == NULL || strcmp(status, l->status) == 0;
		buf_printf(&b, "%s%s=%s", b.len == 0 ? "" : " ", type, status);
	}
	return b.data;
}

static const char *
time_text(struct arena *a, const struct db_rows *rows, size_t row,
    const char *name)
{
	char text[INSTANT_TEXT];

	return arena_strdup(a,
	    instant_print(db_col_int(rows, row, name), text));
}

static void
take_row(struct list *l, const struct db_rows *rows, size_t row)
{
	struct arena *a = l->call->arena;
	const struct customer *c = customer_in_clear(a, rows, row);
	const char **cells = l->cells + l->count * COLUMNS;
	bool is_wanted;

	cells[4] = statuses_of(l, c, db_col(rows, row, "today"), &is_wanted);
	if (!is_wanted)
		return;
	cells[0] = c->id;
	cells[1] = c->account;
	cells[2] = c->memo_type;
	cells[3] = c->memo;
	cells[5] = arena_printf(a, "%zu", c->field_count);
	cells[6] = time_text(a, rows, row, "created_us");
	cells[7] = time_text(a, rows, row, "updated_us");
	l->count++;
}

/* Page by page until there are enough, or no more; *is_whole: not given up. */
static int
look_through(struct list *l, bool *is_whole)
{
	struct arena *a = l->call->arena;
	const struct db_rows *rows;
	const char *after = NULL;
	size_t page, row;
	int rc;

	for (page = 0; page < PAGES_MOST; page++) {
		const struct db_value values[] = {db_text(l->account),
		    db_text(l->memo), db_text(after), db_int(a, PAGE)};

		*is_whole = true;
		rc = db_call(l->db, a, &get, values, &rows);
		if (rc == DB_NONE)
			return VERB_DONE;
		if (rc != 0)
			return failed_call(l->db, rc);
		for (row = 0; row < db_count(rows); row++) {
			if (l->count == l->limit)
				return VERB_DONE;
			take_row(l, rows, row);
			after = db_col(rows, row, "id");
		}
		if (db_count(rows) < PAGE)
			return VERB_DONE;
		*is_whole = false;
	}
	return VERB_DONE;
}

static int
list(struct list *l)
{
	struct table table;
	bool is_whole;
	int code;

	l->book = operator_book(l->db);
	if (l->book == NULL)
		return VERB_FAILED;
	if (l->type != NULL && book_type(l->book, l->type) == NULL)
		return misused("--type %s: must be one of %s", l->type,
		    customer_type_names(l->call->arena, l->book));
	code = look_through(l, &is_whole);
	if (code != VERB_DONE)
		return code;
	table = table_made("customers", columns, COLUMNS, l->cells, l->count);
	table.none = "there are no such customers";
	code = told(l->call, &table, 1);
	if (code == VERB_DONE && !is_whole && l->count < l->limit)
		code = failed("only the first %d customers were looked at;"
			      " name an account",
		    PAGE * PAGES_MOST);
	return code;
}

static bool
is_status(const char *word)
{
	enum customer_status s;

	for (s = CUSTOMER_ACCEPTED; s <= CUSTOMER_REJECTED; s++)
		if (strcmp(customer_status_name(s), word) == 0)
			return true;
	return false;
}

static int
run(struct call *c)
{
	char base[ACCOUNT_TEXT], memo[MEMO_ID_TEXT] = "";
	struct list l = {.call = c,
	    .status = c->options[STATUS],
	    .type = c->options[TYPE]};
	int limit = LISTED_STANDARD, code;

	if (c->options[ACCOUNT] != NULL) {
		if (account_base(c->options[ACCOUNT], base, memo) != 0)
			return misused("--account %s: is no Stellar account",
			    c->options[ACCOUNT]);
		l.account = base;
		/* A muxed address names one of the account's customers. */
		l.memo = memo[0] == '\0' ? NULL : memo;
	}
	if (l.status != NULL && !is_status(l.status))
		return misused("--status %s: must be ACCEPTED, PROCESSING,"
			       " NEEDS_INFO or REJECTED",
		    l.status);
	code = limit_option(c->options[LIMIT], LISTED_MOST, &limit);
	if (code != VERB_DONE)
		return code;
	l.limit = (size_t)limit;
	l.cells =
	    arena_array(c->arena, (l.limit + 1) * COLUMNS, sizeof(*l.cells));
	l.db = operator_db();
	if (l.db == NULL)
		return VERB_FAILED;
	code = list(&l);
	db_free(l.db);
	return code;
}

const struct verb verb_customer_list = {.name = "customer list",
    .operands = "",
    .help = "customers and their status for each type",
    .options = {[ACCOUNT] = {"account", "ACCOUNT",
		    "only those of a G..., M... or C... address"},
	[STATUS] = {"status", "STATUS",
	    "only ACCEPTED, PROCESSING, NEEDS_INFO or REJECTED ones"},
	[TYPE] = {"type", "TYPE", "judged as that type alone"},
	[LIMIT] = {"limit", "NUMBER", "at most so many (50; 1000 at most)"}},
    .run = run};
