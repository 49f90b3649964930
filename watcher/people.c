/*
 * people - the customers of a list of payments.
 */
#include "people.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "customer_checks.h"
#include "customer_store.h"
#include "id.h"
#include "json.h"
#include "kyc.h"
#include "watch.h"

struct person {
	const struct customer *customer, *opened;
	const struct book *book; /* that it was opened by; NULL: not yet */
	const char *const *pairs;
	int rc; /* of customer_values(), once it was called */
	bool is_asked;
};

struct people {
	struct person *list; /* by id, in order */
	size_t count;
};

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The ids that the records name, each once. */
static size_t
list_ids(struct watcher *w, struct payment **list, size_t count,
    const char ***out)
{
	const char **ids = arena_array(w->arena, 2 * count + 1, sizeof(*ids));
	size_t n = 0, kept = 0, i;

	for (i = 0; i < count; i++) {
		if (is_id(list[i]->record.sender))
			ids[n++] = list[i]->record.sender;
		if (is_id(list[i]->record.receiver))
			ids[n++] = list[i]->record.receiver;
	}
	qsort(ids, n, sizeof(*ids), by_text);
	for (i = 0; i < n; i++)
		if (kept == 0 || strcmp(ids[kept - 1], ids[i]) != 0)
			ids[kept++] = ids[i];
	*out = ids;
	return kept;
}

void
people_read(struct watcher *w, struct payment **list, size_t count)
{
	const struct customer *const *found;
	const char **ids;
	struct people *all;
	size_t n = list_ids(w, list, count, &ids), i;

	w->people = NULL;
	/* Where they cannot be read, whoever asks for one hears of it. */
	if (n == 0 ||
	    customers_look(w->store.db, w->arena, ids, n, &found, &n) != 0)
		return;
	all = arena_alloc(w->arena, sizeof(*all));
	all->list = arena_array(w->arena, n + 1, sizeof(*all->list));
	all->count = n;
	for (i = 0; i < n; i++)
		all->list[i] = (struct person){.customer = found[i]};
	w->people = all;
}

void
people_forget(struct watcher *w)
{
	w->people = NULL;
}

static int
by_id(const void *id, const void *person)
{
	return strcmp(id, ((const struct person *)person)->customer->id);
}

static struct person *
person_of(struct watcher *w, const char *id)
{
	if (w->people == NULL)
		return NULL;
	return bsearch(id, w->people->list, w->people->count,
	    sizeof(*w->people->list), by_id);
}

int
people_find(struct watcher *w, const char *id, const struct customer **out)
{
	const struct person *one = person_of(w, id);

	if (one == NULL)
		return customer_find(w->store.db, w->arena, id, NULL, NULL,
		    NULL, out);
	*out = one->customer;
	return 0;
}

int
people_values(struct watcher *w, const struct customer *c,
    const char *const **pairs)
{
	struct person *one = person_of(w, c->id);

	if (one == NULL || one->customer != c)
		return customer_values(w->keys, w->arena, c, pairs);
	if (!one->is_asked)
		one->rc = customer_values(w->keys, w->arena, c, &one->pairs);
	one->is_asked = true;
	*pairs = one->pairs;
	return one->rc;
}

const struct customer *
people_opened(struct watcher *w, const struct book *book,
    const struct customer *c)
{
	struct person *one = person_of(w, c->id);
	const struct customer *opened = c;
	const char *const *pairs;

	if (one != NULL && one->customer == c && one->book == book)
		return one->opened;
	if (people_values(w, c, &pairs) == 0)
		opened = customer_checked(w->arena, book, c, pairs, NULL);
	if (one != NULL && one->customer == c) {
		one->book = book;
		one->opened = opened;
	}
	return opened;
}
