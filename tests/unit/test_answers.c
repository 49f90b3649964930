/* What answers of the bank, the ledger and the platform tell, and what tells
 * nothing: anything that is not exactly what was agreed. */
#include "watch_cases.h"
#include "arena_case.h"

#include "../../watcher/ledger.h"
#include "../../watcher/platform.h"
#include "../../watcher/rail.h"

/* In texts ' stands for ". */
static const char *
quoted(const char *text)
{
	char *out = arena_strdup(a, text), *c;

	for (c = out; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	return out;
}

/* --- the bank ------------------------------------------------------------ */

#define ORDER                                                                  \
	"'reference': 'tx1:1', 'amount': '500.00', 'currency': 'BRL',"         \
	" 'method': 'PIX', 'beneficiary': {'a': '1', 'b': '2'}"
#define PAYOUT(change, more) "{'bank_id': 'B1', " change more "}"

static struct rail_answer
bank_says(bool is_look_up, int status, const char *text)
{
	const char *body = quoted("{" ORDER "}"), *answer = quoted(text);
	struct rail_order order = {"tx1:1", "tx1:1", body, strlen(body)};

	return rail_read(a, RAIL_PAYOUTS, &order, is_look_up, status, answer,
	    strlen(answer));
}

static void
the_bank_says(void **state)
{
	// clang-format off
	static const struct {
		const char *name;
		bool is_look_up;
		int status;
		const char *text;
		enum rail_says want;
	} cases[] = {
		{ "accepted", false, 201, PAYOUT(ORDER, ", 'status': 'accepted'"), RAIL_ACCEPTED },
		{ "accepted before", false, 200, PAYOUT(ORDER, ", 'status': 'accepted'"), RAIL_ACCEPTED },
		{ "settled at once", false, 201, PAYOUT(ORDER, ", 'status': 'settled'"), RAIL_SETTLED },
		{ "refused", false, 422, PAYOUT(ORDER, ", 'status': 'refused', 'refusal': {'code': 'blocked', 'fixable': false, 'message': 'x'}"), RAIL_REFUSED },
		{ "a refusal with 201", false, 201, PAYOUT(ORDER, ", 'status': 'refused'"), RAIL_UNKNOWN },
		{ "an acceptance with 422", false, 422, PAYOUT(ORDER, ", 'status': 'accepted'"), RAIL_UNKNOWN },
		{ "not understood", false, 400, "{'error': 'x'}", RAIL_REFUSED },
		{ "400 of somebody else", false, 400, "{}", RAIL_UNKNOWN },
		{ "reference used", false, 409, "{'error': 'reference_used', 'message': 'x'}", RAIL_USED },
		{ "key used for another body", false, 409, "{'error': 'key_reused', 'message': 'x'}", RAIL_MISMATCH },
		{ "another 409", false, 409, "{'error': 'busy'}", RAIL_UNKNOWN },
		{ "who are you", false, 401, "{'error': 'x'}", RAIL_UNKNOWN },
		{ "404 to an order", false, 404, "{'error': 'x'}", RAIL_UNKNOWN },
		{ "500", false, 500, "{'error': 'x'}", RAIL_UNKNOWN },
		{ "no answer", false, -5, "", RAIL_UNKNOWN },
		{ "HTML", false, 200, "<html></html>", RAIL_UNKNOWN },
		{ "half of it", false, 201, "{'bank_id': 'B1', 'refer", RAIL_UNKNOWN },
		{ "empty", false, 201, "", RAIL_UNKNOWN },
		{ "a list", false, 201, "[]", RAIL_UNKNOWN },
		{ "no id of theirs", false, 201, "{" ORDER ", 'status': 'accepted'}", RAIL_UNKNOWN },
		{ "no status", false, 201, PAYOUT(ORDER, ""), RAIL_UNKNOWN },
		{ "a new status", false, 201, PAYOUT(ORDER, ", 'status': 'pondering'"), RAIL_UNKNOWN },
		{ "another reference", false, 201, PAYOUT("'reference': 'tx2:1', 'amount': '500', 'currency': 'BRL', 'method': 'PIX', 'beneficiary': {'a': '1', 'b': '2'}", ", 'status': 'accepted'"), RAIL_MISMATCH },
		{ "another amount", false, 201, PAYOUT("'reference': 'tx1:1', 'amount': '500.01', 'currency': 'BRL', 'method': 'PIX', 'beneficiary': {'a': '1', 'b': '2'}", ", 'status': 'accepted'"), RAIL_MISMATCH },
		{ "the amount as a number", false, 201, PAYOUT("'reference': 'tx1:1', 'amount': 500, 'currency': 'BRL', 'method': 'PIX', 'beneficiary': {'a': '1', 'b': '2'}", ", 'status': 'accepted'"), RAIL_MISMATCH },
		{ "the same amount, written otherwise", false, 201, PAYOUT("'reference': 'tx1:1', 'amount': '500', 'currency': 'BRL', 'method': 'PIX', 'beneficiary': {'b': '2', 'a': '1'}", ", 'status': 'accepted'"), RAIL_ACCEPTED },
		{ "another currency", false, 201, PAYOUT("'reference': 'tx1:1', 'amount': '500', 'currency': 'USD', 'method': 'PIX', 'beneficiary': {'a': '1', 'b': '2'}", ", 'status': 'accepted'"), RAIL_MISMATCH },
		{ "another method", false, 201, PAYOUT("'reference': 'tx1:1', 'amount': '500', 'currency': 'BRL', 'method': 'TED', 'beneficiary': {'a': '1', 'b': '2'}", ", 'status': 'accepted'"), RAIL_MISMATCH },
		{ "another beneficiary", false, 201, PAYOUT("'reference': 'tx1:1', 'amount': '500', 'currency': 'BRL', 'method': 'PIX', 'beneficiary': {'a': '1', 'b': '3'}", ", 'status': 'accepted'"), RAIL_MISMATCH },
		{ "more of the beneficiary", false, 201, PAYOUT("'reference': 'tx1:1', 'amount': '500', 'currency': 'BRL', 'method': 'PIX', 'beneficiary': {'a': '1', 'b': '2', 'c': '3'}", ", 'status': 'accepted'"), RAIL_MISMATCH },
		{ "no beneficiary", false, 201, PAYOUT("'reference': 'tx1:1', 'amount': '500', 'currency': 'BRL', 'method': 'PIX'", ", 'status': 'accepted'"), RAIL_MISMATCH },
		{ "found", true, 200, PAYOUT(ORDER, ", 'status': 'accepted'"), RAIL_ACCEPTED },
		{ "found settled", true, 200, PAYOUT(ORDER, ", 'status': 'settled'"), RAIL_SETTLED },
		{ "found returned", true, 200, PAYOUT(ORDER, ", 'status': 'returned', 'return': {'code': 'closed', 'fixable': true, 'message': 'x'}"), RAIL_RETURNED },
		{ "found refused", true, 200, PAYOUT(ORDER, ", 'status': 'refused'"), RAIL_REFUSED },
		{ "not found", true, 404, "{'error': 'x'}", RAIL_NONE },
		{ "404 of somebody else", true, 404, "<html>", RAIL_UNKNOWN },
		{ "404 without a word", true, 404, "{}", RAIL_UNKNOWN },
		{ "look-up: 500", true, 500, "{'error': 'x'}", RAIL_UNKNOWN },
		{ "look-up: 201", true, 201, PAYOUT(ORDER, ", 'status': 'accepted'"), RAIL_UNKNOWN },
		{ "look-up: another reference", true, 200, PAYOUT("'reference': 'tx2:1', 'amount': '500'", ", 'status': 'settled'"), RAIL_MISMATCH },
	};
	// clang-format on
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		expect_int(cases[i].name,
		    bank_says(cases[i].is_look_up, cases[i].status,
			cases[i].text)
			.says,
		    cases[i].want);
}

static void
a_refusals_code_is_a_word(void **state)
{
	struct rail_answer r;

	(void)state;
	r = bank_says(false, 422,
	    PAYOUT(ORDER, ", 'status': 'refused', 'refusal': {'code': "
			  "'account_invalid', 'fixable': true}"));
	assert_string_equal(r.code, "account_invalid");
	assert_string_equal(r.field, "");
	assert_true(r.is_fixable);
	r = bank_says(true, 200,
	    PAYOUT(ORDER, ", 'status': 'returned', 'return': {'code': 'x', "
			  "'field': 'bank_account_number', 'fixable': true}"));
	assert_string_equal(r.field, "bank_account_number");
	r = bank_says(true, 200,
	    PAYOUT(ORDER, ", 'status': 'returned', 'return': {'code': 'x', "
			  "'field': 'João 0001', 'fixable': true}"));
	assert_string_equal(r.field, "");
	r = bank_says(false, 422,
	    PAYOUT(ORDER, ", 'status': 'refused', 'refusal': {'code': "
			  "'account of João is closed', 'fixable': 'yes'}"));
	assert_string_equal(r.code, "unnamed");
	assert_false(r.is_fixable);
}

/* --- the treasury -------------------------------------------------------- */

#define BACK                                                                   \
	"'reference': 'tx1:2', 'amount': '101', 'asset': 'stellar:USDC:X',"    \
	" 'account': '" WALLET "', 'memo': '77', 'memo_type': 'id'"
#define REFUND(change, more) "{'treasury_id': 'T1', " change more "}"

static struct rail_answer
treasury_says(bool is_look_up, int status, const char *text)
{
	const char *body = quoted("{" BACK "}"), *answer = quoted(text);
	struct rail_order order = {"tx1:2", "tx1:2", body, strlen(body)};

	return rail_read(a, RAIL_TREASURY, &order, is_look_up, status, answer,
	    strlen(answer));
}

static void
the_treasury_says(void **state)
{
	// clang-format off
	static const struct {
		const char *name;
		bool is_look_up;
		int status;
		const char *text;
		enum rail_says want;
	} cases[] = {
		{ "accepted", false, 201, REFUND(BACK, ", 'status': 'accepted'"), RAIL_ACCEPTED },
		{ "settled", true, 200, REFUND(BACK, ", 'status': 'settled', 'stellar_transaction_id': '" HASH "'"), RAIL_SETTLED },
		{ "settled, nobody knows where", true, 200, REFUND(BACK, ", 'status': 'settled'"), RAIL_UNKNOWN },
		{ "settled by no hash", true, 200, REFUND(BACK, ", 'status': 'settled', 'stellar_transaction_id': 'abc'"), RAIL_UNKNOWN },
		{ "returned, which it cannot be", true, 200, REFUND(BACK, ", 'status': 'returned'"), RAIL_UNKNOWN },
		{ "refused", false, 422, REFUND(BACK, ", 'status': 'refused', 'refusal': {'code': 'no_trustline', 'message': 'x'}"), RAIL_REFUSED },
		{ "the id of a bank", false, 201, "{'bank_id': 'B1', " BACK ", 'status': 'accepted'}", RAIL_UNKNOWN },
		{ "another account", false, 201, REFUND("'reference': 'tx1:2', 'amount': '101', 'asset': 'stellar:USDC:X', 'account': '" OURS "', 'memo': '77', 'memo_type': 'id'", ", 'status': 'accepted'"), RAIL_MISMATCH },
		{ "another asset", false, 201, REFUND("'reference': 'tx1:2', 'amount': '101', 'asset': 'stellar:USDC:Y', 'account': '" WALLET "', 'memo': '77', 'memo_type': 'id'", ", 'status': 'accepted'"), RAIL_MISMATCH },
		{ "another memo", false, 201, REFUND("'reference': 'tx1:2', 'amount': '101', 'asset': 'stellar:USDC:X', 'account': '" WALLET "', 'memo': '78', 'memo_type': 'id'", ", 'status': 'accepted'"), RAIL_MISMATCH },
		{ "no memo", false, 201, REFUND("'reference': 'tx1:2', 'amount': '101', 'asset': 'stellar:USDC:X', 'account': '" WALLET "'", ", 'status': 'accepted'"), RAIL_MISMATCH },
		{ "not found", true, 404, "{'error': 'x'}", RAIL_NONE },
	};
	// clang-format on
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		expect_int(cases[i].name,
		    treasury_says(cases[i].is_look_up, cases[i].status,
			cases[i].text)
			.says,
		    cases[i].want);
	assert_string_equal(treasury_says(true, 200, cases[1].text).hash, HASH);
}

/* --- the ledger ---------------------------------------------------------- */

#define TX                                                                     \
	"'transaction': {'hash': '" HASH                                       \
	"', 'successful': true, 'memo': '77', 'memo_type': 'id',"              \
	" 'created_at': '2026-01-02T10:04:00Z'}"
#define OP(type, more)                                                         \
	"{'id': '900', 'type': '" type "', 'transaction_successful': true,"    \
	" 'transaction_hash': '" HASH "', " more ", " TX "}"
#define PAYMENT                                                                \
	OP("payment", "'from': '" WALLET "', 'to': '" OURS                     \
		      "', 'asset_type': 'credit_alphanum4',"                   \
		      " 'asset_code': 'USDC', 'asset_issuer': '" ISSUER        \
		      "', 'amount': '101.0000000'")
#define PAGE(records) "{'_embedded': {'records': [" records "]}}"

static struct ledger_transaction
ledger_says(int status, const char *text)
{
	const char *answer = quoted(text);

	return ledger_read(a, HASH, status, answer, strlen(answer));
}

static void
the_ledger_says(void **state)
{
	struct ledger_transaction t = ledger_says(200, PAGE(PAYMENT));

	(void)state;
	assert_int_equal(t.found, 1);
	assert_true(t.is_successful);
	assert_string_equal(t.memo, "77");
	assert_string_equal(t.memo_type, "id");
	assert_int_equal(t.count, 1);
	assert_true(t.operations[0].is_payment);
	assert_string_equal(t.operations[0].asset, "USDC:" ISSUER);
	assert_string_equal(t.operations[0].to, OURS);
	assert_string_equal(t.operations[0].amount, "101.0000000");

	t = ledger_says(200,
	    PAGE(OP("account_merge",
		"'account': '" WALLET "', 'into': '" OURS "'")));
	assert_int_equal(t.found, 1);
	assert_false(t.operations[0].is_payment);
	assert_string_equal(t.operations[0].to, OURS);
	t = ledger_says(200, PAGE(OP("create_account",
				 "'funder': '" WALLET "', 'account': '" OURS
				 "', 'starting_balance': '5'")));
	assert_false(t.operations[0].is_payment);
	assert_string_equal(t.operations[0].to, OURS);
}

static void
a_ledger_that_does_not_tell_tells_nothing(void **state)
{
	static const struct {
		int status;
		const char *text;
		int found;
	} cases[] = {
	    {404, "{}", 0},
	    {200, PAGE(""), 0},
	    {200, "{}", -1},
	    {200, "<html>", -1},
	    {200, "{'_embedded': {'records': [", -1},
	    {500, PAGE(PAYMENT), -1},
	    {302, "", -1},
	    {-5, "", -1},
	    /* Another transaction than the one asked for. */
	    {200,
		PAGE("{'id': '900', 'type': 'payment',"
		     " 'transaction_hash': 'ab', " TX "}"),
		-1},
	    /* Without the transaction beside it. */
	    {200,
		PAGE("{'id': '900', 'type': 'payment', 'transaction_hash': "
		     "'" HASH "'}"),
		-1},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		int found = ledger_says(cases[i].status, cases[i].text).found;

		expect_int(cases[i].text, found < 0 ? -1 : found,
		    cases[i].found);
	}
}

/* --- the platform -------------------------------------------------------- */

static void
answers_are_matched_by_id(void **state)
{
	static const struct rpc_call calls[] = {{"tx1:1", "m", "{}"},
	    {"tx2:5", "m", "{}"}, {"tx3:1", "m", "{}"}};
	struct rpc_answer got[3];
	struct caught c;
	const char *text = quoted(
	    "[{'jsonrpc': '2.0', 'id': 'tx2:5', 'error': {'id': 'tx2', 'code':"
	    " -32600, 'message': 'x'}},"
	    " {'jsonrpc': '2.0', 'id': 'tx1:1', 'result': {'id': 'tx1'}},"
	    " {'jsonrpc': '2.0', 'id': 'tx9:1', 'result': {'id': 'tx9'}}]");

	(void)state;
	rpc_read(a, 200, text, strlen(text), calls, 3, got);
	assert_int_equal(got[0].kind, RPC_RESULT);
	assert_int_equal(got[1].kind, RPC_ERROR);
	assert_int_equal(got[1].code, -32600);
	assert_int_equal(got[2].kind, RPC_UNKNOWN);
	/* A 500 comes after the other calls were carried out. */
	c = catch_stderr();
	rpc_read(a, 500, text, strlen(text), calls, 3, got);
	caught_stderr(c);
	assert_int_equal(got[0].kind, RPC_UNKNOWN);
	assert_int_equal(got[1].kind, RPC_UNKNOWN);
}

static void
answers_that_do_not_tell(void **state)
{
	static const char *const texts[] = {"", "null", "{}", "[]", "[null]",
	    "<html>", "[{'id': 'tx1:1'}]", "[{'id': 'tx1:1', 'result': null}]",
	    "[{'id': 'tx1:1', 'result': {}, 'error': {'code': -32600}}]",
	    "[{'id': 'tx1:1', 'error': {'code': 'x'}}]",
	    "[{'id': 1, 'result': {}}]",
	    "[{'id': 'tx1:1', 'result': {}}, {'id': 'tx1:1', 'result': {}}]",
	    "{'id': 'tx1:1', 'result': {}}"};
	static const struct rpc_call call = {"tx1:1", "m", "{}"};
	struct rpc_answer got;
	struct caught c = catch_stderr();
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		const char *text = quoted(texts[i]);

		rpc_read(a, 200, text, strlen(text), &call, 1, &got);
		expect_int(texts[i], got.kind, RPC_UNKNOWN);
	}
	caught_stderr(c);
}

