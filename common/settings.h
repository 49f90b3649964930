/*
 * settings - what every endpoint program can be told, and its own besides.
 *
 * Errors: settings_load() gives NULL after one line per fault on standard
 *         error.
 * Owner:  static; one program, one set of settings.
 */
#ifndef WINDLASS_SETTINGS_H
#define WINDLASS_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "auth.h"

struct endpoint;

enum { WORKERS_MAX = 256 };

struct settings {
	const char *database_url;
	const char *run_dir;
	const char *socket_group; /* NULL: the program's own group */
	const char *log_level;
	int64_t workers;
	int64_t worker_requests;
	int64_t request_limit_ms;
	bool prepare;
	bool dev;
	struct auth auth; /* of those who call us */
};

const struct settings *settings_load(const struct endpoint *ep);
/* Reads how callers prove themselves once more; if that is not possible it
 * tells why, keeps what was, and gives false. */
bool settings_auth_again(void);
void settings_print(const struct endpoint *ep, FILE *to);
void settings_help(const struct endpoint *ep, FILE *to);

#endif
