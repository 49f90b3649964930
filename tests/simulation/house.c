/*
 * house - the database of a run, as its owner sees it.
 */
#include "house.h"

#include <inttypes.h>

#include "arena.h"
#include "book.h"
#include "customer_store.h"
#include "db.h"
#include "fleet.h"
#include "id.h"
#include "sim.h"
#include "world.h"

static struct db *db;
static struct book_cache *books;
static struct seal *keys;
static struct arena *arena;
static struct person persons[PERSONS];

// clang-format off
static const struct db_statement
    reset = {"reset", "select sim.reset($1)", 1},
    tick = {"tick", "select sim.tick($1)", 1},
    held = {"held", "select is_on, windlass.us(since) as since from windlass.money_hold", 0},
    hold = {"hold", "select windlass.hold_set('a drill')", 0},
    lift = {"lift", "select windlass.hold_lift('the drill is over')", 0},
    outcome = {"outcome", "select coalesce((select a.outcome from windlass.attempt a where a.reference = $1), '') as said", 1},
    doubted = {"doubted", "select coalesce(max(windlass.micros(a.doubted_at)), 0) as at from windlass.attempt a where a.reference = $1 and a.doubted_at > '-infinity'", 1},
    stored = {"stored", "select coalesce(max(windlass.micros(a.stored_at)), 0) as at from windlass.attempt a where a.reference = $1", 1},
    mismatch = {"mismatch", "select coalesce(min(windlass.micros(o.moved_at)), 0) as at from windlass.outflow o where o.state = 'review' and o.reason like 'bank_mismatch%'", 0},
    approve = {"approve", "select outcome, n, coalesce(currency, '') as currency from windlass.operator_payment_approve($1, 'Ana', 'she has looked at it')", 1},
    turn = {"turn", "select sim.turn($1) as said", 1},
    back_up = {"back_up", "select sim.back_up()", 0},
    restore = {"restore", "select sim.restore()", 0},
    attempt = {"attempt", "select exists (select from windlass.attempt where reference = $1) as yes", 1},
    look = {"look", "select * from sim.look()", 0},
    sweep = {"sweep", "vacuum", 0},
    standing = {"standing", "select * from sim.standing($1) where state is not null", 1},
    pools = {"pools", "select subject || ': ' || fault as fault from windlass.pool_verify()", 0},
    lacks = {"lacks", "select standing ->> 'sep31-receiver' <> 'ACCEPTED' as yes from windlass.customer where id = $1::uuid", 1},
    rules = {"rules", "select sim.rules() as fault", 0},
    people = {"people", "select sim.tick($1), count(*) as n from windlass.customer", 1};
// clang-format on

/* Not of the arena, which each question empties. */
static struct db_value
number(int64_t n)
{
	static char text[24];

	snprintf(text, sizeof(text), "%" PRId64, n);
	return db_text(text);
}

static const struct db_rows *
ask(const struct db_statement *st, const struct db_value *values)
{
	const struct db_rows *rows;
	int rc;

	arena_reset(arena);
	/* Maybe while the world judges what a watcher does: not its call. */
	fleet_steps_aside(true);
	rc = db_call(db, arena, st, values, &rows);
	fleet_steps_aside(false);
	if (rc != 0 && rc != DB_NONE) {
		fprintf(stderr, "simulation: %s: %s %s\n", st->name,
		    db_state(db), db_reason(db));
		exit(1);
	}
	return rows;
}

/* --- people -------------------------------------------------------------- */

/* The lacking one comes last in a receiver's list. */
static const char *const sender_values[] = {"first_name", "Ana", "last_name",
    "Souza", "email_address", "ana@example.org", "birth_date", "1990-04-12",
    "address_country_code", "USA", NULL};
static const char *const receiver_values[] = {"first_name", "Joao", "last_name",
    "Almeida", "bank_account_number", "", "bank_number", "341", "tax_id",
    "12345678909", "bank_branch_number", "0001", NULL};

static void
put_customer(const char *id, const char *memo, const char *type,
    const char *const *values, const char *account, bool is_needy)
{
	static const char *const none[] = {NULL};
	const char *standings[] = {is_needy ? "NEEDS_INFO" : "ACCEPTED"};
	const char *pairs[16] = {NULL};
	struct customer_field fields[8] = {{0}};
	size_t n = 0, i;

	for (i = 0; values[i] != NULL; i += 2) {
		if (is_needy && values[i + 2] == NULL)
			break;
		pairs[i] = values[i];
		pairs[i + 1] =
		    values[i + 1][0] == '\0' ? account : values[i + 1];
		fields[n++] = (struct customer_field){.name = values[i],
		    .state = FIELD_GIVEN};
	}
	struct customer_next next = {.customer = {.id = id,
					 .account = WALLET,
					 .memo_type = "id",
					 .memo = memo,
					 .field_count = n,
					 .fields = fields,
					 .type_count = 1,
					 .types = &type},
	    .pairs = pairs,
	    .standing = standings,
	    .moved = none,
	    .changed = none,
	    .dropped = none};

	if (customer_save(db, arena, keys, &next) != 0) {
		fprintf(stderr, "simulation: no customer: %s\n", db_reason(db));
		exit(1);
	}
}

