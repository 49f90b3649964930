/*
 * reach - what the verbs reach: the database, the book in it, the keys.
 */
#include <pwd.h>
#include <unistd.h>

#include "arena.h"
#include "book.h"
#include "check.h"
#include "conf.h"
#include "db.h"
#include "log.h"
#include "seal.h"
#include "verb.h"

enum { NAME_MOST = 40, REASON_MOST = 200 };

static const char *database_url, *kek_file, *erased_file, *person;

// clang-format off
static const struct conf settings[] = {
	{ .name = "WINDLASS_DATABASE_URL", .kind = CONF_SECRET,
	  .into = &database_url, .flags = CONF_NEED,
	  .help = "PostgreSQL connection string; may hold a password" },
	{ .name = "WINDLASS_OPERATOR", .kind = CONF_TEXT, .into = &person,
	  .help = "who you are, where several use one account; for the audit "
		  "trail" },
};
/* Asked for only by who erases. */
static const struct conf erase_settings[] = {
	{ .name = "WINDLASS_ERASED_FILE", .kind = CONF_TEXT,
	  .into = &erased_file, .flags = CONF_NEED_LIVE,
	  .help = "file of erased ids, kept where the backups are; for erase and "
		  "legal holds" },
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
	conf_help(erase_settings,
	    sizeof(erase_settings) / sizeof(erase_settings[0]), to);
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
	if (person != NULL &&
	    (!is_text(person, NULL) || strlen(person) > NAME_MOST)) {
		failed("WINDLASS_OPERATOR is no name of at most %d bytes",
		    NAME_MOST);
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
	const char *account = user != NULL
	                          ? arena_printf(a, "%.20s", user->pw_name)
	                          : arena_printf(a, "%ld", (long)geteuid());

	return person == NULL ? account
	                      : arena_printf(a, "%s as %s", person, account);
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

int
operator_with_keys(struct call *c,
    int (*act)(struct call *c, struct db *db, const struct seal *keys))
{
	struct seal *keys = operator_keys();
	struct db *db;
	int code = VERB_FAILED;

	if (keys == NULL)
		return code;
	db = operator_db();
	if (db != NULL)
		code = act(c, db, keys);
	db_free(db);
	seal_free(keys);
	return code;
}

bool
operator_erased_file(const char **path)
{
	if (conf_load(erase_settings,
		sizeof(erase_settings) / sizeof(erase_settings[0])) != 0)
		return false;
	*path = erased_file;
	return true;
}

int
operator_reason(const struct call *c, const char *reason)
{
	if (reason == NULL)
		return misused("%s: say why: --reason TEXT", c->verb->name);
	if (!is_text(reason, NULL) || strlen(reason) > REASON_MOST)
		return misused("%s: --reason is one line of at most %d bytes",
		    c->verb->name, REASON_MOST);
	return VERB_DONE;
}

int
operator_decides(struct call *c, const struct db_statement *how,
    const char *reason, int (*tell)(struct call *c, const struct db_rows *row))
{
	const struct db_rows *row;
	struct db *db;
	int code = operator_reason(c, reason), rc;

	if (code != VERB_DONE)
		return code;
	db = operator_db();
	if (db == NULL)
		return VERB_FAILED;

	/* Only now is it known who asks. */
	const struct db_value values[] = {db_text(c->operands[0]),
	    db_text(operator_who(c->arena)), db_text(reason)};

	rc = db_call(db, c->arena, how, values, &row);
	code = rc == 0 ? tell(c, row) : failed_call(db, rc);
	db_free(db);
	return code;
}
