/*
 * Schemes by name: a value one step inside, its neighbours one step outside.
 */
#include "unit.h"

#include "scheme.h"
#include "sep9.h"

// clang-format off
static const struct {
	const char *scheme, *value;
	bool passes;
} cases[] = {
	{ "iban", "GB29NWBK60161331926819", true },
	{ "iban", "GB28NWBK60161331926819", false },
	{ "iban", "GB29NWBK60161331926891", false }, /* two swapped */
	{ "iban", "GB29 NWBK 6016 1331 9268 19", false },
	{ "iban", "gb29NWBK60161331926819", false },
	{ "iban", "GB29nwbk60161331926819", false },
	{ "iban", "NO9386011117947", true }, /* the shortest */
	{ "iban", "NO93860111179470", false },
	{ "iban", "NO938601111794", false },
	{ "iban", "LC55HEMM000100010012001200023015", true },
	{ "iban", "MT84MALT011000012345MTLCAST001S", true },
	{ "iban", "BR1800360305000010009795493C1", true },
	{ "iban", "DE89370400440532013000", true },
	{ "iban", "XX89370400440532013000", false },
	{ "iban", "DE8937040044053201300\xc3\xa9", false },
	{ "iban", "", false }, { "iban", "D", false }, { "iban", "DE", false },
	{ "clabe", "032180000118359719", true },
	{ "clabe", "032180000118359710", false },
	{ "clabe", "03218000011835971", false },
	{ "clabe", "0321800001183597190", false },
	{ "clabe", "03218000011835971x", false }, { "clabe", "", false },
	{ "cbu", "2850590940090418135201", true },
	{ "cbu", "2850590840090418135201", false }, /* the bank's digit */
	{ "cbu", "2850590940090418135202", false }, /* the account's */
	{ "cbu", "285059094009041813520", false }, { "cbu", "", false },
	{ "cbu_alias", "casa.sol-2", true }, { "cbu_alias", "seis66", true },
	{ "cbu_alias", "cinco", false },
	{ "cbu_alias", "abcdefghijklmnopqrst", true },
	{ "cbu_alias", "abcdefghijklmnopqrstu", false },
	{ "cbu_alias", "casa_sol", false }, { "cbu_alias", "", false },
	{ "cpf", "52998224725", true }, { "cpf", "12345678909", true },
	{ "cpf", "52998224735", false }, { "cpf", "52998224726", false },
	{ "cpf", "529.982.247-25", false }, { "cpf", "11111111111", false },
	{ "cpf", "5299822472", false }, { "cpf", "", false },
	{ "cnpj", "11222333000181", true }, { "cnpj", "12ABC34501DE35", true },
	{ "cnpj", "12ABC34501DE36", false }, { "cnpj", "12ABC34501DE3A", false },
	{ "cnpj", "12abc34501de35", false }, { "cnpj", "11222333000180", false },
	{ "cnpj", "00000000000000", false }, { "cnpj", "", false },
	{ "cuit", "20267565393", true }, { "cuit", "30692729893", true },
	{ "cuit", "20267565394", false }, { "cuit", "28267565393", false },
	{ "cuit", "20-26756539-3", false }, { "cuit", "2", false },
	{ "cuit", "", false },
	{ "pix", "52998224725", true }, { "pix", "12ABC34501DE35", true },
	{ "pix", "+5511999990000", true }, { "pix", "5511999990000", false },
	{ "pix", "ana@example.com", true }, { "pix", "Ana@example.com", false },
	{ "pix", "123e4567-e89b-12d3-a456-426655440000", true },
	{ "pix", "123E4567-e89b-12d3-a456-426655440000", false },
	{ "pix", "123e4567-e89b-12d3-a456-42665544000", false },
	{ "pix", "123e4567-e89b-12d3-a456-4266554400000", false },
	{ "pix", "123e4567-e89b-12d3-a4560426655440000", false },
	{ "pix", "52998224726", false }, { "pix", "", false },
	{ "aba", "021000021", true }, { "aba", "121000248", true },
	{ "aba", "021000022", false }, { "aba", "02100002", false },
	{ "aba", "130000006", false }, /* no such district */
	{ "aba", "", false },
	{ "sort_code", "601613", true }, { "sort_code", "60-16-13", false },
	{ "sort_code", "60161", false }, { "sort_code", "6016130", false },
	{ "ifsc", "HDFC0001234", true }, { "ifsc", "HDFC0ABC123", true },
	{ "ifsc", "HDFC1001234", false }, { "ifsc", "HDF00001234", false },
	{ "ifsc", "hdfc0001234", false }, { "ifsc", "HDFC000123", false },
	{ "ifsc", "HDFC", false }, { "ifsc", "", false },
	{ "bic", "DEUTDEFF", true }, { "bic", "DEUTDEFF500", true },
	{ "bic", "DEUTDEFF5", false }, { "bic", "DEUT1EFF", false },
	{ "bic", "deutdeff", false }, { "bic", "", false },
	{ "nothing", "52998224725", false },
};

