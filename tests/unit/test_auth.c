/*
 * Who is let in: API keys and tokens, good and forged.
 */
#include "unit.h"
#include "arena_case.h"

#include <string.h>

#include <sodium.h>

#include "auth.h"
#include "conf.h"
#include "jwt.h"

#define SECRET "0123456789abcdef0123456789abcdef"
#define OTHER "another secret of 32 bytes, or so"

enum { NOW = 1800000000, LIFE = 30 };

static const char *
base64(const void *bytes, size_t len)
{
	char *out = arena_alloc(a, 4096);

	return sodium_bin2base64(out, 4096, bytes, len,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* A token made here, so that a mistake of the maker is not hidden by the same
 * mistake in the reader. */
static const char *
token(const char *head, const char *claims, const char *secret)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state st;
	const char *text = arena_printf(a, "%s.%s", base64(head, strlen(head)),
	    base64(claims, strlen(claims)));

	crypto_auth_hmacsha256_init(&st, (const unsigned char *)secret,
	    strlen(secret));
	crypto_auth_hmacsha256_update(&st, (const unsigned char *)text,
	    strlen(text));
	crypto_auth_hmacsha256_final(&st, mac);
	return arena_printf(a, "%s.%s", text, base64(mac, sizeof(mac)));
}

static int
bearer(const struct auth *auth, const char *text)
{
	return auth_check(auth, NULL, arena_printf(a, "Bearer %s", text),
	    NOW * SECOND);
}

static const struct auth jwt = {AUTH_JWT, {SECRET, NULL}, LIFE * 1000};

// clang-format off
#define HEAD "{\"alg\":\"HS256\"}"
#define IN_TIME "{\"iat\":1800000000,\"exp\":1800000030}"

static const struct {
	const char *name, *head, *claims, *secret;
	int st;
} tokens[] = {
	{ "good", HEAD, IN_TIME, SECRET, 0 },
	{ "with typ", "{\"typ\":\"JWT\",\"alg\":\"HS256\"}", IN_TIME, SECRET, 0 },
	{ "other secret", HEAD, IN_TIME, OTHER, 401 },
	{ "alg none", "{\"alg\":\"none\"}", IN_TIME, SECRET, 401 },
	{ "alg hs256", "{\"alg\":\"hs256\"}", IN_TIME, SECRET, 401 },
	{ "alg HS512", "{\"alg\":\"HS512\"}", IN_TIME, SECRET, 401 },
	{ "alg RS256", "{\"alg\":\"RS256\"}", IN_TIME, SECRET, 401 },
	{ "alg a list", "{\"alg\":[\"HS256\"]}", IN_TIME, SECRET, 401 },
	{ "alg twice", "{\"alg\":\"HS256\",\"alg\":\"HS256\"}", IN_TIME,
	    SECRET, 401 },
	{ "no alg", "{\"typ\":\"JWT\"}", IN_TIME, SECRET, 401 },
	{ "crit", "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", IN_TIME, SECRET,
	    401 },
	{ "head no object", "[]", IN_TIME, SECRET, 401 },
	{ "head no JSON", "alg", IN_TIME, SECRET, 401 },
	{ "no exp", HEAD, "{\"iat\":1800000000}", SECRET, 401 },
	{ "exp text", HEAD, "{\"exp\":\"1800000030\"}", SECRET, 401 },
	{ "exp fraction", HEAD, "{\"exp\":1800000030.5}", SECRET, 401 },
	{ "exp exponent", HEAD, "{\"exp\":1.8e9}", SECRET, 401 },
	{ "exp null", HEAD, "{\"exp\":null}", SECRET, 401 },
	{ "exp twice", HEAD, "{\"exp\":1800000030,\"exp\":1800000030}", SECRET,
	    401 },
	{ "exp far", HEAD, "{\"exp\":9223372036854775807}", SECRET, 401 },
	{ "exp negative", HEAD, "{\"exp\":-1}", SECRET, 401 },
	{ "claims no object", HEAD, "[1800000030]", SECRET, 401 },
	/* Skew 5 s: at its edges. */
	{ "4 s late", HEAD, "{\"iat\":1799999970,\"exp\":1799999996}", SECRET,
	    0 },
	{ "5 s late", HEAD, "{\"iat\":1799999970,\"exp\":1799999995}", SECRET,
	    401 },
	{ "5 s early", HEAD, "{\"iat\":1800000005,\"exp\":1800000035}", SECRET,
	    0 },
	{ "6 s early", HEAD, "{\"iat\":1800000006,\"exp\":1800000036}", SECRET,
	    401 },
	{ "35 s long", HEAD, "{\"iat\":1800000000,\"exp\":1800000035}", SECRET,
	    0 },
	{ "36 s long", HEAD, "{\"iat\":1800000000,\"exp\":1800000036}", SECRET,
	    401 },
	{ "iat text", HEAD, "{\"iat\":\"1800000000\",\"exp\":1800000030}",
	    SECRET, 401 },
	{ "iat negative", HEAD, "{\"iat\":-9223372036854775808,"
	    "\"exp\":1800000030}", SECRET, 401 },
	{ "no iat, short", HEAD, "{\"exp\":1800000035}", SECRET, 0 },
	{ "no iat, long", HEAD, "{\"exp\":1800000036}", SECRET, 401 },
};
// clang-format on

static void
a_token_is_judged_by_algorithm_mac_and_time(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(tokens); i++)
		expect_int(tokens[i].name,
		    bearer(&jwt, token(tokens[i].head, tokens[i].claims,
				     tokens[i].secret)),
		    tokens[i].st);
}