static void
make_persons(bool is_first)
{
	char memo[16];
	int i;

	for (i = 0; i < PERSONS; i++) {
		struct person *p = &persons[i];
		bool is_needy = i == NEEDY;

		snprintf(p->sender, sizeof(p->sender),
		    "00000000-0000-4000-8000-0000000010%02d", i);
		snprintf(p->receiver, sizeof(p->receiver),
		    "00000000-0000-4000-8000-0000000020%02d", i);
		snprintf(p->accounts[0], sizeof(p->accounts[0]), "%09d", i + 1);
		p->account_count = 1;
		if (!is_first)
			continue;
		snprintf(memo, sizeof(memo), "%d", 1000 + i);
		put_customer(p->sender, memo, "sep31-sender", sender_values, "",
		    false);
		snprintf(memo, sizeof(memo), "%d", 2000 + i);
		put_customer(p->receiver, memo, "sep31-receiver",
		    receiver_values, p->accounts[0], is_needy);
	}
}

void
house_open(const char *url, const char *kek_file)
{
	const struct db_rows *rows;
	const struct book *book;
	struct db_value v[1];

	arena = arena_new();
	db = db_new(url, "owner", false);
	books = book_cache_new();
	keys = seal_open_keys(kek_file);
	if (keys == NULL)
		exit(1);
	v[0] = number(sim.now);
	rows = ask(&people, v);
	make_persons(db_col_int(rows, 0, "n") == 0);
	if (book_current(books, db, &book) != 0)
		exit(1);
}

void
house_close(void)
{
	book_cache_free(books);
	seal_free(keys);
	db_free(db);
	arena_free(arena);
}

const struct seal *
house_keys(void)
{
	return keys;
}

struct book_cache *
house_book(void)
{
	struct book_cache *own = book_cache_new();
	const struct book *book;

	if (book_current(own, db, &book) != 0)
		exit(1);
	return own;
}

const struct person *
house_person(int i)
{
	return &persons[i];
}

/* The same values again, but for the account. */
static const char *const *
with_account(const char *const *pairs, const char *account)
{
	const char **out = arena_array(arena, 32, sizeof(*out));
	size_t i;

	for (i = 0; pairs[i] != NULL; i += 2) {
		out[i] = pairs[i];
		out[i + 1] = strcmp(pairs[i], "bank_account_number") == 0
		                 ? account
		                 : pairs[i + 1];
	}
	return out;
}

void
house_show(int i, bool is_good, bool is_new_account)
{
	static const char *const none[] = {NULL};
	const char *standings[] = {is_good ? "ACCEPTED" : "NEEDS_INFO"};
	const char *moved[] = {"sep31-receiver", NULL};
	const char *changed[] = {
	    is_new_account ? "bank_account_number" : "tax_id", NULL};
	struct person *p = &persons[i];
	struct customer_field *fields;
	const struct customer *c;
	const char *const *pairs;
	size_t k;

	arena_reset(arena);
	if (customer_find(db, arena, p->receiver, NULL, NULL, NULL, &c) != 0 ||
	    customer_values(keys, arena, c, &pairs) != 0)
		abort();
	if (is_new_account && p->account_count < ACCOUNTS_MOST) {
		snprintf(p->accounts[p->account_count], sizeof(p->accounts[0]),
		    "%09d", (i + 1) * 1000 + p->account_count);
		p->account_count++;
	}
	fields = arena_array(arena, c->field_count, sizeof(*fields));
	memcpy(fields, c->fields, c->field_count * sizeof(*fields));
	for (k = 0; k < c->field_count; k++) {
		bool is_bad = !is_good && strcmp(fields[k].name, "tax_id") == 0;

		fields[k].state = is_bad ? FIELD_REJECTED : FIELD_GIVEN;
		fields[k].error = is_bad ? "unreadable" : NULL;
	}
	struct customer_next next = {.customer = *c,
	    .pairs = with_account(pairs, p->accounts[p->account_count - 1]),
	    .standing = standings,
	    .moved = moved,
	    .changed = changed,
	    .dropped = none};

	next.customer.fields = fields;
	if (customer_save(db, arena, keys, &next) != 0)
		abort();
}

bool
house_lacks(int person)
{
	struct db_value v[] = {db_text(persons[person].receiver)};

	return db_col_bool(ask(&lacks, v), 0, "yes");
}