/* Only the platform's own words say that it does not have a record. */
static void
a_record_is_lost_by_the_platforms_word_only(void **state)
{
	static const struct {
		const char *text;
		int status, rc;
	} cases[] = {
	    {"{\"id\":\"t1\",\"status\":\"x\"}", 200, GOT_RECORD},
	    {"{\"id\":\"t2\",\"status\":\"x\"}", 200, -5},
	    {"{\"error\":\"transaction (id=t1) is not found\"}", 404, GOT_NONE},
	    {"<html>404 Not Found</html>", 404, -5},
	    {"{\"message\":\"no route\"}", 404, -5},
	    {"", 404, -5},
	    {"{\"id\":\"t1\"}", 404, -5},
	    {"{\"error\":\"boom\"}", 500, -5},
	    {"{\"error\":\"forbidden\"}", 403, -5},
	    {"{\"id\":\"t1\"", 200, -5},
	    {"", -5, -5},
	};
	struct caught c = catch_stderr();
	int rcs[COUNT(cases)];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct got got = get_read(a, "t1", cases[i].status,
		    cases[i].text, strlen(cases[i].text));

		rcs[i] = got.rc;
		if ((got.record != NULL) != (got.rc == GOT_RECORD))
			rcs[i] = 99;
	}
	caught_stderr(c);
	for (i = 0; i < COUNT(cases); i++)
		expect_int(cases[i].text, rcs[i], cases[i].rc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_bank_says),
	    cmocka_unit_test(a_refusals_code_is_a_word),
	    cmocka_unit_test(the_treasury_says),
	    cmocka_unit_test(the_ledger_says),
	    cmocka_unit_test(a_ledger_that_does_not_tell_tells_nothing),
	    cmocka_unit_test(answers_are_matched_by_id),
	    cmocka_unit_test(answers_that_do_not_tell),
	    cmocka_unit_test(a_record_is_lost_by_the_platforms_word_only),
	};

	return cmocka_run_group_tests(tests, arena_begin, arena_end);
}
