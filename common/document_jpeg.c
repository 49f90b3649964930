/*
 * JPEG: segments up to the end of the picture.  Kept are those that a decoder
 * needs, the colour profile, and JFIF and Adobe's word on the colours; the
 * orientation is written anew.
 */
#include <string.h>

#include "exif.h"
#include "strip.h"

enum {
	SOI = 0xd8,
	EOI = 0xd9,
	SOS = 0xda,
	SOF_BASELINE = 0xc0,
	SOF_PROGRESSIVE = 0xc2,
	DHT = 0xc4,
	DQT = 0xdb,
	DRI = 0xdd,
	APP0 = 0xe0,
	APP1 = 0xe1,
	APP2 = 0xe2,
	APP14 = 0xee,
	APP15 = 0xef,
	COM = 0xfe,
	RST0 = 0xd0,
	RST7 = 0xd7
};
enum { SCANS_MAX = 100, JFIF_LEN = 14, EXIF_MARK = 6 };

static const char DAMAGED[] = "is a damaged JPEG";

struct picture {
	struct strip *s;
	bool has_frame, has_exif;
	unsigned scans;
};

static const char *
keep(struct picture *p, size_t len)
{
	strip_keep(p->s, len);
	return NULL;
}

static const char *
drop(struct picture *p, size_t len)
{
	strip_skip(p->s, len);
	return NULL;
}

static bool
begins(const struct picture *p, size_t len, const char *mark, size_t mark_len)
{
	return len >= 4 + mark_len &&
	       memcmp(strip_here(p->s) + 4, mark, mark_len) == 0;
}

/* Without its thumbnail. */
static const char *
jfif(struct picture *p, size_t len)
{
	unsigned char head[4 + JFIF_LEN] = {0xff, APP0, 0, 2 + JFIF_LEN};

	if (!begins(p, len, "JFIF", 5) || len < sizeof(head))
		return drop(p, len);
	memcpy(head + 4, strip_here(p->s) + 4, JFIF_LEN - 2);
	strip_skip(p->s, len);
	strip_put(p->s, head, sizeof(head));
	return NULL;
}

static const char *
exif(struct picture *p, size_t len)
{
	unsigned char out[4 + EXIF_MARK + EXIF_LEN] = {0xff, APP1, 0,
	    2 + EXIF_MARK + EXIF_LEN, 'E', 'x', 'i', 'f'};
	unsigned turned = EXIF_UPRIGHT;

	if (!p->has_exif && begins(p, len, "Exif\0", EXIF_MARK)) {
		p->has_exif = true;
		turned = exif_orientation(strip_here(p->s) + 4 + EXIF_MARK,
		    len - 4 - EXIF_MARK);
	}
	strip_skip(p->s, len);
	if (turned != EXIF_UPRIGHT) {
		exif_write(turned, out + 4 + EXIF_MARK);
		strip_put(p->s, out, sizeof(out));
	}
	return NULL;
}

static const char *
profile(struct picture *p, size_t len)
{
	return begins(p, len, "ICC_PROFILE", 12) ? keep(p, len) : drop(p, len);
}

static const char *
adobe(struct picture *p, size_t len)
{
	return begins(p, len, "Adobe", 5) ? keep(p, len) : drop(p, len);
}

static const char *
frame(struct picture *p, size_t len)
{
	const unsigned char *in = strip_here(p->s) + 4;

	/* 8 bits a sample, 1, 3 or 4 components of 3 bytes each. */
	if (p->has_frame || len < 4 + 6 || in[0] != 8 ||
	    (in[5] != 1 && in[5] != 3 && in[5] != 4) ||
	    len != 4 + 6 + 3 * (size_t)in[5])
		return DAMAGED;
	p->has_frame = true;
	/* No height: it would be said behind the first scan. */
	if (big_16(in + 1) == 0 || big_16(in + 3) == 0)
		return DAMAGED;
	if (!is_picture_size(big_16(in + 3), big_16(in + 1)))
		return TOO_MANY_PIXELS;
	return keep(p, len);
}

/* The segment, and the picture's data up to the next marker. */
static const char *
scan(struct picture *p, size_t len)
{
	const unsigned char *from = strip_here(p->s);
	const unsigned char *end = p->s->bytes + p->s->len;
	const unsigned char *in = from + len;

	if (!p->has_frame || ++p->scans > SCANS_MAX)
		return DAMAGED;
	for (;;) {
		in = memchr(in, 0xff, (size_t)(end - in));
		if (in == NULL || end - in < 2)
			return CUT_SHORT;
		if (in[1] != 0 && !(in[1] >= RST0 && in[1] <= RST7))
			break;
		in += 2;
	}
	return keep(p, (size_t)(in - from));
}

// clang-format off
static const struct {
	unsigned first, last;
	const char *(*take)(struct picture *p, size_t len);
} segments[] = {
	{ SOF_BASELINE, SOF_PROGRESSIVE, frame },
	{ DHT, DHT, keep },
	{ SOS, SOS, scan },
	{ DQT, DQT, keep },
	{ DRI, DRI, keep },
	{ APP0, APP0, jfif },
	{ APP1, APP1, exif },
	{ APP2, APP2, profile },
	{ APP14, APP14, adobe },
	{ APP0, APP15, drop },
	{ COM, COM, drop },
};
// clang-format on

static const char *
segment(struct picture *p, unsigned marker)
{
	size_t len;

	if (strip_left(p->s) < 4)
		return CUT_SHORT;
	len = 2 + big_16(strip_here(p->s) + 2);
	if (len < 4)
		return DAMAGED;
	if (len > strip_left(p->s))
		return CUT_SHORT;
	for (size_t i = 0; i < sizeof(segments) / sizeof(segments[0]); i++)
		if (marker >= segments[i].first && marker <= segments[i].last)
			return segments[i].take(p, len);
	return DAMAGED;
}

const char *
jpeg_clean(struct strip *s)
{
	struct picture p = {.s = s};
	const char *why = NULL;

	strip_keep(s, 2); /* SOI */
	while (why == NULL) {
		const unsigned char *here = strip_here(s);

		if (strip_left(s) < 2)
			return CUT_SHORT;
		if (here[0] != 0xff)
			return DAMAGED;
		if (here[1] == EOI && p.scans == 0)
			return DAMAGED;
		if (here[1] == EOI)
			return keep(&p, 2);
		/* Any number of them may stand before a marker. */
		why = here[1] == 0xff ? drop(&p, 1) : segment(&p, here[1]);
	}
	return why;
}
