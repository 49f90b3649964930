/*
 * Exact decimals: cases by hand, and 20,000 judged by Python's decimal.
 */
#include "unit.h"

#include <sys/wait.h>

#include "amount.h"

enum { CASES = 20000 };

static struct amount
of(const char *text)
{
	struct amount a = {0, 0};

	if (amount_parse(text, &a) != AMOUNT_OK)
		fail_msg("%s: no amount", text);
	return a;
}

static void
only_plain_decimal_text_is_an_amount(void **state)
{
	static const char *const malformed[] = {"", " ", "-1", "+1", " 1", "1 ",
	    ".5", "5.", "1..2", "1.2.3", "1,5", "1e", "1e+", "1e1.5", "e5",
	    "0x10", "NaN", "Infinity", "inf", "1_000", "1'000", "\xd9\xa1",
	    "1\n", "--1", "1-", "1e--2", "1e+-2", "1E5x"};
	struct amount a = {7, 3};

	(void)state;
	for (size_t i = 0; i < COUNT(malformed); i++) {
		expect_int(malformed[i], amount_parse(malformed[i], &a),
		    AMOUNT_MALFORMED);
		expect("out is untouched", a.units == 7 && a.scale == 3);
	}
}

static void
what_does_not_fit_says_so(void **state)
{
	// clang-format off
	static const struct {
		const char *text;
		int outcome;
	} cases[] = {
		{ "170141183460469231731687303715884105727", AMOUNT_OK },
		{ "170141183460469231731687303715884105728", AMOUNT_TOO_LARGE },
		{ "99999999999999999999.99999999999999999999",
		    AMOUNT_TOO_LARGE },
		{ "99999999999999999999.90000000000000000000", AMOUNT_OK },
		{ "1e38", AMOUNT_OK }, { "1e39", AMOUNT_TOO_LARGE },
		{ "1e99999999999999999999", AMOUNT_TOO_LARGE },
		{ "0e99999999999999999999", AMOUNT_OK },
		{ "1e-20", AMOUNT_OK }, { "1e-21", AMOUNT_INEXACT },
		{ "10e-21", AMOUNT_OK },
		{ "1e-99999999999999999999", AMOUNT_INEXACT },
		{ "0.000000000000000000001", AMOUNT_INEXACT },
		{ "0.1000000000000000000000000000000000", AMOUNT_OK },
		{ "00000000000000000000000000000000000000000000000000001",
		    AMOUNT_OK },
	};
	// clang-format on
	struct amount a;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		expect_int(cases[i].text, amount_parse(cases[i].text, &a),
		    cases[i].outcome);
}

