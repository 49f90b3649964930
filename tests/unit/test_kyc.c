/* How a customer stands, as a table; and every fault that a types document can
 * have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "kyc.h"
#include "kyc_words.h"

/* In all documents below ' stands for ". */
#define EN(text) "'description': {'en': '" text "', 'pt': 'pt'}"

// clang-format off
static const char document[] =
    "[{'name': 'payee', 'label': {'en': 'Payee'}, 'review': 'auto',"
    " 'fields': ["
    "  {'name': 'first_name', " EN("First name") "},"
    "  {'name': 'city', 'optional': true, " EN("City") "},"
    "  {'name': 'id_expiration_date', 'optional': true, " EN("Until") "},"
    "  {'name': 'tax_id', " EN("Tax") ", 'when': ["
    "    {'method': 'PIX', 'currency': 'BRL'}, {'method': 'TED'}]},"
    "  {'name': 'bank_name', " EN("Bank") ", 'when': [{'currency': 'USD'}]},"
    "  {'name': 'bank_number', 'optional': true, " EN("Number") ","
    "    'when': [{'method': 'PIX'}]}"
    " ]}]";
// clang-format on

struct said {
	struct arena *arena;
	struct buf buf;
};

static void
say(void *to, const char *fault)
{
	struct said *said = to;

	buf_printf(&said->buf, "%s\n", fault);
}

