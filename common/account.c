/*
 * account - Stellar addresses and memos.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <sodium.h>

#include "account.h"
#include "utf8.h"

enum { STRKEY_BYTES = 43 /* the longest: M */, HASH = 32 };

enum strkey_kind { STRKEY_NONE, STRKEY_G, STRKEY_M, STRKEY_C };

// clang-format off
static const struct {
	char letter;
	unsigned char version;
	size_t text, bytes;
} kinds[] = {
	[STRKEY_G] = { 'G', 6 << 3, 56, 1 + 32 + 2 },
	[STRKEY_M] = { 'M', 12 << 3, 69, 1 + 32 + 8 + 2 },
	[STRKEY_C] = { 'C', 2 << 3, 56, 1 + 32 + 2 },
};
// clang-format on

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* Base32 without padding; bits left over must be 0, so that an address has
 * one spelling. */
static bool
decode(const char *text, size_t len, unsigned char *out)
{
	unsigned bits = 0, value = 0;
	const char *found;
	size_t i;

	for (i = 0; i < len; i++) {
		found = memchr(base32, text[i], 32);
		if (found == NULL)
			return false;
		value = value << 5 | (unsigned)(found - base32);
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			*out++ = (unsigned char)(value >> bits);
			value &= (1u << bits) - 1;
		}
	}
	return value == 0;
}

static void
encode(const unsigned char *bytes, size_t len, char *out)
{
	unsigned bits = 0, value = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		value = value << 8 | bytes[i];
		for (bits += 8; bits >= 5;) {
			bits -= 5;
			*out++ = base32[value >> bits & 31];
		}
		value &= (1u << bits) - 1;
	}
	if (bits != 0)
		*out++ = base32[value << (5 - bits) & 31];
	*out = '\0';
}

/* CRC16, polynomial 0x1021, from 0 (XMODEM). */
static unsigned
crc16(const unsigned char *bytes, size_t len)
{
	unsigned crc = 0;
	size_t i;
	int bit;

	for (i = 0; i < len; i++) {
		crc ^= (unsigned)bytes[i] << 8;
		for (bit = 0; bit < 8; bit++)
			crc = crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1;
	}
	return crc & 0xffff;
}

static enum strkey_kind
strkey(const char *text, unsigned char bytes[static STRKEY_BYTES])
{
	enum strkey_kind k;
	size_t body;

	for (k = STRKEY_G; k <= STRKEY_C; k++)
		if (text[0] == kinds[k].letter)
			break;
	if (k > STRKEY_C || strlen(text) != kinds[k].text ||
	    !decode(text, kinds[k].text, bytes) || bytes[0] != kinds[k].version)
		return STRKEY_NONE;
	body = kinds[k].bytes - 2;
	if (crc16(bytes, body) !=
	    (bytes[body] | (unsigned)bytes[body + 1] << 8))
		return STRKEY_NONE;
	return k;
}

bool
is_account(const char *text)
{
	unsigned char bytes[STRKEY_BYTES];

	return strkey(text, bytes) != STRKEY_NONE;
}

int
account_base(const char *text, char base[static ACCOUNT_TEXT],
    char memo_id[static MEMO_ID_TEXT])
{
	unsigned char bytes[STRKEY_BYTES], key[1 + 32 + 2];
	enum strkey_kind kind = strkey(text, bytes);
	uint64_t id = 0;
	unsigned crc;
	int i;

	if (kind == STRKEY_NONE)
		return -EINVAL;
	memo_id[0] = '\0';
	if (kind != STRKEY_M) {
		memcpy(base, text, ACCOUNT_TEXT);
		return 0;
	}
	for (i = 0; i < 8; i++)
		id = id << 8 | bytes[1 + 32 + i];
	snprintf(memo_id, MEMO_ID_TEXT, "%" PRIu64, id);
	key[0] = kinds[STRKEY_G].version;
	memcpy(key + 1, bytes + 1, 32);
	crc = crc16(key, 33);
	key[33] = (unsigned char)crc;
	key[34] = (unsigned char)(crc >> 8);
	encode(key, sizeof(key), base);
	return 0;
}

/* Decimal below 2^63, spelled in the one way. */
static bool
is_memo_id(const char *memo)
{
	char again[MEMO_ID_TEXT];
	uint64_t n;
	char *end;

	errno = 0;
	n = strtoull(memo, &end, 10);
	if (errno != 0 || n > INT64_MAX)
		return false;
	snprintf(again, sizeof(again), "%" PRIu64, n);
	return strcmp(memo, again) == 0;
}

static bool
is_memo_text(const char *memo)
{
	size_t len = strlen(memo), i;

	for (i = 0; i < len; i++)
		if ((unsigned char)memo[i] < ' ' || memo[i] == 0x7f)
			return false;
	return len >= 1 && len <= 28 && is_utf8(memo, len);
}

static bool
read_hash(const char *memo, unsigned char bytes[static HASH])
{
	size_t len;

	if (strlen(memo) == 64)
		return sodium_hex2bin(bytes, HASH, memo, 64, NULL, &len,
			   NULL) == 0 &&
		       len == HASH;
	return sodium_base642bin(bytes, HASH, memo, strlen(memo), NULL, &len,
		   NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       len == HASH;
}

static bool
is_memo_hash(const char *memo)
{
	unsigned char bytes[HASH];

	return read_hash(memo, bytes);
}

const char *
memo_hash_text(const char *memo, char out[static MEMO_HASH_TEXT])
{
	unsigned char bytes[HASH] = {0};

	(void)read_hash(memo, bytes); /* is_memo() has looked */
	return sodium_bin2base64(out, MEMO_HASH_TEXT, bytes, HASH,
	    sodium_base64_VARIANT_ORIGINAL);
}

bool
is_memo(const char *memo, const char *memo_type)
{
	if (strcmp(memo_type, "id") == 0)
		return is_memo_id(memo);
	if (strcmp(memo_type, "text") == 0)
		return is_memo_text(memo);
	if (strcmp(memo_type, "hash") == 0)
		return is_memo_hash(memo);
	return false;
}
