/*
 * returns - payouts that had settled and that the bank lists as returned: the
 *           platform may have been told long ago that they are paid out.
 *
 * Nothing is concluded from the list: each is looked up, twice.
 */
#include "arena.h"
#include "duties.h"
#include "log.h"
#include "watch.h"

/* How far back the list is read when a watcher begins, and then again. */
#define FIRST_LIST (7 * 24 * 3600 * SECOND)
#define OVERLAP (600 * SECOND)
/* Then payments have their turn. */
enum { PAGES_AT_ONCE = 10 };

static int
take(struct watcher *w, const struct rail_page *page)
{
	const char **references =
	    arena_array(w->arena, page->count + 1, sizeof(*references));
	size_t n = 0, i;

	for (i = 0; i < page->count; i++)
		if (strcmp(page->payouts[i].status, "returned") == 0)
			references[n++] = page->payouts[i].reference;
	return store_returns(&w->store, w->arena, references, n);
}

bool
duty_returns(struct watcher *w)
{
	instant since = w->returns_listed == 0 ? w->now - FIRST_LIST
	                                       : w->returns_listed - OVERLAP;
	const char *after =
	    w->returns_after[0] == '\0' ? NULL : w->returns_after;
	struct rail_page page;
	int pages;

	if (w->outlets[WAY_OUT].missing != NULL ||
	    w->outlets[WAY_OUT].rail.page == NULL)
		return true;
	if (after == NULL) {
		w->returns_begun = w->now;
		w->returns_since = since;
	}
	for (pages = 0; pages < PAGES_AT_ONCE && !watch_is_ending(w); pages++) {
		if (w->outlets[WAY_OUT].rail.page(w->outlets[WAY_OUT].rail.self,
			w->arena, w->returns_since, after, &page) != 0 ||
		    take(w, &page) != 0)
			return false;
		after = page.next;
		if (after == NULL || strlen(after) >= sizeof(w->returns_after))
			break;
	}
	if (after != NULL && strlen(after) < sizeof(w->returns_after)) {
		memmove(w->returns_after, after, strlen(after) + 1);
		return false;
	}
	w->returns_after[0] = '\0';
	w->returns_listed = w->returns_begun;
	return true;
}
