/*
 * document_kind - one row a kind: how its file begins, and who cleans it.
 */
#include "document_kind.h"

#include <string.h>

#include "strip.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const char TOO_MANY_PIXELS[] =
    "has more than 16384 pixels on a side or 64 million in all";
const char CUT_SHORT[] = "is cut short";

enum { ZIP_END = 22, ZIP_COMMENT_MAX = 65535, PDF_BEGIN_MAX = 1024 };

static bool
is_webp(const unsigned char *bytes, size_t len)
{
	return len >= 12 && memcmp(bytes, "RIFF", 4) == 0 &&
	       memcmp(bytes + 8, "WEBP", 4) == 0;
}

static bool
is_jpeg(const unsigned char *bytes, size_t len)
{
	return len >= 3 && memcmp(bytes, "\xff\xd8\xff", 3) == 0;
}

static bool
is_png(const unsigned char *bytes, size_t len)
{
	return len >= 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0;
}

static bool
is_pdf(const unsigned char *bytes, size_t len)
{
	return len >= 5 && memcmp(bytes, "%PDF-", 5) == 0;
}

// clang-format off
static const struct kind {
	const char *media_type;
	bool is_picture;
	bool (*is)(const unsigned char *bytes, size_t len);
	const char *(*clean)(struct strip *s);
} kinds[] = {
	{ "image/jpeg", true, is_jpeg, jpeg_clean },
	{ "image/png", true, is_png, png_clean },
	{ "image/webp", true, is_webp, webp_clean },
	{ "application/pdf", false, is_pdf, pdf_clean },
};

/* How files begin that somebody hides behind a picture.  Cameras put other
 * things there, which go without a word. */
static const struct {
	const char *bytes;
	size_t len;
	bool anywhere;
} strangers[] = {
	{ "%PDF-", 5, true },
	{ "<html", 5, true }, { "<script", 7, true }, { "<svg ", 5, true },
	{ "<!doctype", 9, true }, { "<?php", 5, true }, { "<?xml", 5, false },
	{ "PK\3\4", 4, false }, { "Rar!\x1a\x07", 6, true },
	{ "7z\xbc\xaf\x27\x1c", 6, true }, { "\x1f\x8b", 2, false },
	{ "\x7f" "ELF", 4, false }, { "MZ", 2, false },
	{ "\xca\xfe\xba\xbe", 4, false }, { "#!", 2, false },
};
// clang-format on

void
strip_keep(struct strip *s, size_t len)
{
	if (s->kept != s->at)
		memmove(s->bytes + s->kept, s->bytes + s->at, len);
	s->kept += len;
	s->at += len;
}

void
strip_skip(struct strip *s, size_t len)
{
	s->at += len;
}

void
strip_put(struct strip *s, const void *bytes, size_t len)
{
	memcpy(s->bytes + s->kept, bytes, len);
	s->kept += len;
}

bool
is_picture_size(uint32_t width, uint32_t height)
{
	return width > 0 && height > 0 && width <= SIDE_MAX &&
	       height <= SIDE_MAX && (uint64_t)width * height <= PIXELS_MAX;
}

static unsigned
small(unsigned c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/* HTML knows no case; of others it does not matter. */
static bool
is_same(const unsigned char *bytes, const char *what, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (small(bytes[i]) != small((unsigned char)what[i]))
			return false;
	return true;
}

static bool
has(const unsigned char *bytes, size_t len, const char *what, size_t what_len)
{
	const unsigned char *end = bytes + len;

	while ((size_t)(end - bytes) >= what_len) {
		bytes = memchr(bytes, what[0],
		    (size_t)(end - bytes) - what_len + 1);
		if (bytes == NULL)
			return false;
		if (is_same(bytes, what, what_len))
			return true;
		bytes++;
	}
	return false;
}

static bool
is_stranger(const unsigned char *tail, size_t len)
{
	for (size_t i = 0; i < COUNT(strangers); i++) {
		size_t most = strangers[i].anywhere || len < strangers[i].len
		                  ? len
		                  : strangers[i].len;

		if (has(tail, most, strangers[i].bytes, strangers[i].len))
			return true;
	}
	return false;
}

/* A ZIP (JAR, DOCX, APK) is read from its end, whatever it begins with. */
static bool
ends_as_zip(const unsigned char *bytes, size_t len)
{
	for (size_t back = ZIP_END;
	     back <= len && back <= ZIP_END + ZIP_COMMENT_MAX; back++) {
		const unsigned char *end = bytes + len - back;

		if (end[0] == 'P' && memcmp(end, "PK\5\6", 4) == 0 &&
		    little_16(end + 20) == back - ZIP_END)
			return true;
	}
	return false;
}

const char *
document_clean(unsigned char *bytes, size_t *len, const char **kind)
{
	struct strip s = {.bytes = bytes, .len = *len};
	const struct kind *k = NULL;
	const char *why;

	for (size_t i = 0; k == NULL && i < COUNT(kinds); i++)
		if (kinds[i].is(bytes, *len))
			k = &kinds[i];
	if (k == NULL)
		return "is no JPEG, PNG, WebP or PDF";
	/* PDF readers look for their begin in as many bytes. */
	if (ends_as_zip(bytes, *len) ||
	    (k->is_picture &&
		has(bytes, *len < PDF_BEGIN_MAX ? *len : PDF_BEGIN_MAX, "%PDF-",
		    5)))
		return "is two files in one";
	why = k->clean(&s);
	if (why != NULL)
		return why; // cppcheck-suppress returnDanglingLifetime
	if (is_stranger(strip_here(&s), strip_left(&s)))
		return "has another file behind its end";
	*len = s.kept;
	*kind = k->media_type;
	return NULL;
}
