/*
 * book_quote - at what price one asset turns into another; pure.
 *
 * The given side is echoed.  The other side is rounded to its asset's
 * decimals in our favour: what is bought down, what is sold up.  The fee is
 * rounded up.  The price told is derived from the rounded amounts.
 *
 * A fee is of the whole amount in its asset: of what is sold, or of what that
 * buys.  If what is bought is given, the least whole amount that leaves it is
 * charged: where a tier's fee is a leap below the one before it, that may leave
 * more, which is ours.
 */
#include "account.h"
#include "arena.h"
#include "asset.h"
#include "book_fee.h"
#include "book_parts.h"

enum {
	PRICE_DIGITS = 25,
	PRICE_DIGITS_MOST = 38,
	SKEW = 5 /* seconds that a feed's clock may be ahead */
};

/* Amounts from here on are refused: pools and quotes hold less. */
static const struct amount amount_end = {1000000000000000000, 0};

/* Everything known while one ask is priced. */
struct pricing {
	const struct book *book;
	struct arena *arena;
	const struct quote_ask *ask;
	instant now;
	struct quote *q;
	const struct asset *sell, *buy;
	const struct terms *terms;
	struct fee fee;
	struct amount price; /* with the spread */
};

#define NO(p, outcome, ...)                                                    \
	((p)->q->why = arena_printf((p)->arena, __VA_ARGS__), (outcome))

/* Which assets? */
static int
find_assets(struct pricing *p)
{
	p->sell = book_asset(p->book, p->ask->sell_asset);
	if (p->sell == NULL)
		return NO(p, BOOK_UNKNOWN_ASSET,
		    "sell_asset is not one that we trade");
	p->buy = book_asset(p->book, p->ask->buy_asset);
	if (p->buy == NULL)
		return NO(p, BOOK_UNKNOWN_ASSET,
		    "buy_asset is not one that we trade");
	p->q->sell_asset = p->sell->id;
	p->q->buy_asset = p->buy->id;
	return BOOK_OK;
}

/* By which method, in which country? */
static int
find_corridor(struct pricing *p)
{
	const struct quote_ask *ask = p->ask;

	if (ask->sell_delivery_method != NULL &&
	    !text_among(ask->sell_delivery_method, p->sell->methods))
		return NO(p, BOOK_UNKNOWN_METHOD,
		    "sell_delivery_method is not one by which we take %s",
		    p->sell->id);
	if (ask->buy_delivery_method != NULL &&
	    !text_among(ask->buy_delivery_method, p->buy->methods))
		return NO(p, BOOK_UNKNOWN_METHOD,
		    "buy_delivery_method is not one by which we deliver %s",
		    p->buy->id);
	if (ask->country_code != NULL &&
	    !text_among(ask->country_code, p->sell->countries) &&
	    !text_among(ask->country_code, p->buy->countries))
		return NO(p, BOOK_UNKNOWN_COUNTRY,
		    "country_code is not one that we serve for this pair");
	p->q->method = ask->buy_delivery_method != NULL
	                   ? ask->buy_delivery_method
	                   : ask->sell_delivery_method;
	p->q->country = ask->country_code;
	return BOOK_OK;
}

/* For whom, and until when? */
static int
find_terms(struct pricing *p)
{
	const char *client = p->ask->client;
	char base[ACCOUNT_TEXT], memo[MEMO_ID_TEXT];
	const struct terms *terms;
	int64_t most;

	if (client != NULL && account_base(client, base, memo) == 0)
		client = arena_strdup(p->arena, base);
	terms = book_terms(p->book, client);
	if (terms == NULL)
		return NO(p, BOOK_UNKNOWN_PAIR, "we trade nothing yet");
	p->q->client = client != NULL ? client : "";
	p->q->shared = terms == p->book->standard;
	p->q->holder = p->q->shared ? p->q->client : terms->names[0];
	p->q->lifetime = terms->lifetime;
	p->q->asked = p->ask->asked;
	most = terms->lifetime_most;
	if (p->ask->firm && p->ask->asked != 0 &&
	    p->ask->asked - p->now > most * SECOND)
		return NO(p, BOOK_TOO_LONG,
		    "expire_after is too far away: a quote lasts %lld seconds "
		    "at most",
		    (long long)most);
	p->terms = terms;
	return BOOK_OK;
}

