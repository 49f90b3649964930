/*
 * notify - tells whoever has started us how we stand, as systemd wants to know
 *         it (Type=notify, WatchdogSec=).
 *
 * In:     NOTIFY_SOCKET in the environment; without it nothing is told.
 * Rule:   only what is so: ready when requests are served, alive when a round
 *         was completed.
 * Errors: none: nobody listening costs a line in the log, once.
 * Source: sd_notify(3): one datagram of NAME=VALUE lines to a unix socket.
 */
#ifndef WINDLASS_NOTIFY_H
#define WINDLASS_NOTIFY_H

void notify_ready(void);
void notify_alive(void); /* a watchdog need not end us */
void notify_stopping(void);

#endif