static size_t
parse(struct arena *a, const char *quoted, const struct customer_types **out,
    const char **faults)
{
	char *text = arena_strdup(a, quoted);
	struct said said = {.arena = a};
	const struct json *json;
	const char *why = NULL;
	size_t n;

	for (char *c = text; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	buf_init(&said.buf, a, 65536);
	if (json_parse(a, text, strlen(text), &json, &why) != 0)
		fail_msg("%s: %s", why, text);
	n = customer_types_parse(a, json, out, say, &said);
	*faults = said.buf.data == NULL ? "" : said.buf.data;
	return n;
}

/* A type for each review, and one that looks at values. */
// clang-format off
static const char reviewed[] =
    "[{'name': 'auto', 'label': {'en': 'A'}, 'review': 'auto',"
    "  'fields': [{'name': 'first_name', " EN("First name") "}]},"
    " {'name': 'manual', 'label': {'en': 'M'}, 'review': 'manual',"
    "  'fields': [{'name': 'first_name', " EN("First name") "}]},"
    " {'name': 'external', 'label': {'en': 'E'}, 'review': 'external',"
    "  'fields': [{'name': 'first_name', " EN("First name") "}]},"
    " {'name': 'values', 'label': {'en': 'V'}, 'review': 'auto', 'fields': ["
    "  {'name': 'id_type', " EN("Id") ", 'choices': ['passport', 'card']},"
    "  {'name': 'mobile_number', 'optional': true, " EN("Mobile") ","
    "   'proof': true},"
    "  {'name': 'clabe_number', 'optional': true, " EN("Clabe") ","
    "   'checks': ['clabe']},"
    "  {'name': 'bank_account_number', " EN("Account") ","
    "   'checks': ['cbu', 'clabe'], 'when': ["
    "     {'currency': 'EUR', 'checks': ['iban']}, {'currency': 'MXN'},"
    "     {'method': 'SWIFT'}]}"
    " ]}]";
// clang-format on

/* "first_name tax_id! id_expiration_date=2026-01-01 mobile_number+
 * id_type~values clabe_number#clabe": ! is rejected, + proven, ~ a choice of
 * that type, # passes that check. */
static const struct customer *
customer_of(struct arena *a, const char *words)
{
	struct customer *c = arena_alloc(a, sizeof(*c));
	struct customer_field *fields = arena_array(a, 16, sizeof(*fields));

	c->fields = fields;
	while (*words != '\0') {
		size_t len = strcspn(words, " !=+~#");
		struct customer_field *f = &fields[c->field_count++];

		f->name = arena_strndup(a, words, len);
		for (words += len; *words != ' ' && *words != '\0';
		     words += len) {
			const char *arg = words + 1;

			len = 1 + strcspn(arg, " !=+~#");
			if (*words == '!')
				f->state = FIELD_REJECTED;
			if (*words == '+')
				f->is_proven = true;
			arg = arena_strndup(a, arg, len - 1);
			if (*words == '=')
				f->valid_until = arg;
			if (*words == '~')
				f->choice_of = arg;
			if (*words == '#')
				f->checks = arg;
		}
		words += *words == ' ';
	}
	return c;
}

static void
a_status_follows_from_names_states_corridor_and_day(void **state)
{
	/* needs: what is asked for, with ? where it is optional. */
	// clang-format off
	static const struct {
		const char *has, *method, *currency, *status, *needs;
	} cases[] = {
		{ NULL, NULL, NULL, "NEEDS_INFO", "first_name city? "
		    "id_expiration_date? tax_id? bank_name? bank_number? " },
		{ "", NULL, NULL, "NEEDS_INFO", "first_name city? "
		    "id_expiration_date? tax_id? bank_name? bank_number? " },
		{ "first_name", NULL, NULL, "ACCEPTED", "city? "
		    "id_expiration_date? tax_id? bank_name? bank_number? " },
		{ "first_name city id_expiration_date tax_id bank_name "
		    "bank_number", NULL, NULL, "ACCEPTED", "" },
		{ "first_name", "PIX", "BRL", "NEEDS_INFO",
		    "city? id_expiration_date? tax_id bank_number? " },
		{ "first_name", "PIX", "iso4217:BRL", "NEEDS_INFO",
		    "city? id_expiration_date? tax_id bank_number? " },
		{ "first_name tax_id", "PIX", "BRL", "ACCEPTED",
		    "city? id_expiration_date? bank_number? " },
		{ "first_name", "PIX", "USD", "NEEDS_INFO",
		    "city? id_expiration_date? bank_name bank_number? " },
		{ "first_name", "TED", "EUR", "NEEDS_INFO",
		    "city? id_expiration_date? tax_id " },
		{ "first_name", "WIRE", "EUR", "ACCEPTED",
		    "city? id_expiration_date? " },
		{ "first_name", "PIX", NULL, "ACCEPTED", "city? "
		    "id_expiration_date? tax_id? bank_name? bank_number? " },
		{ "first_name", NULL, "USD", "NEEDS_INFO", "city? "
		    "id_expiration_date? tax_id? bank_name bank_number? " },
		{ "first_name!", "WIRE", "EUR", "NEEDS_INFO",
		    "first_name city? id_expiration_date? " },
		/* What was given and is no good has to be mended ... */
		{ "first_name city!", "WIRE", "EUR", "NEEDS_INFO",
		    "city id_expiration_date? " },
		/* ... where it is asked for. */
		{ "first_name tax_id!", "WIRE", "EUR", "ACCEPTED",
		    "city? id_expiration_date? " },
		/* A paper is good through its day. */
		{ "first_name id_expiration_date=2026-06-30", "WIRE", "EUR",
		    "ACCEPTED", "city? " },
		{ "first_name id_expiration_date=2026-06-29", "WIRE", "EUR",
		    "NEEDS_INFO", "city? id_expiration_date " },
	};
	// clang-format on
	struct arena *a = arena_new();
	const struct customer_types *types;
	const char *faults;

	(void)state;
	assert_int_equal(parse(a, document, &types, &faults), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct corridor corridor = {cases[i].method,
		    cases[i].currency};
		const struct need *needs;
		size_t count;
		struct buf b;
		enum customer_status status = kyc_judge(
		    customer_types_named(types, "payee"), a,
		    cases[i].has == NULL ? NULL : customer_of(a, cases[i].has),
		    corridor, NULL, "2026-06-30", &needs, &count);

		buf_init(&b, a, 4096);
		buf_puts(&b, "");
		for (size_t n = 0; n < count; n++)
			buf_printf(&b, "%s%s ", needs[n].name,
			    needs[n].optional ? "?" : "");
		if (strcmp(customer_status_name(status), cases[i].status) !=
			0 ||
		    strcmp(count == 0 ? "" : b.data, cases[i].needs) != 0)
			fail_msg("case %zu: %s, %s", i,
			    customer_status_name(status), b.data);
	}
	arena_free(a);
}

static void
what_is_given_must_be_listed_fit_and_proven_where_the_type_says_so(void **state)
{
	/* faults: with a letter each: ? absent, l unlisted, u unfit, p
	 * unproven, e expired, r refused. */
	// clang-format off
	static const struct {
		const char *has, *method, *currency, *status, *faults;
	} cases[] = {
		{ "", NULL, NULL, "NEEDS_INFO", "id_type? mobile_number? "
		    "clabe_number? bank_account_number? " },
		{ "id_type~values", "-", "-", "ACCEPTED",
		    "mobile_number? clabe_number? " },
		{ "id_type", "-", "-", "NEEDS_INFO",
		    "id_typel mobile_number? clabe_number? " },
		{ "id_type~others", "-", "-", "NEEDS_INFO",
		    "id_typel mobile_number? clabe_number? " },
		{ "id_type~values mobile_number", "-", "-", "NEEDS_INFO",
		    "mobile_numberp clabe_number? " },
		{ "id_type~values mobile_number+", "-", "-", "ACCEPTED",
		    "clabe_number? " },
		{ "id_type~values mobile_number!+", "-", "-", "NEEDS_INFO",
		    "mobile_numberr clabe_number? " },
		{ "id_type~values clabe_number", "-", "-", "NEEDS_INFO",
		    "mobile_number? clabe_numberu " },
		{ "id_type~values clabe_number#iban", "-", "-", "NEEDS_INFO",
		    "mobile_number? clabe_numberu " },
		{ "id_type~values clabe_number#clabe", "-", "-", "ACCEPTED",
		    "mobile_number? " },
		{ "id_type~values=2026-01-01", "-", "-", "NEEDS_INFO",
		    "id_typee mobile_number? clabe_number? " },
		/* The corridor says which check binds, */
		{ "id_type~values bank_account_number#iban", "-", "EUR",
		    "ACCEPTED", "mobile_number? clabe_number? " },
		{ "id_type~values bank_account_number#cbu", "-", "EUR",
		    "NEEDS_INFO",
		    "mobile_number? clabe_number? bank_account_numberu " },
		/* the field's own where it names none, any one of them, */
		{ "id_type~values bank_account_number#clabe", "-", "MXN",
		    "ACCEPTED", "mobile_number? clabe_number? " },
		{ "id_type~values bank_account_number#iban", "-", "MXN",
		    "NEEDS_INFO",
		    "mobile_number? clabe_number? bank_account_numberu " },
		/* the first that fits, */
		{ "id_type~values bank_account_number#iban", "SWIFT", "EUR",
		    "ACCEPTED", "mobile_number? clabe_number? " },
		/* and none where it is not known or not asked for. */
		{ "id_type~values bank_account_number", NULL, NULL,
		    "ACCEPTED", "mobile_number? clabe_number? " },
		{ "id_type~values bank_account_number", "-", "USD",
		    "ACCEPTED", "mobile_number? clabe_number? " },
	};
	// clang-format on
	static const char letters[] = {[FIELD_ABSENT] = '?',
	    [FIELD_UNLISTED] = 'l',
	    [FIELD_UNFIT] = 'u',
	    [FIELD_UNPROVEN] = 'p',
	    [FIELD_EXPIRED] = 'e',
	    [FIELD_REFUSED] = 'r'};
	struct arena *a = arena_new();
	const struct customer_types *types;
	const struct customer_type *type;
	const char *faults;

	(void)state;
	if (parse(a, reviewed, &types, &faults) != 0)
		fail_msg("%s", faults);
	type = customer_types_named(types, "values");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct corridor corridor = {cases[i].method,
		    cases[i].currency};
		const struct customer *c = customer_of(a, cases[i].has);
		enum customer_status status;
		const struct need *needs;
		size_t count;
		struct buf b;

		status = kyc_judge(type, a, c, corridor, NULL, "2026-06-30",
		    &needs, &count);
		buf_init(&b, a, 4096);
		buf_puts(&b, "");
		for (size_t n = 0; n < count; n++) {
			buf_printf(&b, "%s%c ", needs[n].name,
			    letters[needs[n].why]);
			if (needs[n].why != kyc_field_fault(type, c,
						needs[n].name, corridor,
						"2026-06-30"))
				fail_msg("case %zu: %s", i, needs[n].name);
		}
		if (strcmp(customer_status_name(status), cases[i].status) !=
			0 ||
		    strcmp(b.data, cases[i].faults) != 0)
			fail_msg("case %zu: %s, %s", i,
			    customer_status_name(status), b.data);
	}
	arena_free(a);
}