/* What is given? */
static int
read_given(struct pricing *p)
{
	const struct quote_ask *ask = p->ask;
	const char *text, *name;
	const struct asset *asset;
	struct amount given;
	int rc;

	if ((ask->sell_amount == NULL) == (ask->buy_amount == NULL))
		return NO(p, BOOK_MALFORMED,
		    "give sell_amount or buy_amount, and not both");
	p->q->by_buy = ask->buy_amount != NULL;
	text = p->q->by_buy ? ask->buy_amount : ask->sell_amount;
	name = p->q->by_buy ? "buy_amount" : "sell_amount";
	asset = p->q->by_buy ? p->buy : p->sell;
	rc = amount_parse(text, &given);
	if (rc == AMOUNT_MALFORMED)
		return NO(p, BOOK_MALFORMED, "%s must be a decimal number",
		    name);
	if (rc == AMOUNT_INEXACT ||
	    (rc == AMOUNT_OK && amount_decimals(given) > asset->decimals))
		return NO(p, BOOK_TOO_MANY_DECIMALS,
		    "%s has more than the %u decimals of %s", name,
		    asset->decimals, asset->id);
	if (rc != AMOUNT_OK || amount_cmp(given, amount_end) >= 0)
		return NO(p, BOOK_TOO_LARGE, "%s is too large", name);
	if (amount_is_zero(given) || amount_is_negative(given))
		return NO(p, BOOK_TOO_SMALL, "%s must be above 0", name);
	p->q->given = given;
	*(p->q->by_buy ? &p->q->buy : &p->q->sell) = given;
	return BOOK_OK;
}

/* At what price?  An asset for itself has the price 1, without a spread. */
static int
find_price(struct pricing *p)
{
	const struct price *price;
	instant age;

	if (p->sell == p->buy && is_stellar_asset(p->sell->id)) {
		p->price = amount_of(1);
		return BOOK_OK;
	}
	price = book_price(p->book, p->sell->id, p->buy->id);
	if (price == NULL)
		return NO(p, BOOK_UNKNOWN_PAIR, "we do not trade %s for %s",
		    p->sell->id, p->buy->id);
	age = p->now - price->as_of;
	if (age > price->stale_after * SECOND || age < -SKEW * SECOND)
		return NO(p, BOOK_STALE,
		    "there is no current price of %s in %s", p->buy->id,
		    p->sell->id);
	/* A price that was there before its guard may be outside of it. */
	if (price->stopped != NULL ||
	    !guard_lets(book_guard(p->book, p->sell->id, p->buy->id),
		price->price))
		return NO(p, BOOK_STOPPED,
		    "there is no certain price of %s in %s for now", p->buy->id,
		    p->sell->id);
	if (terms_price(p->terms, price, &p->price) != AMOUNT_OK)
		return NO(p, BOOK_TOO_LARGE, "the amount is too large");
	return BOOK_OK;
}

static int
find_fee(struct pricing *p)
{
	const struct fee_rule *rule = book_fee_rule(p->book,
	    &(struct fee_ask){p->sell->id, p->buy->id,
		p->ask->sell_delivery_method, p->ask->buy_delivery_method,
		p->ask->country_code});
	const struct asset *in;

	if (rule == NULL)
		return NO(p, BOOK_UNKNOWN_PAIR, "we do not trade %s for %s",
		    p->sell->id, p->buy->id);
	in = strcmp(rule->in, "sell") == 0 ? p->sell : p->buy;
	p->q->fee_asset = in->id;
	if (fee_make(&p->fee, rule, in->decimals,
		p->terms->fee_discount_percent) != AMOUNT_OK)
		return NO(p, BOOK_TOO_LARGE, "the amount is too large");
	return BOOK_OK;
}

static int
charge(struct pricing *p, struct amount whole)
{
	return fee_of(&p->fee, whole, &p->q->fee, p->q->lines,
	    &p->q->line_count);
}

/* The other side and the fee, the fee being in the sell asset. */
static int
work_out_fee_sold(struct pricing *p, struct amount *net)
{
	struct quote *q = p->q;
	unsigned sell_places = p->sell->decimals, buy_places = p->buy->decimals;
	int rc;

	if (q->by_buy) {
		if ((rc = amount_mul(p->price, q->buy, sell_places, ROUND_UP,
			 net)) != 0 ||
		    (rc = fee_whole_of(&p->fee, *net, &q->sell)) != 0)
			return rc;
	}
	if ((rc = charge(p, q->sell)) != 0 ||
	    (rc = amount_sub(q->sell, q->fee, net)) != 0)
		return rc;
	if (q->by_buy || amount_is_negative(*net))
		return AMOUNT_OK;
	return amount_div(*net, p->price, buy_places, ROUND_DOWN, &q->buy);
}

/* The same, the fee being in the buy asset; *bought: with the fee. */
static int
work_out_fee_bought(struct pricing *p, struct amount *bought)
{
	struct quote *q = p->q;
	unsigned sell_places = p->sell->decimals, buy_places = p->buy->decimals;
	struct amount whole;
	int rc;

	if (q->by_buy)
		rc = fee_whole_of(&p->fee, q->buy, &whole);
	else
		rc = amount_div(q->sell, p->price, buy_places, ROUND_DOWN,
		    &whole);
	if (rc != 0 || (rc = charge(p, whole)) != 0)
		return rc;
	if (amount_cmp(whole, amount_end) >= 0)
		return AMOUNT_TOO_LARGE;
	*bought = whole;
	if (!q->by_buy)
		return amount_sub(whole, q->fee, &q->buy);
	if ((rc = amount_add(q->buy, q->fee, bought)) != 0)
		return rc;
	return amount_mul(p->price, whole, sell_places, ROUND_UP, &q->sell);
}

