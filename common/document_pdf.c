/*
 * PDF: its begin and its end must be there, and nothing behind.  Names, dates
 * and tools in the document's information and in XMP packets are overwritten
 * with blanks of the same length, so that every offset stays true.
 *
 * A signed file is left as it is.  What is packed in an object stream stays in
 * there, but nothing points at it any more: no reader shows it.  To take it out
 * all streams would have to be unpacked and every place written anew; to refuse
 * it would be to refuse what most programs write today.
 */
#include <string.h>

#include "strip.h"

enum {
	VERSION_LEN = 8,  /* %PDF-1.7 */
	END_MAX = 1024,   /* from startxref to the last line */
	DIGITS_MAX = 10,  /* of an object's number */
	INFOS_MAX = 16,   /* kept versions of a document have one each */
	OBJECTS_MAX = 16, /* likewise */
	INFO_MAX = 64 * 1024
};

static const char DAMAGED[] = "is a damaged PDF";

struct text {
	unsigned char *at, *end;
};

static bool
is_blank(unsigned c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' ||
	       c == 0;
}

static bool
is_digit(unsigned c)
{
	return c >= '0' && c <= '9';
}

static void
skip_blanks(struct text *t)
{
	while (t->at < t->end && is_blank(*t->at))
		t->at++;
}

static bool
take_number(struct text *t, size_t *out)
{
	int digits = 0;

	*out = 0;
	for (; t->at < t->end && is_digit(*t->at); t->at++, digits++)
		if (digits < DIGITS_MAX)
			*out = *out * 10 + (size_t)(*t->at - '0');
	return digits > 0 && digits <= DIGITS_MAX;
}

static bool
take_word(struct text *t, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(t->end - t->at) < len || memcmp(t->at, word, len) != 0)
		return false;
	t->at += len;
	return true;
}

static unsigned char *
find(const struct text *t, const char *word)
{
	return memmem(t->at, (size_t)(t->end - t->at), word, strlen(word));
}

/* The last one, in the last END_MAX bytes. */
static unsigned char *
find_last(struct text t, const char *word)
{
	unsigned char *last = NULL, *next;

	if (t.end - t.at > END_MAX)
		t.at = t.end - END_MAX;
	while ((next = find(&t, word)) != NULL) {
		last = next;
		t.at = next + 1;
	}
	return last;
}

/* startxref, the place of the table or stream of places, %%EOF. */
static const char *
end_fault(struct text whole)
{
	struct text t = whole;
	size_t place, number;

	while (t.end > t.at && is_blank(t.end[-1]))
		t.end--;
	if (t.end - t.at < 5 || memcmp(t.end - 5, "%%EOF", 5) != 0)
		return find_last(t, "%%EOF") != NULL
		           ? "has bytes behind its end"
		           : CUT_SHORT;
	t.at = find_last(t, "startxref");
	if (t.at == NULL)
		return DAMAGED;
	t.at += strlen("startxref");
	skip_blanks(&t);
	if (!take_number(&t, &place) || place >= (size_t)(whole.end - whole.at))
		return DAMAGED;
	t = (struct text){whole.at + place, whole.end};
	skip_blanks(&t);
	return take_word(&t, "xref") || take_number(&t, &number) ? NULL
	                                                         : DAMAGED;
}

static void
blank(unsigned char *from, const unsigned char *to)
{
	memset(from, ' ', (size_t)(to - from));
}

/* From its opening one to behind the closing one; false: never closed. */
static bool
skip_literal(struct text *t)
{
	int depth = 0;

	for (; t->at < t->end; t->at++) {
		if (*t->at == '\\' && t->end - t->at > 1)
			t->at++;
		else if (*t->at == '(')
			depth++;
		else if (*t->at == ')' && --depth == 0)
			break;
	}
	if (t->at == t->end)
		return false;
	t->at++;
	return true;
}

static bool
skip_hex(struct text *t)
{
	unsigned char *end = find(t, ">");

	if (end == NULL)
		return false;
	t->at = end + 1;
	return true;
}

