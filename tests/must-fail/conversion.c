/*
 * A number is not cut to fit without saying so.
 *
 * refused by: [-Werror=conversion]
 */
#include <stdint.h>

int32_t narrow(int64_t n);

int32_t
narrow(int64_t n)
{
#ifdef MUST_FAIL
	return n;
#else
	return (int32_t)n;
#endif
}
