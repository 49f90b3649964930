#include "judge.h"

#include <errno.h>

#include "arena.h"
#include "book.h"
#include "customer_checks.h"
#include "customer_stand.h"
#include "customer_store.h"
#include "customer_text.h"
#include "customer_verdict.h"
#include "db.h"
#include "instant.h"
#include "json.h"
#include "kyc.h"
#include "log.h"
#include "scheme.h"
#include "watch.h"

enum {
	PAGE = 100,
	AT_ONCE_MS = 250 /* then payments have their turn */
};

/* A copy of the book may be a second old; what is decided by it, a little more.
 */
#define COPY_LIFE (2 * SECOND)

static const char NOBODY[] = "00000000-0000-0000-0000-000000000000";

// clang-format off
static const struct db_statement
    expired = {"customers_expired",
	"select * from windlass.customers_expired($1::uuid, $2::integer)", 2},
    begins = {"judging_begin",
	"select * from windlass.judging_begin($1::bigint, $2::integer)", 2},
    page_of = {"judging_page",
	"select * from windlass.judging_page($1::uuid, $2::integer)", 2},
    went = {"judging_went",
	"select 1 from windlass.judging_went($1::bigint, $2::uuid)", 2};
// clang-format on

/* Who wrote since has judged anew; and what a rule of the database forbids,
 * which is in the log, must not keep the others from being judged. */
static bool
is_settled(const struct watcher *w, int rc)
{
	const char *state = db_state(w->store.db);

	return rc == 0 || rc == CUSTOMER_FASTER ||
	       strncmp(state, "23", 2) == 0 || strncmp(state, "WL", 2) == 0;
}

static int
rows_of(struct watcher *w, const struct db_statement *st, const char *after,
    const struct db_rows **rows, size_t *count)
{
	struct db_value v[2];
	int rc;

	arena_reset(w->page_arena);
	v[0] = db_text(after);
	v[1] = db_int(w->page_arena, PAGE);
	rc = db_call(w->store.db, w->page_arena, st, v, rows);
	*count = rc == 0 ? db_count(*rows) : 0;
	return rc == DB_NONE ? 0 : rc;
}

/* --- papers -------------------------------------------------------------- */

static int
expire(struct watcher *w, const struct book *book, const struct db_rows *rows,
    size_t row)
{
	struct arena *a = w->page_arena;
	const struct customer *c = customer_in_clear(a, rows, row);
	const char *today = db_col(rows, row, "today");
	struct field_error *errors =
	    arena_array(a, c->field_count, sizeof(*errors));
	struct verdict_ask ask = {.by = "watcher", .errors = errors};

	for (size_t i = 0; i < c->field_count; i++) {
		const struct customer_field *f = &c->fields[i];

		if (f->state != FIELD_REJECTED &&
		    !customer_field_is_good(f, today))
			errors[ask.error_count++] =
			    (struct field_error){f->name, "expired"};
	}
	log_line(LOG_INFO, "expired", "customer=%s", c->id);
	return customer_verdict_since(w->store.db, a, book, c, &ask,
	    (struct stood){.customer = c,
		.day = db_col(rows, row, "expires_on")},
	    today, NULL);
}

bool
judge_papers(struct watcher *w)
{
	const struct book *book;
	const struct db_rows *rows;
	const char *after = NOBODY;
	bool is_good = true;
	size_t count;

	if (book_current(w->books, w->store.db, &book) != 0)
		return false;
	do {
		if (rows_of(w, &expired, after, &rows, &count) != 0)
			return false;
		for (size_t i = 0; i < count && !watch_is_ending(w); i++)
			is_good &= is_settled(w, expire(w, book, rows, i));
		if (count > 0)
			after = arena_strdup(w->arena,
			    db_col(rows, count - 1, "id"));
	} while (count == PAGE && !watch_is_ending(w));
	return is_good;
}

/* --- rules --------------------------------------------------------------- */

struct judging {
	const struct book *book;
	const struct customer_types *before;
	const char *version, *after, *today;
	instant until; /* till then somebody may have gone by those before */
};

static void
say_nothing(void *to, const char *fault)
{
	(void)to;
	(void)fault;
}

