/*
 * audit verify - does the audit trail still say what it said?
 *
 * The chain tells whether a row was changed or taken out, but not whether all
 * of it was made anew, or its end cut off: for that a head that was noted
 * elsewhere (the watcher's log has one every hour) is given.
 */
#include <stdlib.h>

#include "arena.h"
#include "db.h"
#include "instant.h"
#include "verb.h"

enum { HEAD }; /* options */
enum { PART = 2000, HASH_TEXT = 64, NUMBER_DIGITS = 18 };

static const char NOTHING[] =
    "0000000000000000000000000000000000000000000000000000000000000000";

// clang-format off
static const struct db_statement verify = { "audit_verify",
	"select good, number, hash, bad_number, bad_n, fault"
	" from windlass.audit_verify($1, $2, $3)", 3 };
static const struct db_statement unlinked = { "audit_unlinked",
	"select unlinked, last_n, oldest_us"
	" from windlass.audit_unlinked($1, $2)", 2 };

static const struct column of_chain[] = {
	{ "linked", COLUMN_COUNT, NULL }, { .name = "head" },
	{ "not_linked", COLUMN_COUNT, NULL },
	{ .name = "not_linked_since" },
};
static const struct column of_fault[] = {
	{ "number", COLUMN_COUNT, NULL }, { "row", COLUMN_COUNT, NULL },
	{ .name = "fault" },
};
// clang-format on
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct chain {
	struct db *db;
	struct arena *arena;
	int64_t noted; /* a head; 0: none */
	const char *noted_hash;

	int64_t number; /* good so far */
	const char *hash;
	const char *fault, *bad_number, *bad_n; /* fault NULL: none */
	int64_t unlinked;
	instant oldest;
};

static void
find_fault(struct chain *c, const char *fault, const char *number,
    const char *n)
{
	c->fault = fault;
	c->bad_number = number;
	c->bad_n = n;
}

static const char *
number_text(const struct chain *c, int64_t number)
{
	return arena_printf(c->arena, "%lld", (long long)number);
}

/* The links up to the noted one end a part, so that its hash is seen. */
static int64_t
next_part(const struct chain *c)
{
	int64_t to_noted = c->noted - c->number;

	return to_noted > 0 && to_noted < PART ? to_noted : PART;
}

static int
follow(struct chain *c)
{
	const struct db_rows *rows;
	int64_t good;

	do {
		const struct db_value values[] = {db_int(c->arena, c->number),
		    db_text(c->hash), db_int(c->arena, next_part(c))};
		int rc = db_call(c->db, c->arena, &verify, values, &rows);

		if (rc != 0)
			return failed_call(c->db, rc);
		good = db_col_int(rows, 0, "good");
		c->number = db_col_int(rows, 0, "number");
		c->hash = db_col(rows, 0, "hash");
		if (db_col(rows, 0, "fault") != NULL)
			find_fault(c, db_col(rows, 0, "fault"),
			    db_col(rows, 0, "bad_number"),
			    db_col(rows, 0, "bad_n"));
		else if (good > 0 && c->number == c->noted &&
			 strcmp(c->hash, c->noted_hash) != 0)
			find_fault(c,
			    "the chain up to here is not the one"
			    " whose head was noted",
			    number_text(c, c->number), NULL);
	} while (good > 0 && c->fault == NULL);
	if (c->fault == NULL && c->number < c->noted)
		find_fault(c, "the chain ends before the head that was noted",
		    number_text(c, c->number + 1), NULL);
	return VERB_DONE;
}

static int
count_unlinked(struct chain *c)
{
	const struct db_rows *rows;
	int64_t after = 0, last, oldest;
	int rc;

	for (;; after = last) {
		const struct db_value values[] = {db_int(c->arena, after),
		    db_int(c->arena, PART)};

		rc = db_call(c->db, c->arena, &unlinked, values, &rows);
		if (rc != 0)
			return failed_call(c->db, rc);
		last = db_col_int(rows, 0, "last_n");
		if (last == after)
			return VERB_DONE;
		c->unlinked += db_col_int(rows, 0, "unlinked");
		oldest = db_col_int(rows, 0, "oldest_us");
		if (c->oldest == 0 || (oldest != 0 && oldest < c->oldest))
			c->oldest = oldest;
	}
}

static int
tell(struct call *call, const struct chain *c)
{
	struct arena *a = call->arena;
	char since[INSTANT_TEXT];
	const char *chain[] = {number_text(c, c->number),
	    arena_printf(a, "%lld:%s", (long long)c->number, c->hash),
	    number_text(c, c->unlinked),
	    c->oldest == 0 ? NULL : instant_print(c->oldest, since)};
	const char *fault[] = {c->bad_number, c->bad_n, c->fault};
	struct table tables[2];
	int code;

	tables[0] = table_made("chain", of_chain, COUNT(of_chain), chain, 1);
	tables[0].is_one = true;
	tables[1] = table_made("faults", of_fault, COUNT(of_fault), fault,
	    c->fault != NULL);
	code = told(call, tables, 2);
	if (c->fault != NULL)
		return failed("the audit trail is not what it was");
	if (call->format == FORMAT_TEXT && code == VERB_DONE)
		puts("\nall that is linked is as it was");
	return code;
}

/* "NUMBER:HASH", as this verb and the watcher's log tell it. */
static bool
read_head(const char *text, struct chain *c)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > NUMBER_DIGITS || text[digits] != ':' ||
	    strspn(text + digits + 1, "0123456789abcdef") != HASH_TEXT ||
	    text[digits + 1 + HASH_TEXT] != '\0')
		return false;
	c->noted = strtoll(text, NULL, 10);
	c->noted_hash = text + digits + 1;
	return true;
}

static int
run(struct call *call)
{
	struct chain c = {.arena = call->arena, .hash = NOTHING};
	int code;

	if (call->options[HEAD] != NULL && !read_head(call->options[HEAD], &c))
		return misused("--head %s: is no number, colon and 64 hex"
			       " digits",
		    call->options[HEAD]);
	c.db = operator_db();
	if (c.db == NULL)
		return VERB_FAILED;
	code = follow(&c);
	if (code == VERB_DONE)
		code = count_unlinked(&c);
	if (code == VERB_DONE)
		code = tell(call, &c);
	db_free(c.db);
	return code;
}

const struct verb verb_audit_verify = {.name = "audit verify",
    .operands = "",
    .help = "whether the audit trail still says what it said",
    .options = {[HEAD] = {"head", "NUMBER:HASH",
		    "a head that was noted elsewhere must be part of it"}},
    .run = run};
