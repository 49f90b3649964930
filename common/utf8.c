/*
 * utf8 - one code point at a time, strictly.
 */
#include "utf8.h"

// clang-format off
static const struct {
	unsigned char mask, lead;
	size_t size;
	uint32_t least; /* smaller ones have a shorter form */
} forms[] = {
	{ 0x80, 0x00, 1, 0 },
	{ 0xe0, 0xc0, 2, 0x80 },
	{ 0xf0, 0xe0, 3, 0x800 },
	{ 0xf8, 0xf0, 4, 0x10000 },
};
// clang-format on

size_t
utf8_next(const char *text, size_t len, uint32_t *point)
{
	const unsigned char *at = (const unsigned char *)text;
	uint32_t p;
	size_t f, i;

	if (len == 0)
		return 0;
	for (f = 0; f < 4; f++)
		if ((at[0] & forms[f].mask) == forms[f].lead)
			break;
	if (f == 4 || len < forms[f].size)
		return 0;
	p = at[0] & (unsigned char)~forms[f].mask;
	for (i = 1; i < forms[f].size; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		p = p << 6 | (at[i] & 0x3f);
	}
	if (p < forms[f].least || p > 0x10ffff || (p >= 0xd800 && p <= 0xdfff))
		return 0;
	*point = p;
	return forms[f].size;
}

bool
is_utf8(const char *text, size_t len)
{
	uint32_t point;
	size_t n;

	for (; len != 0; text += n, len -= n) {
		n = (unsigned char)*text < 0x80 ? 1
		                                : utf8_next(text, len, &point);
		if (n == 0)
			return false;
	}
	return true;
}