static void
very_long_texts_are_refused_or_right(void **state)
{
	char text[4096];
	struct amount a;

	(void)state;
	memset(text, '0', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	expect_int("zeros", amount_parse(text, &a), AMOUNT_OK);
	expect("zeros are zero", amount_is_zero(a));
	text[0] = '1';
	expect_int("1 and zeros", amount_parse(text, &a), AMOUNT_TOO_LARGE);
	text[1] = '.';
	expect_int("1 point zeros", amount_parse(text, &a), AMOUNT_OK);
	expect("is one", amount_cmp(a, amount_of(1)) == 0);
	text[sizeof(text) - 2] = '1';
	expect_int("a far digit", amount_parse(text, &a), AMOUNT_TOO_LARGE);
	memset(text, '9', sizeof(text) - 1);
	expect_int("nines", amount_parse(text, &a), AMOUNT_TOO_LARGE);
}

static void
amounts_print_plainly(void **state)
{
	// clang-format off
	static const struct {
		const char *text, *plain;
		unsigned decimals;
		const char *fixed;
	} cases[] = {
		{ "0", "0", 2, "0.00" }, { "0.00", "0", 0, "0" },
		{ "1E2", "100", 2, "100.00" }, { "1.50", "1.5", 2, "1.50" },
		{ "0.0000001", "0.0000001", 7, "0.0000001" },
		{ "1.25", "1.25", 1, "1.25" },
		{ "007", "7", 0, "7" },
		{ "170141183460469231731687303715884105727",
		    "170141183460469231731687303715884105727", 20,
		    "170141183460469231731687303715884105727."
		    "00000000000000000000" },
		{ "1e-20", "0.00000000000000000001", 20,
		    "0.00000000000000000001" },
	};
	// clang-format on
	char out[AMOUNT_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct amount a = of(cases[i].text);

		expect_text(cases[i].text, amount_print(a, out),
		    cases[i].plain);
		expect_text(cases[i].text,
		    amount_print_fixed(a, cases[i].decimals, out),
		    cases[i].fixed);
	}
}

static void
a_difference_may_be_negative(void **state)
{
	char out[AMOUNT_TEXT];
	struct amount d, back;

	(void)state;
	expect_int("sub", amount_sub(of("1"), of("1.25"), &d), AMOUNT_OK);
	expect("negative", amount_is_negative(d));
	expect_text("print", amount_print(d, out), "-0.25");
	expect("below zero", amount_cmp(d, amount_of(0)) < 0);
	expect("below a smaller debt", amount_cmp(d, amount_of(-1)) > 0);
	expect_int("add", amount_add(d, of("1.25"), &back), AMOUNT_OK);
	expect("back", amount_cmp(back, amount_of(1)) == 0);
	/* Rounding is of magnitudes: up is away from zero. */
	expect_int("up", amount_rescale(d, 1, ROUND_UP, &back), AMOUNT_OK);
	expect_text("up", amount_print(back, out), "-0.3");
	expect_int("down", amount_rescale(d, 1, ROUND_DOWN, &back), AMOUNT_OK);
	expect_text("down", amount_print(back, out), "-0.2");
}

static void
out_is_untouched_when_it_fails(void **state)
{
	struct amount out = {7, 3}, most = of("1e38");
	char text[8] = "same";

	(void)state;
	expect_int("add", amount_add(most, most, &out), AMOUNT_TOO_LARGE);
	expect_int("mul", amount_mul(most, most, 2, ROUND_DOWN, &out),
	    AMOUNT_TOO_LARGE);
	expect_int("div", amount_div(most, amount_of(0), 2, ROUND_DOWN, &out),
	    AMOUNT_BY_ZERO);
	expect_int("scale",
	    amount_div(most, amount_of(1), 21, ROUND_DOWN, &out),
	    AMOUNT_INEXACT);
	expect("untouched", out.units == 7 && out.scale == 3);
	expect_int("quotient",
	    amount_quotient_text(amount_of(1), amount_of(3), 25, text, 8),
	    AMOUNT_TOO_LARGE);
	expect_text("untouched", text, "same");
}

static void
a_quotient_is_rounded_once(void **state)
{
	// clang-format off
	static const struct {
		const char *a, *b;
		unsigned digits;
		const char *text;
	} cases[] = {
		{ "1", "3", 25, "0.3333333333333333333333333" },
		{ "2", "3", 25, "0.6666666666666666666666667" },
		{ "1", "4", 25, "0.25" }, { "0", "7", 25, "0" },
		{ "100", "1", 2, "100" }, { "149", "1", 1, "100" },
		{ "150", "1", 1, "200" },
		{ "9.9949", "1", 3, "9.99" }, { "9.995", "1", 3, "10" },
		{ "0.0999", "1", 2, "0.1" },
		{ "542.8", "100", 25, "5.428" },
		{ "1e38", "1e-20", 25,
		    "10000000000000000000000000000000000000000000000000000000000"
		},
	};
	// clang-format on
	char out[128];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		expect_int(cases[i].a,
		    amount_quotient_text(of(cases[i].a), of(cases[i].b),
			cases[i].digits, out, sizeof(out)),
		    AMOUNT_OK);
		expect_text(cases[i].a, out, cases[i].text);
	}
}

