/*
 * From CGI parameters and a body to a request: what is taken, what is refused
 * with which status, and routes and replies around it.
 */
#include "unit.h"

#include "arena.h"
#include "reply.h"
#include "request.h"
#include "route.h"
#include "serve.h"
#include "wire.h"

enum { PARAMS = 16 };

static struct arena *a;
static struct request rq;
static struct reply rp;

/* The peer: parameters, and a body that comes in pieces of 7 bytes. */
static char *params[PARAMS + 1];
static size_t param_count;
static const char *body;
static size_t body_len, body_at;
static bool ends_broken;

static ssize_t
body_read(void *from, char *bytes, size_t len)
{
	size_t n = body_len - body_at;

	(void)from;
	if (n == 0)
		return ends_broken ? -1 : 0;
	if (n > 7)
		n = 7;
	if (n > len)
		n = len;
	memcpy(bytes, body + body_at, n);
	body_at += n;
	return (ssize_t)n;
}

static const struct wire wire = {params, body_read, NULL};

static int
setup(void **state)
{
	(void)state;
	a = arena_new();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static void
param(const char *name, const char *value)
{
	params[param_count++] = arena_printf(a, "%s=%s", name, value);
	params[param_count] = NULL;
}

static void
come_in(const char *method, const char *target)
{
	memset(&rq, 0, sizeof(rq));
	rq.arena = a;
	reply_init(&rp, a);
	param_count = 0;
	body_len = body_at = 0;
	ends_broken = false;
	param("REQUEST_METHOD", method);
	param("REQUEST_URI", target);
}

static void
carry(const char *type, const char *bytes, size_t len)
{
	body = bytes;
	body_len = len;
	if (type != NULL)
		param("CONTENT_TYPE", type);
	param("CONTENT_LENGTH", arena_printf(a, "%zu", len));
}

/* 0, or the status; negative: dropped. */
static int
take(void)
{
	int st = request_head(&rq, &wire, &rp);

	if (st == 0)
		st = request_values(&rq, &wire, &rp);
	if (st > 0) {
		assert_int_equal(rp.status, st);
		assert_non_null(strstr(rp.body.data, "{\"error\":\""));
	}
	return st;
}

// clang-format off
static const struct {
	const char *target;
	int status;
	int count;
} queries[] = {
	{ "/customer", 0, 0 },
	{ "/customer?", 0, 0 },
	{ "/customer?id=a", 0, 1 },
	{ "/customer?id=a&memo=", 0, 2 },
	{ "/customer?id=a=b", 0, 1 },
	{ "/customer?id=a?b", 0, 1 },
	{ "/customer?id=%E2%82%AC&account=x", 0, 2 },
	{ "/customer?id", 400, 0 },
	{ "/customer?=a", 400, 0 },
	{ "/customer?&", 400, 0 },
	{ "/customer?id=a&", 400, 0 },
	{ "/customer?id=a&&memo=b", 400, 0 },
	{ "/customer?id=a&id=b", 400, 0 },
	{ "/customer?id=a&%69d=b", 400, 0 },
	{ "/customer?id=%", 400, 0 },
	{ "/customer?id=%4", 400, 0 },
	{ "/customer?id=%00", 400, 0 },
	{ "/customer?id=%ff", 400, 0 },
	{ "/customer?id=a b", 400, 0 },
	{ "/customer?i%20d=a", 400, 0 },
	{ "/customer?1d=a", 400, 0 },
	{ "customer", 400, 0 },
	{ "*", 400, 0 },
	{ "", 400, 0 },
	{ "/customer%00", 400, 0 },
	{ "/customer%ff", 400, 0 },
	{ "/customer%2Fa", 404, 0 },
};

#define N "{\"name\":"
static const struct {
	const char *json;
	int status;
	int count;
} jsons[] = {
	{ "{}", 0, 0 },
	{ N "\"v\"}", 0, 1 },
	{ N "\"\"}", 0, 1 },
	{ N "null}", 0, 0 },
	{ N "null,\"b\":\"v\"}", 0, 1 },
	{ N "\"\\u20ac\"}", 0, 1 },
	{ N "1}", 400, 0 },
	{ N "true}", 400, 0 },
	{ N "[\"v\"]}", 400, 0 },
	{ N "{\"a\":\"v\"}}", 400, 0 },
	{ N "\"a\\u0000b\"}", 400, 0 },
	{ N "\"\xff\"}", 400, 0 },
	{ N "\"v\"", 400, 0 },
	{ N "\"v\"}x", 400, 0 },
	{ N "\"v\",\"name\":\"w\"}", 400, 0 },
	{ N "null,\"name\":\"w\"}", 400, 0 },
	{ "{\"\":\"v\"}", 400, 0 },
	{ "{\"na me\":\"v\"}", 400, 0 },
	{ "[]", 400, 0 },
	{ "\"text\"", 400, 0 },
	{ "null", 400, 0 },
};

static const struct {
	const char *type; /* NULL: none was sent */
	int status;
} types[] = {
	{ "application/json", 0 },
	{ "application/json; charset=utf-8", 0 },
	{ "application/json; charset=\"UTF-8\"", 0 },
	{ "application/json; version=1", 0 },
	{ "APPLICATION/JSON", 0 },
	{ NULL, 400 },
	{ "", 400 },
	{ "application/jsonx", 400 },
	{ "application/json; charset=iso-8859-1", 400 },
	{ "application/json; charset=utf-8; charset=utf-8", 400 },
	{ "application/json, text/html", 400 },
	{ "text/plain", 400 },
	{ "application/x-www-form-urlencoded", 400 },
	{ "multipart/mixed; boundary=b", 400 },
	{ "multipart/form-data", 400 },
	{ "multipart/form-data; boundary=b", 400 }, /* of which {} is none */
};
// clang-format on

static void
queries_become_values_or_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(queries); i++) {
		come_in("GET", queries[i].target);
		expect_int(queries[i].target, take(), queries[i].status);
		if (queries[i].status == 0)
			expect_int(queries[i].target, (int)rq.count,
			    queries[i].count);
	}
	come_in("DELETE", "/customer/%61?x=%3A%2b");
	assert_int_equal(take(), 0);
	assert_string_equal(rq.path, "/customer/a");
	assert_string_equal(request_text(&rq, "x"), ":+");
	assert_null(request_text(&rq, "y"));
}

