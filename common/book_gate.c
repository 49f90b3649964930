/*
 * book_gate - who may begin payments, and what follows where one may not.
 */
#include "account.h"
#include "arena.h"
#include "book_parts.h"
#include "json.h"
#include "reader.h"

enum { HOUR = 1, YEAR = 366 * 24, WEEK = 7 * 24, NAME = 128 };

// clang-format off
static const struct member clients_member =
	{ "clients", READ_TEXTS, offsetof(struct gate_rules, clients), false, 0, NAME };
static const struct member hours_member =
	{ "abandoned_after_hours", READ_COUNT, offsetof(struct gate_rules, hours), false, HOUR, YEAR };
// clang-format on

/* {"CODE": "POLICY", ...}: an object that is read by its names. */
static const struct refusal_rule *
read_refusals(struct reader *r, const struct json *doc, size_t *count)
{
	static const char where[] = "limits.refusals";
	struct refusal_rule *all;
	size_t i;

	if (json_kind(doc) != JSON_OBJECT) {
		read_fault(r, where, "must be an object of codes and policies");
		return NULL;
	}
	*count = json_count(doc);
	all = arena_array(r->arena, *count + 1, sizeof(*all));
	for (i = 0; i < *count; i++) {
		const struct json *v = json_member(doc, i, &all[i].code);
		const char *name = json_text(v), *code = all[i].code;

		all[i].policy = name == NULL ? POLICY_MAX : policy_named(name);
		if (!is_refusal(code))
			read_fault(r, where, "there is no refusal %s", code);
		else if (all[i].policy == POLICY_MAX)
			read_fault(r, where,
			    "%s must be hold, wait, ask or fail", code);
		else if (!refusal_may(code, all[i].policy))
			read_fault(r, where, "%s cannot be %s", code, name);
	}
	return all;
}

static void
read_clients(struct reader *r, const struct json *doc, struct gate_rules *out)
{
	static const char where[] = "limits.clients";
	char base[ACCOUNT_TEXT], id[MEMO_ID_TEXT];
	size_t i;

	read_value(r, doc, where, &clients_member, out);
	for (i = 0; out->clients != NULL && out->clients[i] != NULL; i++)
		if (account_base(out->clients[i], base, id) != 0 ||
		    strcmp(base, out->clients[i]) != 0)
			read_fault(r, where,
			    "each must be a Stellar account (G...)");
}

void
book_read_gate(struct reader *r, const struct json *doc, struct book *book)
{
	const struct json *clients = json_get(doc, "clients");
	const struct json *refusals = json_get(doc, "refusals");
	const struct json *hours = json_get(doc, "abandoned_after_hours");

	book->gate.hours = WEEK;
	if (clients != NULL)
		read_clients(r, clients, &book->gate);
	if (refusals != NULL)
		book->gate.refusals =
		    read_refusals(r, refusals, &book->gate.refusal_count);
	if (hours != NULL)
		read_value(r, hours, "limits.abandoned_after_hours",
		    &hours_member, &book->gate);
}

bool
book_lets(const struct book *book, const char *client)
{
	size_t i;

	if (book->gate.clients == NULL)
		return true;
	for (i = 0; book->gate.clients[i] != NULL; i++)
		if (strcmp(book->gate.clients[i], client) == 0)
			return true;
	return false;
}

enum policy
book_policy(const struct book *book, const char *code)
{
	size_t i;

	for (i = 0; i < book->gate.refusal_count; i++)
		if (strcmp(book->gate.refusals[i].code, code) == 0)
			return book->gate.refusals[i].policy;
	return refusal_policy(code);
}

instant
book_abandoned_after(const struct book *book)
{
	return (book->gate.hours == 0 ? WEEK : book->gate.hours) * 3600 *
	       SECOND;
}
