/*
 * Shapes of named values, and the table of SEP-9 members.
 */
#include "unit.h"

#include <string.h>

#include "arena.h"
#include "check.h"
#include "sep9.h"

// clang-format off
static const struct {
	bool (*check)(const char *value, const char *arg);
	const char *arg, *value;
	bool is_good;
} cases[] = {
	{ is_text, NULL, "O'Neil & <b>", true },
	{ is_text, NULL, "S\xc3\xa3o Paulo", true },
	{ is_text, NULL, "a\nb", false }, { is_text, NULL, "a\x7f", false },
	{ is_text, NULL, "a\x1b[0m", false },
	{ is_text, NULL, "a\xc2\x85", false }, /* next line, U+0085 */
	{ is_text, NULL, "\xff", false },
	{ is_lines, NULL, "Street 1\r\nCity\tX", true },
	{ is_lines, NULL, "a\vb", false },
	{ is_word, "a bb c", "bb", true }, { is_word, "a bb c", "b", false },
	{ is_word, "a bb c", "a bb", false }, { is_word, "a bb c", " ", false },
	{ is_word, "a bb c", "c", true }, { is_word, "", "a", false },
	{ is_code_text, NULL, "032180000118359719", true },
	{ is_code_text, NULL, "a b", false },
	{ is_code_text, NULL, "S\xc3\xa3o", false },
	{ is_date_text, NULL, "1990-05-17", true },
	{ is_date_text, NULL, "1990-02-30", false },
	{ is_email, NULL, "ana@example.com", true },
	{ is_email, NULL, "ana+x.y@mail.example.co.uk", true },
	{ is_email, NULL, "an\xc3\xa1@ex\xc3\xa1mple.com", true },
	{ is_email, NULL, "ana", false }, { is_email, NULL, "@x.y", false },
	{ is_email, NULL, "ana@", false }, { is_email, NULL, "a@x", false },
	{ is_email, NULL, "a@x.", false }, { is_email, NULL, "a@.x", false },
	{ is_email, NULL, "a@b@c.d", false },
	{ is_email, NULL, "a b@c.d", false },
	{ is_email, NULL, "a@b.c,d@e.f", false },
	{ is_email, NULL, "a\n@b.c", false },
	{ is_email, NULL, "a@-b.c", false },
	{ is_email, NULL, ".a@b.cd", false }, { is_email, NULL, "a.@b.cd", false },
	{ is_email, NULL, "a..b@c.de", false },
	{ is_email, NULL, "a@b-.cd", false }, { is_email, NULL, "a@b_c.de", false },
	{ is_email, NULL, "a@192.0.2.1", false },
	{ is_email, NULL, "a@1.2.museum", true },
	{ is_email, NULL, "a@[192.0.2.1]", false },
	{ is_email, NULL, "a:b@c.de", false },
	{ is_text, NULL, "a\xe2\x80\xae" "b", false }, /* right to left */
	{ is_text, NULL, "a\xe2\x80\xa8" "b", false }, /* line separator */
	{ is_text, NULL, "a\xe2\x81\xa6" "b", false }, /* isolate */
	{ is_text, NULL, "\xef\xbb\xbf" "a", false }, /* byte order mark */
	{ is_text, NULL, "a\xef\xbf\xbf", false }, /* no character */
	{ is_text, NULL, "a\xe2\x80\x8f" "b", true }, /* Arabic needs it */
	{ is_text, NULL, "a\xe2\x80\x99" "b", true }, /* an apostrophe */
	{ is_digits, "3", "123", true }, { is_digits, "3", "1234", false },
	{ is_digits, "3", "12", false }, { is_digits, "3", "12a", false },
	{ is_occupation, "011 251", "251", true },
	{ is_occupation, "011 251", "2512", true },
	{ is_occupation, "011 251", "0110", true },
	{ is_occupation, "011 251", "252", false },
	{ is_occupation, "011 251", "25", false },
	{ is_occupation, "011 251", "25123", false },
	{ is_occupation, "011 251", "1 2", false },
	{ is_occupation, "011 251", "clerk", false },
	{ is_phone, NULL, "+5511999990000", true },
	{ is_phone, NULL, "+1234567", true },
	{ is_phone, NULL, "+123456", false },
	{ is_phone, NULL, "+123456789012345", true },
	{ is_phone, NULL, "+1234567890123456", false },
	{ is_phone, NULL, "5511999990000", false },
	{ is_phone, NULL, "+0511999990000", false },
	{ is_phone, NULL, "+55 11 99999", false },
	{ is_phone, NULL, "+", false },
	{ is_ip_address, NULL, "192.0.2.1", true },
	{ is_ip_address, NULL, "2001:db8::1", true },
	{ is_ip_address, NULL, "192.0.2.256", false },
	{ is_ip_address, NULL, "localhost", false },
	{ is_amount_text, NULL, "0.01", true },
	{ is_amount_text, NULL, "0.00", false },
	{ is_amount_text, NULL, "-1", false },
	{ is_amount_text, NULL, "1234567890123456789012345678901234567890", true },
	{ is_amount_text, NULL, "1e400", true },
	{ is_amount_text, NULL, "1e-400", true },
	{ is_amount_text, NULL, "0e400", false },
	{ is_amount_text, NULL, "1e400x", false },
	{ is_amount_text, NULL, "1,5", false },
	{ is_instant_text, NULL, "2026-01-02T03:04:05Z", true },
	{ is_instant_text, NULL, "2026-01-02", false },
	{ is_asset_name, NULL, "iso4217:BRL", true },
	{ is_asset_name, NULL, "BRL", false },
	{ is_account_text, NULL,
	    "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ", true },
	{ is_account_text, NULL, "G", false },
};