/* --- a run --------------------------------------------------------------- */

void
house_reset(void)
{
	/* Draws of one run do not lead into those of the next. */
	struct db_value v[] = {
	    number((int64_t)(sim.seed % 1000000 * 1000000 + 1))};

	ask(&reset, v);
	make_persons(false);
	book_outdated(books); /* asked in another run, at another time */
}

void
house_tick(void)
{
	struct db_value v[] = {number(sim.now)};

	ask(&tick, v);
}

static void
print(struct amount amount, char to[static SHORT_TEXT])
{
	char text[AMOUNT_TEXT];

	snprintf(to, SHORT_TEXT, "%s", amount_print(amount, text));
}

void
house_offer(struct offer *offer, const char *sell, bool is_firm)
{
	struct quote_ask wish = {.sell_asset = USDC,
	    .buy_asset = BRL,
	    .sell_amount = sell,
	    .buy_delivery_method = "PIX",
	    .client = WALLET,
	    .firm = true};
	int64_t lifetime = sim_between(200, 900);
	const struct book *book;
	char id[ID_TEXT] = "";
	struct quote q;

	arena_reset(arena);
	*offer = (struct offer){.id = "", .expires_at = INT64_MAX};
	if (book_current(books, db, &book) != 0 ||
	    book_quote(book, arena, &wish, sim.now, &q) != BOOK_OK)
		abort();
	print(q.sell, offer->sell);
	print(q.buy, offer->buy);
	print(q.fee, offer->fee);
	offer->fee_asset = arena_strdup(sim.arena, q.fee_asset);
	if (is_firm && quote_hold(db, arena, book, &q, id_new(id), lifetime,
			   &offer->expires_at) != HOLD_OK)
		abort();
	offer->id = arena_strdup(sim.arena, id);
}

bool
house_is_held(instant *since)
{
	const struct db_rows *rows = ask(&held, NULL);

	*since = db_col_int(rows, 0, "since");
	return db_col_bool(rows, 0, "is_on");
}

void
house_hold(void)
{
	ask(&hold, NULL);
}

void
house_lift(void)
{
	ask(&lift, NULL);
}

const char *
house_outcome(const char *reference)
{
	struct db_value v[] = {db_text(reference)};

	return db_col(ask(&outcome, v), 0, "said");
}

static instant
when(const struct db_statement *st, const char *reference)
{
	struct db_value v[] = {db_text(reference)};

	return db_col_int(ask(st, v), 0, "at");
}

instant
house_doubted(const char *reference)
{
	return when(&doubted, reference);
}

instant
house_stored(const char *reference)
{
	return when(&stored, reference);
}

instant
house_mismatch(void)
{
	return db_col_int(ask(&mismatch, NULL), 0, "at");
}

bool
house_approve(const char *tx_id, int *n, bool *is_back)
{
	struct db_value v[] = {db_text(tx_id)};
	const struct db_rows *rows = ask(&approve, v);

	if (strcmp(db_col(rows, 0, "outcome"), "approved") != 0)
		return false;
	*n = (int)db_col_int(rows, 0, "n");
	*is_back = strcmp(db_col(rows, 0, "currency"), "BRL") != 0;
	return true;
}

const char *
house_turn(const char *tx_id)
{
	struct db_value v[] = {db_text(tx_id)};

	return db_col(ask(&turn, v), 0, "said");
}

bool
house_has_attempt(const char *reference)
{
	struct db_value v[] = {db_text(reference)};

	return db_col_bool(ask(&attempt, v), 0, "yes");
}

void
house_back_up(void)
{
	ask(&back_up, NULL);
}

void
house_restore(void)
{
	ask(&restore, NULL);
}

instant
house_next(int64_t *unfinished)
{
	const struct db_rows *rows = ask(&look, NULL);

	*unfinished = db_col_int(rows, 0, "unfinished");
	return db_col_int(rows, 0, "next_us");
}

void
house_sweep(void)
{
	ask(&sweep, NULL);
}

bool
house_standing(const char *tx_id, struct standing *out)
{
	struct db_value v[] = {db_text(tx_id)};
	const struct db_rows *rows = ask(&standing, v);

	if (db_count(rows) == 0)
		return false;
	*out = (struct standing){db_col(rows, 0, "state"),
	    db_col(rows, 0, "reason"), db_col(rows, 0, "status"),
	    db_col(rows, 0, "outflow"), db_col(rows, 0, "outcome"),
	    db_col(rows, 0, "bank_id"), db_col(rows, 0, "calls")};
	return true;
}

const char *
house_pools(void)
{
	const struct db_rows *rows = ask(&pools, NULL);

	return db_count(rows) == 0 ? NULL : db_col(rows, 0, "fault");
}

const char *
house_rules(void)
{
	return db_col(ask(&rules, NULL), 0, "fault");
}
