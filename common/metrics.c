/*
 * metrics - the text format of Prometheus.
 */
#include "metrics.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "utf8.h"

#define PREFIX "windlass_"

enum { NUMBER_MOST = 64, VALUE_MOST = 256 };

static const char *const kinds[] = {"gauge", "counter", "histogram"};

/* Only in HELP a quote stands for itself; what is no UTF-8 becomes "?". */
static void
put_escaped(struct buf *b, const char *text, bool is_label)
{
	size_t len = strnlen(text, VALUE_MOST), i, n;
	uint32_t point;

	for (i = 0; i < len; i += n) {
		n = utf8_next(text + i, len - i, &point);
		if (n == 0) {
			buf_puts(b, "?");
			n = 1;
		} else if (text[i] == '\n') {
			buf_puts(b, "\\n");
		} else if (text[i] == '\\' || (text[i] == '"' && is_label)) {
			buf_printf(b, "\\%c", text[i]);
		} else {
			buf_put(b, text + i, n);
		}
	}
}

static bool
is_number(const char *text)
{
	const char *digits = text + (*text == '-');
	size_t len = strlen(text);

	if (strcmp(text, "+Inf") == 0)
		return true;
	return *digits >= '0' && *digits <= '9' && len <= NUMBER_MOST &&
	       strspn(digits, "0123456789.") == strlen(digits) &&
	       strchr(digits, '.') == strrchr(digits, '.');
}

void
metric_begin(struct buf *b, const struct metric *m)
{
	buf_printf(b, "# HELP " PREFIX "%s ", m->name);
	put_escaped(b, m->help, false);
	buf_printf(b, "\n# TYPE " PREFIX "%s %s\n", m->name, kinds[m->kind]);
}

static void
put_label(struct buf *b, bool *is_first, const char *name, const char *value)
{
	buf_printf(b, "%s%s=\"", *is_first ? "{" : ",", name);
	put_escaped(b, value, true);
	buf_puts(b, "\"");
	*is_first = false;
}

/* le: the bound of a bucket, or NULL. */
static void
put_series(struct buf *b, const struct metric *m, const char *suffix,
    const char *const *values, const char *le)
{
	bool is_first = true;
	size_t i;

	buf_printf(b, PREFIX "%s%s", m->name, suffix);
	for (i = 0; i < METRIC_LABELS && m->labels[i] != NULL; i++)
		put_label(b, &is_first, m->labels[i], values[i]);
	if (le != NULL)
		put_label(b, &is_first, "le", le);
	buf_puts(b, is_first ? " " : "} ");
}

void
metric_text(struct buf *b, const struct metric *m, const char *const *values,
    const char *number)
{
	put_series(b, m, "", values, NULL);
	buf_printf(b, "%s\n", is_number(number) ? number : "NaN");
}

void
metric_int(struct buf *b, const struct metric *m, const char *const *values,
    int64_t number)
{
	put_series(b, m, "", values, NULL);
	buf_printf(b, "%" PRId64 "\n", number);
}

/* Without needless zeros: two servers must write a bound alike. */
static const char *
seconds(int64_t us, char text[static NUMBER_MOST])
{
	uint64_t all = us < 0 ? -(uint64_t)us : (uint64_t)us;
	size_t len;

	snprintf(text, NUMBER_MOST, "%s%" PRIu64 ".%06" PRIu64,
	    us < 0 ? "-" : "", all / 1000000, all % 1000000);
	for (len = strlen(text); text[len - 1] == '0'; len--)
		text[len - 1] = '\0';
	if (text[len - 1] == '.')
		text[len - 1] = '\0';
	return text;
}

void
metric_us(struct buf *b, const struct metric *m, const char *const *values,
    int64_t us)
{
	char text[NUMBER_MOST];

	metric_text(b, m, values, seconds(us, text));
}

void
metric_histogram(struct buf *b, const struct metric *m,
    const char *const *values, const int64_t *bounds, size_t bound_count,
    const int64_t *counts, int64_t sum)
{
	char text[NUMBER_MOST];
	int64_t n = 0;
	size_t i;

	for (i = 0; i <= bound_count; i++) {
		n += counts[i];
		put_series(b, m, "_bucket", values,
		    i < bound_count ? seconds(bounds[i], text) : "+Inf");
		buf_printf(b, "%" PRId64 "\n", n);
	}
	put_series(b, m, "_sum", values, NULL);
	buf_printf(b, "%s\n", seconds(sum, text));
	put_series(b, m, "_count", values, NULL);
	buf_printf(b, "%" PRId64 "\n", n);
}
