/*
 * results - what became of payouts, as a bank or a person says it.
 */
#include "results.h"

#include <stdbool.h>

#include "amount.h"
#include "arena.h"
#include "buf.h"
#include "check.h"
#include "csv.h"
#include "json.h"

enum { OUT_MOST = 16 << 20, FAULTS_MOST = 20, BANK_ID_MOST = 128 };

static const char alnum[] = "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

struct reading {
	struct arena *arena;
	void (*say)(void *to, const char *fault);
	void *to;
	size_t faults, entry;
	const char *reference; /* of the entry, for people */
};

static void
fault(struct reading *r, const char *what)
{
	if (r->faults++ >= FAULTS_MOST)
		return;
	if (r->entry == 0)
		r->say(r->to, what);
	else
		r->say(r->to,
		    arena_printf(r->arena, "entry %zu%s%s%s: %s", r->entry,
			r->reference[0] == '\0' ? "" : " (", r->reference,
			r->reference[0] == '\0' ? "" : ")", what));
}

/* --- one value ----------------------------------------------------------- */

static bool
is_made_of(const char *text, const char *more, size_t most)
{
	size_t i, len = strlen(text);

	for (i = 0; i < len; i++)
		if (strchr(alnum, text[i]) == NULL &&
		    strchr(more, text[i]) == NULL)
			return false;
	return len > 0 && len <= most;
}

static bool
is_reference(const char *text)
{
	return is_made_of(text, ":._-", 64);
}

static bool
is_result(const char *text)
{
	static const char *const results[] = {"accepted", "settled", "refused",
	    "returned"};
	size_t i;

	for (i = 0; i < sizeof(results) / sizeof(results[0]); i++)
		if (strcmp(results[i], text) == 0)
			return true;
	return false;
}

static bool
is_bank_id(const char *text)
{
	return text[0] == '\0' ||
	       (is_text(text, NULL) && strlen(text) <= BANK_ID_MOST);
}

static bool
is_code(const char *text)
{
	return text[0] == '\0' || is_made_of(text, "_.:-", 64);
}

static bool
is_yes_or_no(const char *text)
{
	return text[0] == '\0' || strcmp(text, "true") == 0 ||
	       strcmp(text, "false") == 0;
}

static bool
is_field(const char *text)
{
	return strlen(text) <= 64 &&
	       text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_.")] ==
	           '\0';
}

static bool
is_sum(const char *text)
{
	struct amount amount;

	return text[0] == '\0' || amount_parse(text, &amount) == AMOUNT_OK;
}

static bool
is_currency(const char *text)
{
	return text[0] == '\0' ||
	       (strlen(text) == 3 &&
		   strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3);
}

// clang-format off
static const struct {
	const char *name;
	size_t at;
	bool (*is_good)(const char *text);
	const char *why;
} members[] = {
	{ "reference", offsetof(struct result, reference), is_reference, "reference is none of ours: letters, digits, : . _ and -" },
	{ "result", offsetof(struct result, result), is_result, "result must be accepted, settled, refused or returned" },
	{ "bank_id", offsetof(struct result, bank_id), is_bank_id, "bank_id must be one line of at most 128 bytes" },
	{ "code", offsetof(struct result, code), is_code, "code must be one word of letters, digits, _ . : and -" },
	{ "fixable", offsetof(struct result, fixable), is_yes_or_no, "fixable must be true or false" },
	{ "field", offsetof(struct result, field), is_field, "field must be a SEP-9 name" },
	{ "amount", offsetof(struct result, amount), is_sum, "amount must be a decimal number" },
	{ "currency", offsetof(struct result, currency), is_currency, "currency must be three capital letters" },
};
// clang-format on
enum { MEMBERS = sizeof(members) / sizeof(members[0]) };

/* --- one entry ----------------------------------------------------------- */

static void
check(struct reading *r, const struct result *one)
{
	size_t i;

	for (i = 0; i < MEMBERS; i++) {
		const char *const *value =
		    (const void *)((const char *)one + members[i].at);

		if (one->tx_id[0] != '\0' && i == 0)
			continue;
		if (!members[i].is_good(*value))
			fault(r, members[i].why);
	}
	if (one->bank_id[0] == '\0' && strcmp(one->result, "refused") != 0)
		fault(r, "bank_id is missing: the bank's own id of the payout");
}

