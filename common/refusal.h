/*
 * refusal - why a payment may not begin, by name, and what may follow.
 *
 * Shape:  one table of codes; the book's limits may say otherwise, within what
 *         the table allows.
 */
#ifndef WINDLASS_REFUSAL_H
#define WINDLASS_REFUSAL_H

#include <stdbool.h>

enum policy {
	POLICY_HOLD, /* a person decides */
	POLICY_WAIT, /* it is asked again, until it is abandoned */
	POLICY_ASK,  /* the platform is told to ask for the customer anew */
	POLICY_FAIL, /* it ends as an error */
	POLICY_MAX
};

const char *policy_name(enum policy policy);
/* Of that name, or POLICY_MAX. */
enum policy policy_named(const char *name);
bool is_refusal(const char *code);
/* Does that policy make sense for the code? */
bool refusal_may(const char *code, enum policy policy);
/* What follows where the book says nothing; a person, of unknown codes. */
enum policy refusal_policy(const char *code);

#endif
