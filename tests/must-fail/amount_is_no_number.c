/*
 * An amount is no number: it is compared by amount_cmp().
 *
 * refused by: used struct type value where scalar is required
 */
#include "amount.h"

bool has_money(struct amount a);

bool
has_money(struct amount a)
{
	bool has = !amount_is_zero(a);

#ifdef MUST_FAIL
	has = a && true;
#endif
	return has;
}
