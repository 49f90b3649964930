/*
 * customer_ask - whom a request to /customer is about, and as what.
 *
 * Shape:  addresses are taken apart: an M-address is its G-address with an id
 *         memo; a C-address stays as it is.  A hash memo, in hex or base64, is
 *         in base64, as the platform spells it.
 * Errors: x_or_reply() gives 0, or the HTTP status it already answered.
 * Source: SEP-12; Anchor Platform callbacks API, GET and PUT /customer.
 */
#ifndef WINDLASS_CUSTOMER_ASK_H
#define WINDLASS_CUSTOMER_ASK_H

struct book;
struct customer_type;
struct reply;
struct request;

struct customer_ask {
	const char *id;                   /* NULL: not named */
	const char *account;              /* base address; NULL: not named */
	const char *memo, *memo_type;     /* "" where there is none */
	const char *tx_id;                /* NULL: none */
	const struct customer_type *type; /* NULL: none named */
	const char *lang;                 /* NULL: none */
};

int customer_ask_or_reply(const struct request *rq, const struct book *book,
    struct customer_ask *ask, struct reply *rp)
    __attribute__((warn_unused_result));

#endif
