/*
 * config - what a watcher can be told.
 */
#include "config.h"

#include <errno.h>

#include "conf.h"
#include "db.h"
#include "erased.h"
#include "log.h"
#include "rail_manual.h"
#include "watch.h"

static struct config c;
static const char *auth_type, *secret, *plain_hosts;
static const char *hook_secret, *hook_secret_next;
static const char *webhook_secret_now, *webhook_secret_next;
static int64_t lifetime_ms;

// clang-format off
static const struct conf rows[] = {
	{ .name = "PLATFORM_API_BASE_URL", .kind = CONF_URL,
	  .into = &c.platform_url, .flags = CONF_NEED,
	  .help = "the Platform API, e.g. http://127.0.0.1:8085" },
	{ .name = "PLATFORM_API_AUTH_TYPE", .kind = CONF_WORD,
	  .into = &auth_type, .standard = "none", .words = "none api_key jwt",
	  .help = "how we prove ourselves to the platform" },
	{ .name = "SECRET_PLATFORM_API_AUTH_SECRET", .kind = CONF_SECRET,
	  .into = &secret, .help = "our key or JWT secret" },
	{ .name = "PLATFORM_API_AUTH_JWT_EXPIRATION_MILLISECONDS",
	  .kind = CONF_INT, .into = &lifetime_ms, .standard = "30000",
	  .least = 5000, .most = 3600000,
	  .help = "life of a token that we send" },
	{ .name = "WINDLASS_DATABASE_URL", .kind = CONF_SECRET,
	  .into = &c.database_url, .flags = CONF_NEED,
	  .help = "PostgreSQL connection string; may hold a password" },
	{ .name = "WINDLASS_DB_PREPARE", .kind = CONF_BOOL,
	  .into = &c.prepare, .standard = "1",
	  .help = "prepare statements (0 behind PgBouncer or another pooler)" },
	{ .name = "WINDLASS_KEK_FILE", .kind = CONF_PATH,
	  .into = &c.kek_file, .flags = CONF_NEED,
	  .help = "file of the wrapping keys",
	  .credential = "windlass.kek" },
	{ .name = "WINDLASS_RUN_DIR", .kind = CONF_TEXT,
	  .into = &c.run_dir, .standard = "/run/windlass",
	  .help = "folder of the counters" },
	{ .name = "WINDLASS_STATE_DIR", .kind = CONF_TEXT,
	  .into = &c.state_dir, .standard = "/var/lib/windlass",
	  .help = "folder of this watcher's file of references; not shared" },
	{ .name = "WINDLASS_ERASED_FILE", .kind = CONF_TEXT,
	  .into = &c.erased_file,
	  .help = "file of erased ids, where an endpoint customer on this host "
		  "keeps one" },
	{ .name = "WINDLASS_ORDER_RETENTION_HOURS", .kind = CONF_INT,
	  .into = &c.retention_hours, .standard = "720",
	  .least = 0, .most = 87600,
	  .help = "how long after its last report the order of a payment can "
		  "be read" },
	{ .name = "WINDLASS_HORIZON_URL", .kind = CONF_URL,
	  .into = &c.horizon_url,
	  .help = "Horizon, where every payment is verified" },
	{ .name = "WINDLASS_LEDGER_SWEEP", .kind = CONF_BOOL,
	  .into = &c.sweeps_ledger, .standard = "1",
	  .help = "1: whatever comes in to our accounts and is no payment's is "
		  "a case" },
	{ .name = "WINDLASS_NO_LEDGER", .kind = CONF_BOOL,
	  .into = &c.no_ledger, .standard = "0",
	  .help = "1: believe the platform about payments" },
	{ .name = "WINDLASS_PAYOUT_RAIL", .kind = CONF_WORD,
	  .into = &c.rail, .standard = "http", .words = "http manual",
	  .help = "manual: people pay out (windlass payout export, confirm)" },
	{ .name = "WINDLASS_PAYOUT_RAIL_URL", .kind = CONF_URL,
	  .into = &c.rail_url,
	  .help = "what pays out; without it nothing is paid" },
	{ .name = "SECRET_WINDLASS_PAYOUT_RAIL_KEY", .kind = CONF_SECRET,
	  .into = &c.rail_key, .least = 16, .help = "its X-Api-Key" },
	{ .name = "WINDLASS_PAYOUT_WINDOW_MS", .kind = CONF_INT,
	  .into = &c.window_ms, .least = 1000, .most = INT64_C(31536000000),
	  .help = "how long the rail remembers a key; without it nothing is "
		  "paid" },
	{ .name = "WINDLASS_PAYOUT_QUARANTINE_MS", .kind = CONF_INT,
	  .into = &c.quarantine_ms, .least = 1000, .most = INT64_C(86400000),
	  .help = "how long an order may be on its way; without it nothing is "
		  "paid" },
	{ .name = "WINDLASS_TREASURY_RAIL_URL", .kind = CONF_URL,
	  .into = &c.treasury_url,
	  .help = "what sends money back on the ledger; without it nothing is "
		  "refunded" },
	{ .name = "SECRET_WINDLASS_TREASURY_RAIL_KEY", .kind = CONF_SECRET,
	  .into = &c.treasury_key, .least = 16, .help = "its X-Api-Key" },
	{ .name = "WINDLASS_TREASURY_WINDOW_MS", .kind = CONF_INT,
	  .into = &c.treasury_window_ms, .least = 1000,
	  .most = INT64_C(31536000000),
	  .help = "how long it remembers a key; without it nothing is "
		  "refunded" },
	{ .name = "WINDLASS_TREASURY_QUARANTINE_MS", .kind = CONF_INT,
	  .into = &c.treasury_quarantine_ms, .least = 1000,
	  .most = INT64_C(86400000),
	  .help = "how long an order to it may be on its way; without it "
		  "nothing is refunded" },
	{ .name = "WINDLASS_REFUNDS_BY", .kind = CONF_WORD,
	  .into = &c.refunds_by, .standard = "treasury",
	  .words = "treasury platform",
	  .help = "platform: one with custody sends money back itself" },
	{ .name = "WINDLASS_REVIEW_HOOK_URL", .kind = CONF_URL,
	  .into = &c.review_url,
	  .help = "who decides about customers of external review" },
	{ .name = "WINDLASS_CODE_HOOK_URL", .kind = CONF_URL,
	  .into = &c.code_url,
	  .help = "who sends the codes that prove a number or an address" },
	{ .name = "WINDLASS_HOOK_SECRET", .kind = CONF_SECRET,
	  .into = &hook_secret, .help = "what hooks know us by: whsec_..." },
	{ .name = "WINDLASS_HOOK_SECRET_NEXT", .kind = CONF_SECRET,
	  .into = &hook_secret_next,
	  .help = "while it is changed: the other one" },
	{ .name = "WINDLASS_WEBHOOK_URL", .kind = CONF_URL,
	  .into = &c.webhook_url,
	  .help = "the back office that is told how payments and customers "
		  "stand" },
	{ .name = "WINDLASS_WEBHOOK_SECRET", .kind = CONF_SECRET,
	  .into = &webhook_secret_now,
	  .help = "what it knows us by: whsec_..." },
	{ .name = "WINDLASS_WEBHOOK_SECRET_NEXT", .kind = CONF_SECRET,
	  .into = &webhook_secret_next,
	  .help = "while it is changed: the other one" },
	{ .name = "WINDLASS_BREAKER_MS", .kind = CONF_INT,
	  .into = &c.breaker_ms, .standard = "30000",
	  .least = 100, .most = 600000,
	  .help = "how long nothing is sent to bank, treasury or platform "
		  "after five calls that told nothing" },
	{ .name = "WINDLASS_POLL_INTERVAL_MS", .kind = CONF_INT,
	  .into = &c.interval_ms, .standard = "1000",
	  .least = 100, .most = 3600000,
	  .help = "how often the platform is read" },
	{ .name = "WINDLASS_PLATFORM_READ", .kind = CONF_WORD,
	  .into = &c.platform_read, .standard = "rest", .words = "rest rpc",
	  .help = "how its transactions are listed: GET /transactions, or the "
		  "RPC get_transactions" },
	{ .name = "WINDLASS_DEPOSIT_INFO", .kind = CONF_WORD,
	  .into = &c.deposit_info, .standard = "none", .words = "none platform",
	  .help = "platform: it makes addresses and memos itself" },
	{ .name = "WINDLASS_PLAIN_HTTP_HOSTS", .kind = CONF_TEXT,
	  .into = &plain_hosts,
	  .help = "hosts besides loopback that may be called without TLS" },
	{ .name = "WINDLASS_LOG_LEVEL", .kind = CONF_WORD,
	  .into = &c.log_level, .standard = "info",
	  .words = "debug info warn error",
	  .help = "the least important lines to log" },
	{ .name = "WINDLASS_DEV", .kind = CONF_BOOL, .into = &c.dev,
	  .standard = "0", .help = "1: let PLATFORM_API_AUTH_TYPE be none" },
};
// clang-format on
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static const struct {
	const char *name;
	enum log_level level;
} levels[] = {{"debug", LOG_DEBUG}, {"info", LOG_INFO}, {"warn", LOG_WARN},
    {"error", LOG_ERROR}};

