/*
 * erase - what the erasure of customers asks of a watcher: payments that cannot
 *         begin any more end, and orders that are over can be read no more.
 */
#include <inttypes.h>

#include "arena.h"
#include "log.h"
#include "report.h"
#include "watch.h"

enum { KEYS_AT_ONCE = 200 };

/* The wallet sees it. */
static const char params[] =
    "{\"message\": \"customer_deleted: a customer of this payment was "
    "erased.\"}";

static void
end(struct watcher *w, struct payment *p)
{
	int rc = store_intend(&w->store, w->arena, p, ERROR, params,
	    arena_printf(w->arena, NOTED_DELETED "%s", p->tx_id), NULL);

	if (rc == 0)
		log_line(LOG_INFO, "payment_ends",
		    "tx=%s code=customer_deleted", p->tx_id);
	watch_after(w, p, rc);
}

void
act_end(struct watcher *w, struct payment **list, size_t count)
{
	for (size_t i = 0; i < count && !watch_is_ending(w); i++)
		end(w, list[i]);
}

bool
erase_keys(struct watcher *w)
{
	int64_t count;

	if (store_keys_end(&w->store, w->arena, w->retention_ms, KEYS_AT_ONCE,
		&count) != 0)
		return false;
	if (count > 0)
		log_line(LOG_INFO, "order_keys_ended", "count=%" PRId64, count);
	return count < KEYS_AT_ONCE;
}
