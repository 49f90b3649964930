/*
 * customer - GET, PUT, DELETE /customer: who may send and who may receive.
 *
 * In:     whom: id, or account with memo and memo_type; as what: type; for
 *         which payment: transaction_id; PUT: any of the fields that the
 *         platform forwards, as JSON or multipart.
 * Out:    {"id", "status", "fields", "provided_fields"}; never a value.
 * Holds:  what is not yours looks like what is not there: 404, same words.
 *         Values leave this program sealed.
 * Source: SEP-12; Anchor Platform callbacks API, /customer.
 */
#include <errno.h>
#include <sodium.h>
#include <stdbool.h>
#include <time.h>

#include "book.h"
#include "conf.h"
#include "customer_ask.h"
#include "customer_change.h"
#include "customer_code.h"
#include "customer_erase.h"
#include "customer_reply.h"
#include "customer_store.h"
#include "db.h"
#include "document.h"
#include "erased.h"
#include "kyc.h"
#include "log.h"
#include "reply.h"
#include "request.h"
#include "seal.h"
#include "serve.h"

enum { PUT_TRIES = 24, PAUSE_LOG2_MAX = 8 };

struct own { /* what a worker holds from request to request */
	struct book_cache *books;
	struct seal *keys;
	struct erased *erased;
};

static const char *kek_file, *erased_file;

/* Without customer types nothing would be asked for, and everybody accepted. */
static int
current_book(const struct request *rq, const struct book **out)
{
	const struct own *own = rq->context;
	int st = book_current(own->books, rq->db, out);

	if (st != 0 || book_type_at(*out, 0) != NULL)
		return st;
	log_line(LOG_ERROR, "no_types",
	    "why=\"the book has no customer types; "
	    "load some: windlass load types\"");
	return -ENOENT;
}

typedef int customer_looker(struct db *db, struct arena *a,
    struct customer_key key, const struct customer_role *role,
    struct customer_seen *out);

/* A database that has just been restored is told whom it has to forget before
 * anything that it says is used. */
static int
look(const struct request *rq, customer_looker *with, struct customer_key key,
    const struct customer_role *role, struct customer_seen *seen)
{
	const struct own *own = rq->context;
	int st;

	do {
		st = erased_again(own->erased, rq->db);
		if (st == 0)
			st = with(rq->db, rq->arena, key, role, seen);
	} while (st == 0 && !erased_is_known(own->erased, rq->db));
	return st;
}

static int
seek_or_reply(const struct request *rq, const struct customer_ask *ask,
    customer_looker *with, struct customer_seen *seen, struct reply *rp)
{
	struct customer_key key = {ask->id, ask->account, ask->memo_type,
	    ask->memo};
	const struct customer_role role = {ask->tx_id,
	    ask->type == NULL ? NULL : customer_type_name(ask->type)};
	int st;

	/* The platform puts the id beside a transaction's: without one, the
	 * record names no such customer, whoever the account has. */
	if (ask->id == NULL && ask->tx_id != NULL)
		key = (struct customer_key){0};
	st = look(rq, with, key, &role, seen);
	if (st == 0 && ask->id != NULL && seen->customer == NULL)
		return reply_error(rp, 404, "no such customer");
	return st;
}

static int
customer_get(const struct request *rq, struct reply *rp)
{
	const struct book *book;
	struct customer_ask ask;
	struct customer_seen seen;
	int st;

	/* Whom is it about, and as what? */
	st = current_book(rq, &book);
	if (st == 0)
		st = customer_ask_or_reply(rq, book, &ask, rp);
	if (st == 0)
		st = seek_or_reply(rq, &ask, customer_glance, &seen, rp);
	if (st != 0)
		return st;

	/* How do they stand?  Somebody new is asked for everything. */
	customer_reply(rp, rq->arena, book, seen.customer, ask.type,
	    seen.corridor, ask.lang, seen.today);
	return 0;
}

/* Look, merge, write over what was looked at; CUSTOMER_FASTER if that is no
 * longer there. */
static int
put_once(const struct request *rq, const struct book *book,
    const struct customer_ask *ask, struct customer_given *given,
    struct reply *rp)
{
	const struct own *own = rq->context;
	struct customer_seen seen;
	struct customer_next next;
	bool changes;
	int st;

	st = seek_or_reply(rq, ask, customer_look, &seen, rp);
	if (st == 0)
		st = documents_compare(rq->db, rq->arena, own->keys,
		    seen.customer, &given->files);
	if (st == 0)
		st = customer_change_or_reply(rq, own->keys, book, ask, &seen,
		    given, &next, &changes, rp);
	if (st != 0)
		return st;
	next.documents = given->files.list;
	next.document_count = given->files.count;
	/* A file goes with the row that says so: else another one, given in
	 * between, would go in its place. */
	if (next.dropped[0] != NULL)
		st = documents_begin(rq->db, &given->files);
	/* Chunks are stored once: a lost race repeats only what follows. */
	if (st == 0)
		st = documents_store(rq->db, &given->files);
	if (st == 0 && changes)
		st = customer_save(rq->db, rq->arena, own->keys, &next);
	if (st == CUSTOMER_FULL)
		return reply_error(rp, 400,
		    "more than 40 MiB or 20 files of one customer");
	if (st == 0)
		st = customer_codes_make(rq, own->keys, book, &next.customer,
		    seen.corridor, given, seen.today);
	if (st == 0)
		customer_reply(rp, rq->arena, book, &next.customer, ask->type,
		    seen.corridor, ask->lang, seen.today);
	return st;
}

