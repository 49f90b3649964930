#include "customer_days.h"

#include <stdbool.h>
#include <string.h>

#include "customer_change.h"
#include "kyc.h"
#include "reply.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char OLDEST[] = "1900-01-01";

static const struct day_rule {
	const char *name;
	bool is_past;      /* it has been, or is today */
	const char *after; /* a member whose day is not later, or NULL */
} rules[] = {
    {"birth_date", true, NULL},
    {"id_issue_date", true, "birth_date"},
    {"id_expiration_date", false, "id_issue_date"},
};

const char *
day_why(const char *member, const char *day, const char *today)
{
	for (size_t i = 0; i < COUNT(rules); i++) {
		if (strcmp(rules[i].name, member) != 0)
			continue;
		if (strcmp(day, OLDEST) < 0)
			return "is before 1900";
		if (rules[i].is_past && strcmp(day, today) > 0)
			return "is in the future";
	}
	return NULL;
}

static bool
is_given(const struct customer_given *given, const char *name)
{
	for (size_t i = 0; i < given->count; i++)
		if (strcmp(given->list[i].name, name) == 0)
			return true;
	return false;
}

/* The day that counts, or NULL. */
static const char *
day_of(const struct customer_given *given, const char *const *pairs,
    const struct customer *before, const char *today, const char *name)
{
	if (!is_given(given, name) &&
	    !customer_field_is_good(customer_has(before, name), today))
		return NULL;
	for (; *pairs != NULL; pairs += 2)
		if (strcmp(pairs[0], name) == 0)
			return pairs[1];
	return NULL;
}

static int
order_or_reply(const struct customer_given *given, const char *const *pairs,
    const struct customer *before, const char *today,
    const struct day_rule *rule, struct reply *rp)
{
	const char *late, *early;

	if (rule->after == NULL ||
	    (!is_given(given, rule->name) && !is_given(given, rule->after)))
		return 0;
	late = day_of(given, pairs, before, today, rule->name);
	early = day_of(given, pairs, before, today, rule->after);
	if (late == NULL || early == NULL || strcmp(late, early) >= 0)
		return 0;
	if (is_given(given, rule->name))
		return reply_error(rp, 400, "%s is before %s", rule->name,
		    rule->after);
	return reply_error(rp, 400, "%s is after %s", rule->after, rule->name);
}

int
customer_days_or_reply(const struct customer_given *given,
    const char *const *pairs, const struct customer *before, const char *today,
    struct reply *rp)
{
	int st = 0;

	for (size_t i = 0; i < given->count; i++) {
		const struct given *g = &given->list[i];
		const char *why = NULL;

		if (g->text != NULL && g->text[0] != '\0')
			why = day_why(g->name, g->text, today);
		if (why != NULL)
			return reply_error(rp, 400, "%s %s", g->name, why);
	}
	for (size_t i = 0; st == 0 && i < COUNT(rules); i++)
		st = order_or_reply(given, pairs, before, today, &rules[i], rp);
	return st;
}