/* The strings of a dictionary, if it ends before its object does; blanked only
 * if `blanking`. */
static bool
walk(struct text t, bool blanking)
{
	int depth = 0;

	if (t.end - t.at > INFO_MAX)
		t.end = t.at + INFO_MAX;
	t.end = find(&t, "endobj");
	if (t.end == NULL)
		return false;
	while (t.at < t.end) {
		unsigned char *from = t.at;
		bool is_string = true;

		if (take_word(&t, "<<")) {
			depth++;
			continue;
		}
		if (take_word(&t, ">>")) {
			if (--depth <= 0)
				return depth == 0;
			continue;
		}
		if (depth == 0)
			return false;
		if (*t.at == '(') {
			if (!skip_literal(&t))
				return false;
		} else if (*t.at == '<') {
			if (!skip_hex(&t))
				return false;
		} else {
			is_string = false;
			t.at++;
		}
		if (is_string && blanking)
			blank(from + 1, t.at - 1);
	}
	return false;
}

/* Wherever "N G obj" begins a dictionary; false: nowhere in clear. */
static bool
blank_object(struct text whole, size_t number, size_t generation)
{
	char name[64];
	struct text t = whole;
	unsigned char *here;
	bool is_there = false;

	snprintf(name, sizeof(name), "%zu %zu obj", number, generation);
	for (int i = 0; i < OBJECTS_MAX && (here = find(&t, name)) != NULL;
	     i++) {
		t.at = here + strlen(name);
		skip_blanks(&t);
		if (here != whole.at && is_digit(here[-1]))
			continue;
		is_there = true;
		if (walk(t, false))
			(void)walk(t, true);
	}
	return is_there;
}

static void
blank_infos(struct text whole)
{
	struct {
		size_t number, generation;
		bool is_there;
	} done[INFOS_MAX], is;
	int count = 0, i;
	struct text t = whole;
	unsigned char *here;

	while (count < INFOS_MAX && (here = find(&t, "/Info")) != NULL) {
		t.at = here + strlen("/Info");
		skip_blanks(&t);
		if (!take_number(&t, &is.number))
			continue;
		skip_blanks(&t);
		if (!take_number(&t, &is.generation))
			continue;
		skip_blanks(&t);
		if (!take_word(&t, "R"))
			continue;
		i = 0;
		while (i < count && (done[i].number != is.number ||
					done[i].generation != is.generation))
			i++;
		if (i == count) {
			is.is_there =
			    blank_object(whole, is.number, is.generation);
			done[count++] = is;
		}
		if (!done[i].is_there)
			blank(here, t.at);
	}
}

/* What stands between the marks that XMP has for whoever wants to edit it in
 * its place. */
static void
blank_packets(struct text t)
{
	unsigned char *from, *to, *stop;

	while ((from = find(&t, "<?xpacket begin")) != NULL) {
		t.at = from;
		stop = find(&t, "endstream");
		if (stop == NULL)
			return;
		to = find(&(struct text){from, stop}, "<?xpacket end");
		if (to != NULL)
			from = find(&(struct text){from, to}, "?>");
		if (to != NULL && from != NULL)
			blank(from + 2, to);
		t.at = stop;
	}
}

const char *
pdf_clean(struct strip *s)
{
	struct text t = {s->bytes, s->bytes + s->len};
	const char *why;

	if (s->len < VERSION_LEN || !is_digit(s->bytes[5]) ||
	    s->bytes[6] != '.' || !is_digit(s->bytes[7]))
		return DAMAGED;
	why = end_fault(t);
	if (why != NULL)
		return why;
	/* Every byte of a signed file is signed. */
	if (find(&t, "/ByteRange") == NULL) {
		blank_packets(t);
		/* A sealed text that was blanked would not open. */
		if (find(&t, "/Encrypt") == NULL) {
			blank_infos(t);
			pdf_clean_streams(t.at, t.end);
		}
	}
	strip_keep(s, s->len);
	/* Of a broken one a part that counts may have gone, too. */
	return end_fault(t);
}
