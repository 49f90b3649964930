/*
 * Multipart bodies: as OkHttp writes them, and every way to be malformed.
 */
#include "unit.h"

#include "arena.h"
#include "multipart.h"
#include "request.h"

#define BEGIN "--b\r\n"
#define CD(name) "Content-Disposition: form-data; name=\"" name "\"\r\n"
#define FILE_CD(name)                                                          \
	"Content-Disposition: form-data; name=\"" name "\"; "                  \
	"filename=\"x\"\r\n"
#define END "--b--\r\n"

enum { MOST = 64 };

static struct arena *a;
static struct value values[MOST];
static size_t count;
static const char *why;

static int
setup(void **state)
{
	(void)state;
	a = arena_new();
	memset(values, 0, sizeof(values));
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

/* A copy that is exactly as long as the body and one NUL, as request.c has. */
static int
parse(const char *boundary, const char *body, size_t len)
{
	char *copy = arena_alloc(a, len + 1);

	memcpy(copy, body, len);
	why = NULL;
	return multipart_parse(a, boundary, copy, len, values, MOST, &count,
	    &why);
}

static void
the_parts_of_okhttp_are_read(void **state)
{
	static const char body[] = BEGIN CD(
	    "id") "Content-Length: 3\r\n\r\n"
		  "abc\r\n" BEGIN CD(
		      "first_name") "Content-Length: 6\r\n\r\n"
				    "Jos\xC3\xA9!\r\n" BEGIN
				    "Content-Disposition: form-data; "
				    "name=\"photo_id_front\"; "
				    "filename=\"photoIdFront\"\r\n"
				    "Content-Type: application/octet-stream\r\n"
				    "Content-Length: 7\r\n\r\n"
				    "\x89P\0\r\n-\xff\r\n" END;

	(void)state;
	assert_int_equal(parse("b", body, sizeof(body) - 1), 0);
	assert_int_equal(count, 3);
	assert_string_equal(values[0].name, "id");
	assert_string_equal(values[0].text, "abc");
	assert_int_equal(values[0].len, 3);
	assert_string_equal(values[1].text, "Jos\xC3\xA9!");
	assert_string_equal(values[2].name, "photo_id_front");
	assert_null(values[2].text);
	assert_int_equal(values[2].len, 7);
	assert_memory_equal(values[2].bytes, "\x89P\0\r\n-\xff", 7);
}

// clang-format off
static const struct {
	const char *what, *body;
	const char *reason; /* a part of it; NULL: taken */
} bodies[] = {
	{ "an empty value", BEGIN CD("x") "\r\n\r\n" END, NULL },
	{ "an empty file", BEGIN FILE_CD("x") "\r\n\r\n" END, NULL },
	{ "no line end after the last boundary", BEGIN CD("x") "\r\nv\r\n--b--", NULL },
	{ "names of headers in any case", BEGIN "CONTENT-disposition: Form-Data; NAME=x\r\n\r\nv\r\n" END, NULL },
	{ "a header that means nothing", BEGIN CD("x") "X-Y: z\r\n\r\nv\r\n" END, NULL },
	{ "text/plain", BEGIN CD("x") "Content-Type: text/plain; charset=UTF-8\r\n\r\nv\r\n" END, NULL },
	{ "binary as it is", BEGIN CD("x") "Content-Transfer-Encoding: binary\r\n\r\nv\r\n" END, NULL },
	{ "line ends and dashes in a value", BEGIN CD("x") "\r\n\r\n--a\r\n--\r\n\r\n" END, NULL },

	{ "nothing", "", "begin" },
	{ "a preamble", "hello\r\n" BEGIN CD("x") "\r\nv\r\n" END, "begin" },
	{ "a line end first", "\r\n" BEGIN CD("x") "\r\nv\r\n" END, "begin" },
	{ "no parts", END, "no parts" },
	{ "no final boundary", BEGIN CD("x") "\r\nv\r\n", "final" },
	{ "half a final boundary", BEGIN CD("x") "\r\nv\r\n--b-", "malformed" },
	{ "only the beginning", "--b", "malformed" },
	{ "bare line feeds", "--b\n" CD("x") "\nv\n--b--\n", "malformed" },
	{ "a blank after a boundary", "--b \r\n" CD("x") "\r\nv\r\n" END, "malformed" },
	{ "a boundary inside a value", BEGIN CD("x") "\r\nv\r\n--bc\r\n" END, "inside" },
	{ "an epilogue", BEGIN CD("x") "\r\nv\r\n" END "x", "after" },
	{ "a second body", BEGIN CD("x") "\r\nv\r\n" END BEGIN CD("y") "\r\nv\r\n" END, "after" },
	{ "no headers", BEGIN "\r\nv\r\n" END, "no Content-Disposition" },
	{ "headers without end", BEGIN CD("x") "v", "never end" },
	{ "a header without colon", BEGIN CD("x") "nonsense\r\n\r\nv\r\n" END, "header" },
	{ "a header without name", BEGIN CD("x") ": y\r\n\r\nv\r\n" END, "header" },
	{ "a folded header", BEGIN "Content-Disposition: form-data;\r\n name=\"x\"\r\n\r\nv\r\n" END, "malformed" },
	{ "a blank before the colon", BEGIN "Content-Disposition : form-data; name=x\r\n\r\nv\r\n" END, "header" },
	{ "a control byte in a header", BEGIN "Content-Disposition: form-data; name=\"x\x01\"\r\n\r\nv\r\n" END, "header" },
	{ "no name", BEGIN "Content-Disposition: form-data\r\n\r\nv\r\n" END, "name" },
	{ "an empty name", BEGIN CD("") "\r\nv\r\n" END, "name" },
	{ "a name that is none", BEGIN CD("x y") "\r\nv\r\n" END, "name" },
	{ "two names", BEGIN "Content-Disposition: form-data; name=x; name=y\r\n\r\nv\r\n" END, "malformed" },
	{ "an encoded twin of the name", BEGIN "Content-Disposition: form-data; name=x; name*=utf-8''y\r\n\r\nv\r\n" END, "5987" },
	{ "an encoded file name", BEGIN "Content-Disposition: form-data; name=x; filename*=utf-8''y\r\n\r\nv\r\n" END, "5987" },
	{ "an attachment", BEGIN "Content-Disposition: attachment; name=x\r\n\r\nv\r\n" END, "malformed" },
	{ "two dispositions", BEGIN CD("x") CD("y") "\r\nv\r\n" END, "two" },
	{ "two types", BEGIN CD("x") "Content-Type: text/plain\r\nContent-Type: text/plain\r\n\r\nv\r\n" END, "two" },
	{ "two lengths", BEGIN CD("x") "Content-Length: 1\r\nContent-Length: 1\r\n\r\nv\r\n" END, "two" },
	{ "a length too small", BEGIN CD("x") "Content-Length: 1\r\n\r\nvw\r\n" END, "Content-Length" },
	{ "a length too large", BEGIN CD("x") "Content-Length: 3\r\n\r\nvw\r\n" END, "Content-Length" },
	{ "a length that is none", BEGIN CD("x") "Content-Length: -1\r\n\r\nv\r\n" END, "Content-Length" },
	{ "no length after its name", BEGIN CD("x") "Content-Length:\r\n\r\nv\r\n" END, "Content-Length" },
	{ "a length of many digits", BEGIN CD("x") "Content-Length: 000000001\r\n\r\nv\r\n" END, "Content-Length" },
	{ "a type that is none", BEGIN CD("x") "Content-Type: text\r\n\r\nv\r\n" END, "Content-Type" },
	{ "bytes without file name", BEGIN CD("x") "Content-Type: application/octet-stream\r\n\r\nv\r\n" END, "text/plain" },
	{ "another charset", BEGIN CD("x") "Content-Type: text/plain; charset=latin1\r\n\r\nv\r\n" END, "charset" },
	{ "a nested multipart", BEGIN FILE_CD("x") "Content-Type: multipart/mixed; boundary=c\r\n\r\nv\r\n" END, "multipart" },
	{ "base64", BEGIN CD("x") "Content-Transfer-Encoding: base64\r\n\r\ndg==\r\n" END, "encoded" },
	{ "bad UTF-8 in a value", BEGIN CD("x") "\r\n\xff\r\n" END, "UTF-8" },
	{ "bad UTF-8 in a file name", BEGIN "Content-Disposition: form-data; name=x; filename=\"\xff\"\r\n\r\nv\r\n" END, "malformed" },
};

static const struct {
	const char *boundary;
	bool is_good;
} boundaries[] = {
	{ "b", true },
	{ "2a13ee50-853a-4181-8f59-daa8a306a1ab", true },
	{ "a b'()+_,-./:=?", true },
	{ "1234567890123456789012345678901234567890123456789012345678901234567890", true },
	{ "12345678901234567890123456789012345678901234567890123456789012345678901", false },
	{ "", false },
	{ "b ", false },
	{ "b\"", false },
	{ "b\r\n", false },
	{ "b\xC3\xA9", false },
};
// clang-format on

static void
bodies_are_taken_or_refused_with_a_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
		int rc = parse("b", bodies[i].body, strlen(bodies[i].body));

		if ((rc == 0) != (bodies[i].reason == NULL) ||
		    (rc != 0 && strstr(why, bodies[i].reason) == NULL))
			fail_msg("%s: %d, %s", bodies[i].what, rc,
			    rc == 0 ? "taken" : why);
	}
}

