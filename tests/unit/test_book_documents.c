/*
 * What the documents of a book may say, alone and of each other.
 */
#include "good_book.h"

#define MUXED                                                                  \
	"MCSTFU4EFJIJ2ENOCSIJ3JYVF7ETQXMTM7DPBE5VSDZNIEPXUSWUAAAAAAA5UDU43HFO" \
	"2"
/* One customer type with one field, asked for there. */
#define PAYOUTS_WITH(more)                                                     \
	"{\"quotes\": [], \"payouts\": [{\"asset\": \"iso4217:BRL\","          \
	" \"per_payment\": \"1\", \"per_day\": \"2\","                         \
	" \"per_beneficiary\": \"1\", " more "}]}"
#define TYPES_FOR(when)                                                        \
	"[{\"name\": \"t\", \"label\": {\"en\": \"T\"}, \"review\": \"auto\"," \
	" \"fields\": [{\"name\": \"tax_id\", \"description\": {\"en\": "      \
	"\"T\"},"                                                              \
	" \"when\": [{" when "}]}]}]"

#define LIMITS(more) "{\"quotes\": [], \"payouts\": [], " more "}"

// clang-format off
static const struct {
	const char *kind, *text;
	const char *fault; /* NULL: it is good; else some of what is told */
} documents[] = {
	{ NULL, NULL, NULL },
	{ "prices", NULL, NULL }, { "fees", NULL, NULL },
	{ "terms", NULL, NULL }, { "pools", NULL, NULL },
	{ "assets", NULL, NULL }, { "limits", NULL, NULL },
	{ "assets", "{}", "assets: must be a list" },
	{ "assets", "[7]", "assets[0]: must be an object" },
	{ "assets", "[{\"id\": \"iso4217:BRL\"}]", "assets[0].decimals: is missing" },
	{ "assets", "[{\"id\": \"iso4217:BRL\", \"decimals\": 19}]",
	  "assets[0].decimals: must be a whole number from 0 to 18" },
	{ "assets", "[{\"id\": \"BRL\", \"decimals\": 2}]", "assets[0].id: must be" },
	{ "assets", "[{\"id\": \"iso4217:BRL\", \"decimals\": 2, \"colour\": 1}]",
	  "assets[0]: has an unknown member colour" },
	{ "assets", "[{\"id\": \"iso4217:BRL\", \"decimals\": 2},"
	  " {\"id\": \"iso4217:BRL\", \"decimals\": 2}]",
	  "assets[1]: iso4217:BRL is there twice" },
	{ "assets", "[{\"id\": \"iso4217:BRL\", \"decimals\": 2, \"methods\": [\"\"]}]",
	  "assets[0].methods: must have texts" },
	{ "assets", "[{\"id\": \"iso4217:BRL\", \"decimals\": 2,"
	  " \"distribution_account\": \"GAAA\"}]",
	  "assets[0].distribution_account: must be a Stellar address" },
	{ "assets", "[{\"id\": \"iso4217:BRL\", \"decimals\": 2,"
	  " \"distribution_account\": \"" ACCOUNT "\"}]", "only a stellar asset has" },
	{ "assets", "[{\"id\": \"iso4217:BRL\", \"decimals\": 2}]",
	  "prices[0]: asset " USDC " is not in the book" },
	{ "assets", "[{\"id\": \"iso4217:BRL\", \"decimals\": 2, \"countries\": [\"br\"]}]",
	  "assets[0]: br is no country" },
	{ "assets", "[{\"id\": \"iso4217:BRL\", \"decimals\": 2, \"countries\": [\"B\"]}]",
	  "assets[0]: B is no country" },
	{ "assets", "[{\"id\": \"" USDC "\", \"decimals\": 8}]",
	  "assets[0]: the ledger has 7 decimals" },
	{ "assets", "[{\"id\": \"" USDC "\", \"decimals\": 7,"
	  " \"distribution_account\": \"" MUXED "\"}]",
	  "assets[0]: distribution_account must be a G-address" },
	{ "assets", "[{\"id\": \"iso4217:BRL\", \"decimals\": 2,"
	  " \"payout_asset\": \"iso4217:BRL\"}]",
	  "assets[0]: only a stellar asset has a payout_asset" },
	{ "types", TYPES_FOR("\"method\": \"PIX\", \"currency\": \"BRL\""), NULL },
	{ "types", TYPES_FOR("\"method\": \"PIXX\""),
	  "type t, field tax_id: no asset has the method PIXX" },
	{ "types", TYPES_FOR("\"currency\": \"brl\""),
	  "type t, field tax_id: asset iso4217:brl is not in the book" },
	{ "fees", "[{\"name\": \"F\", \"in\": \"sell\"},"
	  " {\"name\": \"G\", \"in\": \"sell\", \"delivery_method\": \"PIX\"}]",
	  "fees[1]: is never used: fees[0] fits" },
	{ "terms", "{\"default\": {\"spread_percent\": \"0\", \"lifetime\": 300,"
	  " \"lifetime_most\": 900, \"caps\": {\"brl\": \"1\"}}, \"clients\": ["
	  "{\"names\": [\"" MUXED "\"], \"spread_percent\": \"0\", \"lifetime\": 300,"
	  " \"lifetime_most\": 900, \"caps\": {\"brl\": \"1\"}}]}",
	  "terms.clients[0]: a client is known by its G-address" },
	{ "limits", "{\"quotes\": [], \"payouts\": [{\"asset\": \"iso4217:BRL\","
	  " \"per_payment\": \"3\", \"per_day\": \"2\", \"per_beneficiary\": \"1\"}]}",
	  "limits.payouts[0]: per_payment is above per_day" },
	{ "limits", "{\"quotes\": [], \"payouts\": [{\"asset\": \"iso4217:BRL\","
	  " \"per_payment\": \"3\", \"per_day\": \"3\", \"per_beneficiary\": \"3\","
	  " \"second_person_above\": \"3.01\"}]}",
	  "limits.payouts[0]: second_person_above is above per_payment" },
	{ "limits", PAYOUTS_WITH("\"under_percent\": \"10\""),
	  "limits.payouts[0].under_percent: must be below 10" },
	{ "limits", PAYOUTS_WITH("\"over_percent\": \"-1\""),
	  "limits.payouts[0].over_percent: must be" },
	{ "limits", PAYOUTS_WITH("\"late_seconds\": 1501"),
	  "limits.payouts[0].late_seconds: must be" },
	{ "limits", PAYOUTS_WITH("\"under_percent\": \"9.9999\","
	  " \"over_percent\": 50, \"late_seconds\": 1500"), NULL },
	{ "prices", "[{\"sell_asset\": \"" USDC "\", \"buy_asset\": \"iso4217:BRL\","
	  " \"price\": \"0\", \"as_of\": \"2026-01-01T00:00:00Z\","
	  " \"source\": \"x\", \"stale_after\": 60}]", "prices[0]: price must be above 0" },
	{ "prices", "[{\"sell_asset\": \"" USDC "\", \"buy_asset\": \"iso4217:BRL\","
	  " \"price\": \"-1\", \"as_of\": \"2026-01-01\","
	  " \"source\": \"x\", \"stale_after\": 0}]",
	  "prices[0].as_of: must be a time" },
	{ "prices", "[{\"sell_asset\": \"" USDC "\", \"buy_asset\": \"iso4217:BRL\","
	  " \"price\": \"0.0000000000001\", \"as_of\": \"2026-01-01T00:00:00Z\","
	  " \"source\": \"x\", \"stale_after\": 60}]", "prices[0].price: has more than 12" },
	{ "prices", "[{\"sell_asset\": \"" USDC "\", \"buy_asset\": \"" USDC "\","
	  " \"price\": \"1\", \"as_of\": \"2026-01-01T00:00:00Z\","
	  " \"source\": \"x\", \"stale_after\": 60}]", "an asset for itself" },
	{ "prices", "[{\"sell_asset\": \"iso4217:EUR\", \"buy_asset\": \"" USDC "\","
	  " \"price\": \"1\", \"as_of\": \"2026-01-01T00:00:00Z\","
	  " \"source\": \"x\", \"stale_after\": 60}]",
	  "prices[0]: asset iso4217:EUR is not in the book" },
	{ "fees", "[]", "no fee rule without method and country fits" },
	{ "fees", "[{\"name\": \"F\", \"in\": \"both\"}]", "fees[0].in: must be sell or buy" },
	{ "fees", "[{\"name\": \"F\", \"in\": \"sell\", \"percent\": \"100\"}]",
	  "fees[0].percent: must be below 100" },
	{ "fees", "[{\"name\": \"F\\u0007\", \"in\": \"sell\"}]", "fees[0].name: must be text" },
	{ "fees", "[{\"name\": \"F\", \"in\": \"sell\", \"minimum\": \"2\", \"maximum\": \"1\"}]",
	  "fees[0]: maximum is below minimum" },
	{ "fees", "[{\"name\": \"F\", \"in\": \"sell\", \"delivery_method\": \"SEPA\"},"
	  " {\"name\": \"F\", \"in\": \"sell\"}]", "fees[0]: no asset has the method SEPA" },
	{ "fees", "[{\"name\": \"F\", \"in\": \"sell\", \"country_code\": \"FR\"},"
	  " {\"name\": \"F\", \"in\": \"sell\"}]", "fees[0]: no asset has the country FR" },
	{ "prices", "[{\"sell_asset\": \"iso4217:JPY\", \"buy_asset\": \"" USDC "\","
	  " \"price\": \"1\", \"as_of\": \"2026-01-01T00:00:00Z\","
	  " \"source\": \"x\", \"stale_after\": 60}]",
	  "iso4217:JPY has no decimals, so it cannot carry a fee" },
	{ "terms", "[]", "terms: must be an object" },
	{ "terms", "{\"default\": {\"spread_percent\": \"0\", \"lifetime\": 300,"
	  " \"lifetime_most\": 900}}", "terms.default.caps: must be an object" },
	{ "terms", "{\"default\": {\"spread_percent\": \"0\", \"lifetime\": 300,"
	  " \"lifetime_most\": 900, \"caps\": {}}}", "terms.default: caps lack the pool brl" },
	{ "terms", "{\"default\": {\"spread_percent\": \"0\", \"lifetime\": 300,"
	  " \"lifetime_most\": 900, \"caps\": {\"brl\": \"1\", \"eur\": \"1\"}}}",
	  "terms.default: caps name eur, which is no pool" },
	{ "terms", "{\"default\": {\"spread_percent\": \"0\", \"lifetime\": 300,"
	  " \"lifetime_most\": 299, \"caps\": {\"brl\": \"1\"}}}",
	  "terms.default: lifetime is above lifetime_most" },
	{ "terms", "{\"default\": {\"spread_percent\": \"0\", \"lifetime\": 60,"
	  " \"lifetime_most\": 900, \"caps\": {\"brl\": \"1\"}}}",
	  "terms.default.lifetime: must be a whole number from 120" },
	{ "terms", "{\"default\": {\"spread_percent\": \"0\", \"lifetime\": 300,"
	  " \"lifetime_most\": 900, \"caps\": {\"brl\": \"1\"}}, \"clients\": ["
	  "{\"names\": [\"a\", \"a\"], \"spread_percent\": \"0\", \"lifetime\": 300,"
	  " \"lifetime_most\": 900, \"caps\": {\"brl\": \"1\"}},"
	  "{\"names\": [\"a\"], \"spread_percent\": \"0\", \"lifetime\": 300,"
	  " \"lifetime_most\": 900, \"caps\": {\"brl\": \"1\"}}]}",
	  "terms.clients[1]: a is there twice" },
	{ "limits", "{\"quotes\": [], \"payouts\": [{\"asset\": \"iso4217:BRL\"}]}",
	  "limits.payouts[0].per_day: is missing" },
	{ "limits", "{\"quotes\": [{\"asset\": \"iso4217:BRL\", \"least\": \"2\", \"most\": \"1\"}],"
	  " \"payouts\": []}", "limits.quotes[0]: most is below least" },
	{ "limits", "{\"quotes\": []}", "limits.payouts: must be a list" },
	{ "limits", LIMITS("\"refusals\": {\"quote_expired\": \"fail\", \"limit_day\": \"wait\"}"), NULL },
	{ "limits", LIMITS("\"refusals\": []"), "limits.refusals: must be an object" },
	{ "limits", LIMITS("\"refusals\": {\"too_dear\": \"fail\"}"), "there is no refusal too_dear" },
	{ "limits", LIMITS("\"refusals\": {\"limit_day\": \"pay\"}"), "limit_day must be hold, wait, ask or fail" },
	{ "limits", LIMITS("\"refusals\": {\"limit_day\": 7}"), "limit_day must be hold, wait, ask or fail" },
	{ "limits", LIMITS("\"refusals\": {\"quote_expired\": \"wait\"}"), "quote_expired cannot be wait" },
	{ "limits", LIMITS("\"clients\": [\"" ACCOUNT "\"]"), NULL },
	{ "limits", LIMITS("\"clients\": [\"" MUXED "\"]"), "limits.clients: each must be a Stellar account" },
	{ "limits", LIMITS("\"clients\": [\"GAAA\"]"), "limits.clients: each must be a Stellar account" },
	{ "limits", LIMITS("\"refunds\": [{\"asset\": \"iso4217:BRL\", \"reasons\": [\"payout_refused\", \"paid_late\"], \"fee\": \"0.5\"}]"), NULL },
	{ "limits", LIMITS("\"refunds\": [{\"asset\": \"iso4217:BRL\", \"reasons\": [\"not_paid\"]}]"), "limits.refunds: there is no reason not_paid" },
	{ "limits", LIMITS("\"refunds\": [{\"asset\": \"iso4217:BRL\", \"fee\": \"-1\"}]"), "limits.refunds[0].fee: must be" },
	{ "limits", LIMITS("\"refunds\": [{\"reasons\": []}]"), "limits.refunds[0].asset: is missing" },
	{ "limits", LIMITS("\"refunds\": [{\"asset\": \"iso4217:BRL\"}, {\"asset\": \"iso4217:BRL\", \"method\": \"PIX\"}]"), "limits.refunds[1]: is never used" },
	{ "limits", LIMITS("\"refund_accounts\": [{\"client\": \"" ACCOUNT "\", \"account\": \"" ACCOUNT "\", \"memo\": \"77\"}]"), NULL },
	{ "limits", LIMITS("\"refund_accounts\": [{\"client\": \"" ACCOUNT "\", \"account\": \"" ACCOUNT "\", \"memo\": \"a7\"}]"), "memo must be a number of 64 bits" },
	{ "limits", LIMITS("\"abandoned_after_hours\": 48"), NULL },
	{ "limits", LIMITS("\"abandoned_after_hours\": 0"), "limits.abandoned_after_hours: must be a whole number" },
	/* Tiers and lines. */
	{ "fees", "[{\"in\": \"sell\", \"tiers\": [{\"from\": \"0\", \"name\": \"A\", \"fixed\": \"1\"}, {\"from\": \"10\", \"lines\": [{\"name\": \"B\"}, {\"name\": \"C\", \"percent\": \"1\"}]}]}]",
	  NULL },
	{ "fees", "[{\"in\": \"sell\", \"lines\": [{\"name\": \"B\", \"percent\": \"60\"}, {\"name\": \"C\", \"percent\": \"40\"}]}]",
	  "fees[0]: its percentages are 100 or more" },
	{ "fees", "[{\"in\": \"sell\", \"tiers\": [{\"from\": \"1\", \"name\": \"A\"}]}]",
	  "fees[0].tiers[0]: the first tier must be from 0" },
	{ "fees", "[{\"in\": \"sell\", \"tiers\": [{\"from\": \"0\", \"name\": \"A\"}, {\"from\": \"5\", \"name\": \"A\"}, {\"from\": \"5\", \"name\": \"A\"}]}]",
	  "fees[0].tiers[2]: from must be above" },
	{ "fees", "[{\"in\": \"sell\", \"tiers\": []}]",
	  "fees[0].tiers: must be a list of 1 to 16" },
	{ "fees", "[{\"in\": \"sell\", \"tiers\": [7]}]",
	  "fees[0].tiers[0]: must be an object" },
	{ "fees", "[{\"in\": \"sell\", \"tiers\": [{\"name\": \"A\"}]}]",
	  "fees[0].tiers[0].from: is missing" },
	{ "fees", "[{\"in\": \"sell\", \"name\": \"A\", \"tiers\": [{\"from\": \"0\", \"name\": \"A\"}]}]",
	  "fees[0]: has an unknown member name" },
	{ "fees", "[{\"in\": \"sell\", \"lines\": []}]",
	  "fees[0].lines: must have 1 to 8 lines" },
	{ "fees", "[{\"in\": \"sell\", \"lines\": [{\"name\": \"A\"}, {\"name\": \"A\"}, {\"name\": \"A\"}, {\"name\": \"A\"}, {\"name\": \"A\"}, {\"name\": \"A\"}, {\"name\": \"A\"}, {\"name\": \"A\"}, {\"name\": \"A\"}]}]",
	  "fees[0].lines: must have 1 to 8 lines" },
	{ "fees", "[{\"in\": \"sell\", \"lines\": [{\"name\": \"A\"}], \"fixed\": \"1\"}]",
	  "fees[0]: has an unknown member fixed" },
	{ "fees", "[{\"in\": \"buy\", \"name\": \"A\", \"sell_asset\": \"iso4217:BRL\", \"buy_delivery_method\": \"SEPA\"}, {\"name\": \"A\", \"in\": \"sell\"}]",
	  "fees[0]: no asset has the method SEPA" },
	{ "fees", "[{\"in\": \"buy\", \"name\": \"A\", \"delivery_method\": \"PIX\"}, {\"name\": \"A\", \"in\": \"sell\", \"sell_delivery_method\": \"PIX\"}, {\"name\": \"A\", \"in\": \"sell\"}]",
	  "fees[1]: is never used: fees[0] fits" },
	{ "fees", "[{\"in\": \"sell\", \"name\": \"A\", \"sell_delivery_method\": \"PIX\"}, {\"name\": \"A\", \"in\": \"sell\", \"delivery_method\": \"PIX\"}, {\"name\": \"A\", \"in\": \"sell\"}]",
	  NULL },
	/* 5 lines of plain text fit, with quotes they do not. */
	{ "fees", "[{\"in\": \"sell\", \"lines\": [{\"name\": \"xxxxxxxxxxxxxxxxxxxx\", \"description\": \"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\"}, {\"name\": \"xxxxxxxxxxxxxxxxxxxx\", \"description\": \"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\"}, {\"name\": \"xxxxxxxxxxxxxxxxxxxx\", \"description\": \"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\"}, {\"name\": \"xxxxxxxxxxxxxxxxxxxx\", \"description\": \"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\"}, {\"name\": \"xxxxxxxxxxxxxxxxxxxx\", \"description\": \"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\"}]}]",
	  NULL },
	{ "fees", "[{\"in\": \"sell\", \"lines\": [{\"name\": \"xxxxxxxxxxxxxxxxxxxx\", \"description\": \"''''''''''''''''''''\"}, {\"name\": \"xxxxxxxxxxxxxxxxxxxx\", \"description\": \"''''''''''''''''''''\"}, {\"name\": \"xxxxxxxxxxxxxxxxxxxx\", \"description\": \"''''''''''''''''''''\"}, {\"name\": \"xxxxxxxxxxxxxxxxxxxx\", \"description\": \"''''''''''''''''''''\"}, {\"name\": \"xxxxxxxxxxxxxxxxxxxx\", \"description\": \"''''''''''''''''''''\"}]}]",
	  "fees[0]: names and descriptions are too long" },
	/* A rule that a pair never gets to may be in whatever asset. */
	{ "prices", "[{\"sell_asset\": \"iso4217:JPY\", \"buy_asset\": \"" USDC "\", \"price\": \"1\", \"as_of\": \"2026-01-01T00:00:00Z\", \"source\": \"h\", \"stale_after\": 60}]",
	  "fees[2]: iso4217:JPY has no decimals" },
	/* Prices and their guards. */
	{ "prices", "[{\"sell_asset\": \"" USDC "\", \"buy_asset\": \"iso4217:BRL\", \"price\": \"0.19\", \"as_of\": \"2026-01-01T00:00:00Z\", \"source\": \"h\", \"stale_after\": 60}, {\"sell_asset\": \"iso4217:BRL\", \"buy_asset\": \"" USDC "\", \"price\": \"5\", \"as_of\": \"2026-01-01T00:00:00Z\", \"source\": \"h\", \"stale_after\": 60}]",
	  "prices[0]: is crossed with prices[1]: what is sold there" },
	{ "prices", "[{\"sell_asset\": \"" USDC "\", \"buy_asset\": \"iso4217:BRL\", \"price\": \"0.199999999999\", \"as_of\": \"2026-01-01T00:00:00Z\", \"source\": \"h\", \"stale_after\": 60}, {\"sell_asset\": \"iso4217:BRL\", \"buy_asset\": \"" USDC "\", \"price\": \"5\", \"as_of\": \"2026-01-01T00:00:00Z\", \"source\": \"h\", \"stale_after\": 60}]",
	  "prices[0]: is crossed" },
	{ "prices", "[{\"sell_asset\": \"" USDC "\", \"buy_asset\": \"iso4217:BRL\", \"price\": \"0.19\", \"as_of\": \"2026-01-01T00:00:00Z\", \"source\": \"h\", \"stale_after\": 60, \"stopped\": \"by hand\"}, {\"sell_asset\": \"iso4217:BRL\", \"buy_asset\": \"" USDC "\", \"price\": \"5\", \"as_of\": \"2026-01-01T00:00:00Z\", \"source\": \"h\", \"stale_after\": 60}]",
	  NULL },
	{ "prices", "[{\"sell_asset\": \"" USDC "\", \"buy_asset\": \"iso4217:BRL\", \"price\": \"0.2\", \"as_of\": \"2026-01-01T00:00:00Z\", \"source\": \"h\", \"stale_after\": 60, \"stopped\": \"\"}, {\"sell_asset\": \"iso4217:BRL\", \"buy_asset\": \"" USDC "\", \"price\": \"5\", \"as_of\": \"2026-01-01T00:00:00Z\", \"source\": \"h\", \"stale_after\": 60}]",
	  "prices[0].stopped: must be text" },
	{ "limits", "{\"quotes\": [], \"payouts\": [], \"prices\": [{\"sell_asset\": \"" USDC "\", \"buy_asset\": \"iso4217:BRL\", \"least\": \"0.1\", \"most\": \"0.3\", \"jump_percent\": \"5\"}]}",
	  NULL },
	{ "limits", "{\"quotes\": [], \"payouts\": [], \"prices\": [{\"sell_asset\": \"" USDC "\", \"buy_asset\": \"iso4217:BRL\", \"least\": \"0.1\", \"most\": \"0.05\"}]}",
	  "limits.prices[0]: most is below least" },
	{ "limits", "{\"quotes\": [], \"payouts\": [], \"prices\": [{\"sell_asset\": \"" USDC "\", \"buy_asset\": \"iso4217:BRL\"}, {\"sell_asset\": \"" USDC "\", \"buy_asset\": \"iso4217:BRL\"}]}",
	  "limits.prices[1]: the pair is there twice" },
	{ "limits", "{\"quotes\": [], \"payouts\": [], \"prices\": [{\"sell_asset\": \"iso4217:EUR\", \"buy_asset\": \"iso4217:BRL\"}]}",
	  "limits.prices[0]: asset iso4217:EUR is not" },
	/* Terms. */
	{ "terms", "{\"default\": {\"spread_percent\": \"0\", \"lifetime\": 300, \"lifetime_most\": 900, \"caps\": {\"brl\": \"1\"}, \"fee_discount_percent\": \"100\", \"caps_per_day\": {\"brl\": \"5\"}, \"spreads\": [{\"sell_asset\": \"" USDC "\", \"spread_percent\": \"1\"}, {\"spread_percent\": \"2\"}], \"limits\": [{\"asset\": \"iso4217:BRL\", \"least\": \"1\", \"most\": \"2\"}]}}",
	  NULL },
	{ "terms", "{\"default\": {\"spread_percent\": \"0\", \"lifetime\": 300, \"lifetime_most\": 900, \"caps\": {\"brl\": \"1\"}, \"fee_discount_percent\": \"100.1\"}}",
	  "terms.default: fee_discount_percent is above 100" },
	{ "terms", "{\"default\": {\"spread_percent\": \"0\", \"lifetime\": 300, \"lifetime_most\": 900, \"caps\": {\"brl\": \"1\"}, \"caps_per_day\": {\"eur\": \"5\"}}}",
	  "terms.default: caps_per_day name eur, which is no pool" },
	{ "terms", "{\"default\": {\"spread_percent\": \"0\", \"lifetime\": 300, \"lifetime_most\": 900, \"caps\": {\"brl\": \"1\"}, \"caps_per_day\": []}}",
	  "terms.default.caps_per_day: must be an object" },
	{ "terms", "{\"default\": {\"spread_percent\": \"0\", \"lifetime\": 300, \"lifetime_most\": 900, \"caps\": {\"brl\": \"1\"}, \"spreads\": [{\"spread_percent\": \"1\"}, {\"buy_asset\": \"" USDC "\", \"spread_percent\": \"2\"}]}}",
	  "terms.default.spreads[1]: is never used" },
	{ "terms", "{\"default\": {\"spread_percent\": \"0\", \"lifetime\": 300, \"lifetime_most\": 900, \"caps\": {\"brl\": \"1\"}, \"spreads\": [{\"sell_asset\": \"iso4217:EUR\", \"spread_percent\": \"2\"}]}}",
	  "terms.default.spreads[0]: asset iso4217:EUR is not" },
	{ "terms", "{\"default\": {\"spread_percent\": \"0\", \"lifetime\": 300, \"lifetime_most\": 900, \"caps\": {\"brl\": \"1\"}, \"limits\": [{\"asset\": \"iso4217:BRL\", \"least\": \"3\", \"most\": \"2\"}]}}",
	  "terms.default.limits[0]: most is below least" },
	{ "terms", "{\"default\": {\"spread_percent\": \"0\", \"lifetime\": 300, \"lifetime_most\": 900, \"caps\": {\"brl\": \"1\"}, \"names\": [\"x\"]}}",
	  "terms.default: has an unknown member names" },
	{ "pools", "{\"pools\": [{\"name\": \"brl\", \"asset\": \"iso4217:BRL\", \"rows\": 0}]}",
	  "pools.pools[0].rows: must be a whole number from 1 to 256" },
	{ "pools", "{\"pools\": [{\"name\": \"brl\", \"asset\": \"iso4217:BRL\", \"rows\": 1},"
	  " {\"name\": \"b\", \"asset\": \"iso4217:BRL\", \"rows\": 1}]}",
	  "pools.pools[1]: the name or asset is there twice" },
};
// clang-format on