static const struct {
	const char *member, *value;
	const char *why; /* its beginning; NULL: good */
} members[] = {
	{ "first_name", "Jos\xc3\xa9", NULL },
	{ "first_name", "a\nb", "must be text" },
	{ "address", "Av. Paulista 1000\nSao Paulo", NULL },
	{ "address_country_code", "BRA", NULL },
	{ "address_country_code", "BR", "must be a country" },
	{ "address_country_code", "bra", "must be a country" },
	{ "address_country_code", "XXX", "must be a country" },
	{ "id_country_code", "ZWE", NULL }, { "birth_country_code", "ABW", NULL },
	{ "birth_country_code", "XKX", NULL },
	{ "address_country_code", "BRAX", "is too long" },
	{ "language_code", "pt", NULL },
	{ "language_code", "xx", "must be a language" },
	{ "language_code", "pt-BR", "is too long" },
	{ "sex", "female", NULL }, { "sex", "F", "must be one of: male" },
	{ "bank_account_type", "checking", NULL },
	{ "bank_account_type", "other", "must be one of: checking" },
	{ "birth_date", "1990-05-17", NULL },
	{ "birth_date", "1990-05-17T00:00:00Z", NULL },
	{ "birth_date", "17/05/1990", "must be a date" },
	{ "mobile_number", "+5511999990000", NULL },
	{ "mobile_number", "11 99999", "must be a telephone" },
	{ "email_address", "ana", "must be an e-mail" },
	{ "ip_address", "::1", NULL }, { "ip_address", "x", "must be an IP" },
	{ "photo_id_front", "text", "must be a file" },
	{ "mobile_number_verification", "123456", NULL },
	{ "first_name", " ", "must not be blank" },
	{ "address", "\r\n \t", "must not be blank" },
	{ "clabe_number", "032180000118359719", NULL },
	{ "clabe_number", "03218000011835971", "must be 18 digits" },
	{ "clabe_number", "0321800001183597190", "is too long" },
	{ "cbu_number", "2850590940090418135201", NULL },
	{ "cbu_number", "285059094009041813520", "must be 22 digits" },
	{ "cbu_alias", "casa.sol", NULL }, { "cbu_alias", "casa", "must be an alias" },
	{ "occupation", "251", NULL }, { "occupation", "2512", NULL },
	{ "occupation", "011", NULL }, { "occupation", "962", NULL },
	{ "occupation", "999", "must be an occupation" },
	{ "occupation", "25", "must be an occupation" },
	{ "occupation", "clerk", "is too long" },
};

