/*
 * load KIND FILE [--check] - puts one document of the book in place, from a
 * file or (-) standard input.
 *
 * The document is judged together with all others that are in the database,
 * and every fault is told; then one transaction replaces it, applies the
 * movements of pools that are new, and leaves a line in the audit trail.
 * --check does the same and takes it back.
 */
#include <errno.h>
#include <inttypes.h>

#include <sodium.h>

#include "arena.h"
#include "book.h"
#include "buf.h"
#include "csv.h"
#include "db.h"
#include "file.h"
#include "json.h"
#include "platform_assets.h"
#include "pools.h"
#include "prices.h"
#include "verb.h"

enum { BOOK_MOST = 64 << 20 };

static const struct db_statement get_version = {"book_version",
    "select now_us from windlass.book_version()", 0};
static const struct db_statement get_book = {"book_get",
    "select version, documents from windlass.book_get()", 0};
static const struct db_statement put_book = {"book_load",
    "select version, fresh from windlass.book_load("
    "$1, $2, $3, $4, $5, $6, $7)",
    7};

enum { KIND, FROM };                           /* operands */
enum { CHECK, ACCEPT_JUMPS, PLATFORM_ASSETS }; /* options */

struct load {
	struct arena *arena;
	const struct call *call;
	struct db *db;
	const char *kind, *path;
	bool is_check;
	const char *text; /* of the file */
	size_t len;
	const struct json *file;
	const char *document; /* what will stand in the book; NULL: no change */
	const char *movements; /* of pools, as an array */
	size_t movement_count;
	const struct json *others;     /* the book's documents as they are */
	int64_t seen;                  /* their version */
	const char *pools;             /* of the book as it will be */
	struct prices_guarded guarded; /* of prices */
};

static void
say_fault(void *to, const char *fault)
{
	(void)to;
	failed("%s", fault);
}

/* Beside the platform's own file, if it is given. */
static int
compare_assets(struct load *l, const struct book *book)
{
	const char *path = l->call->options[PLATFORM_ASSETS];
	struct buf file;

	if (path == NULL)
		return VERB_DONE;
	if (file_read(l->arena, path, &file) != VERB_DONE)
		return VERB_FAILED;
	return platform_assets_differ(l->arena, file.data, file.len, book,
		   say_fault, NULL) == 0
	           ? VERB_DONE
	           : VERB_FAILED;
}

/* JSON, or for prices CSV: its first byte tells. */
static int
parse_file(struct load *l)
{
	const char *text = l->text, *why;
	size_t len = l->len, blank = strspn(text, " \t\r\n");

	if (strcmp(l->kind, "prices") == 0 && text[blank] != '[' &&
	    text[blank] != '{') {
		text = csv_to_json(l->arena, text, len, &why);
		if (text == NULL)
			return failed("%s: %s", l->path, why);
		len = strlen(text);
	}
	if (json_parse(l->arena, text, len, &l->file, &why) != 0)
		return failed("%s: %s", l->path, why);
	return VERB_DONE;
}

/* Prices without a time of their own are as of now, by the database's clock. */
static int
stamp_prices(struct load *l)
{
	const struct db_rows *rows;
	const char *why;
	int rc = db_call(l->db, l->arena, &get_version, NULL, &rows);

	if (rc != 0)
		return failed_call(l->db, rc);
	l->document = prices_stamped(l->arena, l->file,
	    db_col_int(rows, 0, "now_us"), &why);
	return l->document != NULL ? VERB_DONE : failed("%s: %s", l->path, why);
}

static int
make_document(struct load *l)
{
	l->movements = "[]";
	if (strcmp(l->kind, "pools") == 0)
		return pools_split(l->arena, l->path, l->file, &l->document,
		    &l->movements, &l->movement_count);
	if (strcmp(l->kind, "prices") == 0 && json_kind(l->file) == JSON_ARRAY)
		return stamp_prices(l);
	l->document = json_print(l->arena, l->file);
	return VERB_DONE;
}

static int
get_others(struct load *l)
{
	const struct db_rows *rows;
	const char *text, *why;
	int rc = db_call(l->db, l->arena, &get_book, NULL, &rows);

	if (rc != 0)
		return failed_call(l->db, rc);
	l->seen = db_col_int(rows, 0, "version");
	text = db_col(rows, 0, "documents");
	if (json_parse(l->arena, text, strlen(text), &l->others, &why) != 0)
		return failed("the book in the database: %s", why);
	return VERB_DONE;
}

/* A price that its guard doubts is not put in place: its pair is stopped. */
static int
guard_prices(struct load *l)
{
	if (strcmp(l->kind, "prices") != 0)
		return VERB_DONE;
	l->guarded = prices_guarded(l->arena, l->document, l->others,
	    l->call->options[ACCEPT_JUMPS] != NULL, say_fault, NULL);
	l->document = l->guarded.document;
	return l->document != NULL ? VERB_DONE : VERB_FAILED;
}

/* What the audit trail keeps of it besides. */
static const char *
note_of(const struct load *l)
{
	struct json_out json;
	struct buf out;

	buf_init(&out, l->arena, BOOK_MOST);
	json_begin(&json, &out);
	json_open(&json, NULL, '{');
	json_put_text(&json, "who", operator_who(l->arena));
	if (l->call->options[ACCEPT_JUMPS] != NULL)
		json_put_bool(&json, "jumps_accepted", true);
	if (l->guarded.stopped_count > 0)
		json_put_raw(&json, "stopped", l->guarded.stopped);
	json_close(&json, '}');
	return out.data;
}