/* A call of ours alone may be under way that long. */
enum { QUARANTINE_LEAST_MS = 30000 };
#define MANUAL_WINDOW (365 * 24 * 3600 * SECOND)

static void
take_hook_secret(struct webhook_keys *keys, const char *name, const char *text)
{
	if (text != NULL && webhook_secret(keys, text) != 0)
		conf_fault(name,
		    "must be whsec_ and base64 of 24 to 64 random bytes");
}

static void
check_hooks(void)
{
	take_hook_secret(&c.hook_keys, "WINDLASS_HOOK_SECRET", hook_secret);
	take_hook_secret(&c.hook_keys, "WINDLASS_HOOK_SECRET_NEXT",
	    hook_secret_next);
	take_hook_secret(&c.webhook_keys, "WINDLASS_WEBHOOK_SECRET",
	    webhook_secret_now);
	take_hook_secret(&c.webhook_keys, "WINDLASS_WEBHOOK_SECRET_NEXT",
	    webhook_secret_next);
	if ((c.review_url != NULL || c.code_url != NULL) && hook_secret == NULL)
		conf_fault("WINDLASS_HOOK_SECRET",
		    "is needed where there is a hook");
	if (c.webhook_url != NULL && webhook_secret_now == NULL)
		conf_fault("WINDLASS_WEBHOOK_SECRET",
		    "is needed where WINDLASS_WEBHOOK_URL is set");
}

