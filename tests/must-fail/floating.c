/*
 * Floating point does not become money.
 *
 * refused by: [-Werror=float-conversion]
 */
#include "amount.h"

struct amount of_price(float price);

struct amount
of_price(float price)
{
#ifdef MUST_FAIL
	return amount_of(price);
#else
	(void)price;
	return amount_of(1);
#endif
}
