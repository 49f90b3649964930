/*
 * store_batch - calls about many payments: the list that goes out, and the
 *               outcome of each that comes back.
 */
#include <errno.h>
#include <sodium.h>

#include "arena.h"
#include "log.h"
#include "store_parts.h"

void
batch_begin(struct batch *b, struct arena *a)
{
	buf_init(&b->buf, a, BATCH_MOST);
	json_begin(&b->out, &b->buf);
	json_open(&b->out, NULL, '[');
}

struct json_out *
batch_item(struct batch *b, const struct payment *p)
{
	json_open(&b->out, NULL, '{');
	json_put_text(&b->out, "tx_id", p->tx_id);
	json_put_int(&b->out, "token", p->token);
	return &b->out;
}

void
batch_put_bytes(struct json_out *o, struct arena *a, const char *name,
    struct sealed bytes)
{
	size_t room = 2 * bytes.len + 1;

	json_put_text(o, name,
	    sodium_bin2hex(arena_alloc(a, room), room, bytes.bytes, bytes.len));
}

struct db_value
batch_end(struct batch *b)
{
	json_close(&b->out, ']');
	if (buf_full(&b->buf)) {
		log_line(LOG_ERROR, "batch_too_large", "most=%d", BATCH_MOST);
		abort();
	}
	return db_text(b->buf.data);
}

bool
store_forbids(const char *outcome)
{
	static const char *const classes[] = {"22", "23", "WL"};
	size_t i;

	if (strncmp(outcome, "failed ", 7) != 0)
		return false;
	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strncmp(outcome + 7, classes[i], 2) == 0)
			return true;
	return false;
}

int
store_outcome(const char *outcome)
{
	if (strcmp(outcome, "gone") == 0)
		return STORE_GONE;
	if (strncmp(outcome, "failed ", 7) != 0)
		return 0;
	return store_forbids(outcome) ? STORE_REFUSED : -EIO;
}

const char *
store_outcome_of(const struct db_rows *rows, const char *tx_id)
{
	size_t i;

	for (i = 0; i < db_count(rows); i++)
		if (strcmp(db_col(rows, i, "tx_id"), tx_id) == 0)
			return db_col(rows, i, "outcome");
	return "gone";
}
