/*
 * rate - GET /rate: at what price the anchor turns one asset into another.
 *
 * In:     the table rate_in; exactly one of sell_amount and buy_amount.
 * Out:    {"rate": {...}}; amounts are decimal text.
 * Holds:  sell_amount = price * buy_amount + fee, the fee in the sell asset
 *         (or price * (buy_amount + fee), the fee in the buy asset).
 * Source: Anchor Platform callbacks API, GET /rate; SEP-38.
 * The arithmetic is common/book_quote.c, on exact decimals.
 */
#include <errno.h>

#include "book.h"
#include "field.h"
#include "id.h"
#include "instant.h"
#include "log.h"
#include "reply.h"
#include "request.h"
#include "serve.h"
#include "stats.h"

enum {
	TYPE,
	SELL_ASSET,
	BUY_ASSET,
	SELL_AMOUNT,
	BUY_AMOUNT,
	SELL_METHOD,
	BUY_METHOD,
	COUNTRY,
	EXPIRE_AFTER,
	EXPIRES_AFTER,
	CLIENT,
	IN_MAX
};

// clang-format off
static const struct field rate_in[IN_MAX] = {
	[TYPE]          = { "type", is_word, "indicative firm", 10, FIELD_NEED, NULL },
	[SELL_ASSET]    = { "sell_asset", is_asset_name, NULL, 128, FIELD_NEED, NULL },
	[BUY_ASSET]     = { "buy_asset", is_asset_name, NULL, 128, FIELD_NEED, NULL },
	[SELL_AMOUNT]   = { "sell_amount", is_amount_text, NULL, 64, 0, NULL },
	[BUY_AMOUNT]    = { "buy_amount", is_amount_text, NULL, 64, 0, NULL },
	[SELL_METHOD]   = { "sell_delivery_method", is_text, NULL, 64, 0, NULL },
	[BUY_METHOD]    = { "buy_delivery_method", is_text, NULL, 64, 0, NULL },
	[COUNTRY]       = { "country_code", is_text, NULL, 16, 0, NULL },
	[EXPIRE_AFTER]  = { "expire_after", is_instant_text, NULL, 64, 0, NULL },
	[EXPIRES_AFTER] = { "expires_after", is_instant_text, NULL, 64, 0, NULL },
	[CLIENT]        = { "client_id", is_text, NULL, 128, 0, NULL },
};

/* How asking ends, for counting: the book's outcomes, then the hold's. */
enum {
	NO_LIQUIDITY = BOOK_MAX,
	CAP_REACHED,
	DAY_CAP_REACHED,
	NO_ANSWER,
	OUTCOME_MAX
};

/* What is counted: each outcome of either type, and how the platform's own
 * check ended, which is done on every answer. */
enum { PASSED = 2 * OUTCOME_MAX, REFUSED, COUNTER_MAX };

static const char *const outcomes[OUTCOME_MAX] = {
	[BOOK_OK]                = "quoted",
	[BOOK_MALFORMED]         = "malformed",
	[BOOK_UNKNOWN_ASSET]     = "unknown_asset",
	[BOOK_UNKNOWN_PAIR]      = "unknown_pair",
	[BOOK_TOO_MANY_DECIMALS] = "too_many_decimals",
	[BOOK_TOO_SMALL]         = "too_small",
	[BOOK_TOO_LARGE]         = "too_large",
	[BOOK_NOT_ABOVE_FEE]     = "not_above_fee",
	[BOOK_STALE]             = "stale",
	[BOOK_STOPPED]           = "stopped",
	[BOOK_UNKNOWN_METHOD]    = "unknown_method",
	[BOOK_UNKNOWN_COUNTRY]   = "unknown_country",
	[BOOK_TOO_LONG]          = "too_long",
	[BOOK_UNQUOTABLE]        = "unquotable",
	[NO_LIQUIDITY]           = "no_liquidity",
	[CAP_REACHED]            = "cap_reached",
	[DAY_CAP_REACHED]        = "day_cap_reached",
	[NO_ANSWER]              = "no_answer",
};
// clang-format on

struct rate {
	struct book_cache *book;
};

enum { BOOK_TRIES = 3 };

/* The platform says expire_after, its guide expires_after; the later binds. */
static instant
asked_expiry(const char *const in[static IN_MAX])
{
	instant at = 0, asked = 0;
	int i;

	for (i = EXPIRE_AFTER; i <= EXPIRES_AFTER; i++)
		if (in[i] != NULL && instant_parse(in[i], &at) == 0 &&
		    at > asked)
			asked = at;
	return asked;
}

/* None at all when there is no fee: the platform wants it so. */
static void
put_details(struct json_out *o, const struct quote *q)
{
	char text[AMOUNT_TEXT];
	size_t i;

	if (q->line_count == 0)
		return;
	json_open(o, "details", '[');
	for (i = 0; i < q->line_count; i++) {
		const struct quote_line *line = &q->lines[i];

		json_open(o, NULL, '{');
		json_put_text(o, "name", line->name);
		if (line->description != NULL)
			json_put_text(o, "description", line->description);
		json_put_text(o, "amount", amount_print(line->amount, text));
		json_close(o, '}');
	}
	json_close(o, ']');
}

