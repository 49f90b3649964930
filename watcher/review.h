/*
 * review - customers whom somebody else looks at, and codes that are to be
 *         sent: errands of the watcher.
 *
 * Shape:  one pass takes a few, calls the hook, and writes down what came of
 *         it; what is left is for the next.
 * Rule:   the other errands wait for a pass: it ends after a few seconds.
 */
#ifndef WINDLASS_REVIEW_H
#define WINDLASS_REVIEW_H

#include <stdbool.h>
#include <stdint.h>

struct watcher;

/* See duties.c: false if there is more to do. */
bool pass_reviews(struct watcher *w);
bool pass_codes(struct watcher *w);

#endif
