/*
 * WebP: the picture, its transparency and its colour profile are kept.  What
 * the header says of other chunks is corrected; the orientation is written
 * anew.  Pictures that move are no documents.
 */
#include <string.h>

#include "exif.h"
#include "strip.h"

enum { RIFF_HEADER = 12, HEAD = 8, EXTENDED_LEN = 10, LOSSY_MIN = 10 };
enum { LOSSLESS_MIN = 5, EXIF_MARK = 6 };
enum { HAS_PROFILE = 0x20, HAS_ALPHA = 0x10, HAS_EXIF = 0x08, MOVES = 0x02 };

static const char DAMAGED[] = "is a damaged WebP";

struct picture {
	struct strip *s;
	size_t extended; /* where the kept VP8X begins, 0: none */
	uint32_t width, height;
	unsigned flags; /* of what is there */
	bool has_data;
};

static size_t
padded(size_t len)
{
	return len + (len & 1);
}

static uint32_t
little_24(const unsigned char *b)
{
	return (uint32_t)b[2] << 16 | little_16(b);
}

static const char *
keep(struct picture *p, size_t len)
{
	strip_keep(p->s, HEAD + padded(len));
	if ((len & 1) != 0)
		p->s->bytes[p->s->kept - 1] = 0;
	return NULL;
}

static const char *
sized(struct picture *p, uint32_t width, uint32_t height)
{
	if (width == 0 || height == 0 || p->has_data ||
	    (p->extended != 0 && (width != p->width || height != p->height)))
		return DAMAGED;
	p->width = width;
	p->height = height;
	return is_picture_size(width, height) ? NULL : TOO_MANY_PIXELS;
}

static const char *
extended(struct picture *p, const unsigned char *in, size_t len)
{
	const char *why;

	if (len != EXTENDED_LEN || p->s->at != RIFF_HEADER)
		return DAMAGED;
	if ((in[0] & MOVES) != 0)
		return "moves, which no document does";
	why = sized(p, little_24(in + 4) + 1, little_24(in + 7) + 1);
	p->extended = p->s->kept;
	return why != NULL ? why : keep(p, len);
}

static const char *
lossy(struct picture *p, const unsigned char *in, size_t len)
{
	const char *why;

	/* A key frame, and what it begins with. */
	if (len < LOSSY_MIN || (in[0] & 1) != 0 ||
	    memcmp(in + 3, "\x9d\x01\x2a", 3) != 0)
		return DAMAGED;
	why = sized(p, little_16(in + 6) & 0x3fff, little_16(in + 8) & 0x3fff);
	p->has_data = true;
	return why != NULL ? why : keep(p, len);
}

static const char *
lossless(struct picture *p, const unsigned char *in, size_t len)
{
	const char *why;
	uint32_t bits;

	if (len < LOSSLESS_MIN || in[0] != 0x2f || (in[4] & 0xe0) != 0)
		return DAMAGED;
	bits = little_32(in + 1);
	why = sized(p, (bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
	/* A lossless picture has its transparency inside. */
	if ((bits >> 28 & 1) != 0)
		p->flags |= HAS_ALPHA;
	p->has_data = true;
	return why != NULL ? why : keep(p, len);
}

static const char *
with_flag(struct picture *p, size_t len, unsigned flag)
{
	if (p->extended == 0 || p->has_data || (p->flags & flag) != 0)
		return DAMAGED;
	p->flags |= flag;
	return keep(p, len);
}

static const char *
alpha(struct picture *p, const unsigned char *in, size_t len)
{
	(void)in;
	return with_flag(p, len, HAS_ALPHA);
}

static const char *
profile(struct picture *p, const unsigned char *in, size_t len)
{
	(void)in;
	return with_flag(p, len, HAS_PROFILE);
}

static const char *
exif(struct picture *p, const unsigned char *in, size_t len)
{
	unsigned char out[HEAD + EXIF_LEN] = {'E', 'X', 'I', 'F', EXIF_LEN};
	size_t mark = len >= EXIF_MARK && memcmp(in, "Exif\0", EXIF_MARK) == 0
	                  ? EXIF_MARK
	                  : 0;
	unsigned turned = exif_orientation(in + mark, len - mark);

	strip_skip(p->s, HEAD + padded(len));
	if (turned != EXIF_UPRIGHT && p->extended != 0 &&
	    (p->flags & HAS_EXIF) == 0) {
		exif_write(turned, out + HEAD);
		strip_put(p->s, out, sizeof(out));
		p->flags |= HAS_EXIF;
	}
	return NULL;
}

// clang-format off
static const struct {
	char name[5];
	const char *(*take)(struct picture *p, const unsigned char *in,
	    size_t len);
} chunks[] = {
	{ "VP8X", extended }, { "VP8 ", lossy }, { "VP8L", lossless },
	{ "ALPH", alpha }, { "ICCP", profile }, { "EXIF", exif },
};
// clang-format on

static const char *
next_chunk(struct picture *p)
{
	const unsigned char *here = strip_here(p->s);
	size_t len;

	if (strip_left(p->s) < HEAD)
		return DAMAGED;
	len = little_32(here + 4);
	if (len > strip_left(p->s) - HEAD ||
	    padded(len) > strip_left(p->s) - HEAD)
		return DAMAGED;
	for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++)
		if (memcmp(chunks[i].name, here, 4) == 0)
			return chunks[i].take(p, here + HEAD, len);
	if (memcmp(here, "ANI", 3) == 0 || memcmp(here, "ANMF", 4) == 0)
		return "moves, which no document does";
	strip_skip(p->s, HEAD + padded(len));
	return NULL;
}

static void
say(struct picture *p)
{
	unsigned char *out = p->s->bytes;
	size_t len = p->s->kept - HEAD;

	for (int i = 0; i < 4; i++)
		out[4 + i] = (unsigned char)(len >> (8 * i));
	if (p->extended != 0) {
		out[p->extended + HEAD] = (unsigned char)p->flags;
		memset(out + p->extended + HEAD + 1, 0, 3);
	}
}

const char *
webp_clean(struct strip *s)
{
	struct picture p = {.s = s};
	size_t whole = s->len, len = (size_t)HEAD + little_32(s->bytes + 4);
	const char *why = NULL;

	if (len > whole)
		return CUT_SHORT;
	if (len < RIFF_HEADER || len % 2 != 0)
		return DAMAGED;
	s->len = len;
	strip_keep(s, RIFF_HEADER);
	while (why == NULL && s->at < s->len)
		why = next_chunk(&p);
	s->len = whole;
	if (why == NULL && !p.has_data)
		why = DAMAGED;
	if (why == NULL)
		say(&p);
	return why;
}
