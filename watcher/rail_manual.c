/*
 * rail_manual - the rail that people are.
 */
#include "rail_manual.h"

#include "arena.h"
#include "buf.h"
#include "db.h"

enum { REFERENCES_MOST = 1024 * 1024 };

// clang-format off
static const struct db_statement
	submit_them = { "manual_submit",
	"select reference, state, bank_id, code, is_fixable, field"
	" from windlass.manual_submit(string_to_array($1, ','))", 1 },
	look_at_them = { "manual_look_up",
	"select reference, state, bank_id, code, is_fixable, field"
	" from windlass.manual_look_up(string_to_array($1, ','))", 1 };

static const struct {
	const char *state;
	enum rail_says says;
} states[] = {
	{ "pending", RAIL_PENDING }, { "accepted", RAIL_ACCEPTED },
	{ "settled", RAIL_SETTLED }, { "refused", RAIL_REFUSED },
	{ "returned", RAIL_RETURNED },
};
// clang-format on

struct rail_self {
	struct db *const *db;
};

static struct rail_answer
answer_of(enum rail_says says)
{
	return (struct rail_answer){.says = says,
	    .bank_id = "",
	    .code = "",
	    .field = "",
	    .hash = "",
	    .why = ""};
}

static struct rail_answer
read_row(const struct db_rows *rows, size_t row)
{
	struct rail_answer out = answer_of(RAIL_UNKNOWN);
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i].state, db_col(rows, row, "state")) == 0)
			out.says = states[i].says;
	out.bank_id = db_col(rows, row, "bank_id");
	out.code = db_col(rows, row, "code");
	out.field = db_col(rows, row, "field");
	out.is_fixable = db_col_bool(rows, row, "is_fixable");
	return out;
}

/* Every reference has its answer: none for one that is in no row. */
static void
take_rows(const struct db_rows *rows, const struct rail_order *orders,
    size_t count, struct rail_answer *out)
{
	size_t i, row;

	for (i = 0; i < count; i++)
		for (row = 0; rows != NULL && row < db_count(rows); row++)
			if (strcmp(db_col(rows, row, "reference"),
				orders[i].reference) == 0)
				out[i] = read_row(rows, row);
}

static void
ask(struct db *db, struct arena *a, const struct db_statement *how,
    const struct rail_order *orders, size_t count, enum rail_says absent,
    struct rail_answer *out)
{
	struct db_value value;
	const struct db_rows *rows = NULL;
	struct buf references;
	size_t i;
	int rc;

	buf_init(&references, a, REFERENCES_MOST);
	buf_puts(&references, "");
	for (i = 0; i < count; i++)
		buf_printf(&references, "%s%s", i == 0 ? "" : ",",
		    orders[i].reference);
	value = db_text(references.data);
	rc = buf_full(&references) ? -1 : db_call(db, a, how, &value, &rows);
	for (i = 0; i < count; i++)
		out[i] =
		    answer_of(rc == 0 || rc == DB_NONE ? absent : RAIL_UNKNOWN);
	if (rc == 0)
		take_rows(rows, orders, count, out);
}

/* What was not taken is not known to be none: it is looked up again. */
static void
submit(void *to, struct arena *a, const struct rail_order *orders, size_t count,
    struct rail_answer *out)
{
	struct rail_self *self = to;

	ask(*self->db, a, &submit_them, orders, count, RAIL_UNKNOWN, out);
}

static void
look_up(void *to, struct arena *a, const struct rail_order *orders,
    size_t count, struct rail_answer *out)
{
	struct rail_self *self = to;

	ask(*self->db, a, &look_at_them, orders, count, RAIL_NONE, out);
}

static int
list(void *to, struct arena *a, instant since, const char *const **references,
    size_t *count)
{
	(void)to;
	(void)since;
	*references = arena_array(a, 1, sizeof(**references));
	*count = 0;
	return 0;
}

static int
page(void *to, struct arena *a, instant since, const char *after,
    struct rail_page *out)
{
	(void)to;
	(void)a;
	(void)since;
	(void)after;
	*out = (struct rail_page){NULL, 0, NULL};
	return 0;
}

struct rail
rail_manual(struct db *const *db)
{
	static struct rail_self self;

	self.db = db;
	return (struct rail){&self, submit, look_up, list, page};
}
