/*
 * webhooks_judge - what becomes of an event, by what the back office answered.
 */
#include <errno.h>
#include <string.h>

#include "backoff.h"
#include "webhooks.h"

enum { WAIT_MOST_MS = 3600 * 1000, ASKED_MOST_S = 600, GONE = 410 };
#define GIVEN_UP_AFTER (24 * 3600 * SECOND)

static const char *
word_of(int status)
{
	if (status == -EFBIG)
		return "odd";
	if (status < 0)
		return "away";
	if (status >= 200 && status < 300)
		return "taken";
	if (status >= 500 || status == 408 || status == 429)
		return "failed";
	return status >= 400 ? "refused" : "odd";
}

struct webhook_fate
webhook_judge(int status, int64_t retry_after, int64_t tries, instant first,
    instant now)
{
	struct webhook_fate fate = {.what = "again", .word = word_of(status)};

	if (strcmp(fate.word, "taken") == 0) {
		fate.what = "done";
		return fate;
	}
	/* Standard Webhooks: who is gone wants to be left alone. */
	if (status == GONE || (first != 0 && now - first >= GIVEN_UP_AFTER)) {
		fate.what = fate.word = "dead";
		return fate;
	}
	fate.most_ms = backoff_most(tries, WAIT_MOST_MS);
	fate.least_ms =
	    1000 * (retry_after > ASKED_MOST_S ? ASKED_MOST_S : retry_after);
	return fate;
}
