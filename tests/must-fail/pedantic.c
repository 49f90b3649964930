/*
 * C17, and no extension without a word.
 *
 * refused by: [-Werror=pedantic]
 */
int larger(int a, int b);

int
larger(int a, int b)
{
#ifdef MUST_FAIL
	return ({ a > b ? a : b; });
#else
	return a > b ? a : b;
#endif
}
