/*
 * bare_store - rows of text, over libpq, prepared once.
 */
#include "bare_store.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static PGconn *db; /* NULL: nothing is stored */

static _Noreturn void
fail(const char *what)
{
	fprintf(stderr, "bare: %s: %s\n", what, PQerrorMessage(db));
	exit(EXIT_FAILURE);
}

static void
execute(const char *statement, int count, const char *const *values)
{
	PGresult *res;

	if (db == NULL)
		return;
	res = PQexecPrepared(db, statement, count, values, NULL, NULL, 0);
	if (PQresultStatus(res) != PGRES_TUPLES_OK &&
	    PQresultStatus(res) != PGRES_COMMAND_OK)
		fail(statement);
	PQclear(res);
}

void
store_open(const char *database_url)
{
	static const struct {
		const char *name, *sql;
	} statements[] = {
	    {"customers", "select * from floor.customer "
			  "where id = any ($1::uuid[])"},
	    {"all", "insert into floor.step (tx_id, what, bytes) "
		    "select e ->> 0, $1, e ->> 1 "
		    "from jsonb_array_elements($2::jsonb) as e"},
	    {"json", "insert into floor.step (tx_id, what, bytes) "
		     "select e ->> 'id', $1, e::text "
		     "from jsonb_array_elements($2::jsonb) as e"},
	};
	char url[1024];
	size_t i;

	snprintf(url, sizeof(url), "%s user=owner", database_url);
	db = PQconnectdb(url);
	for (i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		PGresult *res = PQprepare(db, statements[i].name,
		    statements[i].sql, 0, NULL);

		if (PQresultStatus(res) != PGRES_COMMAND_OK)
			fail(statements[i].name);
		PQclear(res);
	}
}

void
store_look_at_customers(const struct payment *list, size_t count)
{
	size_t room = count * 80 + 3, at = 0, i;
	const char *values[1];
	char *ids = malloc(room);

	if (ids == NULL)
		abort();
	for (i = 0; i < count; i++)
		at += (size_t)snprintf(ids + at, room - at, "%c%s,%s",
		    i == 0 ? '{' : ',', list[i].sender, list[i].receiver);
	snprintf(ids + at, room - at, "}");
	values[0] = ids;
	execute("customers", 1, values);
	free(ids);
}

void
store_json(const char *what, const char *bytes)
{
	const char *const values[] = {what, bytes};

	execute("json", 2, values);
}

void
store_all(const struct payment *list, size_t count, const char *what)
{
	const char *values[2] = {what, NULL};
	size_t room = 3, at = 0, i;
	char *array;

	for (i = 0; i < count; i++)
		room += strlen(list[i].tx) + strlen(list[i].bytes) + 8;
	array = malloc(room);
	if (array == NULL)
		abort();
	for (i = 0; i < count; i++)
		at += (size_t)snprintf(array + at, room - at, "%c[\"%s\",%s]",
		    i == 0 ? '[' : ',', list[i].tx, list[i].bytes);
	snprintf(array + at, room - at, "]");
	values[1] = array;
	execute("all", 2, values);
	free(array);
}

void
store_mark(struct payment *list, size_t count, const char *what)
{
	size_t i;

	for (i = 0; i < count; i++)
		list[i].bytes = "true";
	store_all(list, count, what);
}
