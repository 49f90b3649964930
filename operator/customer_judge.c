/*
 * customer approve, reject, hold, release ID - what an operator decides about a
 *         customer as one type; with --field, reject and release decide about
 *         single fields.
 *
 * A verdict belongs to the values it saw: --version says which version of the
 * customer that was, as customer show tells it.  Who approves has to say it: a
 * customer who changes between the look and the word is not accepted unseen.
 */
#include "arena.h"
#include "book.h"
#include "customer.h"
#include "customer_store.h"
#include "customer_verdict.h"
#include "db.h"
#include "id.h"
#include "sep9.h"
#include "verb.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { TYPE, REASON, VERSION, FIELD }; /* options; not all have FIELD */
enum { TRIES = 5, CODE_MOST = 64 };

// clang-format off
static const struct db_statement get = { "operator_customer",
	"select id, account, memo_type, memo, version, fields, types, verdicts,"
	" today, erased_us from windlass.operator_customer($1)", 1 };

static const struct column columns[] = {
	{ .name = "id" }, { "version", COLUMN_COUNT, NULL },
	{ .name = "type" }, { .name = "verdict" },
};
// clang-format on

struct judging {
	struct call *call;
	struct db *db;
	const struct book *book;
	const char *id, *verdict; /* NULL: the one there is is taken back */
	const struct customer *customer;
	const char *today;
	int64_t version;
	struct field_error *errors;
	size_t error_count;
};

/* --- what was said ------------------------------------------------------- */

