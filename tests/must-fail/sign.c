/*
 * A negative length does not become a huge one.
 *
 * refused by: [-Werror=sign-conversion]
 */
#include <stddef.h>
#include <sys/types.h>

size_t length(ssize_t n);

size_t
length(ssize_t n)
{
#ifdef MUST_FAIL
	return n;
#else
	return n < 0 ? 0 : (size_t)n;
#endif
}
