/*
 * tell - the outbox: reports are sent in arrays, one a payment; each answer
 *        counts for itself, and what it leaves in doubt is read back.
 */
#include "arena.h"
#include "counts.h"
#include "end.h"
#include "json.h"
#include "log.h"
#include "refund.h"
#include "report.h"
#include "start.h"
#include "watch.h"

#define LOOK_AGAIN (10 * SECOND)

/* What a round has learned about reports, gathered for few round trips. */
struct told_lists {
	struct told *done, *again;
	size_t done_count, again_count;
};

static struct told_lists
lists_for(struct watcher *w, size_t count)
{
	return (struct told_lists){
	    .done = arena_array(w->arena, count + 1, sizeof(struct told)),
	    .again = arena_array(w->arena, count + 1, sizeof(struct told))};
}

static void
write_lists(struct watcher *w, struct told_lists *t)
{
	int rc =
	    store_reports_done(&w->store, w->arena, t->done, t->done_count);
	size_t i;

	/* Whatever is not written stays in doubt, and is read back. */
	if (rc != 0 || store_reports_again(&w->store, w->arena, t->again,
			   t->again_count) != 0)
		log_line(LOG_WARN, "reports_unwritten", "count=%zu",
		    t->done_count + t->again_count);
	for (i = 0; i < t->done_count; i++) {
		struct told *one = &t->done[i];

		if (rc != 0)
			watch_after(w, one->payment, rc);
		else if (store_forbids(one->outcome))
			watch_after(w, one->payment,
			    store_report_park(&w->store, w->arena, one->payment,
				"report_unstorable",
				"what the platform has made of it cannot be "
				"stored"));
		else if (strcmp(one->outcome, "over") == 0)
			one->payment->is_given_back = true;
		else if (strcmp(one->outcome, "ok") != 0)
			watch_after(w, one->payment, STORE_GONE);
	}
}

/* The payment is due when its report is, which the database has set anew. */
static void
after_report(struct watcher *w, struct payment *p)
{
	p->next = watch_now(w) + SECOND / 2;
}

static void
is_done(struct watcher *w, struct told_lists *t, struct payment *p,
    const struct record *record)
{
	t->done[t->done_count++] = (struct told){.payment = p,
	    .record = record,
	    .takes_memo =
		w->platform_memos && strcmp(p->report.method, REQUEST) == 0};
	log_line(LOG_INFO, "reported", "tx=%s method=%s status=%s", p->tx_id,
	    p->report.method, log_quoted(record->status));
	p->next = w->now;
}

/* record: as it shows that, or NULL. */
static void
drop_told(struct watcher *w, struct told_lists *t, struct payment *p,
    const struct record *record)
{
	t->done[t->done_count++] =
	    (struct told){.payment = p, .record = record, .is_dropped = true};
	log_line(LOG_INFO, "report_dropped", "tx=%s method=%s", p->tx_id,
	    p->report.method);
	p->next = w->now;
}

/* --- reading back -------------------------------------------------------- */

static void
drop(struct watcher *w, struct told_lists *t, struct payment *p,
    const struct record *now)
{
	if (strcmp(p->report.method, REQUEST) != 0) {
		/* Told often enough, or overtaken by the money. */
		drop_told(w, t, p, now);
		return;
	}
	log_line(LOG_INFO, "request_dropped", "tx=%s status=%s", p->tx_id,
	    log_quoted(now->status));
	watch_after(w, p,
	    store_gate_drop(&w->store, w->arena, p,
		"request_dropped: the record cannot take the request any "
		"more"));
	p->waits = NULL;
}

static void
drop_request(struct watcher *w, struct payment *p,
    const struct gate_answer *answer)
{
	log_line(LOG_INFO, "request_dropped", "tx=%s code=%s", p->tx_id,
	    answer->code);
	watch_after(w, p,
	    store_gate_drop(&w->store, w->arena, p,
		arena_printf(w->arena, "%s: %s", answer->code,
		    answer->sentence)));
	p->waits = NULL;
}

/* What the platform does not take may have come too late: then the gate says no
 * by now, and what follows is the book's to say. */
static bool
came_too_late(struct watcher *w, struct payment *p)
{
	struct gate_answer answer;

	if (strcmp(p->report.method, REQUEST) != 0 ||
	    start_still_holds(w, p, &answer) != 0 || answer.says == GATE_PASS)
		return false;
	drop_request(w, p, &answer);
	return true;
}

