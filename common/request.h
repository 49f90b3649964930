/*
 * request - from FastCGI to method, path and named values; bounded, decoded
 *         once, the same for a query, a JSON body and a multipart body.
 *
 * Shape:  a value is text (NUL-terminated, valid UTF-8, no NUL inside) or a
 *         file part (bytes).  The query of GET and DELETE, the body of PUT
 *         and POST; a query beside a body is refused.
 * Units:  bytes: target 8 KiB, 64 values, JSON 1 MiB, multipart 24 MiB, one
 *         file 8 MiB, one text value 64 KiB.
 * Errors: request_head() and request_values() give 0, or the HTTP status they
 *         already answered (400 with a reason); the latter gives negative when
 *         the peer went away: no answer then.
 * Owner:  all of it lives in the request's arena.
 */
#ifndef WINDLASS_REQUEST_H
#define WINDLASS_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "instant.h"

struct arena;
struct db;
struct reply;
struct wire;

struct value {
	const char *name;
	const char *text;     /* NULL for a file */
	unsigned char *bytes; /* whoever takes the file may change it */
	size_t len;
	const char *type; /* what its Content-Type says a file is, or NULL */
};

struct request {
	struct arena *arena;
	struct db *db;
	const char *id;     /* request id, nginx's */
	const char *method; /* GET PUT POST DELETE */
	const char *path;   /* decoded, without query: /customer */
	const char *tail;   /* what stands for * in the route: one segment */
	const char *client; /* client certificate's subject or "" */
	const char *x_api_key, *authorization; /* credentials or NULL */
	instant now; /* the system's clock, one reading a request */
	size_t count;
	const struct value *values;
	const void *context; /* the program's own, from serve_main() */
};

/* Method, path, id and credentials: what is needed to know whose it is. */
int request_head(struct request *rq, const struct wire *wire, struct reply *rp)
    __attribute__((warn_unused_result));
/* The query or the body, as values. */
int request_values(struct request *rq, const struct wire *wire,
    struct reply *rp) __attribute__((warn_unused_result));

/* The first value of that name; NULL if absent or a file. */
const char *request_text(const struct request *rq, const char *name);
bool request_twice(const struct request *rq, const char *name);

#endif
