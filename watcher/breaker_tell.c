/*
 * breaker_tell - that somebody is left alone for a while, or not any more.
 */
#include "breaker.h"
#include "counts.h"
#include "log.h"
#include "watch.h"

void
breaker_tell(struct watcher *w, const char *of, const struct breaker *b)
{
	if (b->until != 0)
		count_breaker(of);
	log_line(b->until != 0 ? LOG_WARN : LOG_INFO, "breaker",
	    "of=%s state=%s", of, b->until != 0 ? "open" : "closed");
	if (store_breaker(&w->store, w->arena, of, b->until) != 0)
		log_line(LOG_WARN, "breaker_untold", "of=%s", of);
}
