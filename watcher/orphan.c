/*
 * orphan - quotes whose answer was lost on the way: the platform asked again,
 *         stored the second, and nobody knows the first, which holds liquidity.
 *
 * Rule:   found, not guessed.  Two equal quotes may both be wanted, so of those
 *         that look alike the platform is asked: one that it does not have,
 *         while it has a later one, said in the same array, twice and 30 s
 *         apart, is released.
 */
#include <inttypes.h>

#include "arena.h"
#include "buf.h"
#include "counts.h"
#include "db.h"
#include "duties.h"
#include "json.h"
#include "log.h"
#include "watch.h"

enum {
	AT_ONCE = 400,
	LOOKS_MOST = 64 * 1024,
	NOT_THERE = -32603 /* how the platform calls an id that it has not */
};

static const char GET_QUOTE[] = "get_quote";

// clang-format off
static const struct db_statement
    alike = {"quotes_alike", "select id, kin from windlass.quotes_alike($1)", 1},
    looked = {"quotes_looked", "select id from windlass.quotes_looked($1::jsonb)", 1},
    release = {"quote_release_orphan", "select windlass.quote_release_orphan($1::uuid) as outcome", 1};
// clang-format on

/* How many of the quotes from i on go into one array: as many whole kin as it
 * takes, or a part of one that is too large. */
static size_t
array_from(const struct db_rows *rows, size_t i, size_t count)
{
	size_t end = i + RPC_ARRAY_MOST, cut;

	if (end >= count)
		return count - i;
	for (cut = end; cut > i; cut--)
		if (db_col_int(rows, cut, "kin") !=
		    db_col_int(rows, cut - 1, "kin"))
			return cut - i;
	return RPC_ARRAY_MOST;
}

static void
ask(struct watcher *w, const struct db_rows *rows, size_t count, size_t *sizes,
    struct rpc_answer *out)
{
	struct rpc_call *calls = arena_array(w->arena, count, sizeof(*calls));
	size_t i, arrays = 0;

	for (i = 0; i < count; i++) {
		const char *id = db_col(rows, i, "id");

		calls[i] = (struct rpc_call){id, GET_QUOTE,
		    arena_printf(w->arena, "{\"quote_id\":\"%s\"}", id)};
	}
	for (i = 0; i < count; i += sizes[arrays++])
		sizes[arrays] = array_from(rows, i, count);
	w->platform.rpc(w->platform.self, w->arena, calls, sizes, arrays, out);
	for (i = 0; i < count; i++)
		count_rpc(GET_QUOTE, out[i].kind);
}

static bool
has_it(const struct rpc_answer *answer, const char *id)
{
	const char *its;

	if (answer->kind != RPC_RESULT)
		return false;
	its = json_text(json_get(answer->result, "id"));
	return its != NULL && strcmp(its, id) == 0;
}

/* What was said in one array, from the latest quote to the first. */
static void
judge(const struct db_rows *rows, const struct rpc_answer *answers, size_t from,
    size_t count, const char **says)
{
	int64_t known_kin = 0; /* kin are counted from 1 */
	size_t i = from + count;

	while (i-- > from) {
		int64_t kin = db_col_int(rows, i, "kin");

		says[i] = NULL;
		if (has_it(&answers[i], db_col(rows, i, "id"))) {
			says[i] = "known";
			known_kin = kin;
		} else if (answers[i].kind == RPC_ERROR &&
			   answers[i].code == NOT_THERE) {
			says[i] = kin == known_kin ? "doubted" : "unsure";
		}
	}
}

static struct db_value
looks_of(struct watcher *w, const struct db_rows *rows, size_t count,
    const char *const *says)
{
	struct json_out o;
	struct buf text;
	size_t i;

	buf_init(&text, w->arena, LOOKS_MOST);
	json_begin(&o, &text);
	json_open(&o, NULL, '[');
	for (i = 0; i < count; i++) {
		if (says[i] == NULL)
			continue;
		json_open(&o, NULL, '{');
		json_put_text(&o, "id", db_col(rows, i, "id"));
		json_put_text(&o, "says", says[i]);
		json_close(&o, '}');
	}
	json_close(&o, ']');
	return db_text(text.data);
}

/* Each in a transaction of its own, so that nobody waits for two quotes. */
static bool
release_all(struct watcher *w, const struct db_rows *orphans)
{
	const struct db_rows *rows;
	const char *id, *outcome;
	size_t i;

	for (i = 0; i < db_count(orphans); i++) {
		struct db_value v[1];

		id = db_col(orphans, i, "id");
		v[0] = db_text(id);
		if (db_call(w->store.db, w->arena, &release, v, &rows) != 0)
			return false;
		outcome = db_col(rows, 0, "outcome");
		if (strcmp(outcome, "ok") == 0)
			count_orphan();
		log_line(LOG_INFO, "orphan", "quote=%s outcome=%s", id,
		    outcome);
	}
	return true;
}

bool
duty_orphans(struct watcher *w)
{
	struct db_value v[] = {db_int(w->arena, AT_ONCE)};
	const struct db_rows *rows, *orphans;
	struct rpc_answer *answers;
	const char **says;
	size_t *sizes, count, i, n;
	int rc = db_call(w->store.db, w->arena, &alike, v, &rows);

	if (rc != 0)
		return rc == DB_NONE;
	count = db_count(rows);
	answers = arena_array(w->arena, count, sizeof(*answers));
	sizes = arena_array(w->arena, count, sizeof(*sizes));
	says = arena_array(w->arena, count, sizeof(*says));
	ask(w, rows, count, sizes, answers);
	for (i = 0, n = 0; i < count; i += sizes[n++])
		judge(rows, answers, i, sizes[n], says);
	v[0] = looks_of(w, rows, count, says);
	rc = db_call(w->store.db, w->arena, &looked, v, &orphans);
	if (rc != 0)
		return rc == DB_NONE;
	return release_all(w, orphans);
}
