#include "keys.h"

#include <errno.h>

#include "db.h"
#include "seal.h"

static const struct db_statement show = {"keys_show",
    "select number from windlass.keys_show()", 0};

int
keys_learn(struct db *db, struct arena *a, const struct seal *keys)
{
	const struct db_rows *rows;
	int rc = db_call(db, a, &show, NULL, &rows);

	if (rc != 0)
		return rc < 0 ? rc : -EIO;
	return seal_wraps_by(keys, (uint32_t)db_col_int(rows, 0, "number"))
	           ? 0
	           : -EIO;
}
