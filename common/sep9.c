/*
 * sep9 - the members of a customer that the platform can forward.
 */
#include <string.h>

#include "check.h"
#include "sep9.h"
#include "sep9_codes.h"

#define TEXT is_text, NULL, "must be text without control characters"
#define LINES is_lines, NULL, "must be text; its only controls are line breaks"
#define PLAIN                                                                  \
	is_code_text, NULL, "must be letters, digits and signs without blanks"
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

// clang-format off
static const struct sep9 members[SEP9_MAX] = {
	{ "first_name", SEP9_TEXT, 255, TEXT },
	{ "last_name", SEP9_TEXT, 255, TEXT },
	{ "additional_name", SEP9_TEXT, 255, TEXT },
	{ "address_country_code", SEP9_TEXT, 3, COUNTRY },
	{ "state_or_province", SEP9_TEXT, 255, TEXT },
	{ "city", SEP9_TEXT, 255, TEXT },
	{ "postal_code", SEP9_TEXT, 32, TEXT },
	{ "address", SEP9_TEXT, 1024, LINES },
	{ "mobile_number", SEP9_TEXT, 16, PHONE },
	{ "email_address", SEP9_TEXT, 254, EMAIL },
	{ "birth_date", SEP9_DATE, 35, DATE },
	{ "birth_place", SEP9_TEXT, 255, TEXT },
	{ "birth_country_code", SEP9_TEXT, 3, COUNTRY },
	{ "bank_name", SEP9_TEXT, 255, TEXT },
	{ "bank_account_number", SEP9_TEXT, 64, TEXT },
	{ "bank_account_type", SEP9_TEXT, 16, WORDS("checking savings") },
	{ "bank_number", SEP9_TEXT, 64, TEXT },
	{ "bank_phone_number", SEP9_TEXT, 16, PHONE },
	{ "bank_branch_number", SEP9_TEXT, 64, TEXT },
	{ "external_transfer_memo", SEP9_TEXT, 255, TEXT },
	{ "clabe_number", SEP9_TEXT, 32, PLAIN },
	{ "cbu_number", SEP9_TEXT, 32, PLAIN },
	{ "cbu_alias", SEP9_TEXT, 64, PLAIN },
	{ "crypto_address", SEP9_TEXT, 255, PLAIN },
	{ "crypto_memo", SEP9_TEXT, 255, TEXT },
	{ "tax_id", SEP9_TEXT, 64, TEXT },
	{ "tax_id_name", SEP9_TEXT, 64, TEXT },
	{ "occupation", SEP9_TEXT, 255, TEXT },
	{ "employer_name", SEP9_TEXT, 255, TEXT },
	{ "employer_address", SEP9_TEXT, 1024, LINES },
	{ "language_code", SEP9_TEXT, 2, LANGUAGE },
	{ "id_type", SEP9_TEXT, 64, TEXT },
	{ "id_country_code", SEP9_TEXT, 3, COUNTRY },
	{ "id_issue_date", SEP9_DATE, 35, DATE },
	{ "id_expiration_date", SEP9_DATE, 35, DATE },
	{ "id_number", SEP9_TEXT, 64, TEXT },
	{ "photo_id_front", SEP9_BINARY, 0, FILE_PART },
	{ "photo_id_back", SEP9_BINARY, 0, FILE_PART },
	{ "notary_approval_of_photo_id", SEP9_BINARY, 0, FILE_PART },
	{ "ip_address", SEP9_TEXT, 45, ADDRESS },
	{ "photo_proof_residence", SEP9_BINARY, 0, FILE_PART },
	{ "sex", SEP9_TEXT, 8, WORDS("male female other") },
	{ "photo_proof_of_income", SEP9_BINARY, 0, FILE_PART },
	{ "proof_of_liveness", SEP9_BINARY, 0, FILE_PART },
	{ "referral_id", SEP9_TEXT, 255, TEXT },
	{ "mobile_number_verification", SEP9_CODE, 32, PLAIN },
	{ "email_address_verification", SEP9_CODE, 32, PLAIN },
	{ "mobile_money_number", SEP9_TEXT, 16, PHONE },
	{ "mobile_money_provider", SEP9_TEXT, 255, TEXT },
};
// clang-format on

const struct sep9 *
sep9_find(const char *name)
{
	size_t i;

	for (i = 0; i < SEP9_MAX; i++)
		if (strcmp(members[i].name, name) == 0)
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
	if (member->check == NULL || !member->check(text, member->arg))
		return member->shape;
	return NULL;
}

bool
sep9_check(const struct sep9 *member, const char *text)
{
	return sep9_why(member, text) == NULL;
}
