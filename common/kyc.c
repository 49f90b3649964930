/*
 * How a customer stands: from names, states and verdicts, without any key.
 */
#include "kyc.h"

#include <string.h>

#include "arena.h"
#include "book.h"
#include "kyc_types.h"

static const char ASSET_PREFIX[] = "iso4217:";

/* What a corridor makes of one field of a type. */
enum demand { NOT_ASKED, WELCOME, NEEDED };

struct asking {
	bool is_asked;
	bool is_binding; /* what the type says of the value holds here */
	bool is_needed;
	const char *const *checks; /* where they bind */
};

const char *
customer_status_name(enum customer_status status)
{
	static const char *const names[] = {
	    [CUSTOMER_ACCEPTED] = "ACCEPTED",
	    [CUSTOMER_PROCESSING] = "PROCESSING",
	    [CUSTOMER_NEEDS_INFO] = "NEEDS_INFO",
	    [CUSTOMER_REJECTED] = "REJECTED",
	};

	return names[status];
}

const struct customer_field *
customer_has(const struct customer *c, const char *name)
{
	for (size_t i = 0; c != NULL && i < c->field_count; i++)
		if (strcmp(c->fields[i].name, name) == 0)
			return &c->fields[i];
	return NULL;
}

const struct customer_verdict *
customer_verdict_of(const struct customer *c, const char *type)
{
	for (size_t i = 0; c != NULL && i < c->verdict_count; i++)
		if (strcmp(c->verdicts[i].type, type) == 0)
			return &c->verdicts[i];
	return NULL;
}

/* --- one field ----------------------------------------------------------- */

static const char *
currency_code(const char *currency)
{
	size_t prefix = sizeof(ASSET_PREFIX) - 1;

	return strncmp(currency, ASSET_PREFIX, prefix) == 0 ? currency + prefix
	                                                    : currency;
}

static enum demand
demand_when(struct corridor when, struct corridor corridor)
{
	if (when.method != NULL && corridor.method != NULL &&
	    strcmp(when.method, corridor.method) != 0)
		return NOT_ASKED;
	if (when.currency != NULL && corridor.currency != NULL &&
	    strcmp(when.currency, currency_code(corridor.currency)) != 0)
		return NOT_ASKED;
	if ((when.method != NULL && corridor.method == NULL) ||
	    (when.currency != NULL && corridor.currency == NULL))
		return WELCOME;
	return NEEDED;
}

static struct asking
asking_of(const struct asked_field *f, struct corridor corridor)
{
	enum demand most = f->when_count == 0 ? NEEDED : NOT_ASKED;
	const char *const *checks = f->checks;

	for (size_t i = 0; most != NEEDED && i < f->when_count; i++) {
		enum demand one = demand_when(f->when[i].corridor, corridor);

		most = one > most ? one : most;
		if (one == NEEDED && f->when[i].checks != NULL)
			checks = f->when[i].checks;
	}
	return (struct asking){.is_asked = most != NOT_ASKED,
	    .is_binding = most == NEEDED,
	    .is_needed = most == NEEDED && !f->optional,
	    .checks = most == NEEDED ? checks : NULL};
}

bool
customer_field_is_good(const struct customer_field *has, const char *today)
{
	return has != NULL && has->state != FIELD_REJECTED &&
	       (has->valid_until == NULL ||
		   strcmp(has->valid_until, today) >= 0);
}

static bool
passes_one(const struct customer_field *has, const char *const *checks)
{
	bool passes = checks == NULL;

	for (; !passes && *checks != NULL; checks++)
		passes = is_among(has->checks, *checks);
	return passes;
}

static enum field_fault
fault_of(const struct customer_type *type, const struct asked_field *f,
    const struct asking *asking, const struct customer_field *has,
    const char *today)
{
	if (has == NULL)
		return FIELD_ABSENT;
	if (has->state == FIELD_REJECTED)
		return FIELD_REFUSED;
	if (!customer_field_is_good(has, today))
		return FIELD_EXPIRED;
	if (!asking->is_binding)
		return FIELD_FINE;
	if (!passes_one(has, asking->checks))
		return FIELD_UNFIT;
	if (f->choices != NULL && !is_among(has->choice_of, type->name))
		return FIELD_UNLISTED;
	if (f->proof && !has->is_proven)
		return FIELD_UNPROVEN;
	return FIELD_FINE;
}

