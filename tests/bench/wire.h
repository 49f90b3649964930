/*
 * wire - HTTP calls to a port of this machine, many at a time, each on a new
 *        connection as common/http.c makes them; no library, no checks.
 */
#ifndef WINDLASS_BENCH_WIRE_H
#define WINDLASS_BENCH_WIRE_H

#include <stddef.h>

struct wire_call {
	int port;
	const char *method;
	char *target;
	const char *headers; /* whole lines, or NULL */
	const char *body;    /* NULL: none */
	size_t body_len;
	/* What came: the body, ended by a NUL; the caller frees it. */
	int status;
	char *answer;
};

/* Ends the program when a connection fails: it measures, and mends nothing. */
void wire_calls(struct wire_call *calls, size_t count, size_t at_once);

#endif
