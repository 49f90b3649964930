#include "customer_change.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "book.h"
#include "buf.h"
#include "customer_ask.h"
#include "customer_checks.h"
#include "customer_code.h"
#include "customer_days.h"
#include "customer_stand.h"
#include "customer_store.h"
#include "id.h"
#include "instant.h"
#include "kyc.h"
#include "reply.h"
#include "request.h"
#include "sep9.h"

/* The one value whose day is kept in clear: papers expire. */
static const char EXPIRES[] = "id_expiration_date";

/* What makes a customer this person and not another. */
static const char *const identity[] = {"first_name", "last_name",
    "additional_name", "birth_date"};

/* What is given? */

/* A code that is empty is none. */
static int
code_or_reply(struct arena *a, const struct sep9 *field, const char *text,
    struct customer_given *given, struct reply *rp)
{
	const char *why;

	if (text[0] == '\0')
		return 0;
	why = sep9_why(field, text);
	if (why != NULL)
		return reply_error(rp, 400, "%s %s", field->name, why);
	given->codes[given->code_count++] =
	    (struct given_code){.member = field->name,
		.name = customer_code_proves(a, field->name),
		.text = text};
	return 0;
}

static int
text_or_reply(struct arena *a, const struct sep9 *field, const char *text,
    const char **out, struct reply *rp)
{
	const char *why;
	char day[DAY_TEXT];

	*out = text;
	if (text[0] == '\0')
		return 0;
	why = sep9_why(field, text);
	if (why != NULL)
		return reply_error(rp, 400, "%s %s", field->name, why);
	if (field->kind != SEP9_DATE)
		return 0;
	if (day_parse(text, day) != 0)
		return reply_error(rp, 400, "%s %s", field->name, field->shape);
	*out = arena_strdup(a, day);
	return 0;
}

static int
file_or_reply(const struct value *v, const char *name,
    struct documents *documents, struct given *g, struct reply *rp)
{
	struct document *d = &documents->list[documents->count++];
	const char *why = document_take(v, name, d);

	g->file = d;
	return why == NULL ? 0 : reply_error(rp, 400, "%s %s", name, why);
}

int
customer_given_or_reply(const struct request *rq, struct customer_given *given,
    struct reply *rp)
{
	struct given *list = arena_array(rq->arena, rq->count, sizeof(*list));
	int st = 0;

	*given = (struct customer_given){.list = list};
	given->codes =
	    arena_array(rq->arena, rq->count + 1, sizeof(*given->codes));
	given->files.list = arena_secret(rq->arena,
	    (rq->count + 1) * sizeof(*given->files.list));
	for (size_t i = 0; st == 0 && i < rq->count; i++) {
		const struct value *v = &rq->values[i];
		const struct sep9 *field = sep9_find(v->name);
		struct given *g = &list[given->count];
		bool is_file = v->text == NULL;

		if (field == NULL)
			continue;
		g->name = field->name;
		if (is_file && field->kind != SEP9_BINARY)
			return reply_error(rp, 400,
			    "%s must be text, not a file", v->name);
		if (field->kind == SEP9_CODE) {
			st =
			    code_or_reply(rq->arena, field, v->text, given, rp);
			continue;
		}
		if (!is_file && field->kind == SEP9_BINARY &&
		    v->text[0] != '\0')
			return reply_error(rp, 400, "%s must be a file",
			    v->name);
		if (is_file) {
			st = file_or_reply(v, g->name, &given->files, g, rp);
		} else {
			st = text_or_reply(rq->arena, field, v->text, &g->text,
			    rp);
		}
		given->count++;
	}
	return st;
}

/* What becomes of the customer? */

struct change {
	const struct customer *before; /* NULL: new */
	const char *const *old;        /* pairs, then NULL */
	struct customer *after;
	struct customer_field *fields;
	const char **pairs;
	size_t pair_count;
	const char **changed, **dropped;
	size_t change_count, drop_count;
	const char *today;
};

static const char *
value_of(const char *const *pairs, const char *name)
{
	for (; *pairs != NULL; pairs += 2)
		if (strcmp(pairs[0], name) == 0)
			return pairs[1];
	return NULL;
}

