/*
 * An outcome of the database is looked at.
 *
 * refused by: [-Werror=unused-result]
 */
#include "db.h"

void store(struct db *db);

void
store(struct db *db)
{
#ifdef MUST_FAIL
	db_commit(db);
#else
	if (db_commit(db) != 0)
		db_rollback(db);
#endif
}
