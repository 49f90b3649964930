/*
 * Days that can be true, and what is written beside a customer's values.
 */
#include "unit.h"

#include "arena.h"
#include "customer_checks.h"
#include "customer_days.h"
#include "good_book.h"
#include "kyc.h"
#include "scheme.h"

static const char TODAY[] = "2026-03-01";

// clang-format off
static const struct {
	const char *member, *day;
	const char *why; /* NULL: it can be */
} days[] = {
	{ "birth_date", "1900-01-01", NULL },
	{ "birth_date", "1899-12-31", "is before 1900" },
	{ "birth_date", "2026-03-01", NULL },
	{ "birth_date", "2026-03-02", "is in the future" },
	{ "id_issue_date", "2026-03-01", NULL },
	{ "id_issue_date", "2026-03-02", "is in the future" },
	{ "id_issue_date", "1899-12-31", "is before 1900" },
	{ "id_expiration_date", "9999-12-31", NULL },
	{ "id_expiration_date", "2026-02-28", NULL },
	{ "id_expiration_date", "1899-12-31", "is before 1900" },
	{ "first_name", "1899-12-31", NULL },
};
// clang-format on

static void
days_can_be_or_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(days); i++)
		expect_text(days[i].day,
		    day_why(days[i].member, days[i].day, TODAY), days[i].why);
}

static void
what_values_pass_is_written_once(void **state)
{
	static const char *const pairs[] = {"tax_id", "52998224725", "city",
	    "X", "bank_number", "021000021", NULL};
	struct customer_field fields[] = {{.name = "tax_id"}, {.name = "city"},
	    {.name = "bank_number", .checks = "aba", .rule = SCHEME_RULE},
	    {.name = "photo_id_front", .is_file = true}};
	struct arena *a = arena_new();
	const struct book *book = good_book(a);

	(void)state;
	expect("new",
	    customer_checks_try(a, book, fields, COUNT(fields), pairs));
	expect_text("cpf", fields[0].checks, "cpf pix");
	expect_text("none", fields[1].checks, "");
	expect_text("as it was", fields[2].checks, "aba");
	expect_text("a file", fields[3].checks, NULL);
	expect_int("rule", fields[1].rule, SCHEME_RULE);
	expect("again",
	    !customer_checks_try(a, book, fields, COUNT(fields), pairs));
	fields[0].rule = SCHEME_RULE - 1;
	expect("older",
	    customer_checks_try(a, book, fields, COUNT(fields), pairs));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(days_can_be_or_not),
	    cmocka_unit_test(what_values_pass_is_written_once),
	};

	return cmocka_run_group_tests_name("customer_days", tests, NULL, NULL);
}
