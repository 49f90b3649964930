/*
 * customer_code - codes that prove a mobile number or an e-mail address: made,
 *         stored for the watcher to send, and tried when they come back.
 *
 * Shape:  a code is for one value of one field.  Stored are keyed digests, and
 *         the request that takes code and destination out, sealed; all under
 *         the customer's key.
 * Units:  a code is 6 digits, good for 10 minutes and 5 tries; 5 in an hour and
 *         10 in a day, for one customer and to one number or address.
 * Errors: x_or_reply() gives 0, the HTTP status it already answered (the error
 *         names the field, never the code), or negative.
 * Source: SEP-12, verification; api/code-hook.openapi.yaml, CodeRequest.
 */
#ifndef WINDLASS_CUSTOMER_CODE_H
#define WINDLASS_CUSTOMER_CODE_H

#include <stddef.h>

#include "kyc.h"

struct book;
struct customer_given;
struct customer_seen;
struct request;
struct reply;
struct seal;

struct given_code {
	const char *member; /* mobile_number_verification */
	const char *name;   /* mobile_number */
	const char *text;
	const char *proves; /* out: the value, if the code was right */
};

/* "mobile_number" of "mobile_number_verification". */
const char *customer_code_proves(struct arena *a, const char *member);

/* Tries the codes that came with a request.  This counts, whatever becomes of
 * the request; a code that is good no more is followed by another. */
int customer_codes_or_reply(const struct request *rq, const struct seal *keys,
    const struct customer_seen *seen, struct customer_given *given,
    struct reply *rp) __attribute__((warn_unused_result));
/* After the customer was stored: a code for each contact that has to be proven
 * and has none; one that is given again may have another. */
int customer_codes_make(const struct request *rq, const struct seal *keys,
    const struct book *book, const struct customer *stored,
    struct corridor corridor, const struct customer_given *given,
    const char *today) __attribute__((warn_unused_result));

#endif