static void
set_state(struct change *ch, const struct given *g)
{
	struct customer *c = ch->after;
	size_t at = 0;

	while (at < c->field_count && strcmp(ch->fields[at].name, g->name) != 0)
		at++;
	if (at == c->field_count)
		c->field_count++;
	ch->fields[at] = (struct customer_field){
	    .name = g->name,
	    .state = FIELD_GIVEN,
	    .valid_until = strcmp(g->name, EXPIRES) == 0 ? g->text : NULL,
	    .is_file = g->file != NULL,
	};
}

static void
clear_state(struct change *ch, const char *name)
{
	struct customer *c = ch->after;
	size_t kept = 0;

	for (size_t i = 0; i < c->field_count; i++)
		if (strcmp(ch->fields[i].name, name) != 0)
			ch->fields[kept++] = ch->fields[i];
		else if (ch->fields[i].is_file)
			ch->dropped[ch->drop_count++] = name;
	c->field_count = kept;
}

static void
set_value(struct change *ch, const char *name, const char *text)
{
	size_t at = 0;

	while (at < ch->pair_count && strcmp(ch->pairs[at], name) != 0)
		at += 2;
	if (text[0] != '\0') {
		ch->pairs[at] = name;
		ch->pairs[at + 1] = text;
		ch->pair_count += at == ch->pair_count ? 2 : 0;
	} else if (at < ch->pair_count) {
		ch->pair_count -= 2;
		memmove(&ch->pairs[at], &ch->pairs[at + 2],
		    (ch->pair_count - at) * sizeof(ch->pairs[0]));
	}
}

static bool
differs(const struct change *ch, const struct given *g)
{
	const char *old = value_of(ch->old, g->name);

	if (g->file != NULL)
		return !g->file->is_known ||
		       customer_has(ch->before, g->name) == NULL;
	if (g->text[0] == '\0')
		return customer_has(ch->before, g->name) != NULL;
	return old == NULL || strcmp(old, g->text) != 0;
}

static void
take(struct change *ch, const struct given *g)
{
	if (!differs(ch, g))
		return;
	ch->changed[ch->change_count++] = g->name;
	if (g->file == NULL)
		set_value(ch, g->name, g->text);
	if (g->file == NULL && g->text[0] == '\0')
		clear_state(ch, g->name);
	else
		set_state(ch, g);
}

/* Types that the customer was put under, or else all; then the type asked
 * about, which may be among them; then NULL. */
static const struct customer_type **
types_of(struct arena *a, const struct book *book, const struct customer *c,
    const struct customer_type *asked, size_t *own)
{
	const struct customer_type *type, **types;
	size_t most = c->type_count, count = 0;
	bool has_none;

	for (size_t i = 0; book_type_at(book, i) != NULL; i++)
		most++;
	types = arena_array(a, most + 2, sizeof(struct customer_type *));
	for (size_t i = 0; i < c->type_count; i++)
		if ((type = book_type(book, c->types[i])) != NULL)
			types[count++] = type;
	has_none = count == 0;
	for (size_t i = 0; has_none && (type = book_type_at(book, i)) != NULL;
	     i++)
		types[count++] = type;
	*own = count;
	types[count] = asked;
	return types;
}

/* Is the field missing, or rejected?  A value that is good for a type which the
 * customer was put under is theirs to change, whichever type is asked about. */
static bool
is_wanted(const struct change *ch, struct arena *a, const struct book *book,
    const struct customer_ask *ask, struct corridor corridor, const char *name)
{
	const struct customer *c = ch->before;
	const struct customer_field *has = customer_has(c, name);
	size_t own;
	const struct customer_type **types =
	    types_of(a, book, c, ask->type, &own);
	bool is_wanted = false;

	if (has != NULL && !customer_field_is_good(has, ch->today))
		return true;
	for (size_t i = 0; types[i] != NULL; i++) {
		enum field_fault fault =
		    kyc_field_fault(types[i], c, name, corridor, ch->today);

		if (customer_type_asks(types[i], name, NULL) == NULL)
			continue;
		if (has != NULL && i < own && fault <= FIELD_UNPROVEN)
			return false;
		is_wanted |= has == NULL || fault > FIELD_ABSENT;
	}
	return is_wanted;
}

