/*
 * log - one line per event, key=value, to standard error.
 *
 * Shape:  log_line(LOG_INFO, "request", "method=GET status=200 ...") prints
 *         "ts=2026-01-02T03:04:05.678Z level=info prog=rate event=request
 *         method=GET status=200 ...".
 *         A value with a space, quote, '=' or control byte goes through %s of
 *         log_quoted(), which escapes it; newlines never reach the line.
 * Rule:   names and ids may be logged; values of personal data never: no
 *         function here takes a request body or a customer's value.
 */
#ifndef WINDLASS_LOG_H
#define WINDLASS_LOG_H

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_open(const char *program, enum log_level least);
/* Binds a request id (NULL: none) that is added to every line. */
void log_bind(const char *request_id);
void log_line(enum log_level level, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The text quoted and escaped, in one of 8 static buffers of 256 bytes. */
const char *log_quoted(const char *text);

#endif
