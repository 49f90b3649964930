/*
 * ledger_memo - whether a payment with one of some memos is on the ledger: an
 *               account's payments, the newest first, page by page.
 */
#include <errno.h>

#include "account.h"
#include "arena.h"
#include "buf.h"
#include "http.h"
#include "json.h"
#include "ledger.h"
#include "log.h"

enum {
	PAGE = 200,
	ANSWER_MOST = 4 * 1024 * 1024,
	LOOK_MS = 10000,
	WALK_MS = 15000 /* then it cannot be told, and is tried again */
};

static const char *
text_of(const struct json *v, const char *name)
{
	const char *text = json_text(json_get(v, name));

	return text == NULL ? "" : text;
}

/* The memo of the transaction, or the id of the muxed address it went to. */
static bool
carries(const struct json *one, const char *memo)
{
	return strcmp(text_of(json_get(one, "transaction"), "memo"), memo) ==
	           0 ||
	       strcmp(text_of(one, "to_muxed_id"), memo) == 0;
}

int
ledger_memos(struct arena *a, const char *text, size_t len,
    const char *const *memos, size_t count, bool *found,
    struct ledger_page *out)
{
	const struct json *v, *list;
	const char *why;
	size_t i, k;

	*out = (struct ledger_page){.oldest = INT64_MAX, .cursor = ""};
	if (json_parse(a, text, len, &v, &why) != 0)
		return -EIO;
	list = json_path(v, "_embedded.records");
	if (json_kind(list) != JSON_ARRAY || json_count(list) > PAGE)
		return -EIO;
	out->is_last = json_count(list) < PAGE;
	for (i = 0; i < json_count(list); i++) {
		const struct json *one = json_at(list, i);
		instant at;

		out->cursor = text_of(one, "paging_token");
		if (instant_parse(text_of(one, "created_at"), &at) != 0 ||
		    out->cursor[0] == '\0' ||
		    text_of(json_get(one, "transaction"), "hash")[0] == '\0')
			return -EIO;
		if (at < out->oldest)
			out->oldest = at;
		for (k = 0; k < count; k++)
			found[k] = found[k] || carries(one, memos[k]);
	}
	return 0;
}

static int
get_page(struct ledger_self *self, struct arena *a, const char *account,
    const char *cursor, struct buf *answer)
{
	struct http_call call = {.method = "GET",
	    .url = arena_printf(a,
		"%s/accounts/%s/payments?join=transactions&order=desc"
		"&limit=%d%s%s",
		self->base_url, http_escape(a, account), PAGE,
		cursor[0] == '\0' ? "" : "&cursor=", http_escape(a, cursor)),
	    .headers = {"Accept: application/json"},
	    .timeout_ms = LOOK_MS};

	buf_reset(answer);
	return http_call(self->http, &call, answer);
}

static int
walk(struct ledger_self *self, const char *account, const char *const *memos,
    size_t count, instant since, bool *found)
{
	int64_t end = monotonic_ms() + WALK_MS;
	struct arena *whole = arena_new(), *page = arena_new();
	struct ledger_page at = {.cursor = "", .oldest = INT64_MAX};
	const char *cursor = "";
	struct buf answer;
	int status, rc = -EIO;

	buf_init(&answer, whole, ANSWER_MOST);
	while (monotonic_ms() < end) {
		arena_reset(page);
		status = get_page(self, page, account, cursor, &answer);
		/* Without payments ever there is no such account. */
		if (status == 404 && cursor[0] == '\0') {
			rc = 0;
			break;
		}
		if (status != 200 ||
		    ledger_memos(page, answer.data, answer.len, memos, count,
			found, &at) != 0 ||
		    (!at.is_last && strcmp(at.cursor, cursor) == 0)) {
			log_line(LOG_WARN, "ledger_odd",
			    "what=payments status=%d", status);
			break;
		}
		if (at.is_last || at.oldest < since) {
			rc = 0;
			break;
		}
		cursor = arena_strdup(whole, at.cursor);
	}
	arena_free(page);
	arena_free(whole);
	return rc;
}

void
ledger_carry(void *to, const char *account, const char *const *memos,
    size_t count, instant since, int *found)
{
	char base[ACCOUNT_TEXT], id[MEMO_ID_TEXT];
	struct arena *a = arena_new();
	bool *is_found = arena_array(a, count + 1, sizeof(*is_found));
	int rc = -EIO;
	size_t i;

	if (account_base(account, base, id) == 0)
		rc = walk(to, base, memos, count, since, is_found);
	for (i = 0; i < count; i++)
		found[i] = is_found[i] ? 1 : rc;
	arena_free(a);
}
