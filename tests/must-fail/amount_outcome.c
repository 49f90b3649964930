/*
 * Nobody goes on with a sum that did not fit.
 *
 * refused by: [-Werror=unused-result]
 */
#include "amount.h"

int total(struct amount a, struct amount b, struct amount *out);

int
total(struct amount a, struct amount b, struct amount *out)
{
#ifdef MUST_FAIL
	amount_add(a, b, out);
	return 0;
#else
	return amount_add(a, b, out);
#endif
}