/* Types that this program cannot read any more are as if there were none. */
static const struct customer_types *
types_of(struct arena *a, const char *text)
{
	const struct customer_types *types = NULL;
	const struct json *document;
	const char *why;

	if (json_parse(a, text, strlen(text), &document, &why) != 0 ||
	    customer_types_parse(a, document, &types, say_nothing, NULL) != 0)
		return customer_types_none();
	return types;
}

static bool
stands_otherwise(struct arena *a, const struct customer *c,
    const char *const *standing, const char *stood)
{
	const struct json *was;
	const char *why;

	if (json_parse(a, stood, strlen(stood), &was, &why) != 0)
		return true;
	for (size_t i = 0; i < c->type_count; i++) {
		const char *one = json_text(json_get(was, c->types[i]));

		if (one == NULL || strcmp(one, standing[i]) != 0)
			return true;
	}
	return false;
}

static int
judge_again(struct watcher *w, const struct judging *j,
    const struct db_rows *rows, size_t row)
{
	struct arena *a = w->page_arena;
	const struct customer *c = customer_sealed(a, rows, row);
	const struct customer *marked = c;
	const struct stood before = {c, j->before, j->today, j->until};
	static const char *const none[] = {NULL};
	struct customer now;
	struct verdict_ask ask = {.by = "watcher"};
	const char *const *pairs;
	bool is_marked = false;

	/* Values that do not open are judged by what is known of them. */
	if (customer_values(w->keys, a, c, &pairs) == 0)
		marked = customer_checked(a, j->book, c, pairs, &is_marked);
	now = *marked;
	if (customer_drop_verdicts(j->book, a, &now, none, before)[0] == NULL &&
	    !is_marked &&
	    !stands_otherwise(a, &now,
		customer_standing(j->book, a, &now, j->today),
		db_col(rows, row, "standing")) &&
	    customer_moved(j->book, a, before, &now, j->today)[0] == NULL)
		return 0;
	ask.marks = marked->fields;
	return customer_verdict_since(w->store.db, a, j->book, c, &ask, before,
	    j->today, NULL);
}

static bool
note(struct watcher *w, const struct judging *j, const char *after)
{
	const struct db_value v[] = {db_text(j->version), db_text(after)};
	const struct db_rows *rows;

	return db_call(w->store.db, w->page_arena, &went, v, &rows) == 0;
}

/* One page; *is_over: nobody is left. */
static bool
judge_page(struct watcher *w, struct judging *j, bool *is_over)
{
	const struct db_rows *rows;
	bool is_good = true;
	size_t count;

	if (rows_of(w, &page_of, j->after, &rows, &count) != 0)
		return false;
	for (size_t i = 0; i < count && is_good; i++)
		is_good = is_settled(w, judge_again(w, j, rows, i));
	if (!is_good)
		return false;
	*is_over = count < PAGE;
	if (count > 0)
		j->after =
		    arena_strdup(w->arena, db_col(rows, count - 1, "id"));
	return note(w, j, *is_over ? NULL : j->after);
}

/* 0; DB_NONE: nothing to do. */
static int
begin(struct watcher *w, struct judging *j)
{
	struct db_value v[2];
	const struct db_rows *rows;
	int rc = book_current(w->books, w->store.db, &j->book);

	if (rc != 0)
		return rc;
	v[0] = db_int(w->arena, book_version(j->book));
	v[1] = db_int(w->arena, SCHEME_RULE);
	rc = db_call(w->store.db, w->arena, &begins, v, &rows);
	if (rc != 0)
		return rc;
	j->version = db_col(rows, 0, "version");
	j->after = db_col(rows, 0, "after");
	j->today = db_col(rows, 0, "today");
	j->until = db_col_int(rows, 0, "since_us") + COPY_LIFE;
	j->before = types_of(w->arena, db_col(rows, 0, "document"));
	return 0;
}

bool
judge_rules(struct watcher *w)
{
	int64_t end = monotonic_ms() + AT_ONCE_MS;
	struct judging j = {0};
	bool is_over = false;
	int rc = begin(w, &j);

	if (rc != 0)
		return rc == DB_NONE;
	log_line(LOG_INFO, "judging", "types=%s after=%s", j.version, j.after);
	while (!is_over && monotonic_ms() < end && !watch_is_ending(w))
		if (!judge_page(w, &j, &is_over))
			return false;
	return is_over;
}
