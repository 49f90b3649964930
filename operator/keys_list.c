/*
 * keys list - by which wrapping keys what is sealed.
 */
#include "arena.h"
#include "db.h"
#include "keys.h"
#include "verb.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct db_statement get = {"keys_show",
    "select number from windlass.keys_show()", 0};

// clang-format off
static const struct column columns[] = {
	{ "number", COLUMN_COUNT, NULL }, { "in_file", COLUMN_BOOL, NULL },
	{ "wraps", COLUMN_BOOL, NULL }, { "customers", COLUMN_COUNT, NULL },
	{ "kept_customers", COLUMN_COUNT, NULL },
	{ "payments", COLUMN_COUNT, NULL },
	{ "fingerprints", COLUMN_COUNT, NULL },
};
// clang-format on
enum { BEFORE_COUNTS = 3, LINES_MOST = 256 };

struct census {
	size_t count;
	size_t kind; /* the one that is counted */
	struct line {
		int64_t number;
		bool is_in_file;
		int64_t counts[KEYS_KINDS];
	} lines[LINES_MOST];
};

static struct line *
line_of(struct census *c, int64_t number)
{
	size_t i = 0;

	while (i < c->count && c->lines[i].number != number)
		i++;
	if (i == LINES_MOST)
		return NULL;
	if (i == c->count)
		c->lines[c->count++] = (struct line){.number = number};
	return &c->lines[i];
}

static int
count(void *with, const struct keys_part *part)
{
	struct census *c = with;

	for (size_t i = 0; i < part->count; i++) {
		struct line *line = line_of(c, part->keys[i].number);

		if (line == NULL)
			return failed("there are more numbers of keys than %d",
			    LINES_MOST);
		line->counts[c->kind]++;
	}
	return VERB_DONE;
}

static int
tell(struct call *call, const struct census *c, int64_t wraps)
{
	const char **cells = arena_array(call->arena,
	    c->count * COUNT(columns) + 1, sizeof(*cells));
	struct table table;
	size_t i, k, lost = 0;
	int code;

	for (i = 0; i < c->count; i++) {
		const struct line *line = &c->lines[i];
		const char **cell = cells + i * COUNT(columns);

		cell[0] =
		    arena_printf(call->arena, "%lld", (long long)line->number);
		cell[1] = line->is_in_file ? "t" : "f";
		cell[2] = line->number == wraps ? "t" : "f";
		for (k = 0; k < KEYS_KINDS; k++)
			cell[BEFORE_COUNTS + k] = arena_printf(call->arena,
			    "%lld", (long long)line->counts[k]);
		lost += !line->is_in_file;
	}
	table = table_made("keys", columns, COUNT(columns), cells, c->count);
	code = told(call, &table, 1);
	return lost == 0 ? code
	                 : failed("WINDLASS_KEK_FILE lacks %zu of the keys"
				  " that wrap something",
			       lost);
}

static int
list(struct call *call, struct db *db, const struct seal *keys)
{
	struct census *c = arena_alloc(call->arena, sizeof(*c));
	const struct db_rows *rows;
	int64_t wraps;
	int rc = db_call(db, call->arena, &get, NULL, &rows);

	if (rc != 0)
		return failed_call(db, rc);
	wraps = db_col_int(rows, 0, "number");
	for (; c->count < seal_count(keys); c->count++)
		c->lines[c->count] = (struct line){.is_in_file = true,
		    .number = seal_number(keys, c->count)};
	if (wraps == 0)
		wraps = seal_number(keys, seal_count(keys) - 1);
	line_of(c, wraps);
	for (c->kind = 0; c->kind < KEYS_KINDS; c->kind++) {
		rc = keys_walk(db, &keys_kinds[c->kind], -1, count, c);
		if (rc != VERB_DONE)
			return rc;
	}
	return tell(call, c, wraps);
}

static int
run(struct call *call)
{
	return operator_with_keys(call, list);
}

const struct verb verb_keys_list = {.name = "keys list",
    .operands = "",
    .help = "the wrapping keys, and how much each of them wraps",
    .run = run};
