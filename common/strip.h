/*
 * strip - a file that is read once from its begin and kept in part, in place;
 *         for document_kind.c and the kinds it knows.
 *
 * Shape:  at is what was read, kept what was kept of it: kept <= at <= len.
 *         strip_put() is for what takes the place of something longer.
 * Errors: a kind's function gives NULL, or why the file is refused; at is then
 *         behind the end of picture or pages.
 */
#ifndef WINDLASS_STRIP_H
#define WINDLASS_STRIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strip {
	unsigned char *bytes;
	size_t len, at, kept;
};

static inline size_t
strip_left(const struct strip *s)
{
	return s->len - s->at;
}

static inline const unsigned char *
strip_here(const struct strip *s)
{
	return s->bytes + s->at;
}

void strip_keep(struct strip *s, size_t len);
void strip_skip(struct strip *s, size_t len);
void strip_put(struct strip *s, const void *bytes, size_t len);

static inline uint32_t
big_16(const unsigned char *b)
{
	return (uint32_t)b[0] << 8 | b[1];
}

static inline uint32_t
big_32(const unsigned char *b)
{
	return big_16(b) << 16 | big_16(b + 2);
}

static inline uint32_t
little_16(const unsigned char *b)
{
	return (uint32_t)b[1] << 8 | b[0];
}

static inline uint32_t
little_32(const unsigned char *b)
{
	return little_16(b + 2) << 16 | little_16(b);
}

/* Will a reader that decodes the picture have room for it? */
bool is_picture_size(uint32_t width, uint32_t height);
extern const char TOO_MANY_PIXELS[], CUT_SHORT[];

const char *jpeg_clean(struct strip *s);
const char *png_clean(struct strip *s);
const char *webp_clean(struct strip *s);
const char *pdf_clean(struct strip *s);
/* Pictures and XMP in a PDF that is neither signed nor encrypted. */
void pdf_clean_streams(unsigned char *from, unsigned char *to);

#endif