static void
who_is_complete_is_for_the_review_to_judge(void **state)
{
	enum { NONE = -1 };
	// clang-format off
	static const struct {
		const char *type, *has;
		int verdict;
		const char *status;
		bool awaits;
	} cases[] = {
		{ "auto", NULL, NONE, "NEEDS_INFO", false },
		{ "auto", "first_name", NONE, "ACCEPTED", false },
		{ "auto", "first_name", JUDGED_ACCEPTED, "ACCEPTED", false },
		{ "auto", "first_name", JUDGED_REJECTED, "REJECTED", false },
		{ "auto", "first_name", JUDGED_HELD, "PROCESSING", true },
		{ "manual", "", NONE, "NEEDS_INFO", true },
		{ "manual", "first_name", NONE, "PROCESSING", true },
		{ "manual", "first_name", JUDGED_ACCEPTED, "ACCEPTED", false },
		{ "manual", "first_name", JUDGED_REJECTED, "REJECTED", false },
		{ "manual", "first_name", JUDGED_HELD, "PROCESSING", true },
		{ "external", "first_name", NONE, "PROCESSING", true },
		{ "external", "first_name", JUDGED_ACCEPTED, "ACCEPTED",
		    false },
		/* A yes does not cover what is missing; a no covers all. */
		{ "manual", "", JUDGED_ACCEPTED, "NEEDS_INFO", false },
		{ "manual", "first_name!", JUDGED_ACCEPTED, "NEEDS_INFO",
		    false },
		{ "manual", "first_name!", JUDGED_REJECTED, "REJECTED",
		    false },
		{ "manual", "", JUDGED_HELD, "NEEDS_INFO", true },
	};
	// clang-format on
	const struct corridor any = {NULL, NULL};
	struct arena *a = arena_new();
	const struct customer_types *types;
	const char *faults;

	(void)state;
	if (parse(a, reviewed, &types, &faults) != 0)
		fail_msg("%s", faults);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct customer_type *type =
		    customer_types_named(types, cases[i].type);
		/* One about another type says nothing here. */
		const struct customer_verdict verdicts[] = {
		    {.type = "other", .says = JUDGED_REJECTED},
		    {.type = cases[i].type,
			.says = (enum judgement)cases[i].verdict}};
		struct customer c = {0};
		const char *got;

		if (cases[i].has != NULL)
			c = *customer_of(a, cases[i].has);
		c.verdicts = verdicts;
		c.verdict_count = cases[i].verdict == NONE ? 1 : 2;
		got = customer_status_name(
		    kyc_judge(type, a, cases[i].has == NULL ? NULL : &c, any,
			NULL, "2026-06-30", NULL, NULL));
		if (strcmp(got, cases[i].status) != 0 ||
		    (cases[i].has != NULL &&
			kyc_awaits(type, &c) != cases[i].awaits))
			fail_msg("case %zu: %s", i, got);
	}
	arena_free(a);
}

