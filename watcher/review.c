#include "review.h"

#include <errno.h>
#include <string.h>

#include "arena.h"
#include "backoff.h"
#include "book.h"
#include "buf.h"
#include "counts.h"
#include "customer_store.h"
#include "customer_verdict.h"
#include "db.h"
#include "id.h"
#include "json.h"
#include "kyc.h"
#include "log.h"
#include "review_answer.h"
#include "review_request.h"
#include "store_hooks.h"
#include "watch.h"

enum {
	MAKE_MOST = 16,
	TAKEN_MS = 60000, /* whoever dies with it */
	LOOK_MOST_MS = 10 * 60 * 1000,
	PASS_MS = 10000,
	GO_ON_MS = 1000, /* while there is more */
	TYPES_MOST = 64 * 1024
};

/* --- who is to be looked at ---------------------------------------------- */

static bool
is_external(const struct customer_type *type)
{
	return type != NULL && customer_type_review(type) == REVIEW_EXTERNAL;
}

/* A policy that has changed notes nobody: a new book is gone through once. */
static int
go_through_book(struct watcher *w, const struct book *book)
{
	const struct customer_type *type;
	struct json_out o;
	struct buf b;
	int rc;

	if (w->reviewed_book == book_version(book))
		return 0;
	buf_init(&b, w->arena, TYPES_MOST);
	json_begin(&o, &b);
	json_open(&o, NULL, '[');
	for (size_t i = 0; (type = book_type_at(book, i)) != NULL; i++)
		if (is_external(type))
			json_put_text(&o, NULL, customer_type_name(type));
	json_close(&o, ']');
	rc = store_reviews_want(&w->store, w->arena, b.data);
	if (rc == 0)
		w->reviewed_book = book_version(book);
	return rc;
}

static bool
is_awaited(const struct book *book, struct arena *a, const struct customer *c,
    const struct customer_type *type, const char *today)
{
	const struct corridor any = {0};

	return is_external(type) &&
	       customer_verdict_of(c, customer_type_name(type)) == NULL &&
	       kyc_status(book, a, c, customer_type_name(type), any, NULL,
		   today, NULL, NULL) == CUSTOMER_PROCESSING;
}

/* Whoever changes while it is made is taken again. */
static int
make(struct watcher *w, const struct book *book, const struct wanted *who)
{
	const struct customer_type *type = book_type(book, who->type);
	struct customer_seen seen;
	struct sealed request = {0};
	char id[ID_TEXT];
	bool is;
	int rc = customer_look(w->store.db, w->arena,
	    (struct customer_key){.id = who->customer}, NULL, &seen);

	if (rc != 0 || seen.customer == NULL)
		return rc;
	is = is_awaited(book, w->arena, seen.customer, type, seen.today);
	if (is)
		rc = review_request_make(w, seen.customer, type, id_new(id),
		    seen.today, &request);
	if (rc == 0)
		rc = store_review_make(&w->store, w->arena, who,
		    seen.customer->version, is ? id : NULL, request);
	if (rc == 0 && is)
		log_line(LOG_INFO, "review_made",
		    "review=%s customer=%s type=%s", id, who->customer,
		    who->type);
	return rc;
}

static bool
make_all(struct watcher *w, const struct book *book)
{
	struct wanted *list;
	size_t count;

	if (go_through_book(w, book) != 0 ||
	    store_wanted(&w->store, w->arena, MAKE_MOST, TAKEN_MS, &list,
		&count) != 0)
		return false;
	for (size_t i = 0; i < count && !watch_is_ending(w); i++)
		if (make(w, book, &list[i]) < 0)
			log_line(LOG_WARN, "review_unmade", "customer=%s",
			    list[i].customer);
	return count == MAKE_MOST;
}

/* --- what is asked ------------------------------------------------------- */

struct asking {
	struct review_task *review;
	struct review_opened opened;
	const struct customer *customer;
	const char *today;
};

static void
moved(struct watcher *w, const struct review_task *r, const char *what,
    int64_t ms)
{
	int rc = store_review_moved(&w->store, w->arena, r->id, what, ms);

	if (rc < 0 || rc == STORE_REFUSED)
		log_line(LOG_WARN, "review_unmoved", "review=%s what=%s", r->id,
		    what);
}

