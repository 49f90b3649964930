/*
 * A format and its values fit together, in functions of ours too.
 *
 * refused by: [-Werror=format=]
 */
#include "buf.h"

void tell(struct buf *b, long long n);

void
tell(struct buf *b, long long n)
{
#ifdef MUST_FAIL
	buf_printf(b, "%d", n);
#else
	buf_printf(b, "%lld", n);
#endif
}
