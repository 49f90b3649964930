#include "customer_verdict.h"

#include <errno.h>
#include <string.h>

#include "arena.h"
#include "customer_place.h"
#include "customer_store.h"
#include "customer_text.h"
#include "db.h"
#include "kyc.h"

enum { REASON_MAX = 200, ERROR_MAX = 64, BY_MAX = 64 };

// clang-format off
static const struct db_statement judge = { "customer_judge",
    "select version from windlass.customer_judge($1::uuid, $2::bigint, $3,"
    " $4, $5, $6::jsonb, $7::jsonb, $8, $9::jsonb, $10::jsonb, $11::jsonb)",
    11 };
// clang-format on

static bool
is_code(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len <= ERROR_MAX &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

static bool
is_judge(const char *by, bool is_verdict)
{
	static const char operator_prefix[] = "operator:";
	size_t prefix = sizeof(operator_prefix) - 1;

	if (strcmp(by, "hook") == 0)
		return true;
	if (strncmp(by, operator_prefix, prefix) == 0)
		return by[prefix] != '\0' && strlen(by + prefix) <= BY_MAX;
	return !is_verdict && strcmp(by, "watcher") == 0;
}

static bool
judgement_of(const char *word, enum judgement *out)
{
	for (size_t i = 0; i <= JUDGED_HELD; i++)
		if (strcmp(customer_judgements[i], word) == 0) {
			*out = (enum judgement)i;
			return true;
		}
	return false;
}

static bool
is_sound(const struct verdict_ask *ask)
{
	enum judgement says;

	for (size_t i = 0; i < ask->error_count; i++)
		if (ask->errors[i].error != NULL &&
		    !is_code(ask->errors[i].error))
			return false;
	return is_judge(ask->by, ask->type != NULL) &&
	       (ask->reason == NULL || strlen(ask->reason) <= REASON_MAX) &&
	       (ask->verdict == NULL ||
		   (ask->type != NULL && judgement_of(ask->verdict, &says)));
}

/* --- the customer as they will be ---------------------------------------- */

struct names { /* of fields, then NULL */
	const char **at;
	size_t count;
};

static void
judge_field(struct customer_field *f, const struct field_error *e,
    struct names *rejected, struct names *judged)
{
	f->state = e->error != NULL ? FIELD_REJECTED : FIELD_GIVEN;
	f->error = e->error;
	judged->at[judged->count++] = f->name;
	if (e->error != NULL)
		rejected->at[rejected->count++] = f->name;
}

/* What is taken back changes no value that a verdict saw: only fields that now
 * are rejected make one fall. */
static void
judge_fields(struct arena *a, struct customer *c, const struct verdict_ask *ask,
    struct names *rejected, struct names *judged)
{
	struct customer_field *fields =
	    arena_array(a, c->field_count, sizeof(*fields));
	size_t room = c->field_count + 1;

	*rejected =
	    (struct names){arena_array(a, room, sizeof(*rejected->at)), 0};
	*judged = (struct names){arena_array(a, room, sizeof(*judged->at)), 0};
	for (size_t i = 0; i < c->field_count; i++) {
		fields[i] = ask->marks != NULL ? ask->marks[i] : c->fields[i];
		for (size_t k = 0; k < ask->error_count; k++)
			if (strcmp(ask->errors[k].name, fields[i].name) == 0) {
				judge_field(&fields[i], &ask->errors[k],
				    rejected, judged);
				break;
			}
	}
	c->fields = fields;
}

static void
set_verdict(struct arena *a, struct customer *c, const struct verdict_ask *ask)
{
	struct customer_verdict *all =
	    arena_array(a, c->verdict_count + 1, sizeof(*all));
	size_t kept = 0;

	for (size_t i = 0; i < c->verdict_count; i++)
		if (strcmp(c->verdicts[i].type, ask->type) != 0)
			all[kept++] = c->verdicts[i];
	if (ask->verdict != NULL) {
		all[kept] = (struct customer_verdict){.type = ask->type,
		    .by = ask->by,
		    .reason = ask->reason};
		(void)judgement_of(ask->verdict, &all[kept++].says);
	}
	c->verdicts = all;
	c->verdict_count = kept;
}

int
customer_verdict_since(struct db *db, struct arena *a, const struct book *book,
    const struct customer *c, const struct verdict_ask *ask,
    struct stood before, const char *today, int64_t *version)
{
	struct customer after = *c;
	struct names rejected, judged;
	const char *const *fallen;
	const struct db_rows *rows;
	int st;

	if (!is_sound(ask))
		return -EINVAL;
	judge_fields(a, &after, ask, &rejected, &judged);
	fallen = customer_drop_verdicts(book, a, &after, rejected.at, before);
	if (ask->type != NULL)
		set_verdict(a, &after, ask);

	const struct db_value values[] = {
	    db_text(c->id),
	    db_int(a, c->version),
	    db_text(ask->type),
	    db_text(ask->verdict),
	    db_text(ask->reason),
	    db_text(customer_errors_text(a, &after, judged.at)),
	    db_text(ask->marks == NULL ? "{}" : customer_marks_text(a, &after)),
	    db_text(ask->by),
	    db_text(customer_names_text(a, fallen)),
	    db_text(customer_standing_text(a, c,
		customer_standing(book, a, &after, today))),
	    db_text(customer_names_text(a,
		customer_moved(book, a, before, &after, today))),
	};

	st = db_call(db, a, &judge, values, &rows);
	if (st == DB_NONE)
		return CUSTOMER_FASTER;
	if (st != 0)
		return customer_unforeseen(db, "customer_judge", st);
	if (version != NULL)
		*version = db_col_int(rows, 0, "version");
	return 0;
}

int
customer_verdict_save(struct db *db, struct arena *a, const struct book *book,
    const struct customer *c, const struct verdict_ask *ask, const char *today,
    int64_t *version)
{
	return customer_verdict_since(db, a, book, c, ask,
	    (struct stood){.customer = c, .day = today}, today, version);
}
