/*
 * reply - the answer, put together; errors in their one shape.
 */
#include "reply.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

/* More than any answer of ours; a listing of everything we ask for in every
 * language stays far below. */
enum { REPLY_MAX = 1024 * 1024, ERROR_MAX = 512 };

static const struct {
	int status;
	const char *reason;
} reasons[] = {
    {200, "OK"},
    {204, "No Content"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
};

static const char *
reason(int status)
{
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i].status == status)
			return reasons[i].reason;
	}
	return "Status";
}

void
reply_init(struct reply *rp, struct arena *a)
{
	memset(rp, 0, sizeof(*rp));
	rp->status = 200;
	rp->type = "application/json";
	buf_init(&rp->body, a, REPLY_MAX);
	json_begin(&rp->json, &rp->body);
}

int
reply_error(struct reply *rp, int status, const char *format, ...)
{
	char text[ERROR_MAX];
	va_list args;
	size_t cut;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len < 0)
		text[0] = '\0';
	/* A text that was cut must not end within a character. */
	for (cut = strlen(text); !is_utf8(text, cut); cut--)
		text[cut - 1] = '\0';

	buf_reset(&rp->body);
	json_begin(&rp->json, &rp->body);
	json_open(&rp->json, NULL, '{');
	json_put_text(&rp->json, "error", text);
	json_close(&rp->json, '}');
	rp->status = status;
	return status;
}

int
reply_empty(struct reply *rp, int status)
{
	buf_reset(&rp->body);
	json_begin(&rp->json, &rp->body);
	rp->status = status;
	return status;
}

void
reply_head(const struct reply *rp, struct buf *head)
{
	buf_printf(head, "Status: %d %s\r\n", rp->status, reason(rp->status));
	if (rp->allow != NULL)
		buf_printf(head, "Allow: %s\r\n", rp->allow);
	buf_puts(head, "Cache-Control: no-store\r\n");
	if (rp->status != 204) {
		buf_printf(head, "Content-Type: %s\r\n", rp->type);
		buf_printf(head, "Content-Length: %zu\r\n", rp->body.len);
	}
	buf_puts(head, "\r\n");
}
