/*
 * sep9 - the members of a customer that the platform can forward.
 */
#include <string.h>

#include "check.h"
#include "scheme.h"
#include "sep9.h"
#include "sep9_codes.h"

#define TEXT is_text, NULL, "must be text without control characters"
#define LINES is_lines, NULL, "must be text; its only controls are line breaks"
#define PLAIN                                                                  \
	is_code_text, NULL, "must be letters, digits and signs without blanks"
#define DIGITS(count) is_digits, count, "must be " count " digits"
#define ALIAS                                                                  \
	is_of_scheme, "cbu_alias",                                             \
	    "must be an alias: 6 to 20 letters, digits, dots and hyphens"
#define OCCUPATION                                                             \
	is_occupation, occupations,                                            \
	    "must be an occupation, ISCO-08, 3 or 4 digits (251)"
#define DATE is_date_text, NULL, "must be a date, YYYY-MM-DD"
#define COUNTRY                                                                \
	is_word, countries, "must be a country, ISO 3166-1 alpha-3 (BRA)"
#define LANGUAGE is_word, languages, "must be a language, ISO 639-1 (pt)"
#define PHONE                                                                  \
	is_phone, NULL, "must be a telephone number, E.164 (+5511999990000)"
#define EMAIL is_email, NULL, "must be an e-mail address"
#define ADDRESS is_ip_address, NULL, "must be an IP address"
#define WORDS(words) is_word, words, "must be one of: " words
#define FILE_PART NULL, NULL, "must be a file"

static bool
is_of_scheme(const char *value, const char *scheme)
{
	return scheme_passes(scheme, value);
}

// clang-format off
static const struct sep9 members[SEP9_MAX] = {
	{ "first_name", SEP9_TEXT, 255, TEXT, MASK_INITIAL },
	{ "last_name", SEP9_TEXT, 255, TEXT, MASK_INITIAL },
	{ "additional_name", SEP9_TEXT, 255, TEXT, MASK_INITIAL },
	{ "address_country_code", SEP9_TEXT, 3, COUNTRY, MASK_NOTHING },
	{ "state_or_province", SEP9_TEXT, 255, TEXT, MASK_INITIAL },
	{ "city", SEP9_TEXT, 255, TEXT, MASK_INITIAL },
	{ "postal_code", SEP9_TEXT, 32, TEXT, MASK_ALL },
	{ "address", SEP9_TEXT, 1024, LINES, MASK_ALL },
	{ "mobile_number", SEP9_TEXT, 16, PHONE, MASK_END },
	{ "email_address", SEP9_TEXT, 254, EMAIL, MASK_EMAIL },
	{ "birth_date", SEP9_DATE, 35, DATE, MASK_YEAR },
	{ "birth_place", SEP9_TEXT, 255, TEXT, MASK_INITIAL },
	{ "birth_country_code", SEP9_TEXT, 3, COUNTRY, MASK_NOTHING },
	{ "bank_name", SEP9_TEXT, 255, TEXT, MASK_INITIAL },
	{ "bank_account_number", SEP9_TEXT, 64, TEXT, MASK_END },
	{ "bank_account_type", SEP9_TEXT, 16, WORDS("checking savings"), MASK_NOTHING },
	{ "bank_number", SEP9_TEXT, 64, TEXT, MASK_END },
	{ "bank_phone_number", SEP9_TEXT, 16, PHONE, MASK_END },
	{ "bank_branch_number", SEP9_TEXT, 64, TEXT, MASK_END },
	{ "external_transfer_memo", SEP9_TEXT, 255, TEXT, MASK_ALL },
	{ "clabe_number", SEP9_TEXT, 18, DIGITS("18"), MASK_END },
	{ "cbu_number", SEP9_TEXT, 22, DIGITS("22"), MASK_END },
	{ "cbu_alias", SEP9_TEXT, 20, ALIAS, MASK_ALL },
	{ "crypto_address", SEP9_TEXT, 255, PLAIN, MASK_END },
	{ "crypto_memo", SEP9_TEXT, 255, TEXT, MASK_ALL },
	{ "tax_id", SEP9_TEXT, 64, TEXT, MASK_END },
	{ "tax_id_name", SEP9_TEXT, 64, TEXT, MASK_INITIAL },
	{ "occupation", SEP9_TEXT, 4, OCCUPATION, MASK_NOTHING },
	{ "employer_name", SEP9_TEXT, 255, TEXT, MASK_INITIAL },
	{ "employer_address", SEP9_TEXT, 1024, LINES, MASK_ALL },
	{ "language_code", SEP9_TEXT, 2, LANGUAGE, MASK_NOTHING },
	{ "id_type", SEP9_TEXT, 64, TEXT, MASK_INITIAL },
	{ "id_country_code", SEP9_TEXT, 3, COUNTRY, MASK_NOTHING },
	{ "id_issue_date", SEP9_DATE, 35, DATE, MASK_YEAR },
	{ "id_expiration_date", SEP9_DATE, 35, DATE, MASK_YEAR },
	{ "id_number", SEP9_TEXT, 64, TEXT, MASK_END },
	{ "photo_id_front", SEP9_BINARY, 0, FILE_PART, MASK_ALL },
	{ "photo_id_back", SEP9_BINARY, 0, FILE_PART, MASK_ALL },
	{ "notary_approval_of_photo_id", SEP9_BINARY, 0, FILE_PART, MASK_ALL },
	{ "ip_address", SEP9_TEXT, 45, ADDRESS, MASK_ALL },
	{ "photo_proof_residence", SEP9_BINARY, 0, FILE_PART, MASK_ALL },
	{ "sex", SEP9_TEXT, 8, WORDS("male female other"), MASK_ALL },
	{ "photo_proof_of_income", SEP9_BINARY, 0, FILE_PART, MASK_ALL },
	{ "proof_of_liveness", SEP9_BINARY, 0, FILE_PART, MASK_ALL },
	{ "referral_id", SEP9_TEXT, 255, TEXT, MASK_ALL },
	{ "mobile_number_verification", SEP9_CODE, 32, PLAIN, MASK_ALL },
	{ "email_address_verification", SEP9_CODE, 32, PLAIN, MASK_ALL },
	{ "mobile_money_number", SEP9_TEXT, 16, PHONE, MASK_END },
	{ "mobile_money_provider", SEP9_TEXT, 255, TEXT, MASK_INITIAL },
};
// clang-format on

const struct sep9 *
sep9_find(const char *name)
{
	size_t i;

	for (i = 0; i < SEP9_MAX; i++)
		if (members[i].name[0] == name[0] &&
		    strcmp(members[i].name, name) == 0)
			return &members[i];
	return NULL;
}

const struct sep9 *
sep9_at(size_t i)
{
	return i < SEP9_MAX ? &members[i] : NULL;
}

const char *
sep9_why(const struct sep9 *member, const char *text)
{
	if (member->kind != SEP9_BINARY && strlen(text) > member->most)
		return "is too long";
	if (text[strspn(text, " \t\r\n")] == '\0')
		return "must not be blank";
	if (member->check == NULL || !member->check(text, member->arg))
		return member->shape;
	return NULL;
}

bool
sep9_check(const struct sep9 *member, const char *text)
{
	return sep9_why(member, text) == NULL;
}