/* One question of the oracle, answered. */
static void
answer(FILE *to, const char *verb, struct amount a, struct amount b,
    unsigned decimals, enum amount_round way, unsigned digits)
{
	static const char *const outcomes[] = {"ok", "malformed", "too-large",
	    "inexact", "by-zero"};
	char out[128];
	struct amount r = a;
	int rc = AMOUNT_OK;

	if (strcmp(verb, "cmp") == 0) {
		int cmp = amount_cmp(a, b);

		fprintf(to, "%d\n", (cmp > 0) - (cmp < 0));
		return;
	}
	if (strcmp(verb, "fixed") == 0) {
		fprintf(to, "%s\n", amount_print_fixed(a, decimals, out));
		return;
	}
	if (strcmp(verb, "quotient") == 0) {
		rc = amount_quotient_text(a, b, digits, out, sizeof(out));
		fprintf(to, "%s\n", rc == AMOUNT_OK ? out : outcomes[rc]);
		return;
	}
	if (strcmp(verb, "add") == 0)
		rc = amount_add(a, b, &r);
	else if (strcmp(verb, "sub") == 0)
		rc = amount_sub(a, b, &r);
	else if (strcmp(verb, "mul") == 0)
		rc = amount_mul(a, b, decimals, way, &r);
	else if (strcmp(verb, "div") == 0)
		rc = amount_div(a, b, decimals, way, &r);
	else if (strcmp(verb, "rescale") == 0)
		rc = amount_rescale(a, decimals, way, &r);
	fprintf(to, "%s\n",
	    rc == AMOUNT_OK ? amount_print(r, out) : outcomes[rc]);
}

/* Runs the oracle with its standard input and output on those files. */
static int
oracle(const char *seed, bool is_judging, FILE *in, FILE *out)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		dup2(fileno(in), STDIN_FILENO);
		dup2(fileno(out), STDOUT_FILENO);
		execlp("python3", "python3", "tests/unit/amount_oracle.py",
		    "20000", seed, is_judging ? "--judge" : NULL, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return status;
}

static void
python_decimal_agrees_on_20000_random_cases(void **state)
{
	static const enum amount_round ways[] =
	    {['d'] = ROUND_DOWN, ['u'] = ROUND_UP, ['h'] = ROUND_HALF_UP};
	FILE *asked = tmpfile(), *answered = tmpfile(), *said = tmpfile();
	char line[512], verb[16], x[128], y[128], way[8];
	unsigned decimals, digits;
	int status, n = 0;

	(void)state;
	expect_int("python3 runs", oracle("7", false, asked, asked), 0);
	rewind(asked);
	for (; fgets(line, sizeof(line), asked) != NULL; n++) {
		struct amount a, b;
		int rc;

		expect_int("fields",
		    sscanf(line, "%15s %127s %127s %u %7s %u", verb, x, y,
			&decimals, way, &digits),
		    6);
		rc = amount_parse(x, &a);
		if (rc == AMOUNT_OK)
			rc = amount_parse(y, &b);
		if (rc != AMOUNT_OK)
			fprintf(answered, "%s\n",
			    rc == AMOUNT_INEXACT ? "inexact" : "too-large");
		else
			answer(answered, verb, a, b, decimals,
			    ways[(unsigned char)way[0]], digits);
	}
	expect_int("questions", n, CASES);
	rewind(answered);
	status = oracle("7", true, answered, said);
	rewind(said);
	if (status != 0 && fgets(line, sizeof(line), said) != NULL)
		fail_msg("%s", line);
	expect_int("judge", status, 0);
	fclose(asked);
	fclose(answered);
	fclose(said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_plain_decimal_text_is_an_amount),
	    cmocka_unit_test(what_does_not_fit_says_so),
	    cmocka_unit_test(very_long_texts_are_refused_or_right),
	    cmocka_unit_test(amounts_print_plainly),
	    cmocka_unit_test(a_difference_may_be_negative),
	    cmocka_unit_test(out_is_untouched_when_it_fails),
	    cmocka_unit_test(a_quotient_is_rounded_once),
	    cmocka_unit_test(python_decimal_agrees_on_20000_random_cases),
	};

	return cmocka_run_group_tests_name("amount", tests, NULL, NULL);
}