/* The value may be another by now, if somebody else was faster. */
static void
mark_proven(struct change *ch, const struct customer_given *given)
{
	for (size_t i = 0; i < given->code_count; i++) {
		const struct given_code *code = &given->codes[i];
		const char *value = value_of(ch->pairs, code->name);

		if (code->proves == NULL || value == NULL ||
		    strcmp(value, code->proves) != 0)
			continue;
		for (size_t k = 0; k < ch->after->field_count; k++)
			if (strcmp(ch->fields[k].name, code->name) == 0)
				ch->fields[k].is_proven = true;
		ch->changed[ch->change_count++] = code->member;
	}
}

/* Whoever knows an id and says no account may help, not change. */
static int
helping_or_reply(const struct change *ch, struct arena *a,
    const struct book *book, const struct customer_ask *ask,
    const struct customer_seen *seen, const struct customer_given *given,
    struct reply *rp)
{
	for (size_t i = 0; i < given->count; i++) {
		const struct given *g = &given->list[i];

		if (differs(ch, g) &&
		    !is_wanted(ch, a, book, ask, seen->corridor, g->name))
			return reply_error(rp, 400,
			    "%s is not missing and was not rejected; without "
			    "account it cannot be changed",
			    g->name);
	}
	return 0;
}

/* A value that the type asked about does not list could never be accepted. */
static int
choices_or_reply(struct arena *a, const struct customer_type *type,
    const struct customer_given *given, struct reply *rp)
{
	struct buf list;

	for (size_t i = 0; type != NULL && i < given->count; i++) {
		const struct given *g = &given->list[i];
		const char *const *one = customer_type_choices(type, g->name);

		if (one == NULL || g->file != NULL || g->text[0] == '\0')
			continue;
		buf_init(&list, a, 8192);
		for (; *one != NULL && strcmp(*one, g->text) != 0; one++)
			buf_printf(&list, "%s%s", list.len > 0 ? ", " : "",
			    *one);
		if (*one == NULL)
			return reply_error(rp, 400, "%s must be one of: %s",
			    g->name, list.data);
	}
	return 0;
}

static bool
stands(const struct customer *c, const struct book *book, struct arena *a,
    const struct customer_type *asked, const char *today)
{
	const struct corridor any = {0};
	const struct customer_type **type;
	bool good = false;
	size_t own;

	for (type = types_of(a, book, c, asked, &own); !good && *type != NULL;
	     type++)
		good = kyc_judge(*type, a, c, any, NULL, today, NULL, NULL) <=
		       CUSTOMER_PROCESSING;
	return good;
}

/* One account without memo may stand for many people who are known by ids: a
 * PUT without both that changes who somebody is means somebody else. */
static int
same_person_or_reply(const struct change *ch,
    const struct customer_given *given, struct reply *rp)
{
	for (size_t i = 0; i < given->count; i++) {
		const struct given *g = &given->list[i];

		for (size_t k = 0; k < sizeof(identity) / sizeof(identity[0]);
		     k++)
			if (strcmp(g->name, identity[k]) == 0 &&
			    customer_has(ch->before, g->name) != NULL &&
			    differs(ch, g))
				return reply_error(rp, 400,
				    "%s would change for a customer who was "
				    "accepted or is in review; say id if it "
				    "is the same person, or a memo if it is "
				    "another",
				    g->name);
	}
	return 0;
}

static void
add_type(struct arena *a, struct customer *c, const struct customer_type *type,
    bool *changes)
{
	const char **types;

	for (size_t i = 0; i < c->type_count; i++)
		if (strcmp(c->types[i], customer_type_name(type)) == 0)
			return;
	types = arena_array(a, c->type_count + 1, sizeof(*types));
	for (size_t i = 0; i < c->type_count; i++)
		types[i] = c->types[i];
	types[c->type_count++] = customer_type_name(type);
	c->types = types;
	*changes = true;
}