/* A token of the platform's own kind, made by another program: HMAC by
 * Python's hmac. */
static void
a_token_made_elsewhere_is_good(void **state)
{
	(void)state;
	expect_int("python",
	    bearer(&jwt, "eyJhbGciOiJIUzI1NiJ9."
			 "eyJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDAzMH0."
			 "QBGhM76J7Ym5vE8lF4P-MIqVAzIsFzCnG9wJgZxzFNM"),
	    0);
}

static void
a_token_has_exactly_one_spelling(void **state)
{
	const char *good = token(HEAD, IN_TIME, SECRET);
	const char *const bad[] = {"", ".", "..", "...",
	    arena_printf(a, "%s.", good), arena_printf(a, ".%s", good),
	    arena_printf(a, "%s=", good), arena_printf(a, "%s ", good),
	    arena_printf(a, " %s", good), arena_printf(a, "%s.x", good),
	    arena_strndup(a, good, strlen(good) - 1),
	    arena_strndup(a, good, (size_t)(strrchr(good, '.') - good)),
	    arena_strndup(a, good, (size_t)(strrchr(good, '.') - good) + 1)};
	char *changed;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		expect_int(bad[i], bearer(&jwt, bad[i]), 401);
	/* Any changed character, the last one's spare bits included. */
	for (size_t i = 0; good[i] != '\0'; i++) {
		changed = arena_strdup(a, good);
		changed[i] = good[i] == 'A' ? 'B' : 'A';
		expect_int(changed, bearer(&jwt, changed), 401);
		changed[i] = (char)(good[i] ^ 1);
		expect_int(changed, bearer(&jwt, changed), 401);
	}
	changed = arena_alloc(a, JWT_MOST + 100);
	memset(changed, 'A', JWT_MOST + 50);
	expect_int("long", bearer(&jwt, changed), 401);
	expect_int("good", bearer(&jwt, good), 0);
	expect_int("scheme in lower case",
	    auth_check(&jwt, NULL, arena_printf(a, "bearer %s", good),
		NOW * SECOND),
	    0);
	expect_int("no scheme", auth_check(&jwt, NULL, good, NOW * SECOND),
	    401);
	expect_int("basic",
	    auth_check(&jwt, NULL, arena_printf(a, "Basic %s", good),
		NOW * SECOND),
	    401);
	expect_int("no header", auth_check(&jwt, NULL, NULL, NOW * SECOND),
	    401);
	expect_int("as a key", auth_check(&jwt, SECRET, NULL, NOW * SECOND),
	    401);
}

static void
keys_are_compared_whole(void **state)
{
	static const struct auth key = {AUTH_API_KEY,
	    {"sixteen bytes ok", "the one before it"}, 0};
	// clang-format off
	static const struct {
		const char *key;
		int st;
	} cases[] = {
		{ "sixteen bytes ok", 0 }, { "the one before it", 0 },
		{ "sixteen bytes o", 401 }, { "sixteen bytes okk", 401 },
		{ "Sixteen bytes ok", 401 }, { "", 401 }, { NULL, 401 },
	};
	// clang-format on
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		expect_int(cases[i].key ? cases[i].key : "NULL",
		    auth_check(&key, cases[i].key, NULL, 0), cases[i].st);
	expect_int("as a token",
	    auth_check(&key, NULL, "Bearer sixteen bytes ok", 0), 401);
}

