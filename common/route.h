/*
 * route - which handler of an endpoint a request is for.
 *
 * Errors: route_or_reply() gives 0, or the HTTP status it already answered:
 *         404 for a path of nobody, 405 with Allow for a method of nobody.
 */
#ifndef WINDLASS_ROUTE_H
#define WINDLASS_ROUTE_H

struct endpoint;
struct reply;
struct request;
struct route;

/* Writes rq->tail where the route ends in a star. */
int route_or_reply(const struct endpoint *ep, struct request *rq,
    const struct route **out, struct reply *rp)
    __attribute__((warn_unused_result));

#endif
