/*
 * keys rotate - wraps all keys by the last wrapping key of the file.
 *
 * From its first step on nothing new can be stored under another wrapping key;
 * so once no row is found under one, none will be.  Killed at any moment, the
 * next run goes on with what remains.
 */
#include <sodium.h>

#include "arena.h"
#include "buf.h"
#include "db.h"
#include "instant.h"
#include "json.h"
#include "keys.h"
#include "verb.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum {
	TELL_MS = 2000,
	NAMED_MOST = 10, /* of those that do not open */
	PART_MAX = KEYS_PART * 512
};

// clang-format off
static const struct db_statement turn = { "keys_turn",
	"select windlass.keys_turn($1, $2) as is_new", 2 };
static const struct db_statement rewrap = { "keys_rewrap",
	"select windlass.keys_rewrap($1, $2::jsonb) as count", 2 };
static const struct db_statement turned = { "keys_turned",
	"select windlass.keys_turned($1, $2, $3)", 3 };

static const struct column columns[] = {
	{ .name = "of" }, { "keys", COLUMN_COUNT, NULL },
	{ "wrapped_anew", COLUMN_COUNT, NULL },
	{ "remain", COLUMN_COUNT, NULL },
};
// clang-format on

struct rotation {
	struct db *db;
	const struct seal *keys;
	int64_t number; /* of the key that shall wrap all */
	size_t kind;    /* the one that is walked through */
	int64_t all[KEYS_KINDS], remain[KEYS_KINDS], done[KEYS_KINDS];
	int64_t unopened;
	int64_t told_ms;
};

/* --- what remains -------------------------------------------------------- */

static int
count(void *with, const struct keys_part *part)
{
	struct rotation *r = with;

	r->all[r->kind] += (int64_t)part->count;
	for (size_t i = 0; i < part->count; i++)
		r->remain[r->kind] += part->keys[i].number != r->number;
	return VERB_DONE;
}

static int64_t
sum(const int64_t *counts)
{
	int64_t all = 0;

	for (size_t i = 0; i < KEYS_KINDS; i++)
		all += counts[i];
	return all;
}

static int
count_all(struct rotation *r)
{
	int code = VERB_DONE;

	for (r->kind = 0; code == VERB_DONE && r->kind < KEYS_KINDS;
	     r->kind++) {
		r->all[r->kind] = r->remain[r->kind] = 0;
		code = keys_walk(r->db, &keys_kinds[r->kind], -1, count, r);
	}
	return code;
}

static void
tell_progress(struct rotation *r)
{
	int64_t now = monotonic_ms();

	if (now - r->told_ms < TELL_MS)
		return;
	r->told_ms = now;
	fprintf(stderr, "windlass: %lld of %lld keys remain\n",
	    (long long)(sum(r->remain) - sum(r->done)), (long long)sum(r->all));
}

/* --- a part -------------------------------------------------------------- */

static const char *
hex(struct arena *a, struct sealed bytes)
{
	char *text = arena_alloc(a, 2 * bytes.len + 1);

	return sodium_bin2hex(text, 2 * bytes.len + 1, bytes.bytes, bytes.len);
}

static void
tell_unopened(struct rotation *r, const struct keys_kind *kind,
    const struct wrapped_key *k)
{
	if (++r->unopened <= NAMED_MOST)
		failed("%s %s: its key, wrapped by key %lld, does not open",
		    kind->name, k->id, (long long)k->number);
}

/* Adds to the list of those to be replaced. */
static bool
wrap_anew(struct rotation *r, const struct keys_part *part,
    const struct wrapped_key *k, struct json_out *o)
{
	struct arena *a = part->arena;
	const char *place = part->kind->place(a, k->id);
	unsigned char key[SEAL_KEY];

	if (seal_unwrap(r->keys, k->sealed, place, key) != 0) {
		tell_unopened(r, part->kind, k);
		return false;
	}
	json_open(o, NULL, '{');
	json_put_text(o, "id", k->id);
	json_put_text(o, "old", hex(a, k->sealed));
	json_put_text(o, "new", hex(a, seal_wrap(r->keys, a, key, place)));
	json_close(o, '}');
	sodium_memzero(key, sizeof(key));
	return true;
}

