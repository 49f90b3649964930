/*
 * PNG: every chunk's sum is looked at; the chunks of the picture are kept and
 * those that say its colours, all others go.  The orientation is written anew.
 */
#include <string.h>

#include "exif.h"
#include "strip.h"

enum {
	SIGNATURE = 8,
	AROUND = 12, /* length, name and sum of a chunk */
	HEADER_LEN = 13,
	CHUNK_MAX = 0x7fffffff
};

static const char DAMAGED[] = "is a damaged PNG";

struct picture {
	struct strip *s;
	unsigned colour;
	bool has_header, has_palette, has_data, data_is_over, has_exif;
	bool is_over;
};

static uint32_t sums[256];

/* ISO 3309, as PNG says it. */
static void
make_sums(void)
{
	for (uint32_t n = 0; n < 256; n++) {
		uint32_t c = n;

		for (int bit = 0; bit < 8; bit++)
			c = (c & 1) != 0 ? 0xedb88320U ^ c >> 1 : c >> 1;
		sums[n] = c;
	}
}

static uint32_t
sum_of(const unsigned char *bytes, size_t len)
{
	uint32_t c = 0xffffffffU;

	if (sums[1] == 0)
		make_sums();
	for (size_t i = 0; i < len; i++)
		c = sums[(c ^ bytes[i]) & 0xff] ^ c >> 8;
	return c ^ 0xffffffffU;
}

static void
put_32(unsigned char *out, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		out[i] = (unsigned char)(value >> (24 - 8 * i));
}

/* in: the chunk's content; the whole chunk has len + AROUND bytes. */
static const char *
keep(struct picture *p, const unsigned char *in, size_t len)
{
	(void)in;
	strip_keep(p->s, len + AROUND);
	return NULL;
}

static const char *
header(struct picture *p, const unsigned char *in, size_t len)
{
	/* Bits a sample, by kind of colour; 0: no such kind. */
	static const unsigned depths[] = {1 | 2 | 4 | 8 | 16, 0, 8 | 16,
	    1 | 2 | 4 | 8, 8 | 16, 0, 8 | 16};
	unsigned depth = in[8], colour = in[9];

	if (p->has_header || colour > 6 || (depths[colour] & depth) == 0 ||
	    (depth & (depth - 1)) != 0 || in[10] != 0 || in[11] != 0 ||
	    in[12] > 1 || big_32(in) == 0 || big_32(in + 4) == 0)
		return DAMAGED;
	p->has_header = true;
	p->colour = colour;
	if (!is_picture_size(big_32(in), big_32(in + 4)))
		return TOO_MANY_PIXELS;
	return keep(p, in, len);
}

static const char *
palette(struct picture *p, const unsigned char *in, size_t len)
{
	if (p->has_palette || p->has_data || p->colour == 0 || p->colour == 4 ||
	    len == 0 || len % 3 != 0 || len > (size_t)3 * 256)
		return DAMAGED;
	p->has_palette = true;
	return keep(p, in, len);
}

static const char *
data(struct picture *p, const unsigned char *in, size_t len)
{
	if (p->data_is_over || (p->colour == 3 && !p->has_palette))
		return DAMAGED;
	p->has_data = true;
	return keep(p, in, len);
}

static const char *
end(struct picture *p, const unsigned char *in, size_t len)
{
	if (!p->has_data || len != 0)
		return DAMAGED;
	p->is_over = true;
	return keep(p, in, len);
}

static const char *
exif(struct picture *p, const unsigned char *in, size_t len)
{
	unsigned char out[AROUND + EXIF_LEN] = {0, 0, 0, EXIF_LEN, 'e', 'X',
	    'I', 'f'};
	unsigned turned =
	    p->has_exif ? EXIF_UPRIGHT : exif_orientation(in, len);

	p->has_exif = true;
	strip_skip(p->s, len + AROUND);
	if (turned != EXIF_UPRIGHT) {
		exif_write(turned, out + 8);
		put_32(out + 8 + EXIF_LEN, sum_of(out + 4, 4 + EXIF_LEN));
		strip_put(p->s, out, sizeof(out));
	}
	return NULL;
}

// clang-format off
static const struct chunk {
	char name[5];
	const char *(*take)(struct picture *p, const unsigned char *in,
	    size_t len);
} chunks[] = {
	{ "IHDR", header }, { "PLTE", palette }, { "IDAT", data },
	{ "IEND", end }, { "eXIf", exif },
	{ "tRNS", keep }, { "gAMA", keep }, { "cHRM", keep }, { "sRGB", keep },
	{ "iCCP", keep }, { "cICP", keep }, { "sBIT", keep }, { "bKGD", keep },
	{ "pHYs", keep },
};
// clang-format on

/* NULL: none of ours. */
static const struct chunk *
chunk_named(const unsigned char *name)
{
	for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++)
		if (memcmp(chunks[i].name, name, 4) == 0)
			return &chunks[i];
	return NULL;
}

/* A capital first letter: a reader must know it. */
static bool
is_needed(const unsigned char *name)
{
	return (name[0] & 0x20) == 0;
}

static bool
is_name(const unsigned char *name)
{
	for (int i = 0; i < 4; i++)
		if ((name[i] | 0x20) < 'a' || (name[i] | 0x20) > 'z')
			return false;
	return true;
}

static const char *
next_chunk(struct picture *p)
{
	const unsigned char *here = strip_here(p->s);
	const struct chunk *known;
	size_t len;

	if (strip_left(p->s) < AROUND)
		return CUT_SHORT;
	len = big_32(here);
	if (len > CHUNK_MAX || !is_name(here + 4))
		return DAMAGED;
	if (len > strip_left(p->s) - AROUND)
		return CUT_SHORT;
	if (sum_of(here + 4, 4 + len) != big_32(here + 8 + len))
		return DAMAGED;
	known = chunk_named(here + 4);
	if (!p->has_header &&
	    (known == NULL || known->take != header || len != HEADER_LEN))
		return DAMAGED;
	if (p->has_header && known != NULL && known->take == header)
		return DAMAGED;
	if (known == NULL && is_needed(here + 4))
		return DAMAGED;
	p->data_is_over =
	    p->data_is_over ||
	    (p->has_data && (known == NULL || known->take != data));
	if (known != NULL)
		return known->take(p, here + 8, len);
	strip_skip(p->s, len + AROUND);
	return NULL;
}

const char *
png_clean(struct strip *s)
{
	struct picture p = {.s = s};
	const char *why = NULL;

	strip_keep(s, SIGNATURE);
	while (why == NULL && !p.is_over)
		why = next_chunk(&p);
	return why;
}
