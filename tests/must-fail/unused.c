/*
 * An option that is taken is used.
 *
 * refused by: [-Werror=unused-parameter]
 */
int answer(int option);

int
answer(int option)
{
#ifdef MUST_FAIL
	return 42;
#else
	return option;
#endif
}