static void
json_members_become_values_or_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(jsons); i++) {
		come_in("PUT", "/customer");
		carry("application/json", jsons[i].json, strlen(jsons[i].json));
		expect_int(jsons[i].json, take(), jsons[i].status);
		if (jsons[i].status == 0)
			expect_int(jsons[i].json, (int)rq.count,
			    jsons[i].count);
	}
}

static void
a_body_is_json_or_multipart_in_utf8(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		come_in("PUT", "/customer");
		carry(types[i].type, "{}", 2);
		expect_int(types[i].type == NULL ? "none" : types[i].type,
		    take(), types[i].status);
	}
}

static void
multipart_parts_become_values(void **state)
{
	static const char form[] =
	    "--b\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\nv\r\n"
	    "--b\r\nContent-Disposition: form-data; name=\"photo\"; "
	    "filename=\"p\"\r\n\r\n\0\xff\r\n--b--\r\n";
	static const char twice[] =
	    "--b\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\nv\r\n"
	    "--b\r\nContent-Disposition: form-data; name=\"id\"; "
	    "filename=\"p\"\r\n\r\nx\r\n--b--\r\n";

	(void)state;
	come_in("PUT", "/customer");
	carry("multipart/form-data; boundary=b", form, sizeof(form) - 1);
	assert_int_equal(take(), 0);
	assert_int_equal(rq.count, 2);
	assert_string_equal(request_text(&rq, "id"), "v");
	assert_null(request_text(&rq, "photo"));
	assert_int_equal(rq.values[1].len, 2);
	come_in("PUT", "/customer");
	carry("multipart/form-data; boundary=b", twice, sizeof(twice) - 1);
	assert_int_equal(take(), 400);
}

static void
a_body_that_is_not_whole_is_dropped(void **state)
{
	(void)state;
	come_in("PUT", "/customer");
	carry("application/json", "{}", 2);
	body_len = 1;
	expect("short", take() < 0);

	come_in("PUT", "/customer");
	carry("application/json", "{\"a\":\"b\"}", 9);
	ends_broken = true;
	expect("broken off at its end", take() < 0);

	come_in("PUT", "/customer");
	carry("application/json", "{}", 2);
	body = "{}x";
	body_len = 3;
	expect("longer than it said", take() < 0);
}

