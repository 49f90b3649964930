/*
 * kyc_words - what a wallet is told beside a status, in its language.
 *
 * Shape:  by code; a code that is not in the table (of a reviewer's own) is
 *         told with blanks for underscores.
 * Source: SEP-12, message and error.
 */
#ifndef WINDLASS_KYC_WORDS_H
#define WINDLASS_KYC_WORDS_H

#include <stddef.h>

struct arena;

/* lang: "pt", "pt-BR"; NULL or one that is not in the table: English. */
const char *kyc_words(struct arena *a, const char *code, const char *lang);
/* Row i by its code, NULL past the last; every row has every language. */
const char *kyc_words_at(size_t i);
/* Language i, NULL past the last; the first one is the default. */
const char *kyc_words_lang(size_t i);

#endif