static void
every_word_is_there_in_every_language(void **state)
{
	struct arena *a = arena_new();
	const char *code, *lang;

	(void)state;
	for (size_t i = 0; (code = kyc_words_at(i)) != NULL; i++)
		for (size_t k = 0; (lang = kyc_words_lang(k)) != NULL; k++) {
			const char *text = kyc_words(a, code, lang);

			assert_non_null(text);
			assert_true(text[0] != '\0');
			for (size_t j = 0; j < i; j++)
				assert_string_not_equal(text,
				    kyc_words(a, kyc_words_at(j), lang));
		}
	assert_string_equal(kyc_words(a, "expired", NULL), "has expired");
	assert_string_equal(kyc_words(a, "expired", "pt-BR"), "expirou");
	assert_string_equal(kyc_words(a, "expired", "PT"), "expirou");
	assert_string_equal(kyc_words(a, "expired", "p"), "has expired");
	assert_string_equal(kyc_words(a, "expired", "xx"), "has expired");
	assert_string_equal(kyc_words(a, "not_ours_at_all", "pt"),
	    "not ours at all");
	arena_free(a);
}

static void
a_status_that_moves_in_any_corridor_is_told(void **state)
{
	static const struct {
		const char *before, *after;
		bool moved;
	} cases[] = {
	    {NULL, "", false},
	    {NULL, "first_name", true},
	    {"first_name", "first_name", false},
	    {"first_name", "first_name city", false},
	    {"first_name", "first_name city!", true},
	    {"first_name", "first_name tax_id", true},
	    {"tax_id", "bank_name", false},
	    {"first_name", "first_name bank_number", false},
	    {"first_name bank_name", "first_name", true},
	    {"first_name tax_id", NULL, true},
	};
	struct arena *a = arena_new();
	const struct customer_types *types;
	const char *faults;

	(void)state;
	assert_int_equal(parse(a, document, &types, &faults), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (kyc_moved(a,
			(struct stand){customer_types_at(types, 0),
			    cases[i].before == NULL
				? NULL
				: customer_of(a, cases[i].before),
			    "2026-06-30"},
			(struct stand){customer_types_at(types, 0),
			    cases[i].after == NULL
				? NULL
				: customer_of(a, cases[i].after),
			    "2026-06-30"}) != cases[i].moved)
			fail_msg("case %zu", i);
	arena_free(a);
}

static void
a_status_moves_with_the_day_and_with_the_type(void **state)
{
	struct arena *a = arena_new();
	const struct customer_types *types, *others;
	const struct customer *c =
	    customer_of(a, "first_name id_expiration_date=2026-06-30");
	const char *faults;
	struct stand then, now;

	(void)state;
	assert_int_equal(parse(a, document, &types, &faults), 0);
	assert_int_equal(parse(a, reviewed, &others, &faults), 0);
	then = (struct stand){customer_types_at(types, 0), c, "2026-06-30"};
	now = then;
	assert_false(kyc_moved(a, then, now));
	now.day = "2026-07-01";
	assert_true(kyc_moved(a, then, now));
	now = then;
	now.type = customer_types_named(others, "auto");
	assert_true(kyc_moved(a, then, now)); /* in the corridor of tax_id */
	assert_true(kyc_moved(a, now, then));
	now.type = NULL;
	assert_true(kyc_moved(a, then, now));
	then.customer = now.customer = customer_of(a, "");
	assert_false(kyc_moved(a, then, now));
	arena_free(a);
}

static void
a_description_falls_back_to_the_base_language_then_to_english(void **state)
{
	static const struct {
		const char *lang, *text;
	} cases[] = {{NULL, "City"}, {"en", "City"}, {"pt", "pt"},
	    {"pt-BR", "pt"}, {"fr", "City"}, {"", "City"}, {"-", "City"}};
	struct arena *a = arena_new();
	const struct customer_types *types;
	const struct customer_type *type;
	const char *faults;

	(void)state;
	assert_int_equal(parse(a, document, &types, &faults), 0);
	type = customer_types_named(types, "payee");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(
		    customer_type_asks(type, "city", cases[i].lang),
		    cases[i].text);
	assert_null(customer_type_asks(type, "sex", "en"));
	assert_null(customer_types_named(types, "payer"));
	assert_null(customer_types_at(types, 1));
	arena_free(a);
}

#define TYPE(members) "[{'name': 't', " members "}]"
#define LABEL "'label': {'en': 'T'}, "
#define AUTO "'review': 'auto', "
#define FIELDS(list) TYPE(LABEL AUTO "'fields': [" list "]")
#define GOOD "{'name': 'city', " EN("City") "}"
#define CITY(members) FIELDS("{'name': 'city', " members "}")

static void
every_fault_of_a_types_document_is_told(void **state)
{
	/* said: a part of each line, one after the other. */
	// clang-format off
	static const struct {
		const char *document, *said[4];
	} cases[] = {
		{ "{}", { "types: must be an array of 1 to" } },
		{ "[]", { "types: must be an array of 1 to" } },
		{ "[1]", { "entry 1 has no name" } },
		{ "[{'name': 'a b'}]", { "entry 1 has no name" } },
		{ TYPE(LABEL AUTO "'fields': [" GOOD "], 'lable': 1"),
		    { "type t: unknown member \"lable\"" } },
		{ TYPE(AUTO "'fields': [" GOOD "]"),
		    { "label must be an object" } },
		{ TYPE("'label': {'pt': 'T'}, " AUTO "'fields': [" GOOD "]"),
		    { "label lacks the default language \"en\"" } },
		{ TYPE(LABEL "'fields': [" GOOD "]"),
		    { "review must say who decides" } },
		{ TYPE(LABEL "'review': 'hope', 'fields': [" GOOD "]"),
		    { "review must say who decides: auto, manual or ext" } },
		{ TYPE(LABEL "'review': 1, 'fields': [" GOOD "]"),
		    { "review must say who decides" } },
		{ TYPE(LABEL AUTO "'fields': {}"),
		    { "fields must be an array" } },
		{ FIELDS(""), { "fields must be an array" } },
		{ FIELDS("1, " GOOD), { "entry 1 of fields has no name" } },
		{ FIELDS("{}"), { "entry 1 of fields has no name" } },
		{ FIELDS("{'name': 'family_name', " EN("x") "}"),
		    { "type t, field family_name: the platform never" } },
		{ FIELDS("{'name': 'organization.name', " EN("x") "}"),
		    { "never forwards it" } },
		{ FIELDS("{'name': 'mobile_number_verification', "
		    EN("x") "}"),
		    { "is a code that comes back" } },
		{ FIELDS(GOOD ", " GOOD), { "field city: is there twice" } },
		{ FIELDS("{'name': 'city'}"),
		    { "description must be an object" } },
		{ CITY("'description': {'pt': 'Cidade'}"),
		    { "description lacks the default language \"en\"" } },
		{ CITY("'description': {'en': ''}"),
		    { "description: \"en\" must be a text" } },
		{ CITY("'description': {'en': 'City', 'p t': 'x'}"),
		    { "description: \"p t\" is no language" } },
		{ CITY("'optional': 'yes', " EN("x")),
		    { "optional must be true or false" } },
		{ FIELDS("{'name': 'city', 'optional': true, " EN("x") "}"),
		    { "type t: no field is required; if that is meant" } },
		{ TYPE(LABEL AUTO "'none_required': true, 'fields': ["
		    GOOD "]"),
		    { "none_required is said, and fields are required" } },
		{ TYPE(LABEL AUTO "'none_required': 1, 'fields': [" GOOD "]"),
		    { "none_required must be true or false" } },
		{ CITY("'checks': 'iban', " EN("x")),
		    { "checks must be an array" } },
		{ CITY("'checks': [], " EN("x")),
		    { "checks must be an array" } },
		{ CITY("'checks': ['roulette'], " EN("x")),
		    { "checks: there is no scheme \"roulette\"" } },
		{ CITY("'checks': ['iban'], " EN("x")),
		    { "a value of this field is never of the scheme \"iban" } },
		{ CITY("'when': [{'method': 'PIX', 'checks': ['iban']}], "
		    EN("x")),
		    { "a value of this field is never of the scheme \"iban" } },
		{ CITY("'choices': {}, " EN("x")),
		    { "choices must be an array" } },
		{ CITY("'choices': ['A', 'B', 'A'], " EN("x")),
		    { "choices: \"A\" is there twice" } },
		{ CITY("'choices': ['A', 1], " EN("x")),
		    { "choices: entry 2 is no text" } },
		{ FIELDS("{'name': 'sex', 'choices': ['male', 'robot'], "
		    EN("x") "}"),
		    { "choices: \"robot\" can never be given: a value must" } },
		{ FIELDS("{'name': 'birth_date', 'choices': ['2000-01-01'], "
		    EN("x") "}"),
		    { "choices are for texts" } },
		{ FIELDS("{'name': 'photo_id_front', 'choices': ['a'], "
		    EN("x") "}"),
		    { "choices are for texts" } },
		{ CITY("'proof': true, " EN("x")),
		    { "a code can go to mobile_number or email_address" } },
		{ FIELDS("{'name': 'email_address', 'proof': 1, "
		    EN("x") "}"),
		    { "proof must be true or false" } },
		{ CITY("'check': 'iban', " EN("x")),
		    { "unknown member \"check\"" } },
		{ CITY("'when': [], " EN("x")),
		    { "when must be an array of corridors" } },
		{ CITY("'when': [{}], " EN("x")),
		    { "when must name a method, a currency or both" } },
		{ CITY("'when': [{'currency': 'REAL'}], " EN("x")),
		    { "when: currency must be" } },
		{ CITY("'when': [{'method': 1}], " EN("x")),
		    { "when: method must be" } },
		{ CITY("'when': [{'method': 'PIX', 'x': 1}], " EN("x")),
		    { "unknown member \"x\"" } },
		{ "[{'name': 't', " LABEL AUTO "'fields': [" GOOD "]},"
		    "{'name': 't', " LABEL AUTO "'fields': [" GOOD "]}]",
		    { "type t: is there twice" } },
		/* All of them at once. */
		{ "[{'name': 't', 'fields': [{'name': 'x'}]}]",
		    { "type t: label", "type t: review",
		      "type t, field x: the platform never",
		      "type t, field x: description" } },
	};
	// clang-format on
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct customer_types *types = NULL;
		const char *faults, *at;
		size_t want = 0;
		size_t got = parse(a, cases[i].document, &types, &faults);

		at = faults;
		while (want < 4 && cases[i].said[want] != NULL) {
			at = strstr(at, cases[i].said[want]);
			if (at == NULL)
				fail_msg("case %zu lacks \"%s\": %s", i,
				    cases[i].said[want], faults);
			want++;
		}
		if (got != want || types != NULL)
			fail_msg("case %zu: %zu faults: %s", i, got, faults);
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_status_follows_from_names_states_corridor_and_day),
	    cmocka_unit_test(
		what_is_given_must_be_listed_fit_and_proven_where_the_type_says_so),
	    cmocka_unit_test(who_is_complete_is_for_the_review_to_judge),
	    cmocka_unit_test(every_word_is_there_in_every_language),
	    cmocka_unit_test(a_status_that_moves_in_any_corridor_is_told),
	    cmocka_unit_test(a_status_moves_with_the_day_and_with_the_type),
	    cmocka_unit_test(
		a_description_falls_back_to_the_base_language_then_to_english),
	    cmocka_unit_test(every_fault_of_a_types_document_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
