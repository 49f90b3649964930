#include "store_hooks.h"

#include "arena.h"
#include "store_parts.h"

// clang-format off
static const struct db_statement
    want = {"reviews_want", "select windlass.reviews_want($1::jsonb)", 1},
    wanted = {"reviews_wanted", "select customer, type from windlass.reviews_wanted($1, $2)", 2},
    make = {"review_make", "select windlass.review_make($1::uuid, $2, $3::bigint, $4::uuid, $5::bytea) as ok", 5},
    reviews = {"reviews_claim", "select id, customer, type, version, state, tries, sealed, wrapped_key from windlass.reviews_claim($1, $2)", 2},
    review_moved = {"review_moved", "select windlass.review_moved($1::uuid, $2, $3::bigint) as ok", 3},
    codes = {"codes_claim", "select id, customer, name, tries, sealed, wrapped_key from windlass.codes_claim($1, $2)", 2},
    code_moved = {"code_moved", "select windlass.code_moved($1::uuid, $2, $3::bigint) as ok", 3},
    hooks_wanted = {"webhooks_wanted", "select windlass.webhooks_wanted($1)", 1},
    hooks = {"webhooks_claim", "select id, subject, body, tries, first_us, now_us from windlass.webhooks_claim($1, $2)", 2},
    hooks_moved = {"webhooks_moved", "select windlass.webhooks_moved($1::jsonb)", 1},
    hooks_drop = {"webhooks_drop", "select windlass.webhooks_drop($1)", 1};
// clang-format on

int
store_reviews_want(struct store *s, struct arena *a, const char *types)
{
	const struct db_value v[] = {db_text(types)};
	const struct db_rows *rows;

	return store_call(s, a, &want, v, &rows);
}

/* What is due; *count is 0 where nothing is. */
static int
take(struct store *s, struct arena *a, const struct db_statement *st,
    int64_t most, int64_t ms, const struct db_rows **rows, size_t *count)
{
	const struct db_value v[] = {db_int(a, most), db_int(a, ms)};
	int rc;

	*rows = NULL;
	rc = store_call(s, a, st, v, rows);
	*count = rc == 0 && *rows != NULL ? db_count(*rows) : 0;
	return rc;
}

static struct sealed
sealed_in(struct arena *a, const struct db_rows *rows, size_t row,
    const char *name)
{
	struct sealed out;

	out.bytes = db_col_bytes(rows, a, row, name, &out.len);
	return out;
}

int
store_wanted(struct store *s, struct arena *a, int64_t most, int64_t ms,
    struct wanted **out, size_t *count)
{
	const struct db_rows *rows;
	int rc = take(s, a, &wanted, most, ms, &rows, count);

	*out = arena_array(a, *count + 1, sizeof(**out));
	for (size_t i = 0; i < *count; i++)
		(*out)[i] = (struct wanted){db_col(rows, i, "customer"),
		    db_col(rows, i, "type")};
	return rc;
}

int
store_review_make(struct store *s, struct arena *a, const struct wanted *who,
    int64_t version, const char *id, struct sealed request)
{
	const struct db_value v[] = {db_text(who->customer), db_text(who->type),
	    db_int(a, version), db_text(id),
	    id == NULL ? db_text(NULL) : db_bytes(request.bytes, request.len)};

	return store_yes(s, a, &make, v);
}

int
store_reviews(struct store *s, struct arena *a, int64_t most, int64_t ms,
    struct review_task **out, size_t *count)
{
	const struct db_rows *rows;
	int rc = take(s, a, &reviews, most, ms, &rows, count);

	*out = arena_array(a, *count + 1, sizeof(**out));
	for (size_t i = 0; i < *count; i++)
		(*out)[i] = (struct review_task){.id = db_col(rows, i, "id"),
		    .customer = db_col(rows, i, "customer"),
		    .type = db_col(rows, i, "type"),
		    .version = db_col_int(rows, i, "version"),
		    .tries = db_col_int(rows, i, "tries"),
		    .is_pending =
			strcmp(db_col(rows, i, "state"), "pending") == 0,
		    .request = sealed_in(a, rows, i, "sealed"),
		    .wrapped_key = sealed_in(a, rows, i, "wrapped_key")};
	return rc;
}

int
store_review_moved(struct store *s, struct arena *a, const char *id,
    const char *what, int64_t ms)
{
	const struct db_value v[] = {db_text(id), db_text(what), db_int(a, ms)};

	return store_yes(s, a, &review_moved, v);
}

int
store_codes(struct store *s, struct arena *a, int64_t most, int64_t ms,
    struct code_task **out, size_t *count)
{
	const struct db_rows *rows;
	int rc = take(s, a, &codes, most, ms, &rows, count);

	*out = arena_array(a, *count + 1, sizeof(**out));
	for (size_t i = 0; i < *count; i++)
		(*out)[i] = (struct code_task){.id = db_col(rows, i, "id"),
		    .customer = db_col(rows, i, "customer"),
		    .name = db_col(rows, i, "name"),
		    .tries = db_col_int(rows, i, "tries"),
		    .request = sealed_in(a, rows, i, "sealed"),
		    .wrapped_key = sealed_in(a, rows, i, "wrapped_key")};
	return rc;
}

int
store_code_moved(struct store *s, struct arena *a, const char *id,
    const char *what, int64_t ms)
{
	const struct db_value v[] = {db_text(id), db_text(what), db_int(a, ms)};

	return store_yes(s, a, &code_moved, v);
}

/* --- events for the back office ------------------------------------------ */

int
store_webhooks_wanted(struct store *s, struct arena *a, bool is_on)
{
	const struct db_value v[] = {db_bool(is_on)};
	const struct db_rows *rows;

	return store_call(s, a, &hooks_wanted, v, &rows);
}

int
store_webhooks(struct store *s, struct arena *a, int64_t most, int64_t ms,
    struct webhook_task **out, size_t *count)
{
	const struct db_rows *rows;
	int rc = take(s, a, &hooks, most, ms, &rows, count);

	*out = arena_array(a, *count + 1, sizeof(**out));
	for (size_t i = 0; i < *count; i++)
		(*out)[i] = (struct webhook_task){.id = db_col(rows, i, "id"),
		    .subject = db_col(rows, i, "subject"),
		    .body = db_col(rows, i, "body"),
		    .tries = db_col_int(rows, i, "tries"),
		    .first = db_col_int(rows, i, "first_us"),
		    .now = db_col_int(rows, i, "now_us")};
	return rc;
}

int
store_webhooks_moved(struct store *s, struct arena *a,
    const struct webhook_told *list, size_t count)
{
	const struct db_rows *rows;
	struct db_value v;
	struct batch b;

	batch_begin(&b, a);
	for (size_t i = 0; i < count; i++) {
		json_open(&b.out, NULL, '{');
		json_put_text(&b.out, "id", list[i].id);
		json_put_text(&b.out, "what", list[i].what);
		json_put_int(&b.out, "answer", list[i].answer);
		json_put_int(&b.out, "ms", list[i].ms);
		json_close(&b.out, '}');
	}
	v = batch_end(&b);
	return store_call(s, a, &hooks_moved, &v, &rows);
}

int
store_webhooks_drop(struct store *s, struct arena *a, int64_t most)
{
	const struct db_value v[] = {db_int(a, most)};
	const struct db_rows *rows;

	return store_call(s, a, &hooks_drop, v, &rows);
}
