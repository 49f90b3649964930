/*
 * arena_case - the arena `a` of one test, made before it and freed after it:
 *              cmocka_unit_test_setup_teardown(test, arena_begin, arena_end).
 */
#ifndef WINDLASS_ARENA_CASE_H
#define WINDLASS_ARENA_CASE_H

#include "arena.h"

static struct arena *a;

static inline int
arena_begin(void **state)
{
	(void)state;
	a = arena_new();
	return 0;
}

static inline int
arena_end(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

#endif
