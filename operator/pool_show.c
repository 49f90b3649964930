/*
 * pool show - how full each pool is.
 */
#include "db.h"
#include "listing.h"

static const struct db_statement get = {"pool_show",
    "select name, asset, row_count, total, reserved, bound, expired, free"
    " from windlass.pool_show()",
    0};

static const struct column columns[] = {{.name = "name"}, {.name = "asset"},
    {"row_count", COLUMN_COUNT, NULL}, {"total", COLUMN_AMOUNT, NULL},
    {"reserved", COLUMN_AMOUNT, NULL}, {"bound", COLUMN_AMOUNT, NULL},
    {"expired", COLUMN_AMOUNT, NULL}, {"free", COLUMN_AMOUNT, NULL}};

static const struct listing pools = {.get = &get,
    .name = "pools",
    .columns = columns,
    .column_count = sizeof(columns) / sizeof(columns[0]),
    .none = "there are no pools; load some: windlass load pools FILE"};

static int
run(struct call *c)
{
	return listed(c, &pools, NULL);
}

const struct verb verb_pool_show = {.name = "pool show",
    .operands = "",
    .help = "how full the pools are",
    .run = run};
