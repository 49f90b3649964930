#include "arena.h"
#include "customer_place.h"
#include "db.h"
#include "keys.h"
#include "verb.h"

static const struct db_statement get = {"keys_part",
    "select id, number, wrapped from windlass.keys_part($1, $2, $3, $4)", 4};

static const char *
outflow_place(struct arena *a, const char *id)
{
	return arena_printf(a, "outflow/%s", id);
}

static const char *
fingerprint_place(struct arena *a, const char *id)
{
	(void)a;
	return id;
}

const struct keys_kind keys_kinds[KEYS_KINDS] = {
    {"customer", "customers", customer_key_place},
    {"kept", "kept_customers", customer_key_place},
    {"outflow", "payments", outflow_place},
    {"fingerprint", "fingerprints", fingerprint_place},
};

static const struct wrapped_key *
read_part(struct arena *a, const struct db_rows *rows)
{
	size_t count = db_count(rows), i;
	struct wrapped_key *out = arena_array(a, count, sizeof(*out));

	for (i = 0; i < count; i++) {
		out[i].id = db_col(rows, i, "id");
		out[i].number = db_col_int(rows, i, "number");
		if (db_col(rows, i, "wrapped") != NULL)
			out[i].sealed.bytes = db_col_bytes(rows, a, i,
			    "wrapped", &out[i].sealed.len);
	}
	return out;
}

int
keys_walk(struct db *db, const struct keys_kind *kind, int64_t but,
    int (*take)(void *with, const struct keys_part *part), void *with)
{
	struct arena *a = arena_new(), *other = arena_new(), *done;
	struct keys_part part = {.kind = kind};
	const struct db_rows *rows;
	const char *after = "";
	int rc, code = VERB_DONE;

	do {
		const struct db_value values[] = {db_text(kind->name),
		    db_text(after), db_int(a, KEYS_PART),
		    but < 0 ? db_text(NULL) : db_int(a, but)};

		rc = db_call(db, a, &get, values, &rows);
		if (rc != 0)
			break;
		part.arena = a;
		part.count = db_count(rows);
		part.keys = read_part(a, rows);
		code = take(with, &part);
		/* The last id lives on until the next part is there. */
		after = part.keys[part.count - 1].id;
		done = other;
		other = a;
		a = done;
		arena_reset(a);
	} while (code == VERB_DONE && part.count == KEYS_PART);
	if (rc != 0 && rc != DB_NONE)
		code = failed_call(db, rc);
	arena_free(a);
	arena_free(other);
	return code;
}