static void
check_quarantine(const char *name, int64_t ms)
{
	if (!c.dev && ms != 0 && ms < QUARANTINE_LEAST_MS)
		conf_fault(name,
		    "is less than a call of ours may take (30000), which only "
		    "WINDLASS_DEV=1 allows");
}

static bool
is_manual(const struct config *s)
{
	return s->rail != NULL && strcmp(s->rail, "manual") == 0;
}

/* What would be ignored is told. */
static void
check_manual(void)
{
	static const char why[] =
	    "has no meaning where WINDLASS_PAYOUT_RAIL is manual";

	if (is_manual(&c) && c.rail_url != NULL)
		conf_fault("WINDLASS_PAYOUT_RAIL_URL", why);
	if (is_manual(&c) && c.window_ms != 0)
		conf_fault("WINDLASS_PAYOUT_WINDOW_MS", why);
}

const struct config *
config_load(void)
{
	size_t i;
	int st = conf_load(rows, ROWS);

	if (auth_type != NULL &&
	    auth_from_settings(&c.auth, "PLATFORM_API_AUTH", auth_type, secret,
		lifetime_ms, c.dev) != 0)
		st = -EINVAL;
	check_hooks();
	if (c.horizon_url == NULL && !c.no_ledger)
		conf_fault("WINDLASS_HORIZON_URL",
		    "is needed, unless WINDLASS_NO_LEDGER is 1");
	if (c.database_url != NULL && !db_is_url(c.database_url))
		conf_fault("WINDLASS_DATABASE_URL",
		    "is no connection string of PostgreSQL (a URL's password "
		    "is percent-encoded)");
	if (c.erased_file != NULL && !erased_is_writable(c.erased_file))
		conf_fault("WINDLASS_ERASED_FILE", "%s cannot be written",
		    c.erased_file);
	check_quarantine("WINDLASS_PAYOUT_QUARANTINE_MS", c.quarantine_ms);
	check_quarantine("WINDLASS_TREASURY_QUARANTINE_MS",
	    c.treasury_quarantine_ms);
	check_manual();
	if (st != 0 || conf_faults() != 0)
		return NULL;
	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcmp(c.log_level, levels[i].name) == 0)
			log_open("watcher", levels[i].level);
	return &c;
}

