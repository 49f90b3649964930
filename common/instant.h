/*
 * instant - points in time, UTC, and days.
 *
 * Units:  microseconds since 1970-01-01T00:00:00Z, INSTANT_NONE for none.
 * Shape:  text is ISO 8601: 2026-01-02T03:04:05[.1-9 digits](Z|+hh:mm|-hh:mm).
 * Errors: -EINVAL for what is not such a text or not a real date.
 */
#ifndef WINDLASS_INSTANT_H
#define WINDLASS_INSTANT_H

#include <stdint.h>

typedef int64_t instant;

#define INSTANT_NONE INT64_MIN
#define SECOND ((instant)1000000)
enum { INSTANT_TEXT = 32, DAY_TEXT = 11 };

int instant_parse(const char *text, instant *out)
    __attribute__((warn_unused_result));
/* "2026-01-02T03:04:05.678901Z"; without the fraction when it is 0. */
const char *instant_print(instant t, char out[static INSTANT_TEXT]);
/* Real day of a date, or of a date-time with zone (its UTC day). */
int day_parse(const char *text, char out[static DAY_TEXT])
    __attribute__((warn_unused_result));
instant instant_now(void);  /* the system's clock; for shells only */
int64_t monotonic_ms(void); /* for measuring and for timeouts */
int64_t monotonic_us(void); /* the same clock, finer */

#endif