/* {"assets": ..., ...} as it will be. */
static int
parse_whole(struct load *l, const struct book **book)
{
	const struct json *whole;
	const char *name, *why;
	struct json_out json;
	struct buf out;
	size_t i;

	buf_init(&out, l->arena, BOOK_MOST);
	json_begin(&json, &out);
	json_open(&json, NULL, '{');
	for (i = 0; (name = book_kind_name(i)) != NULL; i++) {
		const struct json *v = json_get(l->others, name);

		if (l->document != NULL && strcmp(name, l->kind) == 0)
			json_put_raw(&json, name, l->document);
		else if (v != NULL)
			json_put_raw(&json, name, json_print(l->arena, v));
	}
	json_close(&json, '}');
	if (buf_full(&out))
		return failed("the whole book is larger than 64 MiB");
	if (json_parse(l->arena, out.data, out.len, &whole, &why) != 0)
		return failed("%s: %s", l->path, why);
	return book_parse(l->arena, whole, l->seen, book, say_fault, NULL) == 0
	           ? VERB_DONE
	           : VERB_FAILED;
}

static const char *
digest(struct load *l)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	size_t size = 2 * sizeof(hash) + 1;
	char *text = arena_alloc(l->arena, size);

	crypto_hash_sha256(hash, (const unsigned char *)l->text, l->len);
	return sodium_bin2hex(text, size, hash, sizeof(hash));
}

/* rows: what was stored; NULL: nothing, by --check. */
static int
tell(const struct load *l, const struct db_rows *rows)
{
	static const struct column columns[] = {{.name = "kind"},
	    {"checked_only", COLUMN_BOOL, NULL},
	    {"version", COLUMN_COUNT, NULL}, {"movements", COLUMN_COUNT, NULL},
	    {"new_movements", COLUMN_COUNT, NULL}};
	const char *version = rows == NULL ? NULL : db_col(rows, 0, "version");
	const char *fresh = rows == NULL ? NULL : db_col(rows, 0, "fresh");
	const char *count = arena_printf(l->arena, "%zu", l->movement_count);
	const char *cells[] = {l->kind, rows == NULL ? "t" : "f", version,
	    count, fresh};
	struct table table = table_made("load", columns, 5, cells, 1);

	table.is_one = true;
	if (l->call->format != FORMAT_TEXT)
		return told(l->call, &table, 1);
	if (rows == NULL)
		printf("%s: good; nothing was changed\n", l->kind);
	else if (l->movement_count == 0)
		printf("%s: loaded, the book has version %s\n", l->kind,
		    version);
	else
		printf("%s: loaded, the book has version %s, %s of %s"
		       " movements are new\n",
		    l->kind, version, fresh, count);
	return VERB_DONE;
}

static int
put(struct load *l)
{
	const struct db_value values[] = {db_text(l->kind),
	    db_text(l->document), db_int(l->arena, l->seen), db_text(l->pools),
	    db_text(l->movements), db_text(digest(l)), db_text(note_of(l))};
	const struct db_rows *rows;
	int rc;

	if (db_begin(l->db) != 0)
		return failed("the database did not answer");
	rc = db_call(l->db, l->arena, &put_book, values, &rows);
	if (rc != 0) {
		rc = failed_call(l->db, rc);
		db_rollback(l->db);
		return rc;
	}
	if (l->is_check) {
		db_rollback(l->db);
		return tell(l, NULL);
	}
	rc = db_commit(l->db);
	if (rc == -EINPROGRESS)
		return failed("the connection died at the commit: load it"
			      " again, it does no harm");
	if (rc != 0)
		return failed("the database did not commit");
	return tell(l, rows);
}

static int
load(struct load *l)
{
	const struct book *book;
	struct buf text;
	int code;

	if ((code = file_read(l->arena, l->path, &text)) != VERB_DONE)
		return code;
	l->text = text.data;
	l->len = text.len;
	if ((code = parse_file(l)) != VERB_DONE)
		return code;
	l->db = operator_db();
	if (l->db == NULL)
		return VERB_FAILED;
	if ((code = make_document(l)) == VERB_DONE &&
	    (code = get_others(l)) == VERB_DONE &&
	    (code = guard_prices(l)) == VERB_DONE &&
	    (code = parse_whole(l, &book)) == VERB_DONE &&
	    (code = compare_assets(l, book)) == VERB_DONE &&
	    (code = pools_listed(l->arena, book, &l->pools)) == VERB_DONE)
		code = put(l);
	db_free(l->db);
	/* Not all of it is as it was meant. */
	return code == VERB_DONE && l->guarded.stopped_count != 0 ? VERB_FAILED
	                                                          : code;
}

static bool
is_kind(const char *word)
{
	const char *name;
	size_t i;

	for (i = 0; (name = book_kind_name(i)) != NULL; i++)
		if (strcmp(name, word) == 0)
			return true;
	return false;
}

static int
run(struct call *c)
{
	struct load l = {.arena = c->arena,
	    .call = c,
	    .kind = c->operands[KIND],
	    .path = c->operands[FROM],
	    .is_check = c->options[CHECK] != NULL};

	if (c->options[ACCEPT_JUMPS] != NULL && strcmp(l.kind, "prices") != 0)
		return misused("--accept-jumps is for prices");
	if (!is_kind(l.kind))
		return misused("there is no kind %s: assets, types, prices,"
			       " fees, terms, limits or pools",
		    l.kind);
	return load(&l);
}

const struct verb verb_load = {.name = "load",
    .operands = "KIND FILE",
    .help = "put one document of the book in place; FILE may be -",
    .options = {[CHECK] = {"check", NULL, "judge it and change nothing"},
	[ACCEPT_JUMPS] = {"accept-jumps", NULL,
	    "prices may leap from the last ones"},
	[PLATFORM_ASSETS] = {"platform-assets", "FILE",
	    "the platform's own assets, which must say the same"}},
    .run = run};