enum field_fault
kyc_field_fault(const struct customer_type *type, const struct customer *c,
    const char *name, struct corridor corridor, const char *today)
{
	for (size_t i = 0; i < type->count; i++) {
		const struct asked_field *f = &type->fields[i];
		struct asking asking;

		if (strcmp(f->name, name) != 0)
			continue;
		asking = asking_of(f, corridor);
		return asking.is_asked ? fault_of(type, f, &asking,
					     customer_has(c, name), today)
		                       : FIELD_FINE;
	}
	return FIELD_FINE;
}

/* --- the customer -------------------------------------------------------- */

bool
kyc_awaits(const struct customer_type *type, const struct customer *c)
{
	const struct customer_verdict *v = customer_verdict_of(c, type->name);

	if (v != NULL)
		return v->says == JUDGED_HELD;
	return type->review != REVIEW_AUTO;
}

static enum customer_status
status_of(const struct customer_type *type, const struct customer *c,
    bool is_complete)
{
	const struct customer_verdict *v = customer_verdict_of(c, type->name);

	if (v != NULL && v->says == JUDGED_REJECTED)
		return CUSTOMER_REJECTED;
	if (!is_complete || c == NULL)
		return CUSTOMER_NEEDS_INFO;
	return kyc_awaits(type, c) ? CUSTOMER_PROCESSING : CUSTOMER_ACCEPTED;
}

enum customer_status
kyc_judge(const struct customer_type *type, struct arena *a,
    const struct customer *c, struct corridor corridor, const char *lang,
    const char *today, const struct need **needs, size_t *need_count)
{
	bool is_complete = true;
	struct need *list = NULL;
	size_t count = 0;

	if (needs != NULL)
		list = arena_array(a, type->count, sizeof(*list));
	for (size_t i = 0; i < type->count; i++) {
		const struct asked_field *f = &type->fields[i];
		const struct customer_field *has = customer_has(c, f->name);
		struct asking asking = asking_of(f, corridor);
		enum field_fault why = fault_of(type, f, &asking, has, today);

		if (!asking.is_asked || why == FIELD_FINE)
			continue;
		/* What was given and is no longer good has to be mended,
		 * even where it need not have been given. */
		if (has != NULL)
			asking.is_needed = true;
		if (asking.is_needed)
			is_complete = false;
		if (list != NULL)
			list[count++] = (struct need){.name = f->name,
			    .optional = !asking.is_needed,
			    .description = text_in(f->description, lang),
			    .why = why,
			    .choices = f->choices,
			    .checks = asking.checks};
	}
	if (needs != NULL) {
		*needs = list;
		*need_count = count;
	}
	return status_of(type, c, is_complete);
}

enum customer_status
kyc_status(const struct book *book, struct arena *a, const struct customer *c,
    const char *type, struct corridor corridor, const char *lang,
    const char *today, const struct need **needs, size_t *need_count)
{
	const struct customer_type *known = book_type(book, type);

	if (known != NULL)
		return kyc_judge(known, a, c, corridor, lang, today, needs,
		    need_count);
	if (needs != NULL) {
		*needs = NULL;
		*need_count = 0;
	}
	return CUSTOMER_NEEDS_INFO;
}

static enum customer_status
status_in(struct arena *a, struct stand s, struct corridor corridor)
{
	return s.type == NULL ? CUSTOMER_NEEDS_INFO
	                      : kyc_judge(s.type, a, s.customer, corridor, NULL,
				    s.day, NULL, NULL);
}

static bool
moved_in(struct arena *a, struct stand before, struct stand after,
    struct corridor corridor)
{
	return status_in(a, before, corridor) != status_in(a, after, corridor);
}

static const char OTHER[] = "-"; /* fits no condition */

/* It is enough to look at each condition alone: where several hold at once a
 * status moves only if it moves under one of them. */
static bool
moved_by(struct arena *a, struct stand before, struct stand after,
    const struct customer_type *type)
{
	for (size_t i = 0; type != NULL && i < type->count; i++)
		for (size_t j = 0; j < type->fields[i].when_count; j++) {
			struct corridor one = type->fields[i].when[j].corridor;

			if (one.method == NULL)
				one.method = OTHER;
			if (one.currency == NULL)
				one.currency = OTHER;
			if (moved_in(a, before, after, one))
				return true;
		}
	return false;
}

bool
kyc_moved(struct arena *a, struct stand before, struct stand after)
{
	struct corridor none = {OTHER, OTHER};

	return moved_in(a, before, after, none) ||
	       moved_by(a, before, after, before.type) ||
	       (after.type != before.type &&
		   moved_by(a, before, after, after.type));
}
