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

/* "first_name tax_id! id_expiration_date=2026-01-01": ! is rejected. */
static const struct customer *
customer_of(struct arena *a, const char *words)
{
	struct customer *c = arena_alloc(a, sizeof(*c));
	struct customer_field *fields = arena_array(a, 16, sizeof(*fields));

	c->fields = fields;
	while (*words != '\0') {
		size_t len = strcspn(words, " !=");
		struct customer_field *f = &fields[c->field_count++];

		f->name = arena_strndup(a, words, len);
		words += len;
		if (*words == '!') {
			f->state = FIELD_REJECTED;
			words++;
		}
		if (*words == '=') {
			f->valid_until = arena_strndup(a, words + 1, 10);
			words += 11;
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
		if (kyc_moved(customer_types_at(types, 0), a,
			cases[i].before == NULL
			    ? NULL
			    : customer_of(a, cases[i].before),
			cases[i].after == NULL ? NULL
					       : customer_of(a, cases[i].after),
			"2026-06-30") != cases[i].moved)
			fail_msg("case %zu", i);
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
		{ TYPE(LABEL "'review': 'manual', 'fields': [" GOOD "]"),
		    { "review \"manual\" needs somebody who decides" } },
		{ TYPE(LABEL "'review': 'external', 'fields': [" GOOD "]"),
		    { "review \"external\" needs somebody who decides" } },
		{ TYPE(LABEL "'review': 'hope', 'fields': [" GOOD "]"),
		    { "review must be auto" } },
		{ TYPE(LABEL AUTO "'fields': {}"),
		    { "fields must be an array" } },
		{ FIELDS(""), { "fields must be an array" } },
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
	    cmocka_unit_test(a_status_that_moves_in_any_corridor_is_told),
	    cmocka_unit_test(
		a_description_falls_back_to_the_base_language_then_to_english),
	    cmocka_unit_test(every_fault_of_a_types_document_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