static void
a_NUL_is_refused_in_text_and_kept_in_a_file(void **state)
{
	static const char text[] = BEGIN CD("x") "\r\na\0b\r\n" END;
	static const char file[] = BEGIN FILE_CD("x") "\r\na\0b\r\n" END;
	static const char name[] = BEGIN CD("x\0y") "\r\nv\r\n" END;

	(void)state;
	assert_int_not_equal(parse("b", text, sizeof(text) - 1), 0);
	assert_int_not_equal(parse("b", name, sizeof(name) - 1), 0);
	assert_int_equal(parse("b", file, sizeof(file) - 1), 0);
	assert_int_equal(values[0].len, 3);
}

static void
boundaries_have_1_to_70_characters(void **state)
{
	char body[256];

	(void)state;
	for (size_t i = 0; i < sizeof(boundaries) / sizeof(*boundaries); i++) {
		const char *b = boundaries[i].boundary;
		int len = snprintf(body, sizeof(body),
		    "--%s\r\n" CD("x") "\r\nv\r\n--%s--", b, b);

		if ((parse(b, body, (size_t)len) == 0) != boundaries[i].is_good)
			fail_msg("[%s]", b);
	}
}

static void
every_cut_of_a_good_body_is_refused(void **state)
{
	static const char body[] =
	    BEGIN CD("x") "Content-Length: 1\r\n\r\n"
			  "v\r\n" BEGIN FILE_CD("y") "\r\nbytes\r\n"
						     "--b--";

	(void)state;
	assert_int_equal(parse("b", body, sizeof(body) - 1), 0);
	for (size_t len = 0; len < sizeof(body) - 1; len++)
		if (parse("b", body, len) == 0)
			fail_msg("the first %zu bytes are taken", len);
}