static const struct {
	const char *member, *value, *masked;
} masks[] = {
	{ "first_name", "Jos\xc3\xa9", "J***" },
	{ "first_name", "\xc3\x89va", "\xc3\x89***" },
	{ "email_address", "ana@mail.example.org", "a***@***.org" },
	{ "mobile_number", "+5511999990000", "***0000" },
	{ "bank_account_number", "000123456", "***3456" },
	{ "bank_account_number", "12345678", "***5678" },
	{ "bank_account_number", "1234567", "***" },
	{ "bank_number", "341", "***" },
	{ "tax_id", "1234567\xc3\xa9" "901", "***901" }, /* no half letter */
	{ "birth_date", "1990-05-17", "1990-**-**" },
	{ "address_country_code", "BRA", "BRA" },
	{ "sex", "female", "***" }, { "address", "Street 1\nCity", "***" },
	{ "ip_address", "192.0.2.1", "***" },
};
// clang-format on

static void
masked_values_tell_little(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(masks); i++)
		expect_text(masks[i].value,
		    sep9_masked(a, sep9_find(masks[i].member), masks[i].value),
		    masks[i].masked);
	arena_free(a);
}

static void
values_have_shapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (cases[i].check(cases[i].value, cases[i].arg) !=
		    cases[i].is_good)
			fail_msg("case %zu: %s", i, cases[i].value);
}

static void
members_of_sep9_are_checked_by_their_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(members); i++) {
		const struct sep9 *m = sep9_find(members[i].member);
		const char *why;

		expect(members[i].member, m != NULL);
		why = sep9_why(m, members[i].value);
		expect(members[i].value,
		    sep9_check(m, members[i].value) == (why == NULL));
		if (members[i].why == NULL)
			expect_text(members[i].value, why, NULL);
		else if (why == NULL || strncmp(why, members[i].why,
					    strlen(members[i].why)) != 0)
			fail_msg("%s: <%s>", members[i].value, why);
	}
}

static void
the_length_of_a_member_is_its_most(void **state)
{
	char text[2048];

	(void)state;
	for (size_t i = 0; i < SEP9_MAX; i++) {
		const struct sep9 *m = sep9_at(i);

		/* Those whose shape lets a row of letters through. */
		if (m->check != is_text && m->check != is_lines &&
		    m->check != is_code_text)
			continue;
		memset(text, 'a', m->most + 1);
		text[m->most] = '\0';
		expect_text(m->name, sep9_why(m, text), NULL);
		text[m->most] = 'a';
		text[m->most + 1] = '\0';
		expect_text(m->name, sep9_why(m, text), "is too long");
	}
}

static void
the_table_has_49_members_and_no_other(void **state)
{
	static const char *const never[] = {"family_name", "given_name",
	    "proof_of_income", "organization.name", "card.number",
	    "mobile_number_format", "id", "account", "memo", "type", "",
	    "First_name"};
	size_t kinds[SEP9_CODE + 1] = {0};

	(void)state;
	for (size_t i = 0; i < SEP9_MAX; i++) {
		const struct sep9 *m = sep9_at(i);

		expect(m->name, sep9_find(m->name) == m);
		expect(m->name, m->shape != NULL);
		kinds[m->kind]++;
	}
	expect("no 50th", sep9_at(SEP9_MAX) == NULL);
	expect_int("dates", (long long)kinds[SEP9_DATE], 3);
	expect_int("files", (long long)kinds[SEP9_BINARY], 6);
	expect_int("codes", (long long)kinds[SEP9_CODE], 2);
	for (size_t i = 0; i < COUNT(never); i++)
		expect(never[i], sep9_find(never[i]) == NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_have_shapes),
	    cmocka_unit_test(masked_values_tell_little),
	    cmocka_unit_test(members_of_sep9_are_checked_by_their_row),
	    cmocka_unit_test(the_length_of_a_member_is_its_most),
	    cmocka_unit_test(the_table_has_49_members_and_no_other),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
