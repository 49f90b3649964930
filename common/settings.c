/*
 * settings - the table of what every endpoint program can be told.
 */
#include "settings.h"

#include <ctype.h>
#include <string.h>

#include "conf.h"
#include "db.h"
#include "log.h"
#include "serve.h"

enum { ROWS_MAX = 64 };

static struct settings s;
static const char *auth_type, *secret, *secret_next;
static int64_t lifetime_ms;
static char workers_name[64];

// clang-format off
static const struct conf common_rows[] = {
	{ .name = "WINDLASS_DATABASE_URL", .kind = CONF_SECRET,
	  .into = &s.database_url, .flags = CONF_NEED,
	  .help = "PostgreSQL connection string; may hold a password" },
	{ .name = "WINDLASS_RUN_DIR", .kind = CONF_TEXT, .into = &s.run_dir,
	  .standard = "/run/windlass",
	  .help = "folder of the socket and the counters" },
	{ .name = "WINDLASS_SOCKET_GROUP", .kind = CONF_TEXT,
	  .into = &s.socket_group,
	  .help = "group that may connect to the socket: nginx's" },
	{ .name = workers_name, .kind = CONF_INT, .into = &s.workers,
	  .standard = "4", .least = 1, .most = WORKERS_MAX,
	  .help = "processes; each serves one request at a time" },
	{ .name = "WINDLASS_WORKER_REQUESTS", .kind = CONF_INT,
	  .into = &s.worker_requests, .standard = "10000",
	  .least = 1, .most = INT32_MAX,
	  .help = "requests after which a worker is replaced" },
	{ .name = "WINDLASS_REQUEST_LIMIT_MS", .kind = CONF_INT,
	  .into = &s.request_limit_ms, .standard = "15000",
	  .least = 100, .most = 600000,
	  .help = "a worker busy with one request for longer is killed" },
	{ .name = "WINDLASS_DB_PREPARE", .kind = CONF_BOOL,
	  .into = &s.prepare, .standard = "1",
	  .help = "prepare statements (0 behind PgBouncer or another pooler)" },
	{ .name = "WINDLASS_DEV", .kind = CONF_BOOL, .into = &s.dev,
	  .standard = "0", .help = "1: let CALLBACK_API_AUTH_TYPE be none" },
	{ .name = "WINDLASS_LOG_LEVEL", .kind = CONF_WORD,
	  .into = &s.log_level, .standard = "info",
	  .words = "debug info warn error",
	  .help = "the least important lines to log" },
};

/* Read once more at SIGHUP: a secret is changed without stopping. */
static const struct conf auth_rows[] = {
	{ .name = "CALLBACK_API_AUTH_TYPE", .kind = CONF_WORD,
	  .into = &auth_type, .standard = "none",
	  .words = "none api_key jwt",
	  .help = "how the platform proves itself to us" },
	{ .name = "SECRET_CALLBACK_API_AUTH_SECRET", .kind = CONF_SECRET,
	  .into = &secret, .help = "the platform's key or JWT secret" },
	{ .name = "SECRET_CALLBACK_API_AUTH_SECRET_NEXT", .kind = CONF_SECRET,
	  .into = &secret_next,
	  .help = "a second one that is good too, while it is changed" },
	{ .name = "CALLBACK_API_AUTH_JWT_EXPIRATION_MILLISECONDS",
	  .kind = CONF_INT, .into = &lifetime_ms, .standard = "30000",
	  .least = 5000, .most = 3600000,
	  .help = "longest life of a token that is taken" },
};
// clang-format on
enum {
	COMMON = sizeof(common_rows) / sizeof(common_rows[0]),
	AUTH = sizeof(auth_rows) / sizeof(auth_rows[0])
};

/* Those of all endpoints, then the endpoint's own. */
static size_t
rows(const struct endpoint *ep, struct conf out[static ROWS_MAX])
{
	size_t i, own = ep->setting_count;

	if (own > ROWS_MAX - COMMON - AUTH)
		abort();
	snprintf(workers_name, sizeof(workers_name), "WINDLASS_%s_WORKERS",
	    ep->name);
	for (i = 0; workers_name[i] != '\0'; i++)
		workers_name[i] = (char)toupper((unsigned char)workers_name[i]);
	memcpy(out, common_rows, sizeof(common_rows));
	memcpy(out + COMMON, auth_rows, sizeof(auth_rows));
	if (own > 0)
		memcpy(out + COMMON + AUTH, ep->settings, own * sizeof(*out));
	return COMMON + AUTH + own;
}

/* Every fault of it is told by whoever finds it. */
static void
load_auth(void)
{
	if (auth_from_settings(&s.auth, "CALLBACK_API_AUTH", auth_type, secret,
		lifetime_ms, s.dev) == 0 &&
	    secret_next != NULL && s.auth.kind != AUTH_NONE)
		(void)auth_more(&s.auth, "SECRET_CALLBACK_API_AUTH_SECRET_NEXT",
		    secret_next);
}

const struct settings *
settings_load(const struct endpoint *ep)
{
	struct conf table[ROWS_MAX];
	int st = conf_load(table, rows(ep, table));

	if (auth_type != NULL)
		load_auth();
	if (s.database_url != NULL && !db_is_url(s.database_url))
		conf_fault("WINDLASS_DATABASE_URL",
		    "is no connection string of PostgreSQL (a URL's password "
		    "is percent-encoded)");
	return st == 0 && conf_faults() == 0 ? &s : NULL;
}

bool
settings_auth_again(void)
{
	const struct auth before = s.auth;
	int st;

	conf_again();
	auth_type = secret = secret_next = NULL;
	st = conf_load(auth_rows, AUTH);
	if (auth_type != NULL)
		load_auth();
	if (st == 0 && conf_faults() == 0)
		return true;
	s.auth = before;
	return false;
}

const char *
serve_run_dir(void)
{
	return s.run_dir;
}

void
settings_print(const struct endpoint *ep, FILE *to)
{
	struct conf table[ROWS_MAX];

	conf_print(table, rows(ep, table), to);
}

void
settings_help(const struct endpoint *ep, FILE *to)
{
	struct conf table[ROWS_MAX];

	conf_help(table, rows(ep, table), to);
}
