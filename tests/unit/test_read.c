/* The platform's records: every recorded one is read, and what is none is not.
 */
#include "watch_cases.h"

#include "buf.h"
#include "../../watcher/read.h"

static struct arena *a;
static size_t seen, paid;

static int
begin(void **state)
{
	(void)state;
	a = arena_new();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

/* What holds of every record that a real platform ever showed us. */
static void
look_at(const char *line, const struct json *v)
{
	const struct json *again;
	struct record r, s;
	const char *why, *snapshot;

	if (record_read(v, &r, &why) != 0)
		fail_msg("%s: %s", line, why);
	expect(line, r.id[0] != '\0' && r.status[0] != '\0');
	expect(line,
	    strcmp(r.method, "PIX") == 0 || strcmp(r.method, "WIRE") == 0);
	expect(line, r.in.asset[0] != '\0' && r.in.amount[0] != '\0');
	expect(line, r.creator[0] == 'G' || r.creator[0] == 'M');
	expect(line, r.is_paid == (r.received_at != INSTANT_NONE));
	expect(line, !r.is_paid || json_count(r.stellar) > 0);
	seen++;
	paid += r.is_paid;

	snapshot = record_snapshot(a, &r);
	expect(line, snapshot != NULL);
	expect(line, strstr(snapshot, "request_client_ip") == NULL);
	expect(line, strstr(snapshot, "envelope") == NULL);
	expect(line, strstr(snapshot, "\"message\"") == NULL);
	assert_int_equal(
	    json_parse(a, snapshot, strlen(snapshot), &again, &why), 0);
	assert_int_equal(record_read(again, &s, &why), 0);
	/* A snapshot is as good as the record. */
	expect_text(line, s.status, r.status);
	expect_text(line, s.quote_id, r.quote_id);
	expect_text(line, s.method, r.method);
	expect_text(line, s.memo, r.memo);
	expect_text(line, s.out.amount, r.out.amount);
	expect_text(line, s.fee.amount, r.fee.amount);
	expect_text(line, s.sender, r.sender);
	expect_text(line, s.receiver, r.receiver);
	expect_int(line, s.updated_at, r.updated_at);
	expect_int(line, s.received_at, r.received_at);
	expect(line, json_count(s.stellar) == json_count(r.stellar));
}

/* Records wherever they stand: in lists, alone, as results of calls. */
static void
search(const char *line, const struct json *v)
{
	const char *sep = json_text(json_get(v, "sep")), *name;
	const struct json *m;
	size_t i;

	if (sep != NULL && strcmp(sep, "31") == 0 &&
	    json_get(v, "status") != NULL && json_get(v, "id") != NULL) {
		look_at(line, v);
		return;
	}
	if (json_kind(v) == JSON_ARRAY)
		for (i = 0; i < json_count(v); i++)
			search(line, json_at(v, i));
	if (json_kind(v) == JSON_OBJECT)
		for (i = 0; (m = json_member(v, i, &name)) != NULL; i++)
			search(line, m);
}

static void
read_file(const char *path)
{
	static char line[4 * 1024 * 1024];
	FILE *f = fopen(path, "r");
	const struct json *v;
	const char *why;

	if (f == NULL)
		fail_msg("%s cannot be read", path);
	while (fgets(line, sizeof(line), f) != NULL) {
		arena_reset(a);
		if (json_parse(a, line, strcspn(line, "\n"), &v, &why) != 0)
			continue; /* lines of deliberately odd JSON */
		search(json_text(json_get(v, "id")), json_get(v, "body"));
		search(json_text(json_get(v, "id")), json_get(v, "answer"));
		search(json_text(json_get(v, "id")), json_get(v, "before"));
	}
	fclose(f);
}

static void
every_recorded_record_is_read(void **state)
{
	(void)state;
	read_file("tests/transcripts/4.3.0/reads.jsonl");
	read_file("tests/transcripts/4.3.0/rpc.jsonl");
	read_file("tests/transcripts/3.1.4/reads.jsonl");
	read_file("tests/transcripts/3.1.4/rpc.jsonl");
	expect("records", seen > 300);
	expect("paid ones", paid > 50);
}

static void
what_is_no_record_is_not_read(void **state)
{
	static const struct {
		const char *json, *why;
	} cases[] = {
	    {"{}", "id is missing or no id"},
	    {"[]", "id is missing or no id"},
	    {"{'id': 7, 'sep': '31'}", "id is missing or no id"},
	    {"{'id': 'a b', 'sep': '31'}", "id is missing or no id"},
	    {"{'id': 'a:1', 'sep': '31'}", "id is missing or no id"},
	    {"{'id': "
	     "'012345678901234567890123456789012345678901234567890123456',"
	     " 'sep': '31'}",
		"id is missing or no id"},
	    {"{'id': 'a', 'sep': 31}", "sep is not 31"},
	    {"{'id': 'a', 'sep': '24'}", "sep is not 31"},
	    {"{'id': 'a', 'sep': '31'}", "status is missing"},
	    {"{'id': 'a', 'sep': '31', 'status': 'x'}",
		"updated_at is missing or no time"},
	    {"{'id': 'a', 'sep': '31', 'status': 'x', 'updated_at': 'now'}",
		"updated_at is missing or no time"},
	    {"{'id': 'a', 'sep': '31', 'status': 'x',"
	     " 'updated_at': '2026-01-01T00:00:00Z', 'started_at': ''}",
		"a time is none"},
	};
	struct record r;
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		expect(cases[i].json,
		    record_read(json_of(a, cases[i].json), &r, &why) != 0);
		expect_text(cases[i].json, why, cases[i].why);
	}
}

