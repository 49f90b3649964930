/*
 * platform - the Platform API as functions; no decisions here.
 *
 * Shape:  a table of functions, so that the same watcher runs against anything
 *         that fills it.
 * Errors: list and get say what came: a record, none (404), or negative (the
 *         answer is missing, no JSON, or nothing we know).  An answer of rpc is
 *         a result, an error of the platform's, or unknown: then only reading
 *         the record tells.
 * Owner:  records are borrowed from the arena given.
 * Source: GET /transactions, GET /transactions/{id}, JSON-RPC at POST /; there
 *         get_transactions, too.
 */
#ifndef WINDLASS_PLATFORM_H
#define WINDLASS_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct auth;
struct http;
struct json;

enum { RPC_ARRAY_MOST = 40, PAGE_SIZE = 100 };

struct list_ask {
	const char *order_by, *order;
	const char *statuses; /* with commas; NULL: all */
	int64_t page;
};

enum { GOT_RECORD = 0, GOT_NONE = 1 };

struct got {
	int rc;
	const struct json *record;
};

struct rpc_call {
	const char *id, *method, *params;
};

enum rpc_kind { RPC_UNKNOWN, RPC_RESULT, RPC_ERROR };

struct rpc_answer {
	enum rpc_kind kind;
	const struct json *result;
	int64_t code;        /* of an error */
	int64_t retry_after; /* seconds that it asks us to wait; 0: none */
};

struct platform {
	void *self;
	/* records: an array of at most PAGE_SIZE. */
	int (*list)(void *self, struct arena *a, const struct list_ask *ask,
	    const struct json **records);
	void (*get)(void *self, struct arena *a, const char *const *ids,
	    size_t count, struct got *out);
	/* One array of at most RPC_ARRAY_MOST for each count of sizes. */
	void (*rpc)(void *self, struct arena *a, const struct rpc_call *calls,
	    const size_t *sizes, size_t arrays, struct rpc_answer *out);
};

/* The real one, over HTTP.  is_rpc: lists are read by get_transactions. */
struct platform platform_http(struct http *h, const char *base_url,
    const struct auth *auth, bool is_rpc);

/* What the answer about one transaction tells; pure. */
struct got get_read(struct arena *a, const char *id, int status,
    const char *text, size_t len);
/* What one array's answer tells about each of its calls; pure. */
void rpc_read(struct arena *a, int status, const char *text, size_t len,
    const struct rpc_call *calls, size_t count, struct rpc_answer *out);

#endif