static const struct {
	const char *member, *value, *schemes;
} found[] = {
	{ "bank_account_number", "GB29NWBK60161331926819", "iban" },
	{ "bank_account_number", "032180000118359719", "clabe" },
	{ "bank_account_number", "52998224725", "pix" },
	{ "bank_account_number", "000123456", "" },
	{ "bank_account_number", "1", "" },
	{ "tax_id", "52998224725", "cpf pix" },
	{ "tax_id", "20267565393", "cuit" },
	{ "first_name", "52998224725", "" },
	{ "photo_id_front", "52998224725", "" },
	{ "no_member", "52998224725", "" },
};
// clang-format on

static void
values_pass_or_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (scheme_passes(cases[i].scheme, cases[i].value) !=
		    cases[i].passes)
			fail_msg("%s: %s", cases[i].scheme, cases[i].value);
}

/* A damaged digit or two neighbours swapped are what check digits are for. */
static void
each_wrong_digit_is_found(void **state)
{
	static const struct {
		const char *scheme, *value;
	} good[] = {{"iban", "GB29NWBK60161331926819"},
	    {"clabe", "032180000118359719"}, {"cbu", "2850590940090418135201"},
	    {"cpf", "52998224725"}, {"cuit", "20267565393"},
	    {"aba", "021000021"}};
	char value[64];

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		for (size_t at = 0; good[i].value[at] != '\0'; at++)
			for (char c = '0'; c <= '9'; c++) {
				if (good[i].value[at] == c)
					continue;
				snprintf(value, sizeof(value), "%s",
				    good[i].value);
				value[at] = c;
				if (scheme_passes(good[i].scheme, value))
					fail_msg("%s: %s", good[i].scheme,
					    value);
			}
}

static void
members_have_their_schemes(void **state)
{
	const char *out[SCHEME_MAX];
	char text[256];
	size_t n;

	(void)state;
	for (size_t i = 0; i < COUNT(found); i++) {
		n = schemes_of(found[i].member, found[i].value, out,
		    SCHEME_MAX);
		text[0] = '\0';
		for (size_t k = 0; k < n; k++)
			snprintf(text + strlen(text),
			    sizeof(text) - strlen(text), "%s%s",
			    k > 0 ? " " : "", out[k]);
		expect_text(found[i].member, text, found[i].schemes);
	}
	n = schemes_of("tax_id", "52998224725", out, 1);
	expect("room for one", n == 1);
	n = schemes_of("tax_id", "52998224725", out, 0);
	expect("no room", n == 0);
}

static void
every_scheme_fits_a_text_member(void **state)
{
	(void)state;
	for (size_t i = 0; i < SCHEME_MAX; i++) {
		const char *name = scheme_at(i);
		size_t fits = 0;

		assert_non_null(name);
		expect(name, scheme_known(name));
		expect(name, scheme_shape(name) != NULL);
		for (size_t k = 0; k < SEP9_MAX; k++) {
			if (!scheme_fits(name, sep9_at(k)->name))
				continue;
			fits++;
			expect(name, sep9_at(k)->kind == SEP9_TEXT);
		}
		expect(name, fits > 0);
	}
	assert_null(scheme_at(SCHEME_MAX));
	assert_false(scheme_known("IBAN"));
	assert_false(scheme_known(""));
	assert_null(scheme_shape("nothing"));
	assert_true(scheme_fits("iban", "bank_account_number"));
	assert_false(scheme_fits("iban", "bank_number"));
	assert_false(scheme_fits("iban", "bank_account"));
	assert_false(scheme_fits("nothing", "bank_number"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_pass_or_not),
	    cmocka_unit_test(each_wrong_digit_is_found),
	    cmocka_unit_test(members_have_their_schemes),
	    cmocka_unit_test(every_scheme_fits_a_text_member),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