static int
replace(void *with, const struct keys_part *part)
{
	struct rotation *r = with;
	const struct db_rows *rows;
	struct json_out o;
	size_t wanted = 0;
	struct buf b;
	int rc;

	buf_init(&b, part->arena, PART_MAX);
	json_begin(&o, &b);
	json_open(&o, NULL, '[');
	for (size_t i = 0; i < part->count; i++)
		if (part->keys[i].sealed.bytes != NULL)
			wanted += wrap_anew(r, part, &part->keys[i], &o);
	json_close(&o, ']');
	if (wanted == 0)
		return VERB_DONE;
	if (buf_full(&b))
		return failed("a part of the keys is too large");

	const struct db_value values[] = {db_text(part->kind->name),
	    db_text(b.data)};

	rc = db_call(r->db, part->arena, &rewrap, values, &rows);
	if (rc != 0)
		return failed_call(r->db, rc);
	r->done[r->kind] += db_col_int(rows, 0, "count");
	tell_progress(r);
	return VERB_DONE;
}

static int
replace_all(struct rotation *r)
{
	int code = VERB_DONE;

	for (r->kind = 0; code == VERB_DONE && r->kind < KEYS_KINDS; r->kind++)
		code = keys_walk(r->db, &keys_kinds[r->kind], r->number,
		    replace, r);
	return code;
}

/* --- the verb ------------------------------------------------------------ */

static int
tell(struct call *c, const struct rotation *r)
{
	const char *cells[KEYS_KINDS * COUNT(columns)];
	struct table table;

	for (size_t i = 0; i < KEYS_KINDS; i++) {
		const int64_t numbers[] = {r->all[i], r->done[i], r->remain[i]};

		cells[i * COUNT(columns)] = keys_kinds[i].title;
		for (size_t n = 0; n < COUNT(numbers); n++)
			cells[i * COUNT(columns) + 1 + n] = arena_printf(
			    c->arena, "%lld", (long long)numbers[n]);
	}
	table = table_made("keys", columns, COUNT(columns), cells, KEYS_KINDS);
	return told(c, &table, 1);
}

static int
end(struct call *c, const struct rotation *r)
{
	const struct db_value values[] = {db_int(c->arena, r->number),
	    db_int(c->arena, sum(r->done)), db_text(operator_who(c->arena))};
	const struct db_rows *rows;
	int rc, code = tell(c, r);

	if (sum(r->remain) != 0)
		return failed("%lld keys remain under another wrapping key than"
			      " %lld: keep all of them, and run this again",
		    (long long)sum(r->remain), (long long)r->number);
	rc = db_call(r->db, c->arena, &turned, values, &rows);
	if (rc != 0)
		return failed_call(r->db, rc);
	if (c->format == FORMAT_TEXT && code == VERB_DONE)
		printf("nothing is under another wrapping key than %lld: the"
		       " others can be taken out of the file in 2 minutes\n",
		    (long long)r->number);
	return code;
}

static int
rotate(struct call *c, struct db *db, const struct seal *keys)
{
	struct rotation r = {.db = db,
	    .keys = keys,
	    .number = seal_number(keys, seal_count(keys) - 1),
	    .told_ms = monotonic_ms()};
	const struct db_value values[] = {db_int(c->arena, r.number),
	    db_text(operator_who(c->arena))};
	const struct db_rows *rows;
	int rc, code;

	if (!seal_wraps_by(keys, (uint32_t)r.number))
		return VERB_FAILED;
	rc = db_call(db, c->arena, &turn, values, &rows);
	if (rc != 0)
		return failed_call(db, rc);
	code = count_all(&r);
	if (code == VERB_DONE)
		code = replace_all(&r);
	if (code == VERB_DONE)
		code = count_all(&r);
	return code == VERB_DONE ? end(c, &r) : code;
}

static int
run(struct call *c)
{
	return operator_with_keys(c, rotate);
}

const struct verb verb_keys_rotate = {.name = "keys rotate",
    .operands = "",
    .help = "wraps all keys by the last wrapping key of the file",
    .run = run};
