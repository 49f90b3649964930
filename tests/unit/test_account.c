/*
 * Stellar addresses, memos and names of assets.
 */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "account.h"
#include "asset.h"

/* The key of SEP-23's examples. */
#define G "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ"
#define M_ZERO                                                                 \
	"MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJU" \
	"Q"
#define M_LARGE                                                                \
	"MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJL" \
	"K"
#define C "CA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUWDA"

static void
an_address_has_a_base_account_and_perhaps_an_id(void **state)
{
	// clang-format off
	static const struct {
		const char *text, *base, *id;
	} cases[] = {
		{ G, G, "" },
		{ M_ZERO, G, "0" },
		{ M_LARGE, G, "9223372036854775808" },
		{ C, C, "" },
	};
	// clang-format on
	char base[ACCOUNT_TEXT], id[MEMO_ID_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		expect(cases[i].text, is_account(cases[i].text));
		expect_int(cases[i].text, account_base(cases[i].text, base, id),
		    0);
		expect_text(cases[i].text, base, cases[i].base);
		expect_text(cases[i].text, id, cases[i].id);
	}
}

static void
what_is_no_address_is_refused(void **state)
{
	static const char *const cases[] = {"", "G",
	    /* one letter changed, one missing, one more, lower case */
	    "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGA",
	    "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSG",
	    "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZA",
	    "ga7qynf7sowq3glr2bgmzehxavirza4kvwltjjfc7mgxua74p7ujvsgz",
	    "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSG=",
	    "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSG1",
	    /* bits left over in the last letter of an M */
	    "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAAC"
	    "JUR",
	    /* a seed, which nobody should send us */
	    "SA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUWVG"};
	char base[ACCOUNT_TEXT] = "same", id[MEMO_ID_TEXT] = "same";

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		expect(cases[i], !is_account(cases[i]));
		expect_int(cases[i], account_base(cases[i], base, id), -EINVAL);
	}
}

/* Every address with one letter changed is refused: the checksum is looked
 * at. */
static void
no_single_letter_can_be_changed(void **state)
{
	static const char *const good[] = {G, M_LARGE, C};
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	char text[80];

	(void)state;
	for (size_t g = 0; g < COUNT(good); g++)
		for (size_t i = 0; i < strlen(good[g]); i++)
			for (const char *c = letters; *c != '\0'; c++) {
				snprintf(text, sizeof(text), "%s", good[g]);
				if (text[i] == *c)
					continue;
				text[i] = *c;
				expect(text, !is_account(text));
			}
}

static void
a_memo_is_of_its_type(void **state)
{
	// clang-format off
	static const struct {
		const char *type, *memo;
		bool is_good;
	} cases[] = {
		{ "id", "0", true }, { "id", "7953358041", true },
		{ "id", "9223372036854775807", true },
		{ "id", "9223372036854775808", false },
		{ "id", "99999999999999999999", false },
		{ "id", "", false }, { "id", "-1", false },
		{ "id", "+1", false }, { "id", "01", false },
		{ "id", " 1", false }, { "id", "1 ", false },
		{ "id", "0x1", false }, { "id", "1.0", false },
		{ "text", "hello", true }, { "text", "", false },
		{ "text", "1234567890123456789012345678", true },
		{ "text", "12345678901234567890123456789", false },
		{ "text", "a\nb", false }, { "text", "\xff", false },
		{ "text", "S\xc3\xa3o", true },
		{ "hash", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
		    true },
		{ "hash", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE",
		    false },
		{ "hash", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQF=",
		    false },
		{ "hash", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ==",
		    false },
		{ "hash", "0101010101010101010101010101010101010101010101010"
		    "1010101010101FF", true },
		{ "hash", "0101010101010101010101010101010101010101010101010"
		    "1010101010101Fg", false },
		{ "hash", "", false },
		{ "return", "1", false }, { "", "1", false },
	};
	// clang-format on
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		expect(cases[i].memo,
		    is_memo(cases[i].memo, cases[i].type) == cases[i].is_good);
}

static void
a_hash_memo_has_one_spelling(void **state)
{
	static const char base64[] =
	    "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAas=";
	static const char *const spelt[] = {
	    base64,
	    "01010101010101010101010101010101010101010101010101010101010101ab",
	    "01010101010101010101010101010101010101010101010101010101010101AB",
	};
	char out[MEMO_HASH_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(spelt); i++) {
		expect(spelt[i], is_memo(spelt[i], "hash"));
		expect_text(spelt[i], memo_hash_text(spelt[i], out), base64);
	}
}

static void
assets_have_names(void **state)
{
	// clang-format off
	static const struct {
		const char *text;
		bool is_good;
	} cases[] = {
		{ "stellar:USDC:" G, true }, { "stellar:a:" G, true },
		{ "stellar:ABCDEFGHIJ12:" G, true },
		{ "stellar:native", true }, { "iso4217:BRL", true },
		{ "stellar:ABCDEFGHIJ123:" G, false },
		{ "stellar::" G, false }, { "stellar:US DC:" G, false },
		{ "stellar:USDC:" C, false },
		{ "stellar:USDC:" M_ZERO, false },
		{ "stellar:USDC", false }, { "stellar:USDC:", false },
		{ "stellar:USDC:" G ":", false }, { "stellar:NATIVE", false },
		{ "stellar:", false }, { "USDC:" G, false },
		{ "iso4217:BR", false }, { "iso4217:BRLX", false },
		{ "iso4217:brl", false }, { "iso4217:B1L", false },
		{ "iso4217:", false }, { "ISO4217:BRL", false }, { "", false },
		{ " stellar:native", false }, { "stellar:native ", false },
	};
	// clang-format on
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		expect(cases[i].text,
		    is_asset(cases[i].text) == cases[i].is_good);
	expect("prefix", is_stellar_asset("stellar:native"));
	expect("prefix", !is_stellar_asset("iso4217:BRL"));
	expect_text("ledger", asset_on_ledger("stellar:USDC:" G), "USDC:" G);
	expect_text("ledger", asset_on_ledger("stellar:native"), "native");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_address_has_a_base_account_and_perhaps_an_id),
	    cmocka_unit_test(what_is_no_address_is_refused),
	    cmocka_unit_test(no_single_letter_can_be_changed),
	    cmocka_unit_test(a_memo_is_of_its_type),
	    cmocka_unit_test(a_hash_memo_has_one_spelling),
	    cmocka_unit_test(assets_have_names),
	};

	return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
