/*
 * bare - the watcher's calls and commits without its decisions: what
 *        watcher_drain is measured against.
 *
 *   bare FILE PAGES STORE
 *
 * A line of FILE is a paid transaction: its id, the hash on the ledger, sender,
 * receiver, and the order to the bank, with tabs between.  PAGES: how many
 * pages of the platform's list are read on the way.  STORE: 1, or 0 to leave
 * the database out and see how fast the simulators answer.  Addresses come from
 * the settings of tests/stack.sh.
 *
 * Calls, their order, how many are made at a time and how often is committed
 * are those of a payment that nothing happens to (watcher/arrive.c, pay.c,
 * settle.c, tell.c).  Each commit stores the bytes that came or go out, as they
 * are.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bare_store.h"
#include "wire.h"

/* As in watcher/: CLAIM_MOST, SEND_MOST, RPC_ARRAY_MOST and who asks how many
 * at a time. */
enum {
	CLAIM = 256,
	SEND = 32,
	ARRAY = 40,
	LEDGER_AT_ONCE = 16,
	READS_AT_ONCE = 16,
	RAIL_AT_ONCE = 32,
	ARRAYS_AT_ONCE = 4,
	PAGE = 100,
	FIELDS = 5,
	LONG = 4096
};

static struct {
	int platform, ledger, bank;
	char bank_headers[LONG];
	bool is_storing;
	int journal;
	size_t pages, pages_read, batches;
} bare;

