/*
 * conf_url - is this a base address that we may call?
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdbool.h>

#include "arena.h"
#include "conf_url.h"

static bool
is_loopback(const char *host)
{
	struct in_addr v4;

	if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
		return true;
	return inet_pton(AF_INET, host, &v4) == 1 &&
	       ntohl(v4.s_addr) >> 24 == 127;
}

/* Words may be parted by blanks or commas. */
static bool
is_listed(const char *words, const char *host)
{
	size_t len = strlen(host), n;

	if (words == NULL)
		return false;
	for (; *words != '\0'; words += n) {
		words += strspn(words, " ,");
		n = strcspn(words, " ,");
		if (n == len && strncasecmp(words, host, n) == 0)
			return true;
	}
	return false;
}

/* Length of the host at the start of text: a name, an address or [v6]. */
static size_t
host_len(const char *text)
{
	static const char name[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
	size_t len;

	if (text[0] != '[')
		return strspn(text, name);
	len = strspn(text + 1, "0123456789abcdefABCDEF:.");
	return text[1 + len] == ']' ? len + 2 : 0;
}

static bool
is_port(const char *text, size_t len)
{
	unsigned n = 0;
	size_t i;

	for (i = 0; i < len && isdigit((unsigned char)text[i]); i++)
		n = n * 10 + (unsigned)(text[i] - '0');
	return len >= 1 && len <= 5 && i == len && n >= 1 && n <= 65535;
}

const char *
conf_url(struct arena *a, const char *text, const char *plain_hosts,
    const char **why)
{
	bool is_plain = strncmp(text, "http://", 7) == 0;
	const char *at, *host;
	size_t len, n;

	*why = "must begin with https:// or http://";
	if (!is_plain && strncmp(text, "https://", 8) != 0)
		return NULL;
	at = text + (is_plain ? 7 : 8);
	n = host_len(at);
	host = arena_strndup(a, at, n);
	at += n;
	*why = "must be scheme://host[:port][/path], nothing else";
	if (n == 0)
		return NULL;
	if (*at == ':') {
		len = strcspn(++at, "/");
		if (!is_port(at, len))
			return NULL;
		at += len;
	}
	if (*at != '\0' && *at != '/')
		return NULL;
	for (; *at != '\0'; at++)
		if (!isgraph((unsigned char)*at) || strchr("?#", *at) != NULL)
			return NULL;
	*why = "is plain http:// to a host that is neither loopback nor listed "
	       "in WINDLASS_PLAIN_HTTP_HOSTS";
	if (is_plain && !is_loopback(host) && !is_listed(plain_hosts, host))
		return NULL;
	*why = NULL;
	len = strlen(text);
	while (text[len - 1] == '/')
		len--;
	return arena_strndup(a, text, len);
}
