/*
 * asset - names of assets.
 */
#include <ctype.h>
#include <string.h>

#include "account.h"
#include "asset.h"

static const char stellar[] = "stellar:", iso4217[] = "iso4217:";

static bool
has_prefix(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool
is_code(const char *code, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!isalnum((unsigned char)code[i]))
			return false;
	return len >= 1 && len <= 12;
}

static bool
is_currency(const char *text)
{
	return isupper((unsigned char)text[0]) &&
	       isupper((unsigned char)text[1]) &&
	       isupper((unsigned char)text[2]) && text[3] == '\0';
}

bool
is_stellar_asset(const char *text)
{
	return has_prefix(text, stellar);
}

const char *
asset_on_ledger(const char *asset)
{
	return is_stellar_asset(asset) ? asset + strlen(stellar) : asset;
}

bool
is_asset(const char *text)
{
	const char *issuer;

	if (has_prefix(text, iso4217))
		return is_currency(text + strlen(iso4217));
	if (!is_stellar_asset(text))
		return false;
	text = asset_on_ledger(text);
	if (strcmp(text, "native") == 0)
		return true;
	issuer = strchr(text, ':');
	return issuer != NULL && is_code(text, (size_t)(issuer - text)) &&
	       issuer[1] == 'G' && is_account(issuer + 1);
}
