/*
 * config - what a watcher can be told.
 *
 * Errors: config_load() gives NULL after one line per fault on standard error.
 * Owner:  static; one program, one set of settings.
 */
#ifndef WINDLASS_WATCHER_CONFIG_H
#define WINDLASS_WATCHER_CONFIG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "auth.h"
#include "webhook.h"

struct http;
struct watcher;

struct config {
	const char *database_url, *kek_file, *run_dir, *state_dir, *log_level;
	const char *platform_url, *horizon_url, *rail_url, *rail_key;
	const char *rail;
	const char *review_url, *code_url, *webhook_url;
	struct webhook_keys hook_keys, webhook_keys;
	const char *deposit_info, *erased_file, *platform_read;
	const char *treasury_url, *treasury_key, *refunds_by;
	int64_t breaker_ms;
	int64_t interval_ms, window_ms, quarantine_ms, retention_hours;
	int64_t treasury_window_ms, treasury_quarantine_ms;
	bool prepare, dev, no_ledger, sweeps_ledger;
	struct auth auth;
};

const struct config *config_load(void);
void config_print(FILE *to);
void config_help(FILE *to);
/* Settings and ways to the world, into the watcher. */
void config_apply(const struct config *c, struct watcher *w, struct http *http);
/* Those of whoever runs its errands. */
void config_apply_errands(const struct config *c, struct watcher *w,
    struct http *http);

#endif
