/*
 * log - one line per event, key=value, to standard error.
 *
 * A line is put together in one buffer and written by one write(2), so lines
 * of several workers on the same pipe do not mix.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <unistd.h>

#include "instant.h"
#include "log.h"

enum { LINE = 2048, QUOTED = 256, QUOTED_MAX = 8 };

static const char *const level_names[] = {"debug", "info", "warn", "error"};

static struct {
	char program[32];
	enum log_level least;
	char request_id[64];
} log_state = {"windlass", LOG_INFO, ""};

void
log_open(const char *program, enum log_level least)
{
	snprintf(log_state.program, sizeof(log_state.program), "%s", program);
	log_state.least = least;
}

void
log_bind(const char *request_id)
{
	snprintf(log_state.request_id, sizeof(log_state.request_id), "%s",
	    request_id == NULL ? "" : request_id);
}

/* As vsnprintf() at line + len, but len never passes the room. */
static size_t __attribute__((format(printf, 3, 0)))
add(char *line, size_t len, const char *format, va_list args)
{
	int n = vsnprintf(line + len, LINE - len, format, args);

	if (n < 0)
		return len;
	return (size_t)n < LINE - len ? len + (size_t)n : LINE - 1;
}

static size_t __attribute__((format(printf, 3, 4)))
addf(char *line, size_t len, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	len = add(line, len, format, args);
	va_end(args);
	return len;
}

static bool
is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

void
log_line(enum log_level level, const char *event, const char *format, ...)
{
	char line[LINE + 1], now[INSTANT_TEXT];
	int saved = errno;
	size_t len, i;
	va_list args;

	if (level < log_state.least)
		return;
	/* Milliseconds, always three digits, so that columns line up. */
	instant_print(instant_now() / 1000 * 1000 + 1, now);
	len = addf(line, 0, "ts=%.23sZ level=%s prog=%s event=%s ", now,
	    level_names[level], log_state.program, event);
	va_start(args, format);
	len = add(line, len, format, args);
	va_end(args);
	if (log_state.request_id[0] != '\0')
		len = addf(line, len, " request_id=%s", log_state.request_id);
	for (i = 0; i < len; i++)
		if (is_control(line[i]))
			line[i] = '?';
	line[len++] = '\n';
	while (write(STDERR_FILENO, line, len) < 0 && errno == EINTR)
		continue;
	errno = saved;
}

const char *
log_quoted(const char *text)
{
	static char buffers[QUOTED_MAX][QUOTED];
	static unsigned turn;
	char *out = buffers[turn++ % QUOTED_MAX];
	size_t len = 0;
	bool plain = text[0] != '\0' && strlen(text) < QUOTED;

	for (const char *c = text; plain && *c != '\0'; c++)
		plain = !is_control(*c) && strchr(" \"\\=", *c) == NULL;
	if (plain) {
		snprintf(out, QUOTED, "%s", text);
		return out;
	}
	out[len++] = '"';
	for (const char *c = text; *c != '\0'; c++) {
		if (len > QUOTED - 10) { /* room for \xNN..." and the NUL */
			len += (size_t)snprintf(out + len, QUOTED - len, "...");
			break;
		}
		if (is_control(*c))
			len += (size_t)snprintf(out + len, QUOTED - len,
			    *c == '\n' ? "\\n" : "\\x%02x", (unsigned char)*c);
		else if (*c == '"' || *c == '\\')
			len += (size_t)snprintf(out + len, QUOTED - len, "\\%c",
			    *c);
		else
			out[len++] = *c;
	}
	out[len++] = '"';
	out[len] = '\0';
	return out;
}
