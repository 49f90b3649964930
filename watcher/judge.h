/*
 * judge - customers whose standing changes though nobody changed them: papers
 *         expire, customer types and checks become others.
 *
 * Shape:  pages in the order of ids; who stands as before is not written.  A
 *         page that was done twice changes nothing the second time.
 * Errors: false: it goes on, or is tried again, at the next poll.
 */
#ifndef WINDLASS_JUDGE_H
#define WINDLASS_JUDGE_H

#include <stdbool.h>

struct watcher;

/* What has expired is rejected, and verdicts that saw it fall. */
bool judge_papers(struct watcher *w);
/* Whoever was judged by other rules is judged by those of now. */
bool judge_rules(struct watcher *w);

#endif
