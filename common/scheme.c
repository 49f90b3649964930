#include "scheme.h"

#include <string.h>

#include "check.h"
#include "scheme_iban.h"

#define DIGITS "0123456789"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define SMALL "abcdefghijklmnopqrstuvwxyz"

/* Exactly len characters, all of that set. */
static bool
is_of(const char *text, size_t len, const char *set)
{
	return strlen(text) == len && strspn(text, set) == len;
}

static unsigned
digit(char c)
{
	return (unsigned)(c - '0');
}

/* The last digit makes the weighted sum a multiple of ten; it weighs 1. */
static bool
is_mod10(const char *digits, const char *weights)
{
	unsigned sum = 0;
	size_t i;

	for (i = 0; weights[i] != '\0'; i++)
		sum += digit(digits[i]) * digit(weights[i]);
	return (sum + digit(digits[i])) % 10 == 0;
}

/* Remainder by 11 of the first len; weights from the right are 2, 3 ... top
 * and again.  A letter counts as its ASCII code less 48. */
static unsigned
mod11(const char *text, size_t len, unsigned top)
{
	unsigned sum = 0, weight = 2;

	while (len-- > 0) {
		sum += digit(text[len]) * weight;
		weight = weight == top ? 2 : weight + 1;
	}
	return sum % 11;
}

static bool
is_brazilian(const char *text, size_t len, unsigned top)
{
	for (; text[len] != '\0'; len++) {
		unsigned rest = mod11(text, len, top);

		if (digit(text[len]) != (rest < 2 ? 0 : 11 - rest))
			return false;
	}
	return true;
}

static bool
is_same_throughout(const char *text)
{
	char one[] = {text[0], '\0'};

	return text[strspn(text, one)] == '\0';
}

static bool
is_cpf(const char *text)
{
	return is_of(text, 11, DIGITS) && !is_same_throughout(text) &&
	       is_brazilian(text, 9, 11);
}

static bool
is_cnpj(const char *text)
{
	return is_of(text, 14, DIGITS CAPITALS) &&
	       is_of(text + 12, 2, DIGITS) && !is_same_throughout(text) &&
	       is_brazilian(text, 12, 9);
}

static bool
is_cuit(const char *text)
{
	static const char kinds[] = "20 23 24 25 26 27 30 33 34";
	const char kind[] = {text[0], text[0] == '\0' ? '\0' : text[1], '\0'};

	return is_of(text, 11, DIGITS) && is_word(kind, kinds) &&
	       (mod11(text, 10, 7) + digit(text[10])) % 11 == 0;
}

static bool
is_clabe(const char *text)
{
	return is_of(text, 18, DIGITS) && is_mod10(text, "37137137137137137");
}

/* Bank and branch, then the account, each with a digit of its own. */
static bool
is_cbu(const char *text)
{
	return is_of(text, 22, DIGITS) && is_mod10(text, "7139713") &&
	       is_mod10(text + 8, "3971397139713");
}

static bool
is_cbu_alias(const char *text)
{
	size_t len = strlen(text);

	return len >= 6 && is_of(text, len, DIGITS CAPITALS SMALL ".-") &&
	       len <= 20;
}

/* The Federal Reserve's districts, thrift institutions, electronic numbers and
 * traveller's cheques. */
static bool
is_aba(const char *text)
{
	unsigned district;

	if (!is_of(text, 9, DIGITS) || !is_mod10(text, "37137137"))
		return false;
	district = digit(text[0]) * 10 + digit(text[1]);
	return district <= 12 || (district >= 21 && district <= 32) ||
	       (district >= 61 && district <= 72) || district == 80;
}

static bool
is_sort_code(const char *text)
{
	return is_of(text, 6, DIGITS);
}

static bool
is_ifsc(const char *text)
{
	return strspn(text, CAPITALS) == 4 && text[4] == '0' &&
	       is_of(text + 5, 6, DIGITS CAPITALS);
}

static bool
is_bic(const char *text)
{
	size_t len = strlen(text);

	return (len == 8 || len == 11) && is_of(text, len, DIGITS CAPITALS) &&
	       strspn(text + 4, CAPITALS) >= 2;
}

/* As the DICT writes them, in small letters. */
static bool
is_evp(const char *text)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	size_t i;

	for (i = 0; shape[i] != '\0'; i++)
		if (text[i] == '\0' ||
		    strchr(shape[i] == '-' ? "-" : DIGITS "abcdef", text[i]) ==
			NULL)
			return false;
	return text[i] == '\0';
}