/* Many may write to one customer at once, and one of them is first each time.
 * Who was not waits for a moment of their own, a longer one each time: up to a
 * quarter of a second, about 3 s in all. */
static void
step_back(int tries)
{
	uint32_t most = 1U << (tries < PAUSE_LOG2_MAX ? tries : PAUSE_LOG2_MAX);
	struct timespec pause = {
	    .tv_nsec = (long)randombytes_uniform(most * 1000) * 1000};

	nanosleep(&pause, NULL);
}

/* Codes that come back are tried once, and before all else: that counts, also
 * where the rest is refused. */
static int
codes_or_reply(const struct request *rq, const struct customer_ask *ask,
    struct customer_given *given, struct reply *rp)
{
	const struct own *own = rq->context;
	struct customer_seen seen;
	int st = 0;

	if (given->code_count > 0)
		st = seek_or_reply(rq, ask, customer_look, &seen, rp);
	if (st == 0 && given->code_count > 0)
		st = customer_codes_or_reply(rq, own->keys, &seen, given, rp);
	return st;
}

static int
customer_put(const struct request *rq, struct reply *rp)
{
	const struct book *book;
	struct customer_ask ask;
	struct customer_given given;
	int st, tries = 0;

	/* Whom is it about, as what, and what is given? */
	st = current_book(rq, &book);
	if (st == 0)
		st = customer_ask_or_reply(rq, book, &ask, rp);
	if (st != 0)
		return st;
	if (ask.id == NULL && ask.tx_id != NULL)
		return reply_error(rp, 400,
		    "the transaction names no such customer; give id, or "
		    "account without transaction_id");
	st = customer_given_or_reply(rq, &given, rp);
	if (st == 0)
		st = codes_or_reply(rq, &ask, &given, rp);
	if (st != 0)
		return st;

	st = put_once(rq, book, &ask, &given, rp);
	while (st == CUSTOMER_FASTER && ++tries < PUT_TRIES) {
		step_back(tries);
		st = put_once(rq, book, &ask, &given, rp);
	}
	if (st == CUSTOMER_FASTER) {
		log_line(LOG_WARN, "race", "tries=%d", tries);
		st = -EAGAIN;
	}
	return documents_end(rq->db, &given.files, st);
}

static int
customer_delete(const struct request *rq, struct reply *rp)
{
	const struct own *own = rq->context;
	const char *outcome;
	int st = erased_again(own->erased, rq->db);

	if (st == 0)
		st = customer_erase(rq->db, rq->arena, own->erased->path,
		    rq->tail, NULL, &outcome);
	if (st == DB_NONE)
		return reply_error(rp, 404, "no such customer");
	return st == 0 ? reply_empty(rp, 204) : st;
}

/* Files that cannot be used are found at once, not by each worker. */
static bool
check(void)
{
	struct seal *keys = seal_open_keys(kek_file);
	bool good = keys != NULL;

	seal_free(keys);
	if (erased_file != NULL && !erased_is_writable(erased_file)) {
		log_line(LOG_ERROR, "start",
		    "why=\"WINDLASS_ERASED_FILE: %s cannot be written\"",
		    erased_file);
		good = false;
	}
	return good;
}

static void *
start(struct db *db)
{
	static struct erased erased;
	static struct own own;

	(void)db;
	own.keys = seal_open_keys(kek_file);
	own.books = book_cache_new();
	erased.path = erased_file;
	own.erased = &erased;
	return own.keys != NULL ? &own : NULL;
}

int
main(int argc, char **argv)
{
	// clang-format off
	static const struct route routes[] = {
		{ "GET", "/customer", customer_get, 0 },
		{ "PUT", "/customer", customer_put, 0 },
		{ "DELETE", "/customer/*", customer_delete, 0 },
	};
	static const struct conf settings[] = {
		{ .name = "WINDLASS_KEK_FILE", .kind = CONF_PATH,
		  .into = &kek_file, .flags = CONF_NEED,
		  .help = "keys that wrap the customers' keys",
		  .credential = "windlass.kek" },
		{ .name = "WINDLASS_ERASED_FILE", .kind = CONF_TEXT,
		  .into = &erased_file, .flags = CONF_NEED_LIVE,
		  .help = "file of erased ids, kept where the backups are" },
	};
	static const struct endpoint customer = {
		.name = "customer",
		.routes = routes,
		.route_count = sizeof(routes) / sizeof(routes[0]),
		.settings = settings,
		.setting_count = sizeof(settings) / sizeof(settings[0]),
		.check = check,
		.start = start,
	};
	// clang-format on

	return serve_main(argc, argv, &customer);
}
