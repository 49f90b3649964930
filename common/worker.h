/*
 * worker - one process that serves one request at a time until it is told to
 *         leave or has served its number.
 *
 * Holds:  signals come in only while it waits for a request, so none ever
 *         interrupts a read or a database call.
 * Source: FastCGI through libfcgi, which reads a request's parameters inside
 *         its own accept without a time limit.  So we accept ourselves, set
 *         time limits on the connection and hand it over (request.ipcFd,
 *         keepConnection): then a negative answer of FCGX_Accept_r() is about
 *         this connection only.
 */
#ifndef WINDLASS_WORKER_H
#define WINDLASS_WORKER_H

struct endpoint;
struct settings;
struct stats_slot;

/* The process's exit status: 0 left as it should. */
int worker_run(const struct endpoint *ep, const struct settings *settings,
    int listener, struct stats_slot *slot);

#endif
