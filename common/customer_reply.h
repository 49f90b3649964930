/*
 * customer_reply - a customer as SEP-12 shows one: id, status, what is asked
 *         for and what was given; never a value.
 * Source: SEP-12, GET /customer; the platform passes it on as it is.
 */
#ifndef WINDLASS_CUSTOMER_REPLY_H
#define WINDLASS_CUSTOMER_REPLY_H

#include "kyc.h"

struct arena;
struct book;
struct reply;

/* c may be NULL: nobody yet.  Without a type it is about those that the
 * customer was put under, else all. */
void customer_reply(struct reply *rp, struct arena *a, const struct book *book,
    const struct customer *c, const struct customer_type *type,
    struct corridor corridor, const char *lang, const char *today);

#endif
