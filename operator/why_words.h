/*
 * why_words - the words of why.c's tables, with its {names} filled in.
 *
 * Rule:   a name that there is not ends the program: the tables are ours.
 * Owner:  texts live in the arena.
 */
#ifndef WINDLASS_WHY_WORDS_H
#define WINDLASS_WHY_WORDS_H

#include "why.h"

struct arena;

/* The facts, and what follows from them, for the {names} in the tables. */
struct known {
	struct why_facts f;
	const char *sentence; /* of the reason, without its code */
	const char *decision; /* what a person has to decide */
	instant give_up;      /* an unpaid payment ends then */
	instant week_over;    /* what is not corrected is given up then */
	const char *field;    /* what is to be corrected */
};

/* NULL stays NULL. */
const char *why_words(struct arena *a, const struct known *k,
    const char *words);

#endif
