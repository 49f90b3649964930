/*
 * metrics - figures in the text format of Prometheus.
 *
 * Shape:  a family at a time: metric_begin(), then its values.  Labels have
 *         the names of the family and are escaped here.
 * Units:  as the family's name says: seconds, bytes, or a plain number.
 * Errors: as buf has them.
 * Source: Prometheus text exposition format 0.0.4.
 */
#ifndef WINDLASS_METRICS_H
#define WINDLASS_METRICS_H

#include <stddef.h>
#include <stdint.h>

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

enum { METRIC_LABELS = 4 };

enum metric_kind { METRIC_GAUGE, METRIC_COUNTER, METRIC_HISTOGRAM };

struct buf;

struct metric {
	const char *name; /* without windlass_ */
	enum metric_kind kind;
	const char *labels[METRIC_LABELS]; /* names, up to the first NULL */
	const char *help;
};

/* # HELP and # TYPE. */
void metric_begin(struct buf *b, const struct metric *m);
/* values: one per label of the family.  number: a plain decimal or +Inf;
 * whatever else is NaN. */
void metric_text(struct buf *b, const struct metric *m,
    const char *const *values, const char *number);
void metric_int(struct buf *b, const struct metric *m,
    const char *const *values, int64_t number);
/* Microseconds, as seconds. */
void metric_us(struct buf *b, const struct metric *m, const char *const *values,
    int64_t us);
/* counts: one per bound, and one for what is above the last; each its own.
 * bounds and the sum are in microseconds. */
void metric_histogram(struct buf *b, const struct metric *m,
    const char *const *values, const int64_t *bounds, size_t bound_count,
    const int64_t *counts, int64_t sum);

#endif