static void
lengths_and_methods_must_fit(void **state)
{
	static const char *const lengths[] = {"-1", "+2", "2x", " 2", "0x2",
	    "9999999999999"};

	(void)state;
	for (size_t i = 0; i < COUNT(lengths); i++) {
		come_in("PUT", "/customer");
		param("CONTENT_TYPE", "application/json");
		param("CONTENT_LENGTH", lengths[i]);
		expect_int(lengths[i], take(), 400);
	}
	come_in("PUT", "/customer");
	param("CONTENT_TYPE", "application/json");
	expect_int("no body", take(), 400);
	come_in("PUT", "/customer?id=a");
	carry("application/json", "{}", 2);
	expect_int("a query beside a body", take(), 400);
	come_in("GET", "/customer");
	carry("application/json", "{}", 2);
	expect_int("GET with a body", take(), 400);
	come_in("GET", "/customer");
	param("CONTENT_TYPE", "application/json");
	param("CONTENT_LENGTH", "");
	expect_int("GET with a type and no body", take(), 0);
	come_in("DELETE", "/customer/a");
	param("CONTENT_TYPE", "application/json");
	param("CONTENT_LENGTH", "0");
	expect_int("DELETE with a length of 0", take(), 0);
}

static char *
long_text(const char *head, size_t len, const char *tail)
{
	char *text = arena_alloc(a, strlen(head) + len + strlen(tail) + 1);

	memcpy(text, head, strlen(head));
	memset(text + strlen(head), 'v', len);
	memcpy(text + strlen(head) + len, tail, strlen(tail));
	return text;
}

static int
put_sized(const char *type, size_t len)
{
	come_in("PUT", "/customer");
	param("CONTENT_TYPE", type);
	param("CONTENT_LENGTH", arena_printf(a, "%zu", len));
	return take();
}

static int
put_json(const char *json)
{
	come_in("PUT", "/customer");
	carry("application/json", json, strlen(json));
	return take();
}

static int
put_members(size_t members)
{
	char *json = arena_alloc(a, members * 16 + 4);
	size_t len = 1;

	json[0] = '{';
	for (size_t i = 0; i < members; i++)
		len += (size_t)snprintf(json + len, 16, "%s\"n%zu\":\"\"",
		    i > 0 ? "," : "", i);
	json[len] = '}';
	return put_json(json);
}

static int
get_parameters(size_t parameters)
{
	char *target = arena_alloc(a, parameters * 8 + 16);
	size_t len = (size_t)snprintf(target, 16, "/rate?");

	for (size_t i = 0; i < parameters; i++)
		len += (size_t)snprintf(target + len, 8,
		    "%sn%zu=", i > 0 ? "&" : "", i);
	come_in("GET", target);
	return take();
}

static void
sizes_are_bounded(void **state)
{
	const size_t MiB = 1024 * 1024;

	(void)state;
	come_in("GET", long_text("/rate?a=", 8192 - 8, ""));
	expect_int("a target of 8 KiB", take(), 0);
	come_in("GET", long_text("/rate?a=", 8193 - 8, ""));
	expect_int("a target over 8 KiB", take(), 400);
	expect_int("64 parameters", get_parameters(64), 0);
	expect_int("65 parameters", get_parameters(65), 400);
	expect_int("64 members", put_members(64), 0);
	expect_int("65 members", put_members(65), 400);
	expect_int("a value of 64 KiB",
	    put_json(long_text("{\"a\":\"", 65536, "\"}")), 0);
	expect_int("a value over 64 KiB",
	    put_json(long_text("{\"a\":\"", 65537, "\"}")), 400);
	expect("1 MiB of JSON is read", put_sized("application/json", MiB) < 0);
	expect_int("more is not", put_sized("application/json", MiB + 1), 400);
	expect("24 MiB of multipart are read",
	    put_sized("multipart/form-data; boundary=b", 24 * MiB) < 0);
	expect_int("more are not",
	    put_sized("multipart/form-data; boundary=b", 24 * MiB + 1), 400);
}

static void
what_is_sent_twice_is_refused(void **state)
{
	static const char *const names[] = {"REQUEST_METHOD", "REQUEST_URI",
	    "HTTP_X_API_KEY", "HTTP_AUTHORIZATION", "CONTENT_TYPE",
	    "CONTENT_LENGTH", "HTTP_CONTENT_TYPE"};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		come_in("PUT", "/customer");
		carry("application/json", "{}", 2);
		param(names[i], "2");
		param(names[i], "2");
		expect_int(names[i], take(), 400);
	}
}

static void
the_head_tells_who_asks(void **state)
{
	(void)state;
	come_in("GET", "/cb/customer?id=a");
	param("PATH_PREFIX", "/cb");
	param("REQUEST_ID", "0123456789abcdef0123456789abcdef");
	param("HTTP_X_API_KEY", "key");
	param("HTTP_AUTHORIZATION", "Bearer x");
	param("CLIENT_SUBJECT", "CN=platform");
	assert_int_equal(take(), 0);
	assert_string_equal(rq.path, "/customer");
	assert_string_equal(rq.id, "0123456789abcdef0123456789abcdef");
	assert_string_equal(rq.x_api_key, "key");
	assert_string_equal(rq.authorization, "Bearer x");
	assert_string_equal(rq.client, "CN=platform");

	come_in("GET", "/cbcustomer");
	param("PATH_PREFIX", "/cb");
	param("REQUEST_ID", "a b");
	assert_int_equal(take(), 0);
	assert_string_equal(rq.path, "/cbcustomer");
	assert_string_equal(rq.id, "-");
	assert_null(rq.x_api_key);
	assert_string_equal(rq.client, "");
}

