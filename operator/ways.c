/*
 * ways - the ways to the platform, the bank and the ledger.
 */
#include "ways.h"

#include <errno.h>

#include "auth.h"
#include "conf.h"
#include "http.h"

static struct ways ways;
static struct auth auth;
static const char *platform_url, *auth_type, *secret, *rail_url, *rail_key;
static const char *plain_hosts, *platform_read;
static const char *rail, *treasury_url, *treasury_key;
static int64_t treasury_quarantine_ms;
static int64_t lifetime_ms;
static bool no_ledger, dev;

// clang-format off
static const struct conf rows[] = {
	{ .name = "PLATFORM_API_BASE_URL", .kind = CONF_URL,
	  .into = &platform_url, .flags = CONF_NEED,
	  .help = "the Platform API; for reconcile, as all below" },
	{ .name = "PLATFORM_API_AUTH_TYPE", .kind = CONF_WORD,
	  .into = &auth_type, .standard = "none", .words = "none api_key jwt",
	  .help = "how we prove ourselves to the platform" },
	{ .name = "SECRET_PLATFORM_API_AUTH_SECRET", .kind = CONF_SECRET,
	  .into = &secret, .help = "our key or JWT secret" },
	{ .name = "PLATFORM_API_AUTH_JWT_EXPIRATION_MILLISECONDS",
	  .kind = CONF_INT, .into = &lifetime_ms, .standard = "30000",
	  .least = 5000, .most = 3600000,
	  .help = "life of a token that we send" },
	{ .name = "WINDLASS_PLATFORM_READ", .kind = CONF_WORD,
	  .into = &platform_read, .standard = "rest", .words = "rest rpc",
	  .help = "how its transactions are listed" },
	{ .name = "WINDLASS_HORIZON_URL", .kind = CONF_URL,
	  .into = &ways.horizon_url,
	  .help = "Horizon, where every payment is verified" },
	{ .name = "WINDLASS_NO_LEDGER", .kind = CONF_BOOL, .into = &no_ledger,
	  .standard = "0", .help = "1: the ledger is not asked" },
	{ .name = "WINDLASS_PAYOUT_RAIL", .kind = CONF_WORD, .into = &rail,
	  .standard = "http", .words = "http manual",
	  .help = "manual: people pay out" },
	{ .name = "WINDLASS_PAYOUT_RAIL_URL", .kind = CONF_URL,
	  .into = &rail_url, .help = "what pays out" },
	{ .name = "SECRET_WINDLASS_PAYOUT_RAIL_KEY", .kind = CONF_SECRET,
	  .into = &rail_key, .least = 16, .help = "its X-Api-Key" },
	{ .name = "WINDLASS_PAYOUT_QUARANTINE_MS", .kind = CONF_INT,
	  .into = &ways.quarantine_ms, .least = 1000,
	  .most = INT64_C(86400000),
	  .help = "how long an order may be on its way" },
	{ .name = "WINDLASS_TREASURY_RAIL_URL", .kind = CONF_URL,
	  .into = &treasury_url, .help = "what sends money back" },
	{ .name = "SECRET_WINDLASS_TREASURY_RAIL_KEY", .kind = CONF_SECRET,
	  .into = &treasury_key, .least = 16, .help = "its X-Api-Key" },
	{ .name = "WINDLASS_TREASURY_QUARANTINE_MS", .kind = CONF_INT,
	  .into = &treasury_quarantine_ms, .least = 1000,
	  .most = INT64_C(86400000),
	  .help = "how long an order to it may be on its way" },
	{ .name = "WINDLASS_PLAIN_HTTP_HOSTS", .kind = CONF_TEXT,
	  .into = &plain_hosts,
	  .help = "hosts besides loopback that may be called without TLS" },
	{ .name = "WINDLASS_DEV", .kind = CONF_BOOL, .into = &dev,
	  .standard = "0", .help = "1: let PLATFORM_API_AUTH_TYPE be none" },
};
// clang-format on
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

void
ways_help(FILE *to)
{
	conf_help(rows, ROWS, to);
}

const struct ways *
ways_open(void)
{
	int st = conf_load(rows, ROWS);

	if (auth_type != NULL && auth_from_settings(&auth, "PLATFORM_API_AUTH",
				     auth_type, secret, lifetime_ms, dev) != 0)
		st = -EINVAL;
	if (ways.horizon_url == NULL && !no_ledger)
		conf_fault("WINDLASS_HORIZON_URL",
		    "is needed, unless WINDLASS_NO_LEDGER is 1");
	if (rail_url != NULL && ways.quarantine_ms == 0)
		conf_fault("WINDLASS_PAYOUT_QUARANTINE_MS",
		    "is needed where there is a payout rail");
	if (treasury_url != NULL && treasury_quarantine_ms == 0)
		conf_fault("WINDLASS_TREASURY_QUARANTINE_MS",
		    "is needed where there is a treasury");
	if (st != 0 || conf_faults() != 0)
		return NULL;
	if (no_ledger)
		ways.horizon_url = NULL;
	ways.http = http_new();
	ways.platform = platform_http(ways.http, platform_url, &auth,
	    strcmp(platform_read, "rpc") == 0);
	ways.is_manual = strcmp(rail, "manual") == 0;
	ways.has_rail = rail_url != NULL || ways.is_manual;
	if (rail_url != NULL)
		ways.rail =
		    rail_http(ways.http, RAIL_PAYOUTS, rail_url, rail_key);
	if (treasury_url != NULL)
		ways.treasury = rail_http(ways.http, RAIL_TREASURY,
		    treasury_url, treasury_key);
	if (treasury_quarantine_ms > ways.quarantine_ms)
		ways.quarantine_ms = treasury_quarantine_ms;
	return &ways;
}

void
ways_close(const struct ways *w)
{
	if (w != NULL)
		http_free(w->http);
}