static _Noreturn void
fail(const char *what, const char *why)
{
	fprintf(stderr, "bare: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

static void *
some(size_t count, size_t size)
{
	void *p = calloc(count + 1, size);

	if (p == NULL)
		abort();
	return p;
}

static char *__attribute__((format(printf, 1, 2))) text(const char *format, ...)
{
	va_list args;
	char *out;

	va_start(args, format);
	if (vasprintf(&out, format, args) < 0)
		abort();
	va_end(args);
	return out;
}

/* --- calls --------------------------------------------------------------- */

static void
make(struct wire_call *calls, size_t count, size_t at_once, int wanted)
{
	size_t i;

	wire_calls(calls, count, at_once);
	for (i = 0; i < count; i++)
		if (calls[i].status != wanted)
			fail(calls[i].target, calls[i].answer);
}

static void
end(struct wire_call *calls, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		free(calls[i].answer);
		free(calls[i].target);
	}
	free(calls);
}

/* The readings of the platform, spread evenly over the work. */
static void
read_pages(size_t batch)
{
	size_t due = bare.pages * (batch + 1) / bare.batches;

	for (; bare.pages_read < due; bare.pages_read++) {
		struct wire_call *call = some(1, sizeof(*call));
		char *records;

		*call = (struct wire_call){.port = bare.platform,
		    .method = "GET",
		    .target = text("/transactions?sep=31&order_by=transfer_"
				   "received_at&order=desc&page_size=%d"
				   "&page_number=0",
			PAGE)};
		make(call, 1, 1, 200);
		/* {"records":[...]} */
		records = strchr(call->answer, '[');
		if (records == NULL)
			fail("no records", call->answer);
		records[strlen(records) - 1] = '\0';
		store_json("seen", records);
		end(call, 1);
	}
}

/* --- the steps ----------------------------------------------------------- */

static void
take_funds(struct payment *list, size_t count)
{
	struct wire_call *calls = some(count, sizeof(*calls));
	size_t i;

	store_mark(list, count, "claim");
	store_look_at_customers(list, count);
	for (i = 0; i < count; i++) {
		calls[i] = (struct wire_call){.port = bare.ledger,
		    .method = "GET",
		    .target = text("/transactions/%s/payments?join=transactions"
				   "&limit=200",
			list[i].hash)};
	}
	make(calls, count, LEDGER_AT_ONCE, 200);
	for (i = 0; i < count; i++)
		list[i].bytes = calls[i].answer;
	store_all(list, count, "funds");
	end(calls, count);
	store_mark(list, count, "let go");
}

static void
prepare(struct payment *list, size_t count)
{
	size_t i;

	store_mark(list, count, "claim");
	store_look_at_customers(list, count);
	for (i = 0; i < count; i++)
		list[i].bytes = list[i].order;
	store_all(list, count, "attempt");
	store_mark(list, count, "let go");
}

static void
look_up(struct payment *list, size_t count)
{
	struct wire_call *calls = some(2 * count, sizeof(*calls));
	size_t i;

	for (i = 0; i < 2 * count; i++)
		calls[i] = (struct wire_call){.port = bare.bank,
		    .method = "GET",
		    .headers = bare.bank_headers,
		    .target =
			text("/payouts/%s%%3A%zu", list[i / 2].tx, i % 2 + 1)};
	make(calls, 2 * count, RAIL_AT_ONCE, 404);
	end(calls, 2 * count);
}

static void
read_records(struct payment *list, size_t count)
{
	struct wire_call *calls = some(count, sizeof(*calls));
	size_t i;

	for (i = 0; i < count; i++)
		calls[i] = (struct wire_call){.port = bare.platform,
		    .method = "GET",
		    .headers = "Content-Type: application/json\r\n",
		    .target = text("/transactions/%s", list[i].tx)};
	make(calls, count, READS_AT_ONCE, 200);
	end(calls, count);
}

/* The references are on the disk before an order leaves. */
static void
keep_references(const struct payment *list, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (dprintf(bare.journal, "1 %s:1\n", list[i].tx) < 0)
			fail("journal", list[i].tx);
	if (bare.is_storing && fdatasync(bare.journal) != 0)
		fail("journal", "fdatasync");
}

/* The bank's number of it is told to the platform. */
static void
keep_bank_id(struct payment *p, const char *answer)
{
	const char *at = strstr(answer, "\"bank_id\":\"");

	if (at == NULL)
		fail("no bank_id", answer);
	at += strlen("\"bank_id\":\"");
	snprintf(p->bank_id, sizeof(p->bank_id), "%.*s", (int)strcspn(at, "\""),
	    at);
}

static void
submit(struct payment *list, size_t count)
{
	struct wire_call *calls = some(count, sizeof(*calls));
	char **headers = some(count, sizeof(*headers));
	size_t i;

	for (i = 0; i < count; i++) {
		headers[i] = text("%sContent-Type: application/json\r\n"
				  "Idempotency-Key: %s:1\r\n",
		    bare.bank_headers, list[i].tx);
		calls[i] = (struct wire_call){.port = bare.bank,
		    .method = "POST",
		    .target = text("/payouts"),
		    .headers = headers[i],
		    .body = list[i].order,
		    .body_len = strlen(list[i].order)};
	}
	make(calls, count, RAIL_AT_ONCE, 201);
	for (i = 0; i < count; i++) {
		keep_bank_id(&list[i], calls[i].answer);
		list[i].bytes = calls[i].answer;
		free(headers[i]);
	}
	store_all(list, count, "accepted");
	free(headers);
	end(calls, count);
}

static void
send_out(struct payment *all, size_t all_count)
{
	size_t at, count;

	store_mark(all, all_count, "claim");
	for (at = 0; at < all_count; at += count) {
		struct payment *list = all + at;

		count = all_count - at < SEND ? all_count - at : SEND;
		look_up(list, count);
		read_records(list, count);
		keep_references(list, count);
		store_mark(list, count, "sent");
		submit(list, count);
	}
	store_mark(all, all_count, "let go");
}

static char *
array_of(const struct payment *list, size_t count, const char *method,
    int number)
{
	size_t room = count * 512 + 3, at = 0, i;
	char *out = some(room, 1);

	for (i = 0; i < count; i++)
		at += (size_t)snprintf(out + at, room - at,
		    "%c{\"jsonrpc\":\"2.0\",\"id\":\"%s:%d\",\"method\":"
		    "\"%s\",\"params\":{\"transaction_id\":\"%s\","
		    "\"external_transaction_id\":\"%s\"}}",
		    i == 0 ? '[' : ',', list[i].tx, number, method, list[i].tx,
		    list[i].bank_id);
	snprintf(out + at, room - at, "]");
	return out;
}

/* Arrays as one, which one commit stores. */
static char *
joined(const struct wire_call *calls, size_t count)
{
	size_t room = 3, at = 0, i;
	char *out;

	for (i = 0; i < count; i++)
		room += strlen(calls[i].answer) + 1;
	out = some(room, 1);
	for (i = 0; i < count; i++) {
		/* Without its brackets. */
		calls[i].answer[strlen(calls[i].answer) - 1] = '\0';
		at += (size_t)snprintf(out + at, room - at, "%c%s",
		    i == 0 ? '[' : ',', calls[i].answer + 1);
	}
	snprintf(out + at, room - at, "]");
	return out;
}

static void
report(struct payment *list, size_t count, const char *method, int number)
{
	size_t arrays = (count + ARRAY - 1) / ARRAY, from, i;
	struct wire_call *calls = some(arrays, sizeof(*calls));
	char **bodies = some(arrays, sizeof(*bodies)), *all;

	store_mark(list, count, "claim");
	store_mark(list, count, "told");
	for (i = 0, from = 0; i < arrays; i++, from += ARRAY) {
		bodies[i] = array_of(list + from,
		    count - from < ARRAY ? count - from : ARRAY, method,
		    number);
		calls[i] = (struct wire_call){.port = bare.platform,
		    .method = "POST",
		    .target = text("/"),
		    .headers = "Content-Type: application/json\r\n",
		    .body = bodies[i],
		    .body_len = strlen(bodies[i])};
	}
	make(calls, arrays, ARRAYS_AT_ONCE, 200);
	for (i = 0; i < arrays; i++) {
		if (strstr(calls[i].answer, "\"error\":") != NULL)
			fail(method, calls[i].answer);
		free(bodies[i]);
	}
	all = joined(calls, arrays);
	store_json("reported", all);
	free(all);
	free(bodies);
	end(calls, arrays);
	store_mark(list, count, "let go");
}

static void
look_until_settled(struct payment *list, size_t count)
{
	struct timespec pause = {0, 100000000};
	size_t settled = 0, i;

	store_mark(list, count, "claim");
	while (settled < count) {
		struct wire_call *calls = some(count, sizeof(*calls));

		for (i = 0; i < count; i++)
			calls[i] = (struct wire_call){.port = bare.bank,
			    .method = "GET",
			    .headers = bare.bank_headers,
			    .target = text("/payouts/%s%%3A1", list[i].tx)};
		make(calls, count, RAIL_AT_ONCE, 200);
		for (i = 0, settled = 0; i < count; i++) {
			settled += strstr(calls[i].answer,
				       "\"status\":\"settled\"") != NULL;
			list[i].bytes = calls[i].answer;
		}
		store_all(list, count, "seen");
		end(calls, count);
		if (settled < count)
			nanosleep(&pause, NULL);
	}
	store_mark(list, count, "let go");
}

/* --- the program --------------------------------------------------------- */

static int
port_of(const char *setting)
{
	const char *url = getenv(setting), *colon;

	if (url == NULL || (colon = strrchr(url, ':')) == NULL)
		fail(setting, "is not set");
	return (int)strtol(colon + 1, NULL, 10);
}

/* The line's parts, in place. */
static void
split(char *line, struct payment *p)
{
	char **parts[FIELDS] = {&p->tx, &p->hash, &p->sender, &p->receiver,
	    &p->order};
	size_t i;

	for (i = 0; i < FIELDS; i++) {
		*parts[i] = line;
		line += strcspn(line, "\t\n");
		if (*line == '\0')
			fail("a line is too short", p->tx);
		*line++ = '\0';
	}
}

static struct payment *
read_payments(const char *path, size_t *count)
{
	FILE *from = fopen(path, "r");
	size_t room = 0, line_room;
	struct payment *list = NULL;
	char *line = NULL;

	if (from == NULL)
		fail(path, "cannot be opened");
	for (*count = 0; line_room = 0, getline(&line, &line_room, from) > 0;
	     line = NULL, ++*count) {
		if (*count == room) {
			room = 2 * room + 256;
			list = realloc(list, room * sizeof(*list));
			if (list == NULL)
				abort();
		}
		list[*count] = (struct payment){0};
		split(line, &list[*count]);
	}
	fclose(from);
	return list;
}

typedef void (*step)(struct payment *list, size_t count);

static void
tell_pending(struct payment *list, size_t count)
{
	report(list, count, "notify_offchain_funds_pending", 1);
}

static void
tell_sent(struct payment *list, size_t count)
{
	report(list, count, "notify_offchain_funds_sent", 2);
}

int
main(int argc, char **argv)
{
	static const step steps[] = {take_funds, prepare, send_out,
	    tell_pending, look_until_settled, tell_sent};
	enum { STEPS = sizeof(steps) / sizeof(steps[0]) };
	struct payment *list;
	size_t count, per_step, i, at;
	char *journal;

	if (argc != 4)
		fail("usage", "bare FILE PAGES STORE");
	list = read_payments(argv[1], &count);
	bare.pages = strtoul(argv[2], NULL, 10);
	bare.platform = port_of("PLATFORM_API_BASE_URL");
	bare.ledger = port_of("WINDLASS_HORIZON_URL");
	bare.bank = port_of("WINDLASS_PAYOUT_RAIL_URL");
	snprintf(bare.bank_headers, sizeof(bare.bank_headers),
	    "X-Api-Key: %s\r\n", getenv("SECRET_WINDLASS_PAYOUT_RAIL_KEY"));
	journal = text("%s.references", argv[1]);
	bare.journal =
	    open(journal, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (bare.journal < 0)
		fail(journal, "cannot be made");
	bare.is_storing = strcmp(argv[3], "1") == 0;
	if (bare.is_storing)
		store_open(getenv("WINDLASS_DATABASE_URL"));
	per_step = (count + CLAIM - 1) / CLAIM;
	bare.batches = per_step * STEPS;
	for (i = 0; i < bare.batches; i++) {
		at = i % per_step * CLAIM;
		steps[i / per_step](list + at,
		    count - at < CLAIM ? count - at : CLAIM);
		read_pages(i);
	}
	return EXIT_SUCCESS;
}
