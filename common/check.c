/*
 * check - is this text of that shape?
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "amount.h"
#include "asset.h"
#include "check.h"
#include "instant.h"
#include "utf8.h"

/* What breaks lines, or turns the order of letters around so that a reader sees
 * another text than a program does. */
static bool
is_unseen(uint32_t point)
{
	return (point >= 0x7f && point <= 0x9f) ||
	       (point >= 0x2028 && point <= 0x202e) ||
	       (point >= 0x2066 && point <= 0x2069) || point == 0xfeff ||
	       (point & 0xfffe) == 0xfffe;
}

/* UTF-8 without control characters, but those in allowed. */
static bool
is_printable(const char *value, const char *allowed)
{
	size_t left = strlen(value), n;
	uint32_t point;

	for (; left != 0; value += n, left -= n) {
		n = utf8_next(value, left, &point);
		if (n == 0)
			return false;
		if ((point < ' ' && strchr(allowed, (int)point) == NULL) ||
		    is_unseen(point))
			return false;
	}
	return true;
}

bool
is_text(const char *value, const char *arg)
{
	(void)arg;
	return is_printable(value, "");
}

bool
is_lines(const char *value, const char *arg)
{
	(void)arg;
	return is_printable(value, "\r\n\t");
}

bool
is_word(const char *value, const char *words)
{
	size_t len = strlen(value), n;

	for (; *words != '\0'; words += n) {
		words += strspn(words, " ");
		n = strcspn(words, " ");
		if (n == len && n != 0 && memcmp(words, value, n) == 0)
			return true;
	}
	return false;
}

bool
is_code_text(const char *value, const char *arg)
{
	(void)arg;
	for (; *value != '\0'; value++)
		if (*value <= ' ' || *value >= 0x7f)
			return false;
	return true;
}

bool
is_date_text(const char *value, const char *arg)
{
	char day[DAY_TEXT];

	(void)arg;
	return day_parse(value, day) == 0;
}

bool
is_digits(const char *value, const char *count)
{
	size_t len = strlen(value);

	return len == (size_t)strtoul(count, NULL, 10) &&
	       strspn(value, "0123456789") == len;
}

bool
is_occupation(const char *value, const char *minor_groups)
{
	char group[4] = "";
	size_t len = strlen(value);

	if ((len != 3 && len != 4) || strspn(value, "0123456789") != len)
		return false;
	memcpy(group, value, 3);
	return is_word(group, minor_groups);
}

/* Letters of any script, digits and inner hyphens; the last label is no number:
 * that would be an address. */
static bool
is_host_name(const char *host)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
	size_t label, dots = 0;

	for (;; host++, dots++) {
		label = strcspn(host, ".");
		if (label == 0 || label > 63 || host[0] == '-' ||
		    host[label - 1] == '-')
			return false;
		for (size_t i = 0; i < label; i++)
			if ((unsigned char)host[i] < 0x80 &&
			    strchr(plain, host[i]) == NULL)
				return false;
		if (host[label] == '\0')
			return dots != 0 && strspn(host, "0123456789") != label;
		host += label;
	}
}

/* name@host.name: what a mail server would take goes beyond, what no mail
 * server takes is kept out. */
bool
is_email(const char *value, const char *arg)
{
	const char *at = strchr(value, '@');

	(void)arg;
	if (at == NULL || at == value || at - value > 64 || value[0] == '.' ||
	    at[-1] == '.' || strstr(value, "..") != NULL)
		return false;
	return strpbrk(value, " ,;:<>()[]\\\"") == NULL &&
	       is_printable(value, "") && is_host_name(at + 1);
}

bool
is_phone(const char *value, const char *arg)
{
	size_t len;

	(void)arg;
	if (value[0] != '+' || value[1] == '0')
		return false;
	len = strspn(value + 1, "0123456789");
	return value[1 + len] == '\0' && len >= 7 && len <= 15;
}

bool
is_ip_address(const char *value, const char *arg)
{
	unsigned char bytes[16];

	(void)arg;
	return inet_pton(AF_INET, value, bytes) == 1 ||
	       inet_pton(AF_INET6, value, bytes) == 1;
}

bool
is_asset_name(const char *value, const char *arg)
{
	(void)arg;
	return is_asset(value);
}

bool
is_amount_text(const char *value, const char *arg)
{
	struct amount a;
	int rc = amount_parse(value, &a);

	(void)arg;
	return rc == AMOUNT_TOO_LARGE || rc == AMOUNT_INEXACT ||
	       (rc == AMOUNT_OK && !amount_is_zero(a));
}

bool
is_instant_text(const char *value, const char *arg)
{
	instant t;

	(void)arg;
	return instant_parse(value, &t) == 0;
}

bool
is_account_text(const char *value, const char *arg)
{
	(void)arg;
	return is_account(value);
}