static int
nobody(const struct request *r, struct reply *p)
{
	(void)r;
	(void)p;
	return 0;
}

static const struct route routes[] = {
    {"GET", "/customer", nobody, 0},
    {"PUT", "/customer", nobody, 0},
    {"DELETE", "/customer/*", nobody, 0},
};
static const struct endpoint endpoint = {
    .name = "test", .routes = routes, .route_count = COUNT(routes)};

// clang-format off
static const struct {
	const char *method, *path;
	int status;
	const char *more; /* the tail, or what is allowed */
} asked[] = {
	{ "GET", "/customer", 0, "" },
	{ "PUT", "/customer", 0, "" },
	{ "DELETE", "/customer/a", 0, "a" },
	{ "DELETE", "/customer/..", 0, ".." },
	{ "POST", "/customer", 405, "GET, PUT" },
	{ "get", "/customer", 405, "GET, PUT" },
	{ "GET", "/customer/a", 405, "DELETE" },
	{ "DELETE", "/customer", 405, "GET, PUT" },
	{ "DELETE", "/customer/", 404, NULL },
	{ "DELETE", "/customer/a/b", 404, NULL },
	{ "DELETE", "/customer/a/", 404, NULL },
	{ "GET", "/customers", 404, NULL },
	{ "GET", "//customer", 404, NULL },
	{ "GET", "/", 404, NULL },
};
// clang-format on

static void
routes_are_found_or_404_or_405(void **state)
{
	const struct route *route;

	(void)state;
	for (size_t i = 0; i < COUNT(asked); i++) {
		come_in(asked[i].method, asked[i].path);
		assert_int_equal(request_head(&rq, &wire, &rp), 0);
		expect_int(asked[i].path,
		    route_or_reply(&endpoint, &rq, &route, &rp),
		    asked[i].status);
		if (asked[i].status == 0)
			expect_text(asked[i].path, rq.tail, asked[i].more);
		else
			expect_text(asked[i].path, rp.allow, asked[i].more);
	}
}

static void
an_error_replaces_what_was_written_and_stays_json(void **state)
{
	char *text = long_text("", 510, "\xE2\x82\xAC and more");
	struct buf head;

	(void)state;
	reply_init(&rp, a);
	json_open(&rp.json, NULL, '{');
	json_put_text(&rp.json, "half", "an answer");
	assert_int_equal(reply_error(&rp, 400, "a \"%s\"", "b\n"), 400);
	assert_string_equal(rp.body.data, "{\"error\":\"a \\\"b\\n\\\"\"}");
	/* Cut within a character: the whole character goes. */
	assert_int_equal(reply_error(&rp, 400, "%s", text), 400);
	assert_int_equal(rp.body.len, strlen("{\"error\":\"\"}") + 510);
	rp.allow = "GET";
	buf_init(&head, a, 1000);
	reply_head(&rp, &head);
	assert_string_equal(head.data,
	    "Status: 400 Bad Request\r\nAllow: GET\r\n"
	    "Cache-Control: no-store\r\nContent-Type: application/json\r\n"
	    "Content-Length: 522\r\n\r\n");
	reply_init(&rp, a);
	assert_int_equal(reply_empty(&rp, 204), 204);
	buf_reset(&head);
	reply_head(&rp, &head);
	assert_string_equal(head.data,
	    "Status: 204 No Content\r\nCache-Control: no-store\r\n\r\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(queries_become_values_or_are_refused),
	    cmocka_unit_test(json_members_become_values_or_are_refused),
	    cmocka_unit_test(a_body_is_json_or_multipart_in_utf8),
	    cmocka_unit_test(multipart_parts_become_values),
	    cmocka_unit_test(a_body_that_is_not_whole_is_dropped),
	    cmocka_unit_test(lengths_and_methods_must_fit),
	    cmocka_unit_test(sizes_are_bounded),
	    cmocka_unit_test(what_is_sent_twice_is_refused),
	    cmocka_unit_test(the_head_tells_who_asks),
	    cmocka_unit_test(routes_are_found_or_404_or_405),
	    cmocka_unit_test(an_error_replaces_what_was_written_and_stays_json),
	};

	return cmocka_run_group_tests_name("request", tests, setup, teardown);
}
