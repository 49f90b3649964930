/*
 * Customers as they are in the database: names and states for everybody,
 * values for whoever holds the wrapping keys.
 */
#include "customer_store.h"

#include <errno.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "customer_place.h"
#include "db.h"
#include "id.h"
#include "json.h"
#include "log.h"

// clang-format off
static const struct db_statement find = { "customer_find",
    "select id, account, memo_type, memo, version, wrapped_key, sealed,"
    " sealed_version, fields, types, verdicts, today, tx_method, tx_currency"
    " from windlass.customer_find($1::uuid, $2, $3, $4, $5, $6)", 6 };
static const struct db_statement find_all = { "customers_find",
    "select * from windlass.customers_find($1)", 1 };
static const struct db_statement get = { "customer_get",
    "select windlass.customer_get($1::uuid, $2, $3, $4, $5, $6) as told", 6 };

/* The lines that it gives. */
enum { TODAY, ID, TYPES, VERDICTS, FIELDS, CURRENCY, METHOD, LINES };

enum { KEPT = 8, KEPT_MOST = 2048 };

const char *const customer_field_states[] = {
	[FIELD_GIVEN] = "given",
	[FIELD_ACCEPTED] = "accepted",
	[FIELD_REJECTED] = "rejected",
};

const char *const customer_judgements[] = {
	[JUDGED_ACCEPTED] = "accepted",
	[JUDGED_REJECTED] = "rejected",
	[JUDGED_HELD] = "held",
};
// clang-format on

int
customer_unforeseen(const struct db *db, const char *what, int st)
{
	if (st != DB_REFUSED)
		return st;
	log_line(LOG_ERROR, "refused", "call=%s state=%s", what, db_state(db));
	return -EIO;
}

const char *
customer_key_place(struct arena *a, const char *id)
{
	return arena_printf(a, "customer/%s/key", id);
}

const char *
customer_values_place(struct arena *a, const char *id, int64_t version)
{
	return arena_printf(a, "customer/%s/values/%lld", id,
	    (long long)version);
}

const char *
customer_code_place(struct arena *a, const char *id, const char *code)
{
	return arena_printf(a, "customer/%s/code/%s", id, code);
}

const char *
customer_review_place(struct arena *a, const char *id, const char *review)
{
	return arena_printf(a, "customer/%s/review/%s", id, review);
}

static enum field_state
state_of(const char *name)
{
	enum field_state state = FIELD_REJECTED; /* unknown: not good */

	for (size_t i = 0; name != NULL && i < 3; i++)
		if (strcmp(customer_field_states[i], name) == 0)
			state = (enum field_state)i;
	return state;
}

static enum judgement
judgement_of(const char *name)
{
	enum judgement says = JUDGED_HELD; /* unknown: not accepted */

	for (size_t i = 0; name != NULL && i < 3; i++)
		if (strcmp(customer_judgements[i], name) == 0)
			says = (enum judgement)i;
	return says;
}

static const struct json *
parsed(struct arena *a, const char *text)
{
	const struct json *out;
	const char *why;

	/* Most have no verdict, and an empty object counts as none does. */
	if (strcmp(text, "{}") == 0)
		return NULL;
	return json_parse(a, text, strlen(text), &out, &why) == 0 ? out : NULL;
}

/* ["cbu", "iban"] as "cbu iban". */
static const char *
read_words(struct arena *a, const struct json *list)
{
	const char *words = "";

	for (size_t i = 0; i < json_count(list); i++)
		words = arena_printf(a, "%s%s%s", words, i > 0 ? " " : "",
		    json_text(json_at(list, i)));
	return words;
}

static void
read_fields(struct arena *a, const struct json *all, struct customer *c)
{
	struct customer_field *fields;
	const struct json *about;
	int64_t rule;

	c->field_count = json_count(all);
	fields = arena_array(a, c->field_count, sizeof(*fields));
	for (size_t i = 0; i < c->field_count; i++) {
		about = json_member(all, i, &fields[i].name);
		fields[i].state = state_of(json_text(json_get(about, "state")));
		fields[i].error = json_text(json_get(about, "error"));
		fields[i].valid_until =
		    json_text(json_get(about, "valid_until"));
		fields[i].checks = read_words(a, json_get(about, "checks"));
		fields[i].choice_of =
		    read_words(a, json_get(about, "choice_of"));
		if (json_integer(json_get(about, "rule"), &rule))
			fields[i].rule = (int)rule;
		fields[i].is_file = json_is_true(json_get(about, "file"));
		fields[i].is_proven = json_is_true(json_get(about, "proven"));
	}
	c->fields = fields;
}

/* What stands beside the names is the same for most who have given the same, so
 * what was read last is kept, but for days: those are one customer's own. Valid
 * until as many others were read. */