static void
test_documents(void **state)
{
	struct arena *a = arena_new();
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(documents); i++) {
		const char *want = documents[i].fault;
		const char *name = arena_printf(a, "document %zu", i);
		const struct book *book = NULL;
		struct faults faults;
		size_t count = parse(a, documents[i].kind, documents[i].text,
		    &book, &faults);

		expect(name, count == faults.count);
		if (want == NULL)
			expect_text(name, faults.text, "");
		else if (strstr(faults.text, want) == NULL)
			fail_msg("%s: <%s> lacks <%s>", name, faults.text,
			    want);
		expect(name, (book != NULL) == (want == NULL));
	}
	arena_free(a);
}

static void
test_every_fault_is_told(void **state)
{
	struct arena *a = arena_new();
	const struct book *book;
	struct faults faults;

	(void)state;
	expect("five",
	    parse(a, "assets", "[{\"id\": \"BRL\", \"decimals\": -1}, {}, 3]",
		&book, &faults) == 5);
	arena_free(a);
}

/* The documents in config/ are one good book, but for the time of the prices,
 * which their load puts in. */
static void
test_the_sample_book(void **state)
{
	struct arena *a = arena_new();
	struct faults faults = {0};
	const struct json *all;
	const struct book *book = NULL;
	const char *text = "{", *why;
	size_t i;

	(void)state;
	for (i = 0; book_kind_name(i) != NULL; i++) {
		const char *path =
		    arena_printf(a, "config/%s.json", book_kind_name(i));
		char *document = arena_alloc(a, 1 << 16);
		FILE *file = fopen(path, "r");

		expect(path, file != NULL);
		expect(path, fread(document, 1, (1 << 16) - 1, file) > 0);
		fclose(file);
		text = arena_printf(a, "%s%s\"%s\": %s", text,
		    i == 0 ? "" : ", ", book_kind_name(i), document);
	}
	text = arena_printf(a, "%s}", text);
	if (json_parse(a, text, strlen(text), &all, &why) != 0)
		fail_msg("%s", why);
	(void)!book_parse(a, all, 1, &book, note, &faults);
	expect_text("faults", faults.text,
	    "prices[0].as_of: is missing\nprices[1].as_of: is missing\n"
	    "prices[2].as_of: is missing\nprices[3].as_of: is missing\n");
	arena_free(a);
}

