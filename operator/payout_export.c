/*
 * payout export - gives each payout that people carry out to them once, as a
 *                 file for the bank; with --again what was given before.
 *
 * What is given is opened first, then counted as given, then written: killed
 * in between, the next export finds a batch that was not seen to be written
 * out, gives nothing, and says so.  Nobody but a person knows whether the bank
 * has it; --again gives the same orders under the same references.
 */
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "db.h"
#include "json.h"
#include "seal.h"
#include "verb.h"

enum { AGAIN }; /* option */
enum { MOST = 1000, TRIES = 3, REFERENCES_MOST = 1 << 20 };

// clang-format off
static const struct db_statement
	get_ready = { "manual_ready",
	"select outcome, word, reference, tx_id, n, sealed_key, body"
	" from windlass.manual_ready($1)", 1 },
	get_again = { "manual_again",
	"select outcome, word, reference, tx_id, n, sealed_key, body, batch,"
	" is_confirmed from windlass.manual_again($1, $2)", 2 },
	take = { "manual_export",
	"select outcome, batch from windlass.manual_export("
	"string_to_array($1, ','), $2)", 2 },
	is_out = { "manual_written",
	"select windlass.manual_written($1::bigint) as ok", 1 };

/* What stands in every line; what follows is of the two people. */
enum { BATCH, REFERENCE, SUM, CURRENCY, METHOD, FIXED };
static const char *const fixed[FIXED] = { [BATCH] = "batch",
	[REFERENCE] = "reference", [SUM] = "amount",
	[CURRENCY] = "currency", [METHOD] = "method" };
static const char *const people[] = { "beneficiary", "sender" };
enum { PEOPLE = sizeof(people) / sizeof(people[0]) };
// clang-format on

struct given { /* an order, opened */
	const char *reference, *batch;
	const struct json *order;
};

struct export
{
	struct call *c;
	struct db *db;
	const struct seal *keys;
	struct given *list;
	size_t count;
	bool is_whole;   /* all of them could be opened */
	bool lacks_keys; /* and not for ever, where some could not */
	struct column *columns;
	size_t column_count;
};

/* --- opening ------------------------------------------------------------- */

/* As the watcher has sealed it, see watcher/order.c. */
static int
open_order(struct export *e, const struct db_rows *rows, size_t row,
    const struct json **out)
{
	struct arena *a = e->c->arena;
	const char *tx = db_col(rows, row, "tx_id"), *bytes, *why;
	unsigned char key[SEAL_KEY];
	struct sealed wrapped = {NULL, 0}, body;
	size_t len;
	int rc = -EBADMSG;

	if (db_col(rows, row, "sealed_key") != NULL)
		wrapped.bytes =
		    db_col_bytes(rows, a, row, "sealed_key", &wrapped.len);
	body.bytes = db_col_bytes(rows, a, row, "body", &body.len);
	if (wrapped.bytes != NULL)
		rc = seal_unwrap(e->keys, wrapped,
		    arena_printf(a, "outflow/%s", tx), key);
	if (rc == 0)
		rc = seal_read(a, key, body,
		    arena_printf(a, "attempt/%s/%s", tx,
			db_col(rows, row, "n")),
		    &bytes, &len);
	sodium_memzero(key, sizeof(key));
	return rc != 0 ? rc : json_parse(a, bytes, len, out, &why);
}

static void
open_all(struct export *e, const struct db_rows *rows)
{
	const char *batch;
	size_t row;

	e->list = arena_array(e->c->arena, db_count(rows), sizeof(*e->list));
	e->count = 0;
	e->is_whole = true;
	e->lacks_keys = false;
	for (row = 0; row < db_count(rows); row++) {
		struct given *one = &e->list[e->count];

		batch = e->c->options[AGAIN] == NULL
		            ? ""
		            : db_col(rows, row, "batch");
		one->reference = db_col(rows, row, "reference");
		one->batch = batch;
		if (open_order(e, rows, row, &one->order) == 0) {
			e->count++;
			continue;
		}
		e->is_whole = false;
		e->lacks_keys |= db_col(rows, row, "sealed_key") != NULL;
		failed("%s: its order cannot be opened: %s", one->reference,
		    db_col(rows, row, "sealed_key") == NULL
			? "its key was destroyed after it was paid"
			: "WINDLASS_KEK_FILE lacks its key");
	}
}

