/*
 * inform - telling the platform that a customer has changed, once per change.
 *
 * The platform asks us for the customer during that call: needs more, and the
 * payment waits for the wallet; has all, and it comes back to us.
 */
#include <inttypes.h>

#include "arena.h"
#include "ask.h"
#include "buf.h"
#include "json.h"
#include "kyc.h"
#include "report.h"

/* The same thing is not told again before. */
#define AGAIN_AFTER (20 * 60 * SECOND)
/* What waits for papers is looked at so often, besides notices. */
#define LOOK_AGAIN (30 * SECOND)

static const char *
params_of(struct watcher *w, const char *customer, const char *type)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, w->arena, 1024);
	json_begin(&o, &b);
	json_open(&o, NULL, '{');
	if (customer != NULL) {
		json_put_text(&o, "customer_id", customer);
		json_put_text(&o, "customer_type", type);
		/* Needed where the customer turns out to be rejected. */
		json_put_text(&o, "message",
		    "The information about a customer has changed.");
	}
	json_close(&o, '}');
	return b.data;
}

static bool
intend(struct watcher *w, struct payment *p, const char *customer,
    const char *type, const char *mark, const struct notice *notice)
{
	int rc = store_intend(&w->store, w->arena, p, CUSTOMER_INFO,
	    params_of(w, customer, type), mark, notice);

	watch_after(w, p, rc);
	return true;
}

/* The notice is about a customer who stands in this payment. */
static bool
is_party(const struct payment *p, const struct notice *n)
{
	if (n->customer[0] == '\0')
		return false;
	return strcmp(n->customer, strcmp(n->type, "sep31-receiver") == 0
				       ? p->record.receiver
				       : p->record.sender) == 0;
}

static bool
is_news(struct watcher *w, const struct payment *p, const char *mark)
{
	return strcmp(p->noticed, mark) != 0 ||
	       watch_now(w) - p->noticed_at > AGAIN_AFTER;
}

static const char *
mark_of(struct watcher *w, const char *what, const struct customer *c)
{
	return arena_printf(w->arena, "%s:%s:%" PRId64, what,
	    c == NULL ? "" : c->id, c == NULL ? 0 : c->version);
}

bool
ask_informs(struct watcher *w, struct payment *p, const struct asked *x,
    struct gate_answer answer)
{
	bool is_waiting = record_is(&p->record, "pending_customer_info_update");
	const char *mark;
	/* A record that waits for papers knows that they are missing. */
	bool is_known = is_waiting && answer.says == GATE_ASK &&
	                strstr(answer.code, "_needs_info") != NULL;

	if (is_party(p, &p->notice))
		return intend(w, p, p->notice.customer, p->notice.type,
		    arena_printf(w->arena, "notice:%s:%" PRId64,
			p->notice.customer, p->notice.version),
		    &p->notice);
	if (answer.says == GATE_ASK && !is_known) {
		const struct customer *c =
		    answer.is_receiver ? x->receiver : x->sender;

		mark =
		    mark_of(w, answer.is_receiver ? "receiver" : "sender", c);
		if (is_news(w, p, mark))
			return intend(w, p, c->id,
			    answer.is_receiver ? "sep31-receiver"
					       : "sep31-sender",
			    mark, NULL);
	}
	if (answer.says == GATE_ASK || answer.says == GATE_WAIT) {
		watch_wait(w, p, answer.code, answer.sentence,
		    watch_now(w) + LOOK_AGAIN);
		return true;
	}
	/* Everything is there, and the record still waits for the wallet. */
	if (answer.says == GATE_PASS && is_waiting) {
		mark = arena_printf(w->arena, "back:%" PRId64 ":%" PRId64,
		    x->sender->version, x->receiver->version);
		if (is_news(w, p, mark))
			return intend(w, p, NULL, NULL, mark, NULL);
		watch_wait(w, p, "info_told",
		    "the platform was told that the customers are complete",
		    watch_now(w) + LOOK_AGAIN);
		return true;
	}
	return false;
}
