/*
 * poll - what the platform shows: the news every interval, everything open
 *        every five minutes, and by its id what was in no answer for long.
 *
 * Nothing is concluded from what was not seen: pages move while they are read.
 * A page that is wholly known ends a reading of news.  Payments whose report
 * came late stand below known ones in the order of ledger time: so every few
 * seconds that reading goes on until it is older than the overlap.
 */
#include "arena.h"
#include "book.h"
#include "json.h"
#include "log.h"
#include "watch.h"

#define OVERLAP (15 * 60 * SECOND)
#define OVERLAP_EVERY (10 * SECOND)
/* So many pages of a sweep, and then payments are moved again. */
enum { PAGES_MOST = 20000, SWEEP_PAGES = 10, UNSEEN_MOST = 50 };

struct page {
	size_t count;          /* records in it */
	size_t news;           /* that were new or changed */
	instant last_received; /* of its last record; INSTANT_NONE: unpaid */
};

/* A record that is none: the others go on, a person is told. */
static void
unreadable(struct watcher *w, const struct json *v, const char *why)
{
	const char *id = json_text(json_get(v, "id"));
	const char *shown = id == NULL || strlen(id) > 64 ? "" : id;

	if (store_case(&w->store, w->arena, "record_unreadable", shown, why) !=
	    0)
		log_line(LOG_WARN, "case_not_stored", "tx=%s",
		    log_quoted(shown));
}

/* The currency that a record will be paid out in, as far as it is known: what
 * customers are asked for hangs on it. */
static const char *
currency_of(struct watcher *w, const struct record *r)
{
	const char *named = record_currency(r);
	const struct asset *asset;
	const struct book *book;

	if (named[0] != '\0' || book_current(w->books, w->store.db, &book) != 0)
		return named;
	asset = book_asset(book, r->in.asset);
	if (asset == NULL || asset->payout_asset == NULL ||
	    strlen(asset->payout_asset) != 11)
		return "";
	return arena_strdup(w->arena, asset->payout_asset + 8);
}

static int
take_records(struct watcher *w, const struct json *list, struct page *page)
{
	size_t most = json_count(list), i;
	struct record *records =
	    arena_array(w->arena, most + 1, sizeof(*records));
	const char **currencies =
	    arena_array(w->arena, most + 1, sizeof(*currencies));
	const char *why;
	size_t count = 0;

	page->count = most;
	page->last_received = INSTANT_NONE;
	for (i = 0; i < most; i++) {
		struct record *r = &records[count];

		if (record_read(json_at(list, i), r, &why) != 0) {
			unreadable(w, json_at(list, i), why);
			continue;
		}
		page->last_received = r->received_at;
		currencies[count++] = currency_of(w, r);
	}
	return store_seen(&w->store, w->arena, records, count, currencies,
	    &page->news);
}

/* A page's memory ends with it: there may be thousands in a round. */
static bool
read_page(struct watcher *w, const struct list_ask *ask, struct page *page)
{
	struct arena *round = w->arena;
	const struct json *list;
	bool is_read;

	w->arena = w->page_arena;
	is_read =
	    w->platform.list(w->platform.self, w->arena, ask, &list) == 0 &&
	    take_records(w, list, page) == 0;
	arena_reset(w->arena);
	w->arena = round;
	return is_read;
}

/* Newest payments first, until a page is wholly known and, if the overlap is
 * wanted, older than that.  Unpaid records come last and end it. */
static bool
read_paid(struct watcher *w, bool is_overlap)
{
	struct list_ask ask = {"transfer_received_at", "desc", NULL, 0};
	instant oldest = w->now - OVERLAP;
	struct page page;

	for (; ask.page < PAGES_MOST && !watch_is_ending(w); ask.page++) {
		if (!read_page(w, &ask, &page))
			return false;
		if (page.count < PAGE_SIZE ||
		    page.last_received == INSTANT_NONE)
			return true;
		if (page.news == 0 &&
		    (!is_overlap || page.last_received < oldest))
			return true;
	}
	return true;
}

static bool
read_waiting(struct watcher *w)
{
	struct list_ask ask = {"created_at", "desc", "pending_receiver", 0};
	struct page page;

	for (; ask.page < PAGES_MOST && !watch_is_ending(w); ask.page++) {
		if (!read_page(w, &ask, &page))
			return false;
		if (page.count < PAGE_SIZE || page.news == 0)
			return true;
	}
	return true;
}

bool
poll_news(struct watcher *w)
{
	bool is_overlap = watch_is_due(w, w->overlapped, OVERLAP_EVERY);

	if (!read_paid(w, is_overlap) || !read_waiting(w))
		return false;
	if (is_overlap)
		w->overlapped = w->now;
	return store_polled(&w->store, w->arena, "news", w->interval_ms,
		   w->ledger.transactions == NULL) == 0;
}

/* --- the sweep ----------------------------------------------------------- */

/* Goes on where the round before has left off; *is_over: nothing is left. */
static bool
read_open(struct watcher *w, bool *is_over)
{
	struct list_ask ask = {"created_at", "asc",
	    "pending_sender,pending_receiver,pending_external,"
	    "pending_customer_info_update,pending_stellar,pending_anchor,"
	    "pending_transaction_info_update",
	    w->sweep_page};
	struct page page;
	int pages;

	*is_over = false;
	for (pages = 0; pages < SWEEP_PAGES && !*is_over; pages++, ask.page++) {
		if (watch_is_ending(w) || !read_page(w, &ask, &page))
			return false;
		*is_over = page.count < PAGE_SIZE || ask.page == PAGES_MOST;
	}
	w->sweep_page = *is_over ? 0 : ask.page;
	return true;
}

/* Payments of ours that no reading showed: by their ids. */
static bool
read_unseen(struct watcher *w)
{
	const struct json *v;
	const char *const *ids, *why, *currency;
	struct record r;
	struct got *got;
	size_t count, news, i;

	if (store_unseen(&w->store, w->arena, UNSEEN_MOST, &ids, &count) != 0)
		return false;
	got = arena_array(w->arena, count + 1, sizeof(*got));
	w->platform.get(w->platform.self, w->arena, ids, count, got);
	for (i = 0; i < count; i++) {
		v = got[i].record;
		if (got[i].rc == GOT_NONE) {
			if (store_case(&w->store, w->arena, "record_lost",
				ids[i],
				"the platform does not know it any more") != 0)
				return false;
			continue;
		}
		if (got[i].rc != GOT_RECORD)
			continue;
		if (record_read(v, &r, &why) != 0) {
			unreadable(w, v, why);
			continue;
		}
		currency = currency_of(w, &r);
		if (store_seen(&w->store, w->arena, &r, 1, &currency, &news) !=
		    0)
			return false;
	}
	return true;
}

bool
poll_sweep(struct watcher *w, bool *is_over)
{
	if (!read_open(w, is_over))
		return false;
	return !*is_over ||
	       (read_unseen(w) &&
		   store_polled(&w->store, w->arena, "sweep", w->interval_ms,
		       w->ledger.transactions == NULL) == 0);
}
