/*
 * customer_text - parts of a customer as the database takes them, JSON; for
 *         customer_*.c only.  Never a value.
 *
 * Errors: NULL: larger than any customer can be.
 */
#ifndef WINDLASS_CUSTOMER_TEXT_H
#define WINDLASS_CUSTOMER_TEXT_H

struct arena;
struct customer;

/* {"first_name": {"state": "given"}} */
const char *customer_states_text(struct arena *a, const struct customer *c);
/* Of each field what may be known of its value: {"tax_id": {"checks": []}} */
const char *customer_marks_text(struct arena *a, const struct customer *c);
/* {"sep31-sender": {"verdict": "held", ...}} */
const char *customer_verdicts_text(struct arena *a, const struct customer *c);
/* {"sep31-sender": "ACCEPTED"}: standing by the customer's types. */
const char *customer_standing_text(struct arena *a, const struct customer *c,
    const char *const *standing);
/* ["a", "b"] of names, then NULL */
const char *customer_names_text(struct arena *a, const char *const *names);
/* {"photo_id_front": "blurred"}: errors of these fields, "" where it has none
 * any more. */
const char *customer_errors_text(struct arena *a, const struct customer *c,
    const char *const *names);

#endif
