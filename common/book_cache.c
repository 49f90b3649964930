/*
 * book_cache - the current book of one program.
 *
 * A copy older than a second is used only after the database said that its
 * version is still the one.  The book before the current one stays, so that
 * whoever looks twice within a request keeps what it saw first.
 */
#include <errno.h>
#include <inttypes.h>

#include "arena.h"
#include "book_parts.h"
#include "db.h"
#include "json.h"
#include "log.h"

enum { FRESH_MS = 1000 };

struct book_cache {
	struct arena *scratch, *current, *before;
	const struct book *book;
	bool is_known;       /* asked at all, and not outdated */
	int64_t asked_ms;    /* monotonic */
	instant then;        /* the database's clock, when asked */
	int64_t bad_version; /* complained about already */
};

static const struct db_statement get_version = {"book_version",
    "select version, now_us from windlass.book_version()", 0};
static const struct db_statement get_book = {"book_get",
    "select version, documents from windlass.book_get()", 0};

struct book_cache *
book_cache_new(void)
{
	struct book_cache *cache = calloc(1, sizeof(*cache));

	if (cache == NULL)
		abort();
	cache->scratch = arena_new();
	cache->current = arena_new();
	cache->before = arena_new();
	cache->bad_version = -1;
	return cache;
}

void
book_cache_free(struct book_cache *cache)
{
	if (cache == NULL)
		return;
	arena_free(cache->scratch);
	arena_free(cache->current);
	arena_free(cache->before);
	free(cache);
}

static void
log_fault(void *to, const char *fault)
{
	(void)to;
	log_line(LOG_ERROR, "book_fault", "fault=%s", log_quoted(fault));
}

static void
no_words(void *to, const char *fault)
{
	(void)to;
	(void)fault;
}

/* A new book into the older arena, which then is the current one. */
static int
fetch(struct book_cache *cache, struct db *db)
{
	struct arena *into = cache->before;
	const struct db_rows *rows;
	const struct json *documents;
	const struct book *book;
	const char *text, *why;
	int64_t version;
	int rc;

	rc = db_call(db, cache->scratch, &get_book, NULL, &rows);
	if (rc != 0)
		return rc < 0 ? rc : -EIO;
	version = db_col_int(rows, 0, "version");
	text = db_col(rows, 0, "documents");
	arena_reset(into);
	text = arena_strdup(into, text);
	if (json_parse(into, text, strlen(text), &documents, &why) != 0) {
		log_line(LOG_ERROR, "book_fault", "fault=%s", log_quoted(why));
		return -EINVAL;
	}
	if (book_parse(into, documents, version, &book,
		version == cache->bad_version ? no_words : log_fault,
		NULL) != 0) {
		cache->bad_version = version;
		return -EINVAL;
	}
	cache->before = cache->current;
	cache->current = into;
	cache->book = book;
	return 0;
}

int
book_current(struct book_cache *cache, struct db *db, const struct book **out)
{
	const struct db_rows *rows;
	int rc = 0;

	if (cache->is_known && monotonic_ms() - cache->asked_ms < FRESH_MS) {
		*out = cache->book;
		return 0;
	}
	cache->is_known = false;
	arena_reset(cache->scratch);
	cache->asked_ms = monotonic_ms();
	rc = db_call(db, cache->scratch, &get_version, NULL, &rows);
	if (rc != 0)
		return rc < 0 ? rc : -EIO;
	cache->then = db_col_int(rows, 0, "now_us");
	if (cache->book == NULL ||
	    cache->book->version != db_col_int(rows, 0, "version"))
		rc = fetch(cache, db);
	if (rc != 0)
		return rc;
	cache->is_known = true;
	*out = cache->book;
	return 0;
}

void
book_outdated(struct book_cache *cache)
{
	cache->is_known = false;
}

instant
book_now(const struct book_cache *cache)
{
	return cache->then + (monotonic_ms() - cache->asked_ms) * 1000;
}
