/*
 * ledger_memo - whether a payment with one of some memos is on the ledger: an
 *               account's payments, the newest first, page by page.
 */
#include <errno.h>

#include "account.h"
#include "arena.h"
#include "incoming.h"
#include "ledger.h"

/* Then it cannot be told, and is tried again. */
enum { WALK_MS = 15000 };

static bool
carries(const struct incoming *in, const char *memo)
{
	return strcmp(in->memo, memo) == 0 || strcmp(in->muxed, memo) == 0;
}

/* What is found on a page; false: something on it could be any of them. */
static bool
look(const struct incoming_page *page, const char *const *memos, size_t count,
    bool *found)
{
	bool is_told = true;
	size_t i, k;

	for (i = 0; i < page->count; i++) {
		is_told &= !page->list[i].is_unread;
		for (k = 0; k < count; k++)
			found[k] =
			    found[k] || carries(&page->list[i], memos[k]);
	}
	return is_told;
}

static int
walk(struct ledger_self *self, const char *account, const char *const *memos,
    size_t count, instant since, bool *found)
{
	int64_t end = monotonic_ms() + WALK_MS;
	struct arena *whole = arena_new(), *a = arena_new();
	struct incoming_page page;
	const char *cursor = "";
	bool is_told = true;
	int rc = -EIO;

	while (monotonic_ms() < end) {
		arena_reset(a);
		if (incoming_page(self->http, self->base_url, a, account,
			cursor, INCOMING_NEWEST, &page) != 0)
			break;
		is_told &= look(&page, memos, count, found);
		if (page.is_last || page.oldest < since) {
			rc = is_told ? 0 : -EIO;
			break;
		}
		cursor = arena_strdup(whole, page.cursor);
	}
	arena_free(a);
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
