/*
 * Any bytes: cleaned or refused, within their bounds.  What was cleaned is no
 * longer than it was; a picture is then cleaned to itself, and a PDF is as long
 * as it came.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document_kind.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void
must(int holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "not so: %s\n", what);
	abort();
}

static uint32_t
sum_of(const uint8_t *bytes, size_t len)
{
	uint32_t c = 0xffffffffU;

	for (size_t i = 0; i < len; i++) {
		c ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			c = (c & 1) != 0 ? 0xedb88320U ^ c >> 1 : c >> 1;
	}
	return ~c;
}

/* Nothing behind a wrong sum would be reached: they are set right. */
static void
mend_sums(uint8_t *png, size_t len)
{
	size_t at = 8;

	while (len >= 12 && at <= len - 12) {
		size_t content = (size_t)png[at] << 24 |
		                 (size_t)png[at + 1] << 16 |
		                 (size_t)png[at + 2] << 8 | png[at + 3];
		uint32_t sum;

		if (content > len - at - 12)
			return;
		sum = sum_of(png + at + 4, 4 + content);
		for (size_t i = 0; i < 4; i++)
			png[at + 8 + content + i] =
			    (uint8_t)(sum >> (24 - 8 * i));
		at += 12 + content;
	}
}

static void
is_clean(const uint8_t *file, size_t len, const char *kind)
{
	uint8_t *copy = malloc(len);
	const char *again = NULL;
	size_t twice = len;

	must(copy != NULL, "there is memory");
	memcpy(copy, file, len);
	must(document_clean(copy, &twice, &again) == NULL,
	    "what was cleaned is taken");
	must(again == kind, "it is of the same kind");
	must(twice == len && memcmp(copy, file, len) == 0,
	    "it is cleaned to itself");
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const char *kind = NULL;
	size_t once = len;
	uint8_t *file;

	if (len == 0)
		return 0;
	file = malloc(len);
	must(file != NULL, "there is memory");
	memcpy(file, bytes, len);
	if (len > 8 && memcmp(file, "\x89PNG", 4) == 0)
		mend_sums(file, len);
	if (document_clean(file, &once, &kind) == NULL) {
		must(once > 0 && once <= len, "it does not grow");
		if (strcmp(kind, "application/pdf") == 0)
			must(once == len, "a PDF is as long as it came");
		else
			is_clean(file, once, kind);
	}
	free(file);
	return 0;
}