/* --- the file ------------------------------------------------------------ */

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct column *)a)->name,
	    ((const struct column *)b)->name);
}

static bool
has_column(const struct export *e, const char *name)
{
	size_t i;

	for (i = 0; i < e->column_count; i++)
		if (strcmp(e->columns[i].name, name) == 0)
			return true;
	return false;
}

/* What any of the orders has, in an order of its own: the same orders make the
 * same columns. */
static int
find_columns(struct export *e)
{
	struct arena *a = e->c->arena;
	const char *name;
	size_t i, k, m, from;

	e->columns = arena_array(a, COLUMNS_MOST, sizeof(*e->columns));
	for (i = 0; i < FIXED; i++)
		e->columns[i].name = fixed[i];
	e->column_count = FIXED;
	for (k = 0; k < PEOPLE; k++) {
		from = e->column_count;
		for (i = 0; i < e->count; i++) {
			const struct json *who =
			    json_get(e->list[i].order, people[k]);

			for (m = 0; json_member(who, m, &name) != NULL; m++) {
				name =
				    arena_printf(a, "%s.%s", people[k], name);
				if (has_column(e, name))
					continue;
				if (e->column_count == COLUMNS_MOST)
					return failed("the orders have too"
						      " many fields");
				e->columns[e->column_count++].name = name;
			}
		}
		qsort(e->columns + from, e->column_count - from,
		    sizeof(*e->columns), by_name);
	}
	return VERB_DONE;
}

static struct table
table_of_orders(const struct export *e, const char *batch)
{
	const char **cells = arena_array(e->c->arena,
	    e->count * e->column_count + 1, sizeof(*cells));
	size_t i, k;

	for (i = 0; i < e->count; i++) {
		const char **line = cells + i * e->column_count;
		const struct given *one = &e->list[i];

		for (k = REFERENCE; k < e->column_count; k++)
			line[k] = json_text(
			    json_path(one->order, e->columns[k].name));
		line[BATCH] = batch != NULL ? batch : one->batch;
	}
	return table_made("payouts", e->columns, e->column_count, cells,
	    e->count);
}

/* Out of the program, and where it is a file on the disk. */
static int
write_out(struct export *e, const char *batch)
{
	struct table table = table_of_orders(e, batch);
	int code;

	if (e->c->format == FORMAT_TEXT)
		e->c->format = FORMAT_CSV;
	code = told(e->c, &table, 1);
	if (code == VERB_DONE && fsync(STDOUT_FILENO) != 0 && errno != EINVAL &&
	    errno != EROFS && errno != ENOTSUP)
		code = failed("cannot write to standard output");
	return code;
}

/* --- what was given before ------------------------------------------------ */

static int
written(struct export *e, const char *batch)
{
	const struct db_value value = db_text(batch);
	const struct db_rows *rows;
	int rc = db_call(e->db, e->c->arena, &is_out, &value, &rows);

	if (rc == 0)
		return VERB_DONE;
	return failed("batch %s is written out, and the database was not told:"
		      " the next export asks for --again %s",
	    batch, batch);
}

static int
again(struct export *e)
{
	const char *word = e->c->options[AGAIN], *outcome;
	const struct db_value values[] = {db_text(word),
	    db_text(operator_who(e->c->arena))};
	const struct db_rows *rows;
	size_t i, confirmed = 0;
	int rc = db_call(e->db, e->c->arena, &get_again, values, &rows), code;

	if (rc != 0)
		return failed_call(e->db, rc);
	outcome = db_col(rows, 0, "outcome");
	if (strcmp(outcome, "hold") == 0)
		return failed("no money leaves: %s", db_col(rows, 0, "word"));
	if (strcmp(outcome, "unknown") == 0)
		return failed("--again %s: no payout of that reference and no"
			      " batch of that number was exported",
		    word);
	for (i = 0; i < db_count(rows); i++)
		confirmed += db_col_bool(rows, i, "is_confirmed");
	if (confirmed > 0)
		failed("%zu of them are confirmed already: see that the bank"
		       " takes no reference twice",
		    confirmed);
	open_all(e, rows);
	code = find_columns(e);
	if (code == VERB_DONE)
		code = write_out(e, NULL);
	/* One order of a batch is not all of it. */
	if (code == VERB_DONE && !e->lacks_keys && strchr(word, ':') == NULL)
		code = written(e, word);
	return code == VERB_DONE && !e->is_whole ? VERB_FAILED : code;
}

