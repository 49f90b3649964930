/*
 * What other files call stands in a header.
 *
 * refused by: [-Werror=missing-prototypes]
 */
#ifndef MUST_FAIL
static
#endif
    int
    answer(void)
{
	return 42;
}

int (*the_answer)(void) = answer;