static bool
is_code(const char *word)
{
	size_t len = strlen(word);

	return len > 0 && len <= CODE_MOST &&
	       strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

/* What is wrong with it; NULL: nothing any more. */
static int
read_code(const struct judging *j, const char *name, char *code)
{
	if (sep9_find(name) == NULL)
		return misused("--field %s: there is no such field", name);
	if (j->verdict == NULL && code != NULL)
		return misused("--field %s=%s: is taken back by its name alone",
		    name, code);
	if (j->verdict != NULL && code == NULL)
		return misused("--field %s: say what is wrong with it:"
			       " NAME=CODE",
		    name);
	if (code != NULL && !is_code(code))
		return misused("--field %s=%s: a code is of lower case"
			       " letters, digits and _",
		    name, code);
	return VERB_DONE;
}

/* NAME=CODE,NAME=CODE of those to be rejected; NAME,NAME. */
static int
read_errors(struct judging *j, const char *text)
{
	char *words = arena_strdup(j->call->arena, text), *next;
	int st = VERB_DONE;

	j->errors = arena_array(j->call->arena, strlen(text) / 2 + 1,
	    sizeof(*j->errors));
	for (; st == VERB_DONE && words != NULL; words = next) {
		struct field_error *e = &j->errors[j->error_count++];
		char *code;

		next = strchr(words, ',');
		if (next != NULL)
			*next++ = '\0';
		code = strchr(words, '=');
		if (code != NULL)
			*code++ = '\0';
		st = read_code(j, words, code);
		*e = (struct field_error){words, code};
	}
	return st;
}

static int
read_words(struct judging *j)
{
	struct call *c = j->call;
	const char *type = c->options[TYPE], *fields = c->options[FIELD];
	const char *by_field = c->verb->options[FIELD].takes;
	int version = 0, code = operator_reason(c, c->options[REASON]);

	if (code == VERB_DONE && type == NULL && fields == NULL)
		code =
		    misused("%s: say as what: --type TYPE%s%s", c->verb->name,
			by_field == NULL ? "" : ", or which fields: --field ",
			by_field == NULL ? "" : by_field);
	if (code == VERB_DONE && c->options[VERSION] == NULL &&
	    c->verb->options[VERSION].is_needed)
		code = misused("%s: say which version you saw, as customer show"
			       " tells it: --version NUMBER",
		    c->verb->name);
	if (code == VERB_DONE && c->options[VERSION] != NULL &&
	    words_count(c->options[VERSION], 1, INT32_MAX, &version) != 0)
		code =
		    misused("--version %s: is no number", c->options[VERSION]);
	j->version = version;
	if (code == VERB_DONE && fields != NULL)
		code = read_errors(j, fields);
	if (code == VERB_DONE && !is_id(j->id))
		code =
		    failed("there is no customer %s: that is no UUID", j->id);
	return code;
}

/* --- what there is ------------------------------------------------------- */

static int
find(struct judging *j)
{
	const struct db_value values[] = {db_text(j->id)};
	const struct db_rows *row;
	char erased[INSTANT_TEXT];
	int rc = db_call(j->db, j->call->arena, &get, values, &row);

	if (rc == DB_NONE)
		return failed("there is no customer %s", j->id);
	if (rc != 0)
		return failed_call(j->db, rc);
	if (db_col_int(row, 0, "erased_us") != 0)
		return failed("customer %s was erased at %s", j->id,
		    instant_print(db_col_int(row, 0, "erased_us"), erased));
	j->customer = customer_in_clear(j->call->arena, row, 0);
	j->today = db_col(row, 0, "today");
	if (j->version != 0 && j->customer->version != j->version)
		return failed("customer %s has changed: version %lld is not the"
			      " one you saw",
		    j->id, (long long)j->customer->version);
	return VERB_DONE;
}

static bool
has_verdict(const struct customer *c, const char *type)
{
	for (size_t i = 0; i < c->verdict_count; i++)
		if (strcmp(c->verdicts[i].type, type) == 0)
			return true;
	return false;
}

static int
field_may_be_judged(const struct judging *j, const struct field_error *e)
{
	const struct customer_field *has = customer_has(j->customer, e->name);

	if (has == NULL)
		return failed("customer %s has no %s", j->id, e->name);
	if (e->error != NULL)
		return VERB_DONE;
	if (has->state != FIELD_REJECTED)
		return failed("%s of customer %s is not rejected", e->name,
		    j->id);
	if (has->valid_until != NULL && strcmp(has->valid_until, j->today) < 0)
		return failed("%s of customer %s was good until %s: it has to"
			      " be given anew",
		    e->name, j->id, has->valid_until);
	return VERB_DONE;
}

/* Nothing is decided that would mean nothing. */
static int
may_be_judged(struct judging *j)
{
	const char *name = j->call->options[TYPE];
	const struct customer_type *type;
	int code = VERB_DONE;

	for (size_t i = 0; code == VERB_DONE && i < j->error_count; i++)
		code = field_may_be_judged(j, &j->errors[i]);
	if (code != VERB_DONE)
		return code;
	if (name == NULL)
		return VERB_DONE;
	type = book_type(j->book, name);
	if (type == NULL)
		return misused("--type %s: must be one of %s", name,
		    customer_type_names(j->call->arena, j->book));
	if (j->verdict == NULL && !has_verdict(j->customer, name))
		return failed("nothing was decided about customer %s as %s",
		    j->id, name);
	if (j->verdict != NULL && strcmp(j->verdict, "accepted") == 0 &&
	    customer_status(j->call->arena, type, j->customer, j->today) ==
		CUSTOMER_NEEDS_INFO)
		return failed("customer %s has to show more as %s first: an"
			      " approval would fall when they do",
		    j->id, name);
	return VERB_DONE;
}

/* --- the verbs ----------------------------------------------------------- */

static int
tell(const struct judging *j, int64_t version)
{
	struct arena *a = j->call->arena;
	const char *type = j->call->options[TYPE];
	const char *cells[COUNT(columns)] = {j->id,
	    arena_printf(a, "%lld", (long long)version), type,
	    type == NULL ? NULL : j->verdict};
	struct table table =
	    table_made("customer", columns, COUNT(columns), cells, 1);

	table.is_one = true;
	return told(j->call, &table, 1);
}

/* Over the version that was looked at; whoever was faster is looked at, too,
 * unless it had to be that one. */
static int
judge(struct judging *j)
{
	const struct call *c = j->call;
	const struct verdict_ask ask = {
	    .type = c->options[TYPE],
	    .verdict = c->options[TYPE] == NULL ? NULL : j->verdict,
	    .reason = c->options[REASON],
	    .by = arena_printf(c->arena, "operator:%s", operator_who(c->arena)),
	    .errors = j->errors,
	    .error_count = j->error_count,
	};
	int64_t version;
	int rc = CUSTOMER_FASTER, code;

	for (int i = 0; rc == CUSTOMER_FASTER && i < TRIES; i++) {
		code = find(j);
		if (code == VERB_DONE)
			code = may_be_judged(j);
		if (code != VERB_DONE)
			return code;
		rc = customer_verdict_save(j->db, c->arena, j->book,
		    j->customer, &ask, j->today, &version);
	}
	if (rc == CUSTOMER_FASTER)
		return failed("customer %s changes all the time; do it again",
		    j->id);
	if (rc != 0)
		return failed("nothing was written; see the line above");
	return tell(j, version);
}

static int
run(struct call *c, const char *verdict)
{
	struct judging j = {.call = c,
	    .id = c->operands[0],
	    .verdict = verdict};
	int code = read_words(&j);

	if (code != VERB_DONE)
		return code;
	j.db = operator_db();
	if (j.db == NULL)
		return VERB_FAILED;
	j.book = operator_book(j.db);
	code = j.book == NULL ? VERB_FAILED : judge(&j);
	db_free(j.db);
	return code;
}

static int
approve(struct call *c)
{
	return run(c, "accepted");
}

static int
reject(struct call *c)
{
	return run(c, "rejected");
}

static int
hold(struct call *c)
{
	return run(c, "held");
}

static int
release(struct call *c)
{
	return run(c, NULL);
}

// clang-format off
#define AS_TYPE [TYPE] = { "type", "TYPE", "as what: sep31-receiver ...", true }
#define OR_FIELD [TYPE] = { "type", "TYPE", "as what; or else --field", false }
#define BECAUSE [REASON] = { "reason", "TEXT", "why; it stands in the audit trail: no personal data", true }
#define SEEN_AT(is_needed) [VERSION] = { "version", "NUMBER", "only if the customer is still at the version that you saw", is_needed }
#define SEEN SEEN_AT(false)

const struct verb verb_customer_approve = { .name = "customer approve",
	.operands = "ID",
	.help = "the customer is accepted as that type, with the values that you saw",
	.options = { AS_TYPE, BECAUSE, SEEN_AT(true) }, .run = approve };
const struct verb verb_customer_reject = { .name = "customer reject",
	.operands = "ID",
	.help = "the customer is rejected as that type, or single fields are, to be given again",
	.options = { OR_FIELD, BECAUSE, SEEN,
		[FIELD] = { "field", "NAME=CODE", "that field, with a code that the wallet sees; any number of times" } },
	.again = 1u << FIELD, .run = reject };
const struct verb verb_customer_hold = { .name = "customer hold",
	.operands = "ID",
	.help = "the customer stays in review as that type until released",
	.options = { AS_TYPE, BECAUSE, SEEN }, .run = hold };
const struct verb verb_customer_release = { .name = "customer release",
	.operands = "ID",
	.help = "takes back what was decided about the customer as that type, or that single fields were rejected",
	.options = { OR_FIELD, BECAUSE, SEEN,
		[FIELD] = { "field", "NAME", "that field is as it was given; any number of times" } },
	.again = 1u << FIELD, .run = release };
// clang-format on