/* A body of one part with so many bytes; and of so many parts. */
static int
parse_sized(const char *head, size_t len)
{
	size_t head_len = strlen(head);
	size_t all = head_len + len + strlen("\r\n--b--");
	char *body = arena_alloc(a, all + 1);
	int rc;

	memcpy(body, head, head_len);
	memset(body + head_len, 'v', len);
	memcpy(body + head_len + len, "\r\n--b--", 8);
	rc = multipart_parse(a, "b", body, all, values, MOST, &count, &why);
	return rc;
}

static int
parse_parts(size_t parts)
{
	char *body = arena_alloc(a, parts * 80 + 8);
	size_t len = 0;

	for (size_t i = 0; i < parts; i++)
		len += (size_t)snprintf(body + len, 80,
		    "--b\r\n" CD("x%zu") "\r\nv\r\n", i);
	len += (size_t)snprintf(body + len, 8, "--b--");
	return multipart_parse(a, "b", body, len, values, MOST, &count, &why);
}

static void
sizes_are_bounded(void **state)
{
	(void)state;
	assert_int_equal(parse_sized(BEGIN CD("x") "\r\n", TEXT_MAX), 0);
	assert_int_not_equal(parse_sized(BEGIN CD("x") "\r\n", TEXT_MAX + 1),
	    0);
	assert_int_equal(parse_sized(BEGIN FILE_CD("x") "\r\n", FILE_MAX), 0);
	assert_int_not_equal(
	    parse_sized(BEGIN FILE_CD("x") "\r\n", FILE_MAX + 1), 0);
	assert_int_equal(parse_parts(64), 0);
	assert_int_equal(count, 64);
	assert_int_not_equal(parse_parts(65), 0);
	assert_int_not_equal(
	    parse_sized(BEGIN CD("x") "X-Long: ", PART_HEADERS_MAX), 0);
	assert_non_null(strstr(why, "too long"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_parts_of_okhttp_are_read, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		bodies_are_taken_or_refused_with_a_reason, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		a_NUL_is_refused_in_text_and_kept_in_a_file, setup, teardown),
	    cmocka_unit_test_setup_teardown(boundaries_have_1_to_70_characters,
		setup, teardown),
	    cmocka_unit_test_setup_teardown(every_cut_of_a_good_body_is_refused,
		setup, teardown),
	    cmocka_unit_test_setup_teardown(sizes_are_bounded, setup, teardown),
	};

	return cmocka_run_group_tests_name("multipart", tests, NULL, NULL);
}
