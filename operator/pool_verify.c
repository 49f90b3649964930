/*
 * pool verify - do the pools' books balance?  Each fault is a row, and then it
 *               ends with 1.
 */
#include "db.h"
#include "listing.h"

static const struct db_statement get = {"pool_verify",
    "select subject, fault from windlass.pool_verify()", 0};

static const struct column columns[] = {{.name = "subject"}, {.name = "fault"}};

static const struct listing faults = {.get = &get,
    .name = "faults",
    .columns = columns,
    .column_count = sizeof(columns) / sizeof(columns[0]),
    .none = "the pools' books balance",
    .faulty = "the pools' books do not balance"};

static int
run(struct call *c)
{
	return listed(c, &faults, NULL);
}

const struct verb verb_pool_verify = {.name = "pool verify",
    .operands = "",
    .help = "whether the pools' books balance",
    .run = run};
