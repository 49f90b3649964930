/*
 * scheme - numbers that carry their own proof: IBAN, CLABE, CBU, PIX keys ...
 *
 * Shape:  pure; by name.  A value passes in the one spelling that goes on a
 *         payment: no blanks, no dots, letters as the scheme writes them.
 *         What passes is well formed; whether the account exists only its
 *         bank can say.
 * Source: ISO 13616 and the IBAN registry; ISO 9362; Banxico (CLABE); BCRA
 *         (CBU, CVU, alias); AFIP (CUIT); Receita Federal (CPF, CNPJ with
 *         letters too); Banco Central do Brasil, DICT (PIX keys); ABA; RBI.
 */
#ifndef WINDLASS_SCHEME_H
#define WINDLASS_SCHEME_H

#include <stdbool.h>
#include <stddef.h>

/* SCHEME_RULE is raised when a value passes that did not before, or no longer
 * does: what was tried under a lower one is tried again. */
enum { SCHEME_MAX = 12, SCHEME_RULE = 1 };

bool scheme_known(const char *name);
/* Can a value of that SEP-9 member be of that scheme? */
bool scheme_fits(const char *scheme, const char *member);
bool scheme_passes(const char *scheme, const char *value);
/* "an IBAN without blanks": for the error; NULL for an unknown scheme. */
const char *scheme_shape(const char *name);
/* Row i, 0 to SCHEME_MAX - 1, by its name. */
const char *scheme_at(size_t i);
/* The schemes that fit the member and that the value passes, at most most of
 * them; the names are static. */
size_t schemes_of(const char *member, const char *value, const char *out[],
    size_t most);

#endif