/* How many digits that amount has with all its decimals written. */
static unsigned
digits_of(struct amount a, unsigned decimals)
{
	char text[AMOUNT_TEXT];
	const char *c;
	unsigned n = 0;

	for (c = amount_print_fixed(a, decimals, text); *c != '\0'; c++)
		n += *c != '.';
	return n;
}

/* The amounts, the fee, and the price that the platform is told. */
static int
work_out(struct pricing *p)
{
	struct quote *q = p->q;
	struct amount part; /* what the price is of, or is for */
	bool is_sold = q->fee_asset == p->sell->id;
	unsigned digits;
	int rc;

	rc = is_sold ? work_out_fee_sold(p, &part)
	             : work_out_fee_bought(p, &part);
	if (rc != AMOUNT_OK || amount_cmp(q->sell, amount_end) >= 0 ||
	    amount_cmp(q->buy, amount_end) >= 0)
		return NO(p, BOOK_TOO_LARGE, "the amount is too large");
	if (!q->by_buy && amount_cmp(is_sold ? q->sell : part, q->fee) <= 0)
		return NO(p, BOOK_NOT_ABOVE_FEE,
		    "sell_amount does not cover the fee");
	if (amount_is_zero(q->buy))
		return NO(p, BOOK_TOO_SMALL,
		    "the amount is too small: it would buy nothing");
	/* One digit more than there are of money is near enough. */
	digits = digits_of(q->sell, p->sell->decimals) + 1;
	if (digits < PRICE_DIGITS)
		digits = PRICE_DIGITS;
	if (digits > PRICE_DIGITS_MOST)
		digits = PRICE_DIGITS_MOST;
	rc = amount_quotient_text(is_sold ? part : q->sell,
	    is_sold ? q->buy : part, digits, q->price, sizeof(q->price));
	if (rc != AMOUNT_OK)
		return NO(p, BOOK_TOO_LARGE, "the amount is too large");
	return BOOK_OK;
}

static const struct quote_limit *
limit_of(const struct quote_limit *limits, size_t count, const char *asset)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(limits[i].asset, asset) == 0)
			return &limits[i];
	return NULL;
}

static int
check_limit(struct pricing *p, const char *asset, struct amount amount,
    const char *name)
{
	const struct quote_limit *limit =
	    limit_of(p->terms->limits, p->terms->limit_count, asset);
	char text[AMOUNT_TEXT];

	if (limit == NULL)
		limit = limit_of(p->book->quote_limits,
		    p->book->quote_limit_count, asset);
	if (limit == NULL)
		return BOOK_OK;
	if (amount_cmp(amount, limit->least) < 0)
		return NO(p, BOOK_TOO_SMALL, "%s is below the least, %s", name,
		    amount_print(limit->least, text));
	if (amount_cmp(amount, limit->most) > 0)
		return NO(p, BOOK_TOO_LARGE, "%s is above the most, %s", name,
		    amount_print(limit->most, text));
	return BOOK_OK;
}

/* From which pool, and how much of it may this client hold? */
static int
find_pool(struct pricing *p)
{
	const struct terms *terms = p->terms;
	const struct pool *pool = book_pool_of(p->book, p->buy->id);
	size_t i;

	if (pool == NULL)
		return NO(p, BOOK_UNKNOWN_PAIR, "we give no firm quotes for %s",
		    p->buy->id);
	p->q->pool = pool->name;
	for (i = 0; i < terms->cap_count; i++)
		if (strcmp(terms->caps[i].pool, pool->name) == 0)
			p->q->cap = terms->caps[i].most;
	for (i = 0; i < terms->day_cap_count; i++)
		if (strcmp(terms->day_caps[i].pool, pool->name) == 0) {
			p->q->has_day_cap = true;
			p->q->day_cap = terms->day_caps[i].most;
		}
	return BOOK_OK;
}

int
book_quote(const struct book *book, struct arena *a,
    const struct quote_ask *ask, instant now, struct quote *out)
{
	struct pricing p = {.book = book,
	    .arena = a,
	    .ask = ask,
	    .now = now,
	    .q = out};
	int st;

	*out = (struct quote){.why = ""};
	if ((st = find_assets(&p)) != BOOK_OK ||
	    (st = read_given(&p)) != BOOK_OK ||
	    (st = find_corridor(&p)) != BOOK_OK ||
	    (st = find_terms(&p)) != BOOK_OK ||
	    (st = find_price(&p)) != BOOK_OK ||
	    (st = find_fee(&p)) != BOOK_OK || (st = work_out(&p)) != BOOK_OK ||
	    (st = check_limit(&p, out->sell_asset, out->sell, "sell_amount")) !=
		BOOK_OK ||
	    (st = check_limit(&p, out->buy_asset, out->buy, "buy_amount")) !=
		BOOK_OK)
		return st;
	if (ask->firm && (st = find_pool(&p)) != BOOK_OK)
		return st;
	if (!quote_passes(book, out))
		return NO(&p, BOOK_UNQUOTABLE, "%s",
		    book_reason(BOOK_UNQUOTABLE));
	return BOOK_OK;
}
