/*
 * book_parse_terms - the document of terms: what clients have in common, and
 * what some have for themselves.
 */
#include "arena.h"
#include "book_parts.h"
#include "json.h"
#include "reader.h"

#define ROWS(table) (table), sizeof(table) / sizeof((table)[0])
#define AT(type, member) offsetof(struct type, member)

enum { NAME = 128, MINUTE = 60, DAY = 86400 };

// clang-format off
static const struct member terms_members[] = {
	{ "spread_percent", READ_DECIMAL, AT(terms, spread_percent), true, 4, 100 },
	{ "fee_discount_percent", READ_DECIMAL, AT(terms, fee_discount_percent), false, 4, 101 },
	{ "lifetime",      READ_COUNT,   AT(terms, lifetime), true, 2 * MINUTE, DAY },
	{ "lifetime_most", READ_COUNT,   AT(terms, lifetime_most), true, 2 * MINUTE, 7 * DAY },
};
static const struct member names_member =
	{ "names",         READ_TEXTS,   AT(terms, names), true, 0, NAME };
static const struct member cap_member =
	{ "caps",          READ_DECIMAL, AT(cap, most), true, 18, INT64_MAX };
static const struct member spread_members[] = {
	{ "sell_asset",    READ_ASSET,   AT(spread, sell_asset), false, 0, 0 },
	{ "buy_asset",     READ_ASSET,   AT(spread, buy_asset), false, 0, 0 },
	{ "spread_percent", READ_DECIMAL, AT(spread, spread_percent), true, 4, 100 },
};
static const char *const standard_too[] = {
	"caps", "caps_per_day", "spreads", "limits", NULL
};
static const char *const client_too[] = {
	"names", "caps", "caps_per_day", "spreads", "limits", NULL
};
// clang-format on

/* {"POOL": "AMOUNT", ...}: the one object that is read by its names. */
static const struct cap *
read_caps(struct reader *r, const struct json *doc, const char *where,
    size_t *count)
{
	struct cap *all;
	size_t i;

	if (json_kind(doc) != JSON_OBJECT) {
		read_fault(r, where, "must be an object of pools and amounts");
		return NULL;
	}
	*count = json_count(doc);
	all = arena_array(r->arena, *count + 1, sizeof(*all));
	for (i = 0; i < *count; i++) {
		const struct json *v = json_member(doc, i, &all[i].pool);

		read_value(r, v,
		    arena_printf(r->arena, "%s.%s", where, all[i].pool),
		    &cap_member, &all[i]);
	}
	return all;
}

static void
read_terms(struct reader *r, const struct json *doc, const char *where,
    bool is_client, struct terms *out)
{
	const struct json *names = json_get(doc, "names");
	const struct json *day_caps = json_get(doc, "caps_per_day");
	const struct json *spreads = json_get(doc, "spreads");
	const struct json *limits = json_get(doc, "limits");

	read_object(r, doc, where, ROWS(terms_members),
	    is_client ? client_too : standard_too, out);
	if (json_kind(doc) != JSON_OBJECT)
		return;
	if (is_client && names == NULL)
		read_fault(r, where, "names is missing");
	else if (is_client)
		read_value(r, names, arena_printf(r->arena, "%s.names", where),
		    &names_member, out);
	out->caps = read_caps(r, json_get(doc, "caps"),
	    arena_printf(r->arena, "%s.caps", where), &out->cap_count);
	if (day_caps != NULL)
		out->day_caps = read_caps(r, day_caps,
		    arena_printf(r->arena, "%s.caps_per_day", where),
		    &out->day_cap_count);
	if (spreads != NULL)
		out->spreads = read_rows(r, spreads,
		    arena_printf(r->arena, "%s.spreads", where),
		    ROWS(spread_members), NULL, sizeof(*out->spreads),
		    &out->spread_count);
	if (limits != NULL)
		out->limits = book_read_limits(r, limits,
		    arena_printf(r->arena, "%s.limits", where),
		    &out->limit_count);
}

void
book_read_terms(struct reader *r, const struct json *doc, struct book *book)
{
	static const char *const parts[] = {"default", "clients", NULL};
	const struct json *clients = json_get(doc, "clients");
	struct terms *own = arena_alloc(r->arena, sizeof(*own)), *all;
	size_t i, count = json_count(clients);

	read_object(r, doc, "terms", NULL, 0, parts, NULL);
	read_terms(r, json_get(doc, "default"), "terms.default", false, own);
	book->standard = own;
	if (clients == NULL)
		return;
	if (json_kind(clients) != JSON_ARRAY) {
		read_fault(r, "terms.clients", "must be a list");
		return;
	}
	all = arena_array(r->arena, count + 1, sizeof(*all));
	for (i = 0; i < count; i++)
		read_terms(r, json_at(clients, i),
		    arena_printf(r->arena, "terms.clients[%zu]", i), true,
		    &all[i]);
	book->clients = all;
	book->client_count = count;
}
