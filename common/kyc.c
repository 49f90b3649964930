/*
 * How a customer stands: from names and states alone, without any key.
 */
#include "kyc.h"

#include <string.h>

#include "arena.h"
#include "book.h"
#include "kyc_types.h"

static const char ASSET_PREFIX[] = "iso4217:";

/* What a corridor makes of one field of a type. */
enum demand { NOT_ASKED, WELCOME, NEEDED };

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

static const char *
currency_code(const char *currency)
{
	size_t prefix = sizeof(ASSET_PREFIX) - 1;

	return strncmp(currency, ASSET_PREFIX, prefix) == 0 ? currency + prefix
	                                                    : currency;
}

static enum demand
demand_of(const struct asked_field *f, struct corridor corridor)
{
	enum demand most = f->when_count == 0 ? NEEDED : NOT_ASKED;
	enum demand one;

	for (size_t i = 0; i < f->when_count; i++) {
		const struct corridor *when = &f->when[i];

		one = NEEDED;
		if ((when->method != NULL && corridor.method == NULL) ||
		    (when->currency != NULL && corridor.currency == NULL))
			one = WELCOME;
		if (when->method != NULL && corridor.method != NULL &&
		    strcmp(when->method, corridor.method) != 0)
			one = NOT_ASKED;
		if (when->currency != NULL && corridor.currency != NULL &&
		    strcmp(when->currency, currency_code(corridor.currency)) !=
			0)
			one = NOT_ASKED;
		most = one > most ? one : most;
	}
	return most == NEEDED && f->optional ? WELCOME : most;
}

bool
customer_field_is_good(const struct customer_field *has, const char *today)
{
	return has != NULL && has->state != FIELD_REJECTED &&
	       (has->valid_until == NULL ||
		   strcmp(has->valid_until, today) >= 0);
}

enum customer_status
kyc_judge(const struct customer_type *type, struct arena *a,
    const struct customer *c, struct corridor corridor, const char *lang,
    const char *today, const struct need **needs, size_t *need_count)
{
	enum customer_status status = CUSTOMER_ACCEPTED;
	struct need *list = NULL;
	size_t count = 0;

	if (needs != NULL)
		list = arena_array(a, type->count, sizeof(*list));
	for (size_t i = 0; i < type->count; i++) {
		const struct asked_field *f = &type->fields[i];
		const struct customer_field *has = customer_has(c, f->name);
		enum demand demand = demand_of(f, corridor);

		if (demand == NOT_ASKED || customer_field_is_good(has, today))
			continue;
		/* What was given and is no longer good has to be mended,
		 * even where it need not have been given. */
		if (has != NULL)
			demand = NEEDED;
		if (demand == NEEDED)
			status = CUSTOMER_NEEDS_INFO;
		if (list != NULL)
			list[count++] = (struct need){f->name, demand != NEEDED,
			    text_in(f->description, lang)};
	}
	if (needs != NULL) {
		*needs = list;
		*need_count = count;
	}
	return status;
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

static bool
moved_in(const struct customer_type *type, struct arena *a,
    const struct customer *before, const struct customer *after,
    struct corridor corridor, const char *today)
{
	return kyc_judge(type, a, before, corridor, NULL, today, NULL, NULL) !=
	       kyc_judge(type, a, after, corridor, NULL, today, NULL, NULL);
}

/* It is enough to look at each condition alone: where several hold at once a
 * status moves only if it moves under one of them. */
bool
kyc_moved(const struct customer_type *type, struct arena *a,
    const struct customer *before, const struct customer *after,
    const char *today)
{
	static const char OTHER[] = "-"; /* fits no condition */
	struct corridor none = {OTHER, OTHER};

	if (moved_in(type, a, before, after, none, today))
		return true;
	for (size_t i = 0; i < type->count; i++)
		for (size_t j = 0; j < type->fields[i].when_count; j++) {
			struct corridor one = type->fields[i].when[j];

			if (one.method == NULL)
				one.method = OTHER;
			if (one.currency == NULL)
				one.currency = OTHER;
			if (moved_in(type, a, before, after, one, today))
				return true;
		}
	return false;
}
