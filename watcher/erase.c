/*
 * erase - orders that are over can be read no more.
 */
#include <inttypes.h>

#include "log.h"
#include "watch.h"

enum { KEYS_AT_ONCE = 200 };

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