/* A customer who is gone or changes is another review's. */
static bool
open_one(struct watcher *w, struct asking *x)
{
	struct review_task *r = x->review;
	struct customer_seen seen;

	if (review_request_open(w->keys, w->arena, r, &x->opened) != 0 ||
	    customer_look(w->store.db, w->arena,
		(struct customer_key){.id = r->customer}, NULL, &seen) != 0)
		return false;
	if (seen.customer == NULL || seen.customer->version != r->version) {
		moved(w, r, "superseded", 0);
		return false;
	}
	x->customer = seen.customer;
	x->today = seen.today;
	return true;
}

static int
put_document(struct watcher *w, struct arena *a, const struct asking *x,
    const struct review_document *document)
{
	const char *id = x->review->id;
	struct hook_request rq = {.method = "PUT",
	    .path =
		arena_printf(a, "/reviews/%s/documents/%s", id, document->name),
	    .id = arena_printf(a, "%s_%s", id, document->name),
	    .content_type = document->kind};
	struct hook_answer answer;
	int rc = review_document_read(w, a, x->customer, document, &rq.body,
	    &rq.len);

	if (rc != 0)
		return rc;
	w->review_hook.call(w->review_hook.self, a, &rq, 1, &answer);
	return answer.status;
}

/* Documents come first.  False: another time. */
static bool
put_documents(struct watcher *w, const struct asking *x)
{
	const struct review_task *r = x->review;

	for (size_t i = 0; i < x->opened.document_count; i++) {
		struct arena *a = arena_new(); /* for one at a time */
		int status = put_document(w, a, x, &x->opened.documents[i]);

		arena_free(a);
		if (status == 200 || status == 201 || status == 204)
			continue;
		count_hook("review", status < 0 ? "away" : "document_refused");
		log_line(LOG_WARN, "review_document",
		    "review=%s name=%s status=%d", r->id,
		    x->opened.documents[i].name, status);
		moved(w, r, "new", backoff_part(r->tries, LOOK_MOST_MS));
		return false;
	}
	return true;
}

static struct hook_request
request_of(struct arena *a, const struct asking *x)
{
	const char *id = x->review->id;

	if (x->review->is_pending)
		return (struct hook_request){.method = "GET",
		    .path = arena_printf(a, "/reviews/%s", id),
		    .id = arena_printf(a, "%s_look", id)};
	return (struct hook_request){.method = "POST",
	    .path = "/reviews",
	    .id = id,
	    .content_type = "application/json",
	    .body = x->opened.bytes,
	    .len = x->opened.len};
}

/* --- what was said ------------------------------------------------------- */

static int
judge(struct watcher *w, const struct book *book, const struct asking *x,
    const struct review_answer *said)
{
	struct verdict_ask ask = {.type = x->review->type,
	    .verdict = said->says == REVIEW_RESUBMIT
	                   ? NULL
	                   : review_says_name(said->says),
	    .reason = said->reason,
	    .by = "hook"};
	struct field_error *errors;
	size_t count = 0;

	while (said->pairs[2 * count] != NULL)
		count++;
	errors = arena_array(w->arena, count + 1, sizeof(*errors));
	for (size_t i = 0; i < count; i++)
		errors[i] = (struct field_error){said->pairs[2 * i],
		    said->pairs[2 * i + 1]};
	ask.errors = errors;
	ask.error_count = count;
	return customer_verdict_save(w->store.db, w->arena, book, x->customer,
	    &ask, x->today, NULL);
}

/* The type may ask by now for something that the customer has, and that the
 * hook was not shown. */
static bool
saw_all(const struct book *book, const struct asking *x)
{
	const struct customer_type *type = book_type(book, x->review->type);
	const struct customer *c = x->customer;

	for (size_t i = 0; type != NULL && i < c->field_count; i++) {
		const char *const *name = x->opened.names;

		if (customer_type_asks(type, c->fields[i].name, NULL) == NULL)
			continue;
		while (*name != NULL && strcmp(*name, c->fields[i].name) != 0)
			name++;
		if (*name == NULL)
			return false;
	}
	return type != NULL;
}

/* Another one in its place, with all that the type asks for. */
static void
renew(struct watcher *w, const struct book *book, const struct review_task *r)
{
	const struct wanted who = {r->customer, r->type};

	moved(w, r, "superseded", 0);
	if (make(w, book, &who) < 0)
		log_line(LOG_WARN, "review_unmade", "customer=%s", r->customer);
}

