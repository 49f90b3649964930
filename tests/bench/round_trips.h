/*
 * round_trips - what a floor asks of PostgreSQL for one request.
 *
 * Shape:  a kind is named in a table of round_trips.c.  Values sent are those
 *         of a row that the endpoint itself has stored, so that columns and
 *         bytes are ours; only keys are new each time.
 */
#ifndef WINDLASS_BENCH_ROUND_TRIPS_H
#define WINDLASS_BENCH_ROUND_TRIPS_H

#include <stdbool.h>
#include <stddef.h>

struct trips;

enum { BODY_SPARE = 128 }; /* bytes that may be read behind a body */

struct body {
	char *bytes;
	size_t len;
};

/* NULL: no such kind, no connection, or no row to take the values from. */
struct trips *trips_new(const char *kind, const char *database_url);
/* False: something was refused. */
bool trips_make(struct trips *t, const char *uri, struct body body);

#endif