static void
read_fields_once(struct arena *a, const char *text, struct customer *c)
{
	static struct kept {
		char text[KEPT_MOST];
		struct arena *arena;
		const struct customer_field *fields;
		size_t count;
	} all[KEPT];
	static size_t turn;
	size_t len = strlen(text), i = 0;
	struct kept *k;

	while (i < KEPT && strcmp(all[i].text, text) != 0)
		i++;
	if (i == KEPT &&
	    (len >= KEPT_MOST || strstr(text, "\"valid_until\"") != NULL)) {
		read_fields(a, parsed(a, text), c);
		return;
	}
	k = &all[i < KEPT ? i : turn++ % KEPT];
	if (i == KEPT) {
		if (k->arena == NULL)
			k->arena = arena_new();
		arena_reset(k->arena);
		read_fields(k->arena, parsed(k->arena, text), c);
		memcpy(k->text, text, len + 1);
		k->fields = c->fields;
		k->count = c->field_count;
	}
	c->fields = k->fields;
	c->field_count = k->count;
}

static void
read_types(struct arena *a, const struct json *all, struct customer *c)
{
	const char **types;

	c->type_count = json_count(all);
	types = arena_array(a, c->type_count + 1, sizeof(*types));
	for (size_t i = 0; i < c->type_count; i++)
		types[i] = json_text(json_at(all, i));
	c->types = types;
}

static void
read_verdicts(struct arena *a, const struct json *all, struct customer *c)
{
	struct customer_verdict *verdicts;
	const struct json *about;

	c->verdict_count = json_count(all);
	verdicts = arena_array(a, c->verdict_count, sizeof(*verdicts));
	for (size_t i = 0; i < c->verdict_count; i++) {
		about = json_member(all, i, &verdicts[i].type);
		verdicts[i].says =
		    judgement_of(json_text(json_get(about, "verdict")));
		verdicts[i].by = json_text(json_get(about, "by"));
		verdicts[i].reason = json_text(json_get(about, "reason"));
		(void)json_integer(json_get(about, "at"), &verdicts[i].at);
	}
	c->verdicts = verdicts;
}

static struct customer *
read_clear(struct arena *a, const struct db_rows *rows, size_t row)
{
	struct customer *c = arena_alloc(a, sizeof(*c));

	c->id = db_col(rows, row, "id");
	c->account = db_col(rows, row, "account");
	c->memo_type = db_col(rows, row, "memo_type");
	c->memo = db_col(rows, row, "memo");
	c->version = db_col_int(rows, row, "version");
	read_fields(a, parsed(a, db_col(rows, row, "fields")), c);
	read_types(a, parsed(a, db_col(rows, row, "types")), c);
	read_verdicts(a, parsed(a, db_col(rows, row, "verdicts")), c);
	return c;
}

const struct customer *
customer_in_clear(struct arena *a, const struct db_rows *rows, size_t row)
{
	return read_clear(a, rows, row);
}

const struct customer *
customer_sealed(struct arena *a, const struct db_rows *rows, size_t row)
{
	struct customer *c = read_clear(a, rows, row);

	c->wrapped_key.bytes =
	    db_col_bytes(rows, a, row, "wrapped_key", &c->wrapped_key.len);
	c->sealed_version = db_col_int(rows, row, "sealed_version");
	c->values.bytes = db_col_bytes(rows, a, row, "sealed", &c->values.len);
	return c;
}

/* The one row that either statement gives. */
static int
ask(struct db *db, struct arena *a, const struct db_statement *st,
    struct customer_key key, const struct customer_role *role,
    const struct db_rows **rows)
{
	/* What is no UUID was never given out; nor was this one. */
	static const char NOBODY[] = "00000000-0000-0000-0000-000000000000";
	const struct db_value values[] = {
	    db_text(key.id == NULL || is_id(key.id) ? key.id : NOBODY),
	    db_text(key.account),
	    db_text(key.memo_type),
	    db_text(key.memo),
	    db_text(role == NULL ? NULL : role->tx_id),
	    db_text(role == NULL ? NULL : role->type),
	};
	int rc = db_call(db, a, st, values, rows);

	return rc == 0 ? 0 : customer_unforeseen(db, st->name, rc);
}

int
customer_look(struct db *db, struct arena *a, struct customer_key key,
    const struct customer_role *role, struct customer_seen *out)
{
	const struct db_rows *rows;
	int rc = ask(db, a, &find, key, role, &rows);

	if (rc != 0)
		return rc;
	*out = (struct customer_seen){
	    .today = db_col(rows, 0, "today"),
	    .corridor = {db_col(rows, 0, "tx_method"),
		db_col(rows, 0, "tx_currency")},
	};
	if (db_col(rows, 0, "id") != NULL)
		out->customer = customer_sealed(a, rows, 0);
	return 0;
}

enum { IDS_MOST = 256 * 1024 };