/* The first rule that fits says what goes back by itself, and what is kept. */
static void
test_what_goes_back(void **state)
{
	static const char text[] = LIMITS(
	    "\"refunds\": [{\"asset\": \"iso4217:BRL\", \"method\": "
	    "\"PIX\", \"reasons\": [\"paid_late\"], \"fee\": \"0.5\"},"
	    " {\"asset\": \"iso4217:BRL\"}], \"refund_accounts\": ["
	    "{\"client\": \"" ACCOUNT "\", \"account\": \"" MUXED "\"}]");
	struct arena *a = arena_new();
	struct faults faults = {0};
	const struct book *book;
	const char *memo = NULL;
	char fee[AMOUNT_TEXT];

	(void)state;
	expect("faults", parse(a, "limits", text, &book, &faults) == 0);
	expect("late", book_refunds(book, "BRL", "PIX", "paid_late"));
	expect("over", !book_refunds(book, "BRL", "PIX", "paid_over"));
	expect("another method",
	    !book_refunds(book, "BRL", "TED", "paid_late"));
	expect("another currency",
	    !book_refunds(book, "USD", "PIX", "paid_late"));
	expect_text("fee",
	    amount_print(book_refund_fee(book, "BRL", "PIX"), fee), "0.5");
	expect_text("none",
	    amount_print(book_refund_fee(book, "BRL", "TED"), fee), "0");
	expect_text("account", book_refund_account(book, ACCOUNT, &memo),
	    MUXED);
	expect_text("without a memo", memo, "");
	expect("of another", book_refund_account(book, "GX", &memo) == NULL);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_documents),
	    cmocka_unit_test(test_every_fault_is_told),
	    cmocka_unit_test(test_the_sample_book),
	    cmocka_unit_test(test_what_goes_back),
	};

	return cmocka_run_group_tests_name("book documents", tests, NULL, NULL);
}
