/*
 * A name means one thing in a function.
 *
 * refused by: [-Werror=shadow]
 */
int sum(int n);

int
sum(int n)
{
	int total = 0;

	for (int i = 0; i < n; i++) {
#ifdef MUST_FAIL
		int n = i;

		total += n;
#else
		total += i;
#endif
	}
	return total;
}