int
customers_look(struct db *db, struct arena *a, const char *const *ids,
    size_t count, const struct customer *const **out, size_t *found)
{
	const struct customer **list;
	const struct db_rows *rows;
	struct db_value value;
	struct json_out o;
	struct buf b;
	int rc;

	buf_init(&b, a, IDS_MOST);
	json_begin(&o, &b);
	json_open(&o, NULL, '[');
	for (size_t i = 0; i < count; i++)
		json_put_text(&o, NULL, ids[i]);
	json_close(&o, ']');
	if (buf_full(&b))
		return -E2BIG;
	value = db_text(b.data);
	rc = db_call(db, a, &find_all, &value, &rows);
	if (rc != 0 && rc != DB_NONE)
		return customer_unforeseen(db, find_all.name, rc);
	*found = rc == DB_NONE ? 0 : db_count(rows);
	list = arena_array(a, *found + 1, sizeof(*list));
	for (size_t i = 0; i < *found; i++)
		list[i] = customer_sealed(a, rows, i);
	*out = list;
	return 0;
}

/* Cuts the text into its lines; the last has what is left.  NULL: empty. */
static void
cut(char *text, const char *lines[static LINES])
{
	for (size_t i = 0; i < LINES; i++) {
		char *end = i < LINES - 1 ? strchr(text, '\n') : NULL;

		if (end != NULL)
			*end++ = '\0';
		lines[i] = text[0] != '\0' ? text : NULL;
		text = end != NULL ? end : text + strlen(text);
	}
}

/* "sep31-receiver sep31-sender": names have no blanks. */
static void
split_types(struct arena *a, const char *words, struct customer *c)
{
	const char **types =
	    arena_array(a, strlen(words) / 2 + 2, sizeof(*types));

	for (size_t len; *words != '\0'; words += len + (words[len] == ' ')) {
		len = strcspn(words, " ");
		types[c->type_count++] = arena_strndup(a, words, len);
	}
	c->types = types;
}

int
customer_glance(struct db *db, struct arena *a, struct customer_key key,
    const struct customer_role *role, struct customer_seen *out)
{
	const char *lines[LINES];
	const struct db_rows *rows;
	struct customer *c;
	int rc = ask(db, a, &get, key, role, &rows);

	if (rc != 0)
		return rc;
	cut(arena_strdup(a, db_col(rows, 0, "told")), lines);
	*out = (struct customer_seen){
	    .today = lines[TODAY],
	    .corridor = {lines[METHOD], lines[CURRENCY]},
	};
	if (lines[ID] == NULL)
		return 0;
	c = arena_alloc(a, sizeof(*c));
	c->id = lines[ID];
	split_types(a, lines[TYPES] != NULL ? lines[TYPES] : "", c);
	read_verdicts(a, parsed(a, lines[VERDICTS]), c);
	read_fields_once(a, lines[FIELDS], c);
	out->customer = c;
	return 0;
}

int
customer_find(struct db *db, struct arena *a, const char *id,
    const char *account, const char *memo_type, const char *memo,
    const struct customer **out)
{
	struct customer_key key = {id, account, memo_type, memo};
	struct customer_seen seen;
	int st = customer_look(db, a, key, NULL, &seen);

	if (st != 0)
		return st;
	if (seen.customer == NULL)
		return DB_NONE;
	*out = seen.customer;
	return 0;
}

static const char *const *
pairs_of(struct arena *a, const struct json *all)
{
	size_t count = json_count(all);
	const char **pairs = arena_array(a, 2 * count + 1, sizeof(*pairs));

	for (size_t i = 0; i < count; i++)
		pairs[2 * i + 1] =
		    json_text(json_member(all, i, &pairs[2 * i]));
	return pairs;
}

static int
unreadable(const struct customer *c)
{
	log_line(LOG_ERROR, "unreadable", "customer=%s version=%lld", c->id,
	    (long long)c->version);
	return -EBADMSG;
}

int
customer_own_key(const struct seal *keys, struct arena *a,
    const struct customer *c, unsigned char key[static SEAL_KEY])
{
	if (seal_unwrap(keys, c->wrapped_key, customer_key_place(a, c->id),
		key) != 0)
		return unreadable(c);
	return 0;
}

int
customer_values(const struct seal *keys, struct arena *a,
    const struct customer *c, const char *const **pairs)
{
	unsigned char *key = arena_secret(a, SEAL_KEY);
	const struct json *all;
	const char *text, *why;
	size_t len;

	if (customer_own_key(keys, a, c, key) != 0)
		return -EBADMSG;
	if (seal_read(a, key, c->values,
		customer_values_place(a, c->id, c->sealed_version), &text,
		&len) != 0 ||
	    json_parse(a, text, len, &all, &why) != 0)
		return unreadable(c);
	*pairs = pairs_of(a, all);
	return 0;
}
