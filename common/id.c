/*
 * id - random identifiers: UUID version 4.
 */
#include <ctype.h>
#include <stddef.h>

#include <sodium.h>

#include "id.h"

const char *
id_new(char out[static ID_TEXT])
{
	unsigned char b[16];

	randombytes_buf(b, sizeof(b));
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40); /* version 4 */
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80); /* variant of RFC 9562 */
	snprintf(out, ID_TEXT,
	    "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x"
	    "%02x",
	    b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10],
	    b[11], b[12], b[13], b[14], b[15]);
	return out;
}

bool
is_id(const char *text)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	size_t i;

	for (i = 0; form[i] != '\0'; i++) {
		if (form[i] == '-' ? text[i] != '-'
				   : !isxdigit((unsigned char)text[i]))
			return false;
	}
	return text[i] == '\0';
}

int64_t
memo_new(void)
{
	uint64_t memo;

	do {
		randombytes_buf(&memo, sizeof(memo));
		memo >>= 1;
	} while (memo == 0);
	return (int64_t)memo;
}