static void
both_secrets_are_good_and_the_first_is_ours(void **state)
{
	struct auth auth;
	const char *line;

	(void)state;
	expect_int("settings",
	    auth_from_settings(&auth, "CALLBACK_API_AUTH", "jwt",
		SECRET "\n" OTHER, LIFE * 1000, false),
	    0);
	expect_int("first", bearer(&auth, token(HEAD, IN_TIME, SECRET)), 0);
	expect_int("second", bearer(&auth, token(HEAD, IN_TIME, OTHER)), 0);
	expect_int("both",
	    bearer(&auth, token(HEAD, IN_TIME, SECRET "\n" OTHER)), 401);
	line = auth_header(&auth, a, NOW * SECOND);
	expect("header", strncmp(line, "Authorization: ", 15) == 0);
	expect_int("ours", auth_check(&jwt, NULL, line + 15, NOW * SECOND), 0);
	expect_int("ours, later",
	    auth_check(&jwt, NULL, line + 15, (NOW + LIFE + 5) * SECOND), 401);
}

static void
what_we_send_is_what_was_set(void **state)
{
	static const struct auth key = {AUTH_API_KEY,
	    {"sixteen bytes ok", NULL}, 0};
	static const struct auth none = {AUTH_NONE, {NULL, NULL}, 0};

	(void)state;
	expect_text("key", auth_header(&key, a, 0),
	    "X-Api-Key: sixteen bytes ok");
	expect_text("none", auth_header(&none, a, 0), NULL);
	expect_int("none", auth_check(&none, NULL, NULL, 0), 0);
}

static void
weak_settings_are_faults(void **state)
{
	// clang-format off
	static const struct {
		const char *name, *type, *secret;
		bool is_dev, is_good;
	} cases[] = {
		{ "none", "none", NULL, false, false },
		{ "none in development", "none", NULL, true, true },
		{ "no type", NULL, SECRET, true, false },
		{ "unknown type", "basic", SECRET, true, false },
		{ "api_key", "api_key", "sixteen bytes ok", false, true },
		{ "short key", "api_key", "fifteen bytes o", false, false },
		{ "no key", "api_key", NULL, false, false },
		{ "empty key", "api_key", "", false, false },
		{ "jwt", "jwt", SECRET, false, true },
		{ "short secret", "jwt", "0123456789abcdef0123456789abcde",
		    false, false },
		{ "short second", "jwt", SECRET "\nx", false, false },
		{ "three", "jwt", SECRET "\n" OTHER "\n" SECRET, false, false },
		{ "a header in a key", "api_key",
		    "sixteen bytes ok\rX-Y: 1", false, false },
		{ "no secret in development", "jwt", NULL, true, false },
	};
	// clang-format on
	struct auth auth;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t before = conf_faults();
		struct caught c = catch_stderr();
		int rc = auth_from_settings(&auth, "CALLBACK_API_AUTH",
		    cases[i].type, cases[i].secret, 30000, cases[i].is_dev);
		const char *said = caught_stderr(c);

		expect(cases[i].name, (rc == 0) == cases[i].is_good);
		expect_int(cases[i].name, (long long)(conf_faults() - before),
		    !cases[i].is_good);
		expect(cases[i].name, cases[i].is_good == (said[0] == '\0'));
		if (cases[i].secret != NULL && cases[i].secret[0] != '\0')
			expect(cases[i].name,
			    strstr(said, cases[i].secret) == NULL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_token_is_judged_by_algorithm_mac_and_time),
	    cmocka_unit_test(a_token_made_elsewhere_is_good),
	    cmocka_unit_test(a_token_has_exactly_one_spelling),
	    cmocka_unit_test(keys_are_compared_whole),
	    cmocka_unit_test(both_secrets_are_good_and_the_first_is_ours),
	    cmocka_unit_test(what_we_send_is_what_was_set),
	    cmocka_unit_test(weak_settings_are_faults),
	};

	return cmocka_run_group_tests_name("auth", tests, arena_begin,
	    arena_end);
}
