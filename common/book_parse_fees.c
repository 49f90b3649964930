/*
 * book_parse_fees - the document of fees.
 *
 * A rule has tiers, or is its only tier itself; a tier has lines, or is its
 * only line itself: [{"name": "Fee", "in": "sell", "fixed": "1"}] is a rule.
 */
#include "arena.h"
#include "book_parts.h"
#include "json.h"
#include "reader.h"

#define ROWS(table) (table), sizeof(table) / sizeof((table)[0])
#define AT(type, member) offsetof(struct type, member)

enum { NAME = 64, DESCRIPTION = 200, TIERS_MOST = 16 };

// clang-format off
static const struct member rule_members[] = {
	{ "sell_asset",    READ_ASSET,   AT(fee_rule, sell_asset), false, 0, 0 },
	{ "buy_asset",     READ_ASSET,   AT(fee_rule, buy_asset), false, 0, 0 },
	{ "sell_delivery_method", READ_TEXT, AT(fee_rule, sell_delivery_method), false, 0, NAME },
	{ "buy_delivery_method", READ_TEXT, AT(fee_rule, buy_delivery_method), false, 0, NAME },
	{ "delivery_method", READ_TEXT,  AT(fee_rule, delivery_method), false, 0, NAME },
	{ "country_code",  READ_TEXT,    AT(fee_rule, country_code), false, 0, 2 },
	{ "in",            READ_SIDE,    AT(fee_rule, in), true, 0, 0 },
};
static const struct member tier_members[] = {
	{ "from",          READ_DECIMAL, AT(fee_tier, from), true, 18, 1000000000000 },
};
static const struct member line_members[] = {
	{ "name",          READ_TEXT,    AT(fee_line, name), true, 0, NAME },
	{ "description",   READ_TEXT,    AT(fee_line, description), false, 0, DESCRIPTION },
	{ "fixed",         READ_DECIMAL, AT(fee_line, fixed), false, 18, 1000000000000 },
	{ "percent",       READ_DECIMAL, AT(fee_line, percent), false, 6, 100 },
	{ "minimum",       READ_DECIMAL, AT(fee_line, minimum), false, 18, 1000000000000 },
	{ "maximum",       READ_DECIMAL, AT(fee_line, maximum), false, 18, 1000000000000 },
};

/* What an object may have besides its own members: how it goes on. */
static const char *const with_tiers[] = { "tiers", NULL };
static const char *const with_lines[] = { "lines", NULL };
static const char *const as_line[] = {
	"name", "description", "fixed", "percent", "minimum", "maximum", NULL
};
static const char *const as_rule[] = {
	"sell_asset", "buy_asset", "sell_delivery_method", "buy_delivery_method",
	"delivery_method", "country_code", "in", "from", NULL
};
// clang-format on

static bool
has_list(const struct json *object, const char *name)
{
	return json_kind(json_get(object, name)) != JSON_ABSENT;
}

/* The lines of a tier, or of a rule without tiers. */
static void
read_lines(struct reader *r, const struct json *object, const char *where,
    struct fee_tier *tier)
{
	struct fee_line *line;

	if (has_list(object, "lines")) {
		where = arena_printf(r->arena, "%s.lines", where);
		tier->lines = read_rows(r, json_get(object, "lines"), where,
		    ROWS(line_members), NULL, sizeof(*tier->lines),
		    &tier->line_count);
		if (tier->line_count == 0 || tier->line_count > FEE_LINES)
			read_fault(r, where, "must have 1 to %d lines",
			    FEE_LINES);
		return;
	}
	line = arena_alloc(r->arena, sizeof(*line));
	read_object(r, object, where, ROWS(line_members), as_rule, line);
	tier->lines = line;
	tier->line_count = 1;
}

static void
read_tiers(struct reader *r, const struct json *object, const char *where,
    struct fee_rule *rule)
{
	const struct json *list = json_get(object, "tiers");
	struct fee_tier *tiers;
	size_t i;

	if (!has_list(object, "tiers")) {
		tiers = arena_alloc(r->arena, sizeof(*tiers));
		read_lines(r, object, where, tiers);
		rule->tiers = tiers;
		rule->tier_count = 1;
		return;
	}
	where = arena_printf(r->arena, "%s.tiers", where);
	rule->tier_count = json_count(list);
	if (json_kind(list) != JSON_ARRAY || rule->tier_count == 0 ||
	    rule->tier_count > TIERS_MOST) {
		read_fault(r, where, "must be a list of 1 to %d tiers",
		    TIERS_MOST);
		return;
	}
	tiers = arena_array(r->arena, rule->tier_count, sizeof(*tiers));
	for (i = 0; i < rule->tier_count; i++) {
		const struct json *v = json_at(list, i);
		const char *here = arena_printf(r->arena, "%s[%zu]", where, i);

		read_object(r, v, here, ROWS(tier_members),
		    has_list(v, "lines") ? with_lines : as_line, &tiers[i]);
		if (json_kind(v) == JSON_OBJECT)
			read_lines(r, v, here, &tiers[i]);
	}
	rule->tiers = tiers;
}

void
book_read_fees(struct reader *r, const struct json *doc, struct book *book)
{
	struct fee_rule *rules;
	size_t i;

	if (json_kind(doc) != JSON_ARRAY) {
		read_fault(r, "fees", "must be a list");
		return;
	}
	book->fee_count = json_count(doc);
	rules = arena_array(r->arena, book->fee_count + 1, sizeof(*rules));
	for (i = 0; i < book->fee_count; i++) {
		const struct json *v = json_at(doc, i);
		const char *where = arena_printf(r->arena, "fees[%zu]", i);

		read_object(r, v, where, ROWS(rule_members),
		    has_list(v, "tiers")   ? with_tiers
		    : has_list(v, "lines") ? with_lines
					   : as_line,
		    &rules[i]);
		if (json_kind(v) == JSON_OBJECT)
			read_tiers(r, v, where, &rules[i]);
	}
	book->fees = rules;
}
