/*
 * payout confirm FILE - what became of payouts that people carry out: a bank's
 *                       results, from a file or (-) standard input.
 *
 * All of it is checked before anything is changed.  What was said before
 * changes nothing, so a file may be given again.
 */
#include "arena.h"
#include "buf.h"
#include "confirm.h"
#include "file.h"
#include "results.h"
#include "verb.h"

enum { FROM }; /* operand */

static int
run(struct call *c)
{
	char *from = arena_strdup(c->arena, c->operands[FROM]);
	const char *lines;
	struct buf text;
	int code = file_read(c->arena, from, &text);

	if (code != VERB_DONE)
		return code;
	lines =
	    results_read(c->arena, text.data, text.len, confirm_fault, from);
	return lines == NULL ? VERB_FAILED : confirm(c, lines, from);
}

const struct verb verb_payout_confirm = {.name = "payout confirm",
    .operands = "FILE",
    .help = "takes what became of payouts that people carry out",
    .run = run};