static int
by_name(const void *a, const void *b)
{
	const char *one = ((const struct customer_field *)a)->name;
	const char *other = ((const struct customer_field *)b)->name;
	size_t len = strlen(one), other_len = strlen(other);

	if (len != other_len)
		return len < other_len ? -1 : 1;
	return strcmp(one, other);
}

/* Room for all that was there and all that is given. */
static void
begin(struct change *ch, struct arena *a, const struct customer_ask *ask,
    size_t given, size_t codes)
{
	const struct customer *before = ch->before;
	size_t had = before == NULL ? 0 : before->field_count;

	if (before != NULL) {
		*ch->after = *before;
	} else {
		char *id = arena_alloc(a, ID_TEXT);

		ch->after->id = id_new(id);
		ch->after->account = ask->account;
		ch->after->memo_type = ask->memo_type;
		ch->after->memo = ask->memo;
	}
	ch->fields = arena_array(a, had + given, sizeof(*ch->fields));
	ch->after->fields = ch->fields;
	for (size_t i = 0; i < had; i++)
		ch->fields[i] = before->fields[i];
	while (ch->old[ch->pair_count] != NULL)
		ch->pair_count += 2;
	ch->pairs =
	    arena_array(a, ch->pair_count + 2 * given + 1, sizeof(*ch->pairs));
	for (size_t i = 0; i < ch->pair_count; i++)
		ch->pairs[i] = ch->old[i];
	ch->changed = arena_array(a, given + codes + 1, sizeof(*ch->changed));
	ch->dropped = arena_array(a, given + 1, sizeof(*ch->dropped));
}

int
customer_change_or_reply(const struct request *rq, const struct seal *keys,
    const struct book *book, const struct customer_ask *ask,
    const struct customer_seen *seen, const struct customer_given *given,
    struct customer_next *next, bool *changes, struct reply *rp)
{
	static const char *const none[] = {NULL};
	struct change ch = {.before = seen->customer,
	    .old = none,
	    .after = &next->customer,
	    .today = seen->today};
	const struct stood stood = {.customer = ch.before, .day = ch.today};
	int st = 0;

	*next = (struct customer_next){0};
	if (ch.before != NULL &&
	    customer_values(keys, rq->arena, ch.before, &ch.old) != 0)
		return -EIO;
	begin(&ch, rq->arena, ask, given->count, given->code_count);
	if (ask->account == NULL)
		st = helping_or_reply(&ch, rq->arena, book, ask, seen, given,
		    rp);
	else if (ask->id == NULL && ask->memo[0] == '\0' && ch.before != NULL &&
		 stands(ch.before, book, rq->arena, ask->type, ch.today))
		st = same_person_or_reply(&ch, given, rp);
	if (st == 0)
		st = choices_or_reply(rq->arena, ask->type, given, rp);
	if (st != 0)
		return st;
	for (size_t i = 0; i < given->count; i++)
		take(&ch, &given->list[i]);
	ch.pairs[ch.pair_count] = NULL;
	mark_proven(&ch, given);
	st = customer_days_or_reply(given, ch.pairs, ch.before, ch.today, rp);
	if (st != 0)
		return st;
	/* In jsonb's order: the answer is what a GET will say. */
	qsort(ch.fields, ch.after->field_count, sizeof(*ch.fields), by_name);
	*changes = customer_checks_try(rq->arena, book, ch.fields,
		       ch.after->field_count, ch.pairs) ||
	           ch.before == NULL || ch.change_count > 0;
	if (ask->type != NULL)
		add_type(rq->arena, ch.after, ask->type, changes);
	next->pairs = ch.pairs;
	next->changed = ch.changed;
	next->dropped = ch.dropped;
	customer_drop_verdicts(book, rq->arena, ch.after, ch.changed, stood);
	next->moved =
	    customer_moved(book, rq->arena, stood, ch.after, ch.today);
	next->standing = customer_standing(book, rq->arena, ch.after, ch.today);
	return 0;
}