static int
reply_rate(struct reply *rp, const struct quote *q, const char *id,
    instant expires_at)
{
	struct json_out *o = &rp->json;
	char text[AMOUNT_TEXT], until[INSTANT_TEXT];

	json_open(o, NULL, '{');
	json_open(o, "rate", '{');
	if (id != NULL)
		json_put_text(o, "id", id);
	json_put_text(o, "price", q->price);
	json_put_text(o, "sell_amount", amount_print(q->sell, text));
	json_put_text(o, "buy_amount", amount_print(q->buy, text));
	if (id != NULL)
		json_put_text(o, "expires_at",
		    instant_print(expires_at, until));
	json_open(o, "fee", '{');
	json_put_text(o, "total", amount_print(q->fee, text));
	json_put_text(o, "asset", q->fee_asset);
	put_details(o, q);
	json_close(o, '}');
	json_close(o, '}');
	json_close(o, '}');
	return 0;
}

/* Gives st back, so that it reads: ended so. */
static int
ended(const struct quote_ask *ask, int outcome, int st)
{
	stats_count((size_t)outcome + (ask->firm ? OUTCOME_MAX : 0));
	return st;
}

static int
rate_get(const struct request *rq, struct reply *rp)
{
	const struct rate *rate = rq->context;
	const char *in[IN_MAX];
	const struct book *book;
	struct quote_ask ask;
	struct quote quote;
	char id[ID_TEXT];
	instant expires_at = 0;
	int st, tries;

	/* What is asked? */
	st = fields_or_reply(rq, rate_in, IN_MAX, in, rp);
	if (st != 0)
		return st;
	ask = (struct quote_ask){.sell_asset = in[SELL_ASSET],
	    .buy_asset = in[BUY_ASSET],
	    .sell_amount = in[SELL_AMOUNT],
	    .buy_amount = in[BUY_AMOUNT],
	    .sell_delivery_method = in[SELL_METHOD],
	    .buy_delivery_method = in[BUY_METHOD],
	    .country_code = in[COUNTRY],
	    .client = in[CLIENT],
	    .firm = strcmp(in[TYPE], "firm") == 0,
	    .asked = asked_expiry(in)};

	/* A book that changes before a quote is held prices it anew. */
	for (tries = 0; tries < BOOK_TRIES; tries++) {
		/* What is our price? */
		st = book_current(rate->book, rq->db, &book);
		if (st != 0)
			return ended(&ask, NO_ANSWER, st);
		st = book_quote(book, rq->arena, &ask, book_now(rate->book),
		    &quote);
		if (st == BOOK_OK || st == BOOK_UNQUOTABLE)
			stats_count(st == BOOK_OK ? PASSED : REFUSED);
		if (st == BOOK_UNQUOTABLE)
			log_line(LOG_ERROR, "rate_unquotable",
			    "sell_asset=%s buy_asset=%s", ask.sell_asset,
			    ask.buy_asset);
		if (st != BOOK_OK)
			return ended(&ask, st,
			    reply_error(rp, 400, "%s", quote.why));
		if (!ask.firm)
			return ended(&ask, BOOK_OK,
			    reply_rate(rp, &quote, NULL, 0));

		/* A firm one is held until it expires: one round trip. */
		st = quote_hold(rq->db, rq->arena, book, &quote, id_new(id),
		    quote.lifetime, &expires_at);
		if (st == HOLD_OK)
			return ended(&ask, BOOK_OK,
			    reply_rate(rp, &quote, id, expires_at));
		if (st == HOLD_EMPTY)
			return ended(&ask, NO_LIQUIDITY,
			    reply_error(rp, 400,
				"there is not enough liquidity for %s",
				ask.buy_asset));
		if (st == HOLD_CAP)
			return ended(&ask, CAP_REACHED,
			    reply_error(rp, 400,
				"your open quotes for %s reach your limit",
				ask.buy_asset));
		if (st == HOLD_DAY_CAP)
			return ended(&ask, DAY_CAP_REACHED,
			    reply_error(rp, 400,
				"your quotes of today for %s reach your limit",
				ask.buy_asset));
		if (st < 0)
			return ended(&ask, NO_ANSWER, st);
		book_outdated(rate->book);
	}
	log_line(LOG_WARN, "book_unsteady", "tries=%d", BOOK_TRIES);
	return ended(&ask, NO_ANSWER, -EAGAIN);
}

static void *
rate_start(struct db *db)
{
	static struct rate rate;

	(void)db;
	rate.book = book_cache_new();
	return &rate;
}

static const struct route routes[] = {
    {"GET", "/rate", rate_get, 0},
};

/* Indicative ones, then firm ones; then the platform's check. */
static struct stats_counter counters[COUNTER_MAX];

static const struct endpoint endpoint = {
    .name = "rate",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .start = rate_start,
    .counters = counters,
    .counter_count = sizeof(counters) / sizeof(counters[0]),
};

int
main(int argc, char **argv)
{
	size_t i;

	for (i = 0; i < 2 * OUTCOME_MAX; i++)
		counters[i] = (struct stats_counter){"quotes_total",
		    {i < OUTCOME_MAX ? "indicative" : "firm",
			outcomes[i % OUTCOME_MAX]}};
	counters[PASSED] =
	    (struct stats_counter){"rate_checks_total", {"passed", ""}};
	counters[REFUSED] =
	    (struct stats_counter){"rate_checks_total", {"refused", ""}};
	return serve_main(argc, argv, &endpoint);
}