static void
decide(struct watcher *w, struct told_lists *t, struct payment *p,
    const struct got *got, int64_t code)
{
	struct record *now = arena_alloc(w->arena, sizeof(*now));
	const char *why;

	if (got->rc == GOT_NONE) {
		watch_after(w, p,
		    store_report_park(&w->store, w->arena, p, "record_lost",
			"the platform does not know it any more"));
		return;
	}
	if (got->rc != GOT_RECORD || record_read(got->record, now, &why) != 0) {
		p->next = watch_now(w) + LOOK_AGAIN / 4;
		return;
	}
	switch (report_read_back(p, now, w->platform_memos)) {
	case VERDICT_DONE:
		is_done(w, t, p, now);
		return;
	case VERDICT_DROP:
		drop(w, t, p, now);
		return;
	case VERDICT_ROAD:
		log_line(LOG_INFO, "refund_again", "tx=%s status=%s", p->tx_id,
		    log_quoted(now->status));
		watch_after(w, p,
		    store_refund_again(&w->store, w->arena, p, now));
		return;
	case VERDICT_AGAIN:
		break;
	default:
		watch_after(w, p,
		    store_report_park(&w->store, w->arena, p,
			"report_contradicted",
			arena_printf(w->arena,
			    "%s finds the record in status %.40s, or with "
			    "other values",
			    p->report.method, now->status)));
		return;
	}
	if (report_is_hopeless(p, code, watch_now(w))) {
		if (came_too_late(w, p))
			return;
		watch_after(w, p,
		    store_report_park(&w->store, w->arena, p, "report_refused",
			arena_printf(w->arena, "the platform does not take %s",
			    p->report.method)));
		return;
	}
	t->again[t->again_count++] = (struct told){.payment = p,
	    .error = code == 0
	                 ? NULL
	                 : arena_printf(w->arena, "%lld", (long long)code)};
	after_report(w, p);
}

/* codes: what the platform answered just now, 0 for nothing; or NULL. */
static void
read_back(struct watcher *w, struct told_lists *t, struct payment **list,
    const int64_t *codes, size_t count)
{
	const char **ids = arena_array(w->arena, count + 1, sizeof(*ids));
	struct got *got = arena_array(w->arena, count + 1, sizeof(*got));
	size_t i;

	if (count == 0)
		return;
	for (i = 0; i < count; i++)
		ids[i] = list[i]->tx_id;
	w->platform.get(w->platform.self, w->arena, ids, count, got);
	for (i = 0; i < count; i++)
		decide(w, t, list[i], &got[i], codes == NULL ? 0 : codes[i]);
}

void
act_read_back(struct watcher *w, struct payment **list, size_t count)
{
	struct told_lists t = lists_for(w, count);

	read_back(w, &t, list, NULL, count);
	write_lists(w, &t);
}

/* --- sending ------------------------------------------------------------- */

/* The gate is asked again before the request goes out.  If it says no, the
 * intent is dropped, unless the record shows that it was carried out. */
static bool
request_holds(struct watcher *w, struct told_lists *t, struct payment *p)
{
	struct gate_answer answer;
	const char *why;
	struct record now;
	struct got got;

	if (start_still_holds(w, p, &answer) != 0) {
		watch_after(w, p, -1);
		return false;
	}
	if (answer.says == GATE_PASS)
		return true;
	if (p->report.tries > 0) {
		w->platform.get(w->platform.self, w->arena, &p->tx_id, 1, &got);
		if (got.rc != GOT_RECORD ||
		    record_read(got.record, &now, &why) != 0) {
			p->next = watch_now(w) + LOOK_AGAIN / 4;
			return false;
		}
		if (report_read_back(p, &now, w->platform_memos) !=
		    VERDICT_AGAIN) {
			decide(w, t, p, &got, 0);
			return false;
		}
	}
	drop_request(w, p, &answer);
	return false;
}

/* Nothing is ended that money came for: what the record as last read or the
 * ledger shows since it was intended drops the intent.  How many of the list
 * may be sent; they are at its front. */
static size_t
ends_that_hold(struct watcher *w, struct told_lists *t, struct payment **list,
    size_t count)
{
	int *found = arena_array(w->arena, count + 1, sizeof(*found));
	size_t unpaid = 0, n = 0, i;

	for (i = 0; i < count; i++)
		if (list[i]->record.is_paid)
			drop_told(w, t, list[i], NULL);
		else
			list[unpaid++] = list[i];
	end_look(w, list, unpaid, found);
	for (i = 0; i < unpaid; i++)
		if (found[i] > 0)
			drop_told(w, t, list[i], NULL);
		else if (found[i] < 0)
			list[i]->next = watch_now(w) + LOOK_AGAIN;
		else
			list[n++] = list[i];
	return n;
}

/* Reports that were in doubt once go alone, the others in full arrays. */
static size_t
make_arrays(struct payment **list, size_t count, size_t *sizes)
{
	size_t arrays = 0, i;
	bool is_alone = true;

	for (i = 0; i < count; i++) {
		if (is_alone || list[i]->report.alone ||
		    sizes[arrays - 1] == RPC_ARRAY_MOST)
			sizes[arrays++] = 0;
		sizes[arrays - 1]++;
		is_alone = list[i]->report.alone;
	}
	return arrays;
}