static void
apply(struct watcher *w, const struct asking *x,
    const struct hook_answer *answer)
{
	const struct review_task *r = x->review;
	const struct review_shown shown = {r->id, x->opened.names};
	const struct review_answer said = review_read(w->arena, &shown,
	    r->is_pending, answer->status, answer->body.data, answer->body.len);
	const char *word = review_says_name(said.says);
	int64_t wait = backoff_part(r->tries, LOOK_MOST_MS);
	const struct book *book;
	int rc;

	count_hook("review", word);
	if (said.says > REVIEW_PENDING)
		log_line(LOG_WARN, "review_answer",
		    "review=%s outcome=%s status=%d why=%s", r->id, word,
		    answer->status,
		    log_quoted(said.why == NULL ? "" : said.why));
	if (said.says >= REVIEW_PENDING) {
		bool has_it = said.says == REVIEW_PENDING ||
		              (r->is_pending && said.says != REVIEW_LOST);

		moved(w, r, has_it ? "pending" : "new", wait);
		return;
	}
	/* The hook took its time: what the types are may have changed. */
	rc = book_current(w->books, w->store.db, &book);
	if (rc == 0 && said.says == REVIEW_ACCEPTED && !saw_all(book, x)) {
		renew(w, book, r);
		return;
	}
	if (rc == 0)
		rc = judge(w, book, x, &said);
	if (rc == 0)
		log_line(LOG_INFO, "reviewed",
		    "review=%s customer=%s type=%s outcome=%s", r->id,
		    r->customer, r->type, word);
	if (rc < 0)
		moved(w, r, r->is_pending ? "pending" : "new", wait);
	else
		moved(w, r, rc == CUSTOMER_FASTER ? "superseded" : word, 0);
}

static bool
ask_all(struct watcher *w)
{
	int64_t began = monotonic_ms();
	struct hook_request requests[HOOK_AT_ONCE];
	struct hook_answer answers[HOOK_AT_ONCE];
	struct asking asked[HOOK_AT_ONCE];
	struct review_task *list;
	size_t count, asks = 0;

	if (store_reviews(&w->store, w->arena, HOOK_AT_ONCE, TAKEN_MS, &list,
		&count) != 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct asking *x = &asked[asks];

		*x = (struct asking){.review = &list[i]};
		if (monotonic_ms() - began > PASS_MS || watch_is_ending(w) ||
		    w->review_hook.is_away(w->review_hook.self)) {
			moved(w, x->review,
			    list[i].is_pending ? "pending" : "new", 1000);
			continue;
		}
		if (!open_one(w, x) ||
		    (!list[i].is_pending && !put_documents(w, x)))
			continue;
		requests[asks++] = request_of(w->arena, x);
	}
	if (asks > 0)
		w->review_hook.call(w->review_hook.self, w->arena, requests,
		    asks, answers);
	for (size_t i = 0; i < asks; i++)
		apply(w, &asked[i], &answers[i]);
	return count == HOOK_AT_ONCE;
}

/* --- the duty ------------------------------------------------------------ */

static bool
has_external(const struct book *book)
{
	const struct customer_type *type;

	for (size_t i = 0; (type = book_type_at(book, i)) != NULL; i++)
		if (is_external(type))
			return true;
	return false;
}

/* Said once, as long as it is so. */
static bool
lacks_hook(struct watcher *w, const struct book *book)
{
	bool lacks = w->review_hook.self == NULL && has_external(book);

	if (lacks && !w->lacks_review_hook)
		log_line(LOG_WARN, "no_review_hook",
		    "why=\"a customer type is reviewed by others, and "
		    "WINDLASS_REVIEW_HOOK_URL is not set\"");
	w->lacks_review_hook = lacks;
	return lacks;
}

bool
pass_reviews(struct watcher *w)
{
	int64_t began = monotonic_ms();
	const struct book *book;
	bool more = true;

	while (
	    more && monotonic_ms() - began < GO_ON_MS && !watch_is_ending(w)) {
		if (book_current(w->books, w->store.db, &book) != 0 ||
		    lacks_hook(w, book))
			return true;
		more = make_all(w, book);
		if (w->review_hook.self != NULL &&
		    !w->review_hook.is_away(w->review_hook.self))
			more = ask_all(w) || more;
	}
	return !more;
}
