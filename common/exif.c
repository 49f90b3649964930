#include "exif.h"

#include <string.h>

#include "strip.h"

enum {
	HEADER = 8,
	COUNT = 2,
	ENTRY = 12,
	NEXT = 4,
	TAG_ORIENTATION = 0x0112,
	TYPE_SHORT = 3,
	MOST = 8
};

_Static_assert(EXIF_LEN == HEADER + COUNT + ENTRY + NEXT, "one entry");

unsigned
exif_orientation(const unsigned char *block, size_t len)
{
	uint32_t (*u16)(const unsigned char *) = big_16;
	uint32_t (*u32)(const unsigned char *) = big_32;
	const unsigned char *entry;
	size_t at, count;

	if (len < EXIF_LEN)
		return EXIF_UPRIGHT;
	if (memcmp(block, "II*\0", 4) == 0) {
		u16 = little_16;
		u32 = little_32;
	} else if (memcmp(block, "MM\0*", 4) != 0) {
		return EXIF_UPRIGHT;
	}
	at = u32(block + 4);
	if (at < HEADER || at > len - COUNT)
		return EXIF_UPRIGHT;
	count = u16(block + at);
	entry = block + at + COUNT;
	if ((len - at - COUNT) / ENTRY < count)
		return EXIF_UPRIGHT;
	for (; count > 0; count--, entry += ENTRY) {
		if (u16(entry) != TAG_ORIENTATION ||
		    u16(entry + 2) != TYPE_SHORT || u32(entry + 4) != 1)
			continue;
		at = u16(entry + 8);
		return at >= EXIF_UPRIGHT && at <= MOST ? (unsigned)at
		                                        : EXIF_UPRIGHT;
	}
	return EXIF_UPRIGHT;
}

void
exif_write(unsigned orientation, unsigned char out[static EXIF_LEN])
{
	static const unsigned char block[EXIF_LEN] = {'M', 'M', 0, '*', 0, 0, 0,
	    HEADER, 0, 1, TAG_ORIENTATION >> 8, TAG_ORIENTATION & 0xff, 0,
	    TYPE_SHORT, 0, 0, 0, 1};

	memcpy(out, block, EXIF_LEN);
	out[HEADER + COUNT + 9] = (unsigned char)orientation;
}
