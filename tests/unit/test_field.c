/*
 * The reader of tables: what reaches a handler and what is answered before.
 */
#include "unit.h"

#include <string.h>

#include "field.h"
#include "reply.h"
#include "request.h"

/* In place of reply.c: remembers what was answered. */
static int answered;
static char error[256];

int
reply_error(struct reply *rp, int status, const char *format, ...)
{
	va_list args;

	(void)rp;
	va_start(args, format);
	vsnprintf(error, sizeof(error), format, args);
	va_end(args);
	return answered = status;
}

enum { TYPE, ASSET, AMOUNT, NOTE, OPEN, IN_MAX };

static unsigned char a_file[] = "x";

// clang-format off
static const struct field table[IN_MAX] = {
	[TYPE]   = { "type", is_word, "indicative firm", 10, FIELD_NEED, NULL },
	[ASSET]  = { "asset", is_asset_name, NULL, 80, 0, NULL },
	[AMOUNT] = { "amount", is_amount_text, NULL, 32, 0,
	    "must be money" },
	[NOTE]   = { "note", is_text, NULL, 8, FIELD_EMPTY_OK, NULL },
	[OPEN]   = { "open", NULL, NULL, 8, 0, NULL },
};

static const struct {
	const char *name;
	struct value values[4];
	const char *error; /* NULL: taken */
	const char *out[IN_MAX];
} cases[] = {
	{ "only what is needed", { { "type", "firm", NULL, 4, NULL } }, NULL,
	    { "firm" } },
	{ "nothing", { { NULL, NULL, NULL, 0, NULL } }, "type is needed", { NULL } },
	{ "empty is absent", { { "type", "", NULL, 0, NULL } }, "type is needed",
	    { NULL } },
	{ "unknown names are passed over", { { "type", "firm", NULL, 4, NULL },
	    { "new", "x", NULL, 1, NULL }, { "new", "y", NULL, 1, NULL } }, NULL,
	    { "firm" } },
	{ "a name twice", { { "type", "firm", NULL, 4, NULL },
	    { "amount", "1", NULL, 1, NULL }, { "amount", "1", NULL, 1, NULL } },
	    "amount is given twice", { NULL } },
	{ "an empty name twice", { { "type", "firm", NULL, 4, NULL },
	    { "amount", "", NULL, 0, NULL }, { "amount", "1", NULL, 1, NULL } },
	    "amount is given twice", { NULL } },
	{ "not one of the words", { { "type", "FIRM", NULL, 4, NULL } },
	    "type must be one of: indicative firm", { NULL } },
	{ "the check's own words", { { "type", "firm", NULL, 4, NULL },
	    { "asset", "BRL", NULL, 3, NULL } }, "asset must be an asset: stellar:"
	    "CODE:ISSUER, stellar:native or iso4217:XXX", { NULL } },
	{ "the row's own words", { { "type", "firm", NULL, 4, NULL },
	    { "amount", "-1", NULL, 2, NULL } }, "amount must be money", { NULL } },
	{ "longest", { { "type", "firm", NULL, 4, NULL },
	    { "note", "12345678", NULL, 8, NULL } }, NULL,
	    { "firm", NULL, NULL, "12345678" } },
	{ "longer", { { "type", "firm", NULL, 4, NULL },
	    { "note", "123456789", NULL, 9, NULL } },
	    "note is longer than 8 bytes", { NULL } },
	{ "empty where it may be", { { "type", "firm", NULL, 4, NULL },
	    { "note", "", NULL, 0, NULL } }, NULL, { "firm", NULL, NULL, "" } },
	{ "a file", { { "type", "firm", NULL, 4, NULL },
	    { "note", NULL, a_file, 1, NULL } },
	    "note must be text, not a file", { NULL } },
	{ "no check", { { "type", "firm", NULL, 4, NULL },
	    { "open", "\n", NULL, 1, NULL } }, NULL,
	    { "firm", NULL, NULL, NULL, "\n" } },
};
// clang-format on

static void
fields_reach_the_handler_checked_or_are_answered(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct request rq = {.values = cases[i].values};
		const char *out[IN_MAX];
		int st;

		while (rq.count < 4 && rq.values[rq.count].name != NULL)
			rq.count++;
		answered = 0;
		error[0] = '\0';
		st = fields_or_reply(&rq, table, IN_MAX, out, NULL);
		expect_text(cases[i].name, error,
		    cases[i].error == NULL ? "" : cases[i].error);
		expect_int(cases[i].name, st, cases[i].error == NULL ? 0 : 400);
		expect_int(cases[i].name, answered, st);
		for (size_t n = 0; st == 0 && n < IN_MAX; n++)
			expect_text(cases[i].name, out[n], cases[i].out[n]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fields_reach_the_handler_checked_or_are_answered),
	};

	return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
