/*
 * Requests that say who sent them: against the example of Standard Webhooks,
 * and secrets that are none.
 */
#include "unit.h"
#include "arena_case.h"

#include <errno.h>

#include "webhook.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define OTHER "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

static const char ID[] = "msg_p5jXN8AQM9LWM0D4loKWxJek";
static const char BODY[] = "{\"test\": 2432232314}";
static const instant NOW = 1614265330 * SECOND + 999999;

static void
the_published_example(void **state)
{
	struct webhook_keys keys = {0};
	const char *lines[WEBHOOK_LINES];

	(void)state;
	assert_int_equal(webhook_secret(&keys, SECRET), 0);
	webhook_sign(&keys, a, ID, NOW, BODY, strlen(BODY), lines);
	assert_string_equal(lines[0],
	    "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek");
	assert_string_equal(lines[1], "webhook-timestamp: 1614265330");
	assert_string_equal(lines[2],
	    "webhook-signature: "
	    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static void
two_secrets_sign_twice(void **state)
{
	struct webhook_keys keys = {0}, one = {0};
	const char *lines[WEBHOOK_LINES], *first[WEBHOOK_LINES];

	(void)state;
	assert_int_equal(webhook_secret(&keys, SECRET), 0);
	assert_int_equal(webhook_secret(&keys, OTHER), 0);
	assert_int_equal(webhook_secret(&keys, SECRET), -EINVAL);
	assert_int_equal(webhook_secret(&one, OTHER), 0);
	webhook_sign(&keys, a, ID, NOW, BODY, strlen(BODY), lines);
	webhook_sign(&one, a, ID, NOW, BODY, strlen(BODY), first);
	assert_string_equal(lines[2],
	    arena_printf(a,
		"webhook-signature: "
		"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= %s",
		first[2] + strlen("webhook-signature: ")));
}

static void
everything_is_signed(void **state)
{
	static const struct {
		const char *name, *id, *body;
		instant now;
	} cases[] = {
	    {"another id", "msg_other", BODY, NOW},
	    {"another second", ID, BODY, NOW + SECOND},
	    {"another body", ID, "{\"test\": 2432232315}", NOW},
	    {"no body", ID, "", NOW},
	};
	struct webhook_keys keys = {0};
	const char *lines[WEBHOOK_LINES], *changed[WEBHOOK_LINES];
	size_t i;

	(void)state;
	assert_int_equal(webhook_secret(&keys, SECRET), 0);
	webhook_sign(&keys, a, ID, NOW, BODY, strlen(BODY), lines);
	for (i = 0; i < COUNT(cases); i++) {
		webhook_sign(&keys, a, cases[i].id, cases[i].now, cases[i].body,
		    strlen(cases[i].body), changed);
		expect(cases[i].name, strcmp(lines[2], changed[2]) != 0);
	}
}

static void
what_is_no_secret_is_refused(void **state)
{
	static const char *const wrong[] = {"", "whsec_", "hunter2",
	    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	    "whsec_c2hvcnQ=", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!",
	    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
	    SECRET "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
	struct webhook_keys keys = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(wrong); i++)
		expect_int(wrong[i], webhook_secret(&keys, wrong[i]), -EINVAL);
	assert_int_equal(keys.count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_published_example),
	    cmocka_unit_test(two_secrets_sign_twice),
	    cmocka_unit_test(everything_is_signed),
	    cmocka_unit_test(what_is_no_secret_is_refused),
	};

	return cmocka_run_group_tests_name("webhook", tests, arena_begin,
	    arena_end);
}