/* --- what is new -----------------------------------------------------------
 */

static int
refuse(const char *outcome, const char *word)
{
	if (strcmp(outcome, "hold") == 0)
		return failed("no money leaves: %s", word);
	return failed("batch %s was not seen to be written out: find out"
		      " whether the bank has it, then have it given again"
		      " (windlass payout export --again %s) and throw away"
		      " what is there twice",
	    word, word);
}

/* *outcome is ok and *batch its number, or what manual_export.sql says. */
static int
take_all(struct export *e, const char **outcome, const char **batch)
{
	struct db_value values[] = {db_text(NULL),
	    db_text(operator_who(e->c->arena))};
	const struct db_rows *rows;
	struct buf references;
	size_t i;
	int rc;

	buf_init(&references, e->c->arena, REFERENCES_MOST);
	for (i = 0; i < e->count; i++)
		buf_printf(&references, "%s%s", i == 0 ? "" : ",",
		    e->list[i].reference);
	if (buf_full(&references))
		return failed("there are too many at once");
	values[0] = db_text(references.data);
	rc = db_call(e->db, e->c->arena, &take, values, &rows);
	if (rc == -EINPROGRESS)
		return failed("the database did not answer: the next export"
			      " tells what became of this one");
	if (rc != 0)
		return failed_call(e->db, rc);
	*outcome = db_col(rows, 0, "outcome");
	*batch = db_col(rows, 0, "batch");
	return VERB_DONE;
}

/* Opened and laid out before it counts as given: nothing but the writing can
 * fail afterwards. */
static int
prepare(struct export *e, const struct db_rows *rows)
{
	struct table table;
	int code;

	open_all(e, rows);
	code = find_columns(e);
	if (code == VERB_DONE && e->count == 0)
		code = VERB_FAILED;
	if (code != VERB_DONE)
		return code;
	table = table_of_orders(e, "9223372036854775807");
	if (show(e->c->arena, FORMAT_JSON, &table, 1) == NULL ||
	    show(e->c->arena, FORMAT_CSV, &table, 1) == NULL)
		code = failed("it is too much to show");
	return code;
}

static int
give(struct export *e, const char *batch, bool is_more)
{
	int code = write_out(e, batch);

	if (code != VERB_DONE)
		return code;
	code = written(e, batch);
	if (is_more)
		failed("there are more: export again");
	return code == VERB_DONE && !e->is_whole ? VERB_FAILED : code;
}

/* What moved between the reading and the taking is read again. */
static int
export_new(struct export *e)
{
	const struct db_value most = db_int(e->c->arena, MOST);
	const char *outcome = "moved", *batch = "";
	const struct db_rows *rows;
	int tries, rc, code;

	for (tries = 0; tries < TRIES; tries++) {
		rc = db_call(e->db, e->c->arena, &get_ready, &most, &rows);
		if (rc != 0)
			return failed_call(e->db, rc);
		outcome = db_col(rows, 0, "outcome");
		if (strcmp(outcome, "none") == 0) {
			code = find_columns(e);
			return code == VERB_DONE ? write_out(e, "") : code;
		}
		if (strcmp(outcome, "ready") != 0)
			return refuse(outcome, db_col(rows, 0, "word"));
		code = prepare(e, rows);
		if (code == VERB_DONE)
			code = take_all(e, &outcome, &batch);
		if (code != VERB_DONE)
			return code;
		if (strcmp(outcome, "ok") == 0)
			return give(e, batch, db_count(rows) == MOST);
	}
	return failed("somebody else exports, or money was held meanwhile: try"
		      " again");
}

static int
act(struct call *c, struct db *db, const struct seal *keys)
{
	struct export e = {.c = c, .db = db, .keys = keys};

	return c->options[AGAIN] != NULL ? again(&e) : export_new(&e);
}

static int
run(struct call *c)
{
	return operator_with_keys(c, act);
}

const struct verb verb_payout_export = {.name = "payout export",
    .operands = "",
    .help = "gives each payout that people carry out to them, once; as CSV, or "
	    "--format json",
    .options = {[AGAIN] = {"again", "REFERENCE|BATCH",
		    "the same once more: a whole batch, or one payout"}},
    .run = run};
