/*
 * gather - what the platform, the bank and the ledger have, page by page into
 *          the database, where it is compared.  Nothing is sent but questions.
 *
 * Errors: VERB_DONE, or VERB_FAILED after a line that says what could not be
 *         read: then nothing may be concluded.
 */
#ifndef WINDLASS_OPERATOR_GATHER_H
#define WINDLASS_OPERATOR_GATHER_H

#include "instant.h"

struct book;
struct db;
struct ways;

struct gather {
	struct db *db;
	const struct ways *ways;
	const struct book *book; /* accounts and assets of ours */
	const char *run;         /* of the comparison */
	instant since;
};

int gather_platform(const struct gather *g);
int gather_bank(const struct gather *g);
int gather_treasury(const struct gather *g);
int gather_ledger(const struct gather *g);

#endif
