/*
 * ways - the ways to the platform, the bank and the ledger, by the settings
 * that the watcher has: for verbs that read there.
 *
 * Errors: NULL after a line for each fault.
 * Owner:  static; ways_close() ends them.
 */
#ifndef WINDLASS_OPERATOR_WAYS_H
#define WINDLASS_OPERATOR_WAYS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "../watcher/platform.h"
#include "../watcher/rail.h"

struct ways {
	struct http *http;
	struct platform platform;
	bool has_rail, is_manual; /* is_manual: people pay out */
	struct rail rail;         /* no page: people alone pay out */
	struct rail treasury;     /* no page: there is none */
	const char *horizon_url;  /* NULL: the ledger is not asked */
	int64_t quarantine_ms;    /* the longer of the two; 0: not set */
};

const struct ways *ways_open(void);
void ways_close(const struct ways *w);
void ways_help(FILE *to);

#endif