void
config_print(FILE *to)
{
	conf_print(rows, ROWS, to);
}

void
config_help(FILE *to)
{
	conf_help(rows, ROWS, to);
}

/* Without all of these nobody knows when an order may be sent again. */
static const char *
missing_for_payouts(const struct config *s)
{
	if (is_manual(s))
		return NULL;
	if (s->rail_url == NULL)
		return "WINDLASS_PAYOUT_RAIL_URL is not set";
	if (s->window_ms == 0)
		return "WINDLASS_PAYOUT_WINDOW_MS is not set";
	if (s->quarantine_ms == 0)
		return "WINDLASS_PAYOUT_QUARANTINE_MS is not set";
	return NULL;
}

static const char *
missing_for_refunds(const struct config *s)
{
	if (strcmp(s->refunds_by, "platform") == 0)
		return NULL;
	if (s->treasury_url == NULL)
		return "WINDLASS_TREASURY_RAIL_URL is not set";
	if (s->treasury_window_ms == 0)
		return "WINDLASS_TREASURY_WINDOW_MS is not set";
	if (s->treasury_quarantine_ms == 0)
		return "WINDLASS_TREASURY_QUARANTINE_MS is not set";
	return NULL;
}

/* Our own database remembers for ever, and nothing is on its way to it any more
 * when a call of ours is over. */
static void
open_manual(struct watcher *w)
{
	struct outlet *out = &w->outlets[WAY_OUT];

	out->rail = rail_manual(&w->store.db);
	out->window = MANUAL_WINDOW;
	if (out->quarantine == 0)
		out->quarantine = QUARANTINE_LEAST_MS * INT64_C(1000);
}

static void
open_outlets(const struct config *s, struct watcher *w, struct http *http)
{
	w->outlets[WAY_OUT] = (struct outlet){.window = s->window_ms * 1000,
	    .quarantine = s->quarantine_ms * 1000,
	    .missing = missing_for_payouts(s)};
	w->outlets[WAY_BACK] =
	    (struct outlet){.window = s->treasury_window_ms * 1000,
		.quarantine = s->treasury_quarantine_ms * 1000,
		.missing = missing_for_refunds(s)};
	if (is_manual(s))
		open_manual(w);
	else if (s->rail_url != NULL)
		w->outlets[WAY_OUT].rail =
		    rail_http(http, RAIL_PAYOUTS, s->rail_url, s->rail_key);
	if (s->treasury_url != NULL)
		w->outlets[WAY_BACK].rail = rail_http(http, RAIL_TREASURY,
		    s->treasury_url, s->treasury_key);
}

void
config_apply(const struct config *s, struct watcher *w, struct http *http)
{
	w->interval_ms = s->interval_ms;
	w->erased.path = s->erased_file;
	w->retention_ms = s->retention_hours * 3600 * 1000;
	w->store.via = s->rail;
	open_outlets(s, w, http);
	w->platform_refunds = strcmp(s->refunds_by, "platform") == 0;
	w->platform_breaker.length = s->breaker_ms * 1000;
	w->outlets[WAY_OUT].breaker = w->outlets[WAY_BACK].breaker =
	    w->platform_breaker;
	w->platform_memos = strcmp(s->deposit_info, "platform") == 0;
	w->platform = platform_http(http, s->platform_url, &s->auth,
	    strcmp(s->platform_read, "rpc") == 0);
	if (!s->no_ledger && s->horizon_url != NULL)
		w->ledger = ledger_http(http, s->horizon_url);
}

void
config_apply_errands(const struct config *s, struct watcher *w,
    struct http *http)
{
	w->erased.path = s->erased_file;
	w->sweep_http = http;
	if (!s->no_ledger && s->sweeps_ledger)
		w->sweep_url = s->horizon_url;
	if (s->review_url != NULL)
		w->review_hook = hook_http(http, s->review_url, &s->hook_keys);
	if (s->code_url != NULL)
		w->code_hook = hook_http(http, s->code_url, &s->hook_keys);
	if (s->webhook_url != NULL)
		w->webhook = hook_http(http, s->webhook_url, &s->webhook_keys);
}