static void
both_spellings_and_empty_objects_are_known(void **state)
{
	struct record r = record_of(a,
	    "{'id': 'a', 'sep': '31', 'status': 'pending_receiver',"
	    " 'updated_at': '2026-01-01T00:00:00.123456789Z',"
	    " 'funding_method': 'WIRE', 'amount_out': {}, 'unheard_of': [1],"
	    " 'customers': {'sender': {}, 'receiver': {}},"
	    " 'amount_in': {'amount': 7.50, 'asset': 'stellar:native'}}");

	(void)state;
	expect_text("spelling", r.method, "WIRE");
	expect_text("amount_out", r.out.amount, "");
	expect_text("amount_out", r.out.asset, "");
	expect_text("sender", r.sender, "");
	expect_text("a number is taken as written", r.in.amount, "7.50");
	expect("not paid", !r.is_paid);
}

static void
ends_are_told_apart(void **state)
{
	static const struct {
		const char *status;
		bool is_paid, is_final, is_dead;
	} cases[] = {
	    {"completed", true, true, false},
	    {"refunded", true, true, false},
	    {"error", false, true, true},
	    {"error", true, false, false},
	    {"expired", false, true, true},
	    {"expired", true, false, false},
	    {"pending_receiver", false, false, false},
	    {"pending_anchor", true, false, false},
	    {"something_new", false, false, false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct record r = {.status = cases[i].status,
		    .is_paid = cases[i].is_paid};

		expect_int(cases[i].status, record_is_final(&r),
		    cases[i].is_final);
		expect_int(cases[i].status, record_is_dead(&r),
		    cases[i].is_dead);
	}
}

static void
the_payout_currency_is_an_iso_code(void **state)
{
	static const char *const none[] = {"", "iso4217:", "iso4217:BR",
	    "iso4217:brl", "iso4217:BRLX", USDC};
	struct record r = {.out = {"1", "iso4217:BRL"}};
	size_t i;

	(void)state;
	expect_text("BRL", record_currency(&r), "BRL");
	for (i = 0; i < COUNT(none); i++) {
		r.out.asset = none[i];
		expect_text(none[i], record_currency(&r), "");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_recorded_record_is_read),
	    cmocka_unit_test(what_is_no_record_is_not_read),
	    cmocka_unit_test(both_spellings_and_empty_objects_are_known),
	    cmocka_unit_test(ends_are_told_apart),
	    cmocka_unit_test(the_payout_currency_is_an_iso_code),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
