/*
 * confirm - tells the database what became of payouts that people carry out,
 *           and whoever asked what it made of that.
 *
 * In:     the array of results.h; what it was read from, for people; NULL: it
 * is one, from the command line. Errors: the exit code; nothing is changed
 * where it is not VERB_DONE.
 */
#ifndef WINDLASS_OPERATOR_CONFIRM_H
#define WINDLASS_OPERATOR_CONFIRM_H

struct call;

int confirm(struct call *c, const char *lines, const char *from);
/* Of results_read() and results_one(); to is what it was read from. */
void confirm_fault(void *to, const char *fault);

#endif
