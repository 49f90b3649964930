/*
 * outlet - what the bank and the treasury answered, for their breakers.
 */
#include "outlet.h"

#include "breaker.h"
#include "watch.h"

void
outlet_hears(struct watcher *w, enum way way, const struct rail_answer *answers,
    size_t count, bool is_sending)
{
	static const char *const names[WAY_MAX] =
	    {[WAY_OUT] = "bank", [WAY_BACK] = "treasury"};
	struct breaker *b = &w->outlets[way].breaker;
	enum breaker_heard told = is_sending ? BREAKER_TOLD : BREAKER_READ;
	bool has_changed = false;
	size_t i;

	for (i = 0; i < count; i++) {
		enum rail_says says = answers[i].says;

		has_changed |= breaker_hears(b,
		    says == RAIL_UNKNOWN    ? BREAKER_UNKNOWN
		    : says == RAIL_MISMATCH ? BREAKER_MISMATCH
					    : told,
		    answers[i].retry_after * SECOND, watch_now(w));
	}
	if (has_changed)
		breaker_tell(w, names[way], b);
}
