/*
 * route - the table of an endpoint, looked up.
 */
#include "route.h"

#include <string.h>

#include "arena.h"
#include "reply.h"
#include "request.h"
#include "serve.h"

/* Where the text for a last segment "*" begins; NULL: another path. */
static const char *
match(const char *route, const char *path)
{
	size_t len = strlen(route);

	if (len < 2 || strcmp(route + len - 2, "/*") != 0)
		return strcmp(route, path) == 0 ? "" : NULL;
	if (strncmp(route, path, len - 1) != 0)
		return NULL;
	path += len - 1;
	return *path != '\0' && strchr(path, '/') == NULL ? path : NULL;
}

int
route_or_reply(const struct endpoint *ep, struct request *rq,
    const struct route **out, struct reply *rp)
{
	const char *allow = NULL;
	const struct route *r;
	const char *tail;

	for (r = ep->routes; r < ep->routes + ep->route_count; r++) {
		tail = match(r->path, rq->path);
		if (tail == NULL)
			continue;
		if (strcmp(r->method, rq->method) == 0) {
			rq->tail = tail;
			*out = r;
			return 0;
		}
		allow = allow == NULL ? r->method
		                      : arena_printf(rq->arena, "%s, %s", allow,
					    r->method);
	}
	if (allow == NULL)
		return reply_error(rp, 404, "no such path");
	rp->allow = allow;
	return reply_error(rp, 405, "the method must be %s", allow);
}