static const struct record *
result_of(struct watcher *w, const struct payment *p,
    const struct rpc_answer *answer)
{
	struct record *r = arena_alloc(w->arena, sizeof(*r));
	const char *why;

	if (answer->kind != RPC_RESULT ||
	    record_read(answer->result, r, &why) != 0 ||
	    !report_is_done(p, r, w->platform_memos))
		return NULL;
	return r;
}

/* An array of which no call was answered is one that told nothing. */
static void
platform_told(struct watcher *w, const struct rpc_answer *answers,
    const size_t *sizes, size_t arrays)
{
	struct breaker *b = &w->platform_breaker;
	bool has_changed = false;
	size_t at = 0, i, k;

	for (i = 0; i < arrays; at += sizes[i++]) {
		enum breaker_heard heard = BREAKER_UNKNOWN;

		for (k = 0; k < sizes[i]; k++)
			if (answers[at + k].kind != RPC_UNKNOWN)
				heard = BREAKER_TOLD;
		has_changed |= breaker_hears(b, heard,
		    answers[at].retry_after * SECOND, watch_now(w));
	}
	if (has_changed)
		breaker_tell(w, "platform", b);
}

static void
send_reports(struct watcher *w, struct told_lists *t, struct payment **list,
    size_t count)
{
	struct rpc_call *calls =
	    arena_array(w->arena, count + 1, sizeof(*calls));
	struct rpc_answer *answers =
	    arena_array(w->arena, count + 1, sizeof(*answers));
	size_t *sizes = arena_array(w->arena, count + 1, sizeof(*sizes));
	struct payment **doubted =
	    arena_array(w->arena, count + 1, sizeof(struct payment *));
	int64_t *codes = arena_array(w->arena, count + 1, sizeof(*codes));
	size_t arrays = make_arrays(list, count, sizes), in_doubt = 0, i;

	for (i = 0; i < count; i++)
		calls[i] = (struct rpc_call){
		    arena_printf(w->arena, "%s:%lld", list[i]->tx_id,
			(long long)list[i]->report.seq),
		    list[i]->report.method, list[i]->report.params};
	w->platform.rpc(w->platform.self, w->arena, calls, sizes, arrays,
	    answers);
	platform_told(w, answers, sizes, arrays);
	for (i = 0; i < count; i++) {
		struct payment *p = list[i];
		const struct record *r = result_of(w, p, &answers[i]);

		count_rpc(p->report.method, answers[i].kind);
		p->report.tries++;
		if (r != NULL) {
			is_done(w, t, p, r);
			continue;
		}
		log_line(LOG_WARN, "report_doubted",
		    "tx=%s method=%s code=%lld", p->tx_id, p->report.method,
		    (long long)answers[i].code);
		codes[in_doubt] = answers[i].code;
		doubted[in_doubt++] = p;
	}
	read_back(w, t, doubted, codes, in_doubt);
}

/* What the database refuses of one is that one's matter: then each alone. */
static int
count_reports(struct watcher *w, struct payment **list, size_t count, bool *may)
{
	int rc = store_reports_sent(&w->store, w->arena, list, count, may);
	size_t i;

	for (i = 0; i < count; i++)
		after_report(w, list[i]);
	for (i = 0; rc == STORE_REFUSED && i < count; i++) {
		int one = store_reports_sent(&w->store, w->arena, &list[i], 1,
		    &may[i]);

		may[i] = one == 0 && may[i];
		if (one != 0)
			watch_after(w, list[i], one);
	}
	return rc == STORE_REFUSED ? 0 : rc;
}

void
act_report(struct watcher *w, struct payment **list, size_t count)
{
	struct payment **ready =
	    arena_array(w->arena, count + 1, sizeof(struct payment *));
	bool *may = arena_array(w->arena, count + 1, sizeof(*may));
	struct told_lists t = lists_for(w, count);
	struct payment **ends =
	    arena_array(w->arena, count + 1, sizeof(struct payment *));
	size_t n = 0, k = 0, end_count = 0, lets, i;

	for (i = 0; i < count && !watch_is_ending(w); i++)
		if (end_is(list[i]))
			ends[end_count++] = list[i];
		else if (strcmp(list[i]->report.method, REQUEST) == 0
			     ? request_holds(w, &t, list[i])
			     : strcmp(list[i]->report.method, DO_REFUND) != 0 ||
				   refund_may_be_told(w, list[i]))
			ready[n++] = list[i];
	end_count = ends_that_hold(w, &t, ends, end_count);
	for (i = 0; i < end_count; i++)
		ready[n++] = ends[i];
	lets = breaker_lets(&w->platform_breaker, n, watch_now(w));
	for (i = lets; i < n; i++)
		after_report(w, ready[i]);
	n = lets;
	if (n > 0 && !watch_is_ending(w) &&
	    count_reports(w, ready, n, may) == 0) {
		for (i = 0; i < n; i++) {
			if (may[i])
				ready[k++] = ready[i];
		}
		send_reports(w, &t, ready, k);
	}
	write_lists(w, &t);
}
