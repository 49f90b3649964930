/*
 * conf_url - is this a base address that we may call?
 *
 * Shape:  https://host[:port][/path], or http:// to loopback or to a host in
 *         plain_hosts (words; may be NULL).  No user, query or fragment.
 */
#ifndef WINDLASS_CONF_URL_H
#define WINDLASS_CONF_URL_H

struct arena;

/* The address without slashes at its end, or NULL and why. */
const char *conf_url(struct arena *a, const char *text, const char *plain_hosts,
    const char **why);

#endif