static bool
is_pix(const char *text)
{
	if (is_cpf(text) || is_cnpj(text) || is_evp(text) ||
	    is_phone(text, NULL))
		return true;
	return strlen(text) <= 77 && is_email(text, NULL) &&
	       strpbrk(text, CAPITALS) == NULL;
}

/* 0: no such country. */
static size_t
iban_length(const char *text)
{
	size_t count = sizeof(iban_countries) / sizeof(iban_countries[0]);

	for (size_t i = 0; i < count; i++)
		if (strncmp(iban_countries[i].code, text, 2) == 0)
			return iban_countries[i].length;
	return 0;
}

static bool
is_iban(const char *text)
{
	size_t len = strlen(text);
	unsigned rest = 0;

	if (iban_length(text) != len || !is_of(text, len, DIGITS CAPITALS))
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = text[(i + 4) % len];

		rest = c <= '9' ? rest * 10 + digit(c)
		                : rest * 100 + (unsigned)(c - 'A') + 10;
		rest %= 97;
	}
	/* 00, 01 and 99 leave 1 as well, but nobody is given them. */
	return rest == 1 && strncmp(text + 2, "02", 2) >= 0 &&
	       strncmp(text + 2, "98", 2) <= 0;
}

static const struct scheme {
	const char *name;
	bool (*passes)(const char *value);
	const char *members; /* where such a value may stand */
	const char *shape;
} schemes[SCHEME_MAX] = {
    // clang-format off
	{ "aba", is_aba, "bank_number",
	  "a routing number of 9 digits" },
	{ "bic", is_bic, "bank_number",
	  "a BIC of 8 or 11 capitals and digits" },
	{ "cbu", is_cbu, "cbu_number bank_account_number",
	  "a CBU or CVU of 22 digits" },
	{ "cbu_alias", is_cbu_alias, "cbu_alias",
	  "an alias of 6 to 20 letters, digits, dots and hyphens" },
	{ "clabe", is_clabe, "clabe_number bank_account_number",
	  "a CLABE of 18 digits" },
	{ "cnpj", is_cnpj, "tax_id id_number",
	  "a CNPJ of 14 characters without dots" },
	{ "cpf", is_cpf, "tax_id id_number",
	  "a CPF of 11 digits without dots" },
	{ "cuit", is_cuit, "tax_id id_number",
	  "a CUIT or CUIL of 11 digits without hyphens" },
	{ "iban", is_iban, "bank_account_number",
	  "an IBAN without blanks, in capitals" },
	{ "ifsc", is_ifsc, "bank_number bank_branch_number",
	  "an IFSC of 11 capitals and digits" },
	{ "pix", is_pix,
	  "bank_account_number tax_id email_address mobile_number",
	  "a PIX key: CPF, CNPJ, telephone, e-mail in small letters, or the "
	  "random key" },
	{ "sort_code", is_sort_code, "bank_number bank_branch_number",
	  "a sort code of 6 digits without hyphens" },
    // clang-format on
};

static const struct scheme *
scheme_find(const char *name)
{
	for (size_t i = 0; i < SCHEME_MAX; i++)
		if (strcmp(schemes[i].name, name) == 0)
			return &schemes[i];
	return NULL;
}

bool
scheme_known(const char *name)
{
	return scheme_find(name) != NULL;
}

bool
scheme_fits(const char *scheme, const char *member)
{
	const struct scheme *s = scheme_find(scheme);

	return s != NULL && is_word(member, s->members);
}

bool
scheme_passes(const char *scheme, const char *value)
{
	const struct scheme *s = scheme_find(scheme);

	return s != NULL && s->passes(value);
}

const char *
scheme_shape(const char *name)
{
	const struct scheme *s = scheme_find(name);

	return s == NULL ? NULL : s->shape;
}

const char *
scheme_at(size_t i)
{
	return i < SCHEME_MAX ? schemes[i].name : NULL;
}

size_t
schemes_of(const char *member, const char *value, const char *out[],
    size_t most)
{
	size_t count = 0;

	for (size_t i = 0; i < SCHEME_MAX && count < most; i++)
		if (is_word(member, schemes[i].members) &&
		    schemes[i].passes(value))
			out[count++] = schemes[i].name;
	return count;
}
