/*
 * Streams of a PDF that tell more than pages: what a camera has written into a
 * picture that stands there as the JPEG it was, and XMP, packed or not.  All of
 * it is overwritten in its place, so that every offset stays true.
 */
#include <string.h>

#include "strip.h"

enum {
	DICTIONARY_MAX = 4096, /* before its stream */
	JFIF_LEN = 14,
	SOI = 0xd8,
	EOI = 0xd9,
	SOS = 0xda,
	APP0 = 0xe0,
	APP2 = 0xe2,
	APP14 = 0xee,
	APP15 = 0xef,
	COM = 0xfe,
	RST0 = 0xd0,
	RST7 = 0xd7
};

struct bytes {
	unsigned char *at, *end;
};

static unsigned char *
find(struct bytes b, const char *word)
{
	return memmem(b.at, (size_t)(b.end - b.at), word, strlen(word));
}

static bool
begins(struct bytes b, const char *mark)
{
	size_t len = strlen(mark);

	return (size_t)(b.end - b.at) >= len && memcmp(b.at, mark, len) == 0;
}

static void
blank(struct bytes b)
{
	memset(b.at, ' ', (size_t)(b.end - b.at));
}

/* --- pictures ------------------------------------------------------------ */

/* What colours need stays, and JFIF without its thumbnail; how a picture of a
 * PDF is turned its pages say. */
static size_t
kept_of(unsigned marker, struct bytes content)
{
	size_t len = (size_t)(content.end - content.at);

	if (marker == APP0 && begins(content, "JFIF"))
		return len < JFIF_LEN ? len : JFIF_LEN;
	if ((marker == APP2 && begins(content, "ICC_PROFILE")) ||
	    (marker == APP14 && begins(content, "Adobe")))
		return len;
	return marker == COM || (marker >= APP0 && marker <= APP15) ? 0 : len;
}

/* Behind the data of a scan: at its next marker. */
static void
skip_scan(struct bytes *b)
{
	while (
	    b->end - b->at >= 2 && (b->at[0] != 0xff || b->at[1] == 0 ||
				       (b->at[1] >= RST0 && b->at[1] <= RST7)))
		b->at++;
}

static void
blank_picture(struct bytes b)
{
	struct bytes content;

	b.at += 2;
	while (b.end - b.at >= 4 && b.at[0] == 0xff && b.at[1] != EOI) {
		unsigned marker = b.at[1];
		size_t len = 2 + (size_t)big_16(b.at + 2);

		if (marker == 0xff) { /* fills */
			b.at++;
			continue;
		}
		if (len < 4 || len > (size_t)(b.end - b.at))
			return;
		content = (struct bytes){b.at + 4, b.at + len};
		content.at += kept_of(marker, content);
		blank(content);
		b.at += len;
		if (marker == SOS)
			skip_scan(&b);
	}
	/* A second picture, or a film. */
	if (b.end - b.at >= 2 && b.at[0] == 0xff && b.at[1] == EOI)
		blank((struct bytes){b.at + 2, b.end});
}

/* --- XMP ----------------------------------------------------------------- */

static bool
is_xmp(struct bytes dictionary)
{
	return find(dictionary, "/Type /Metadata") != NULL ||
	       find(dictionary, "/Type/Metadata") != NULL;
}

/* From the object's begin, behind the stream before, to "stream". */
static struct bytes
dictionary(unsigned char *before, unsigned char *stream)
{
	struct bytes d = {before, stream};
	unsigned char *next;

	if (stream - before > DICTIONARY_MAX)
		d.at = stream - DICTIONARY_MAX;
	while ((next = find(d, " obj")) != NULL)
		d.at = next + 4;
	return d;
}

static void
blank_xmp(struct bytes dictionary, struct bytes body)
{
	/* What deflate makes of nothing; what stands behind is not read. */
	static const unsigned char nothing[] = {0x78, 0x9c, 3, 0, 0, 0, 0, 1};

	if (find(dictionary, "/Filter") == NULL) {
		/* Between its marks it is blank already. */
		if (find(body, "<?xpacket begin") == NULL)
			blank(body);
		return;
	}
	if (find(dictionary, "/FlateDecode") == NULL ||
	    (size_t)(body.end - body.at) < sizeof(nothing))
		return;
	memcpy(body.at, nothing, sizeof(nothing));
	body.at += sizeof(nothing);
	blank(body);
}

/* --- all of them --------------------------------------------------------- */

void
pdf_clean_streams(unsigned char *from, unsigned char *to)
{
	struct bytes left = {from, to}, body, about;
	unsigned char *stream, *before = from;

	while ((stream = find(left, "stream")) != NULL) {
		body = left = (struct bytes){stream + strlen("stream"), to};
		if (begins(body, "\r\n"))
			body.at += 2;
		else if (begins(body, "\n"))
			body.at++;
		else
			continue;
		body.end = find(body, "endstream");
		if (body.end == NULL)
			return;
		left.at = body.end + strlen("endstream");
		/* The line's end is not the stream's. */
		while (body.end > body.at &&
		       (body.end[-1] == '\n' || body.end[-1] == '\r'))
			body.end--;
		about = dictionary(before, stream);
		before = left.at;
		if (begins(body, "\xff\xd8\xff"))
			blank_picture(body);
		else if (is_xmp(about))
			blank_xmp(about, body);
	}
}
