/*
 * prefork - the parent of an endpoint's workers.
 *
 * Holds:  as many workers as wanted; a dead one is replaced, slower when it
 *         died young; one that is busy with a request for too long is killed.
 * In:     SIGHUP: a new generation of workers, then the old one leaves.
 *         SIGTERM, SIGINT: requests in flight get 5 s, then it is over.
 */
#ifndef WINDLASS_PREFORK_H
#define WINDLASS_PREFORK_H

struct endpoint;
struct listener;
struct settings;
struct stats;

/* The program's exit status. */
int prefork_run(const struct endpoint *ep, const struct settings *settings,
    struct listener *listener, struct stats *stats);

#endif
