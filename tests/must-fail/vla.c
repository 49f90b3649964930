/*
 * The stack does not grow by what a client sends.
 *
 * refused by: [-Werror=vla]
 */
#include <stddef.h>

size_t room(size_t n);

size_t
room(size_t n)
{
#ifdef MUST_FAIL
	char bytes[n];
#else
	char bytes[64];

	(void)n;
#endif
	return sizeof(bytes);
}
