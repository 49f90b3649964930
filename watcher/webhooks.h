/*
 * webhooks - what the company's back office is told: events that the database
 *         wrote with each change are sent, and sent again for a day.
 *
 * Rule:   at least once, under an id and with bytes that never change; of one
 *         payment or customer in order, the next when the one before was taken
 *         or given up.
 * Source: api/webhooks.openapi.yaml; Standard Webhooks.
 */
#ifndef WINDLASS_WEBHOOKS_H
#define WINDLASS_WEBHOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include "instant.h"

struct watcher;

/* See duties.h: false if there is more to do. */
bool pass_webhooks(struct watcher *w);

struct webhook_fate {
	const char *what; /* done, again, dead: see webhooks_moved.sql */
	const char *word; /* for the log and the counters */
	int64_t most_ms;  /* again: at a random time until then */
	int64_t least_ms; /* but not before, for the receiver said so */
};

/* What an answer, or none (negative), leads to; pure.  tries is how often it
 * was sent before, first when it was sent first, 0: it was not. */
struct webhook_fate webhook_judge(int status, int64_t retry_after,
    int64_t tries, instant first, instant now);

#endif