static void
put(struct json_out *o, const struct result *one)
{
	bool is_failed = strcmp(one->result, "refused") == 0 ||
	                 strcmp(one->result, "returned") == 0;

	json_open(o, NULL, '{');
	if (one->tx_id[0] != '\0')
		json_put_text(o, "tx_id", one->tx_id);
	else
		json_put_text(o, "reference", one->reference);
	json_put_text(o, "result", one->result);
	json_put_text(o, "bank_id", one->bank_id);
	json_put_text(o, "code",
	    one->code[0] == '\0' && is_failed ? "unnamed" : one->code);
	json_put_bool(o, "is_fixable", strcmp(one->fixable, "true") == 0);
	json_put_text(o, "field", one->field);
	json_put_text(o, "amount", one->amount);
	json_put_text(o, "currency", one->currency);
	json_close(o, '}');
}

static const char *
text_of(const struct json *v)
{
	const char *text = json_text(v);

	if (text == NULL)
		text = json_number(v); /* a bank's id may be one */
	if (text == NULL && json_kind(v) == JSON_BOOL)
		text = json_is_true(v) ? "true" : "false";
	return text == NULL ? "" : text;
}

static struct result
read_entry(struct reading *r, const struct json *v)
{
	struct result one = {"", "", "", "", "", "", "", "", ""};
	const char *name;
	size_t i, k;

	for (i = 0; json_member(v, i, &name) != NULL; i++) {
		for (k = 0; k < MEMBERS; k++)
			if (strcmp(members[k].name, name) == 0)
				break;
		if (k == MEMBERS) {
			fault(r,
			    "has a value that is none of reference,"
			    " result, bank_id, code, fixable, field, amount and"
			    " currency");
			continue;
		}
		*(const char **)(void *)((char *)&one + members[k].at) =
		    text_of(json_member(v, i, &name));
	}
	return one;
}

/* --- all of them --------------------------------------------------------- */

static const struct json *
entries_of(struct reading *r, const char *text, size_t len)
{
	size_t blank = strspn(text, " \t\r\n");
	const struct json *list;
	const char *why;

	if (text[blank] != '[' && text[blank] != '{') {
		text = csv_to_json(r->arena, text, len, &why);
		if (text == NULL) {
			fault(r, why);
			return NULL;
		}
		len = strlen(text);
	}
	if (json_parse(r->arena, text, len, &list, &why) != 0)
		fault(r, why);
	else if (json_kind(list) != JSON_ARRAY || json_count(list) == 0)
		fault(r, "is no list of results");
	else if (json_count(list) > RESULTS_MOST)
		fault(r, "has more than 5000 results: split it");
	else
		return list;
	return NULL;
}

const char *
results_read(struct arena *a, const char *text, size_t len,
    void (*say)(void *to, const char *fault), void *to)
{
	struct reading r = {a, say, to, 0, 0, ""};
	const struct json *list = entries_of(&r, text, len);
	struct json_out o;
	struct buf out;

	buf_init(&out, a, OUT_MOST);
	json_begin(&o, &out);
	json_open(&o, NULL, '[');
	for (r.entry = 1; r.entry <= json_count(list); r.entry++) {
		const struct json *v = json_at(list, r.entry - 1);
		struct result one = read_entry(&r, v);

		/* It is shown, so it is looked at first. */
		r.reference = is_reference(one.reference) ? one.reference : "";
		if (json_kind(v) != JSON_OBJECT)
			fault(&r, "is no object");
		else
			check(&r, &one);
		put(&o, &one);
		r.reference = "";
	}
	json_close(&o, ']');
	r.entry = 0;
	if (buf_full(&out))
		fault(&r, "is too large");
	if (r.faults > FAULTS_MOST)
		say(to, "and more");
	return r.faults == 0 ? out.data : NULL;
}

const char *
results_one(struct arena *a, const struct result *one,
    void (*say)(void *to, const char *fault), void *to)
{
	struct reading r = {a, say, to, 0, 0, ""};
	struct json_out o;
	struct buf out;

	check(&r, one);
	buf_init(&out, a, OUT_MOST);
	json_begin(&o, &out);
	json_open(&o, NULL, '[');
	put(&o, one);
	json_close(&o, ']');
	return r.faults == 0 ? out.data : NULL;
}
