/*
 * sep9_mask - a value as somebody may see it who need not know it.
 *
 * Three stars stand for whatever is hidden, so that no length is told.
 */
#include <string.h>

#include "arena.h"
#include "sep9.h"
#include "utf8.h"

#define STARS "***"

enum { END_SHOWN = 4, END_HIDDEN = 4 };

/* The first letter, whatever its script. */
static const char *
initial(struct arena *a, const char *text)
{
	uint32_t point;
	size_t n = utf8_next(text, strlen(text), &point);

	return arena_strndup(a, text, n);
}

/* Of a short number nothing is shown: four of five would be nearly all. */
static const char *
end_of(const char *text)
{
	size_t len = strlen(text), from;

	if (len < END_SHOWN + END_HIDDEN)
		return "";
	from = len - END_SHOWN;
	while (from < len && ((unsigned char)text[from] & 0xc0) == 0x80)
		from++; /* not inside of a letter */
	return text + from;
}

static const char *
top_of(const char *host)
{
	const char *dot = strrchr(host, '.');

	return dot == NULL ? "" : dot;
}

const char *
sep9_masked(struct arena *a, const struct sep9 *member, const char *text)
{
	switch (member->mask) {
	case MASK_INITIAL:
		return arena_printf(a, "%s" STARS, initial(a, text));
	case MASK_EMAIL:
		return arena_printf(a, "%s" STARS "@" STARS "%s",
		    initial(a, text), top_of(text));
	case MASK_END:
		return arena_printf(a, STARS "%s", end_of(text));
	case MASK_YEAR:
		return arena_printf(a, "%.4s-**-**", text);
	case MASK_NOTHING:
		return text;
	case MASK_ALL:
		break;
	}
	return STARS;
}
