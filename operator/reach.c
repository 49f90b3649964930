/*
 * reach - what the verbs reach: the database, the book in it, the keys.
 */
#include <pwd.h>
#include <unistd.h>

#include "arena.h"
#include "book.h"
#include "conf.h"
#include "db.h"
#include "log.h"
#include "seal.h"
#include "verb.h"

static const char *database_url, *kek_file;

// clang-format off
static const struct conf settings[] = {
	{ .name = "WINDLASS_DATABASE_URL", .kind = CONF_SECRET,
	  .into = &database_url, .flags = CONF_NEED,
	  .help = "PostgreSQL connection string; may hold a password" },
};
/* Asked for only by who shows values. */
static const struct conf key_settings[] = {
	{ .name = "WINDLASS_KEK_FILE", .kind = CONF_PATH, .into = &kek_file,
	  .help = "file of the wrapping keys; for keys, and for values",
	  .credential = "windlass.kek" },
};
// clang-format on

void
operator_help(FILE *to)
{
	conf_help(settings, sizeof(settings) / sizeof(settings[0]), to);
	conf_help(key_settings, sizeof(key_settings) / sizeof(key_settings[0]),
	    to);
}

int
failed_call(const struct db *db, int rc)
{
	if (rc == DB_REFUSED)
		return failed("%s", db_reason(db));
	return failed("the database did not answer; see the line above");
}

struct db *
operator_db(void)
{
	struct db *db;

	if (conf_load(settings, sizeof(settings) / sizeof(settings[0])) != 0)
		return NULL;
	if (!db_is_url(database_url)) {
		failed("WINDLASS_DATABASE_URL is no connection string of"
		       " PostgreSQL");
		return NULL;
	}
	log_open("windlass", LOG_WARN);
	db = db_new(database_url, "operator", false);
	if (db_ready(db) != 0) {
		failed("cannot connect to the database");
		db_free(db);
		return NULL;
	}
	return db;
}

const struct book *
operator_book(struct db *db)
{
	static struct book_cache *books;
	const struct book *book;

	if (books == NULL)
		books = book_cache_new();
	if (book_current(books, db, &book) == 0)
		return book;
	failed("the book cannot be read; see the line above");
	return NULL;
}

const char *
operator_who(struct arena *a)
{
	const struct passwd *user = getpwuid(geteuid());

	return user != NULL ? arena_strdup(a, user->pw_name)
	                    : arena_printf(a, "%ld", (long)geteuid());
}

struct seal *
operator_keys(void)
{
	struct seal *keys;

	if (conf_load(key_settings,
		sizeof(key_settings) / sizeof(key_settings[0])) != 0)
		return NULL;
	if (kek_file == NULL) {
		failed("WINDLASS_KEK_FILE is not set: nothing opens without"
		       " it");
		return NULL;
	}
	keys = seal_open_keys(kek_file);
	if (keys == NULL)
		failed("the wrapping keys cannot be read; see the line above");
	return keys;
}
