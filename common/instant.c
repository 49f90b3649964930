/*
 * instant - points in time, UTC, and days.
 *
 * Calendar arithmetic is done here (proleptic Gregorian, years 1 to 9999): the
 * C library's depends on the process's time zone.
 */
#include <errno.h>
#include <stdbool.h>

#include "instant.h"

struct date {
	int year, month, day;
};

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
month_days(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
	    31};

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days since 1970-01-01.  A year begins in March here, so that the leap day
 * is its last; 400 years have 146,097 days. */
static int64_t
days_of(struct date d)
{
	int64_t year = d.year - (d.month <= 2);
	int64_t era = year / 400;
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * ((d.month + 9) % 12) + 2) / 5 + d.day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

static struct date
date_of(int64_t days)
{
	struct date d;
	int64_t era, of_era, year, of_year, month;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	of_era = days - era * 146097;
	year =
	    (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	of_year = of_era - (365 * year + year / 4 - year / 100);
	month = (5 * of_year + 2) / 153;
	d.day = (int)(of_year - (153 * month + 2) / 5 + 1);
	d.month = (int)(month < 10 ? month + 3 : month - 9);
	d.year = (int)(year + era * 400 + (d.month <= 2));
	return d;
}

/* Reads exactly n digits; moves on. */
static bool
digits(const char **at, int n, int *out)
{
	*out = 0;
	for (; n > 0; n--, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		*out = *out * 10 + (**at - '0');
	}
	return true;
}

static bool
one(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

static bool
read_date(const char **at, struct date *d)
{
	return digits(at, 4, &d->year) && one(at, '-') &&
	       digits(at, 2, &d->month) && one(at, '-') &&
	       digits(at, 2, &d->day) && d->year >= 1 && d->month >= 1 &&
	       d->month <= 12 && d->day >= 1 &&
	       d->day <= month_days(d->year, d->month);
}

/* One to nine digits of a second, in microseconds; finer ones are rounded, as
 * a database does that keeps six: the platform answers a change with nine, and
 * the same record is not another one when it is read again. */
static bool
read_fraction(const char **at, int *us)
{
	int n, unit = 100000;

	*us = 0;
	if (!one(at, '.'))
		return true;
	for (n = 0; **at >= '0' && **at <= '9'; n++, (*at)++) {
		*us += (**at - '0') * unit;
		if (n == 6 && **at >= '5')
			(*us)++;
		unit /= 10;
	}
	return n >= 1 && n <= 9;
}

static bool
read_zone(const char **at, int *minutes)
{
	int sign, h, m;

	*minutes = 0;
	if (one(at, 'Z'))
		return true;
	sign = **at == '-' ? -1 : 1;
	if (!one(at, '+') && !one(at, '-'))
		return false;
	if (!digits(at, 2, &h) || !one(at, ':') || !digits(at, 2, &m) ||
	    h > 18 || m > 59)
		return false;
	*minutes = sign * (h * 60 + m);
	return true;
}

int
instant_parse(const char *text, instant *out)
{
	const char *at = text;
	int h, m, s, us, zone;
	struct date d;

	if (!read_date(&at, &d) || !one(&at, 'T') || !digits(&at, 2, &h) ||
	    !one(&at, ':') || !digits(&at, 2, &m) || !one(&at, ':') ||
	    !digits(&at, 2, &s) || !read_fraction(&at, &us) ||
	    !read_zone(&at, &zone))
		return -EINVAL;
	if (*at != '\0' || h > 23 || m > 59 || s > 59)
		return -EINVAL;
	*out = (((days_of(d) * 24 + h) * 60 + m - zone) * 60 + s) * SECOND + us;
	return 0;
}

/* Splits t into whole days and what is left of the last, also before 1970. */
static int64_t
split(instant t, instant *rest)
{
	static const instant day = 86400 * SECOND;
	int64_t days = t / day - (t % day < 0);

	*rest = t - days * day;
	return days;
}

const char *
instant_print(instant t, char out[static INSTANT_TEXT])
{
	instant rest;
	struct date d = date_of(split(t, &rest));
	int us = (int)(rest % SECOND);
	int s = (int)(rest / SECOND);
	int len;

	len = snprintf(out, INSTANT_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d",
	    d.year, d.month, d.day, s / 3600, s / 60 % 60, s % 60);
	if (us != 0)
		len += snprintf(out + len, INSTANT_TEXT - (size_t)len, ".%06d",
		    us);
	snprintf(out + len, INSTANT_TEXT - (size_t)len, "Z");
	return out;
}

int
day_parse(const char *text, char out[static DAY_TEXT])
{
	const char *at = text;
	struct date d;
	instant t, rest;

	if (!read_date(&at, &d))
		return -EINVAL;
	if (*at != '\0') {
		if (instant_parse(text, &t) != 0)
			return -EINVAL;
		d = date_of(split(t, &rest));
	}
	snprintf(out, DAY_TEXT, "%04u-%02u-%02u", (unsigned)d.year % 10000,
	    (unsigned)d.month % 100, (unsigned)d.day % 100);
	return 0;
}

instant
instant_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (instant)ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

int64_t
monotonic_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

int64_t
monotonic_ms(void)
{
	return monotonic_us() / 1000;
}
