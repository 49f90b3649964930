/*
 * customer_days - can the days that a customer gives be true?
 *
 * Shape:  pure.  A birth date and the issue of a paper are not before 1900 nor
 *         after today; nobody has a paper before being born; a paper does not
 *         expire before it is issued.  One that has expired already is taken:
 *         it is a value like another, and no longer good.
 * Units:  days are text, YYYY-MM-DD; today is UTC's.
 * Errors: x_or_reply() gives 0, or the HTTP status it already answered.
 */
#ifndef WINDLASS_CUSTOMER_DAYS_H
#define WINDLASS_CUSTOMER_DAYS_H

struct customer;
struct customer_given;
struct reply;

/* NULL, or what to tell the client after the member's name. */
const char *day_why(const char *member, const char *day, const char *today);
/* What is given beside what there is: pairs are all values as they will be.
 * What is not given and is no longer good binds nothing: it will be replaced.
 * before may be NULL. */
int customer_days_or_reply(const struct customer_given *given,
    const char *const *pairs, const struct customer *before, const char *today,
    struct reply *rp) __attribute__((warn_unused_result));

#endif
