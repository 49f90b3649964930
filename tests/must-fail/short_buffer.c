/*
 * A buffer has the room that a header asks for.
 *
 * refused by: [-Werror=stringop-overflow=]
 */
#include "id.h"

void name(void);

void
name(void)
{
#ifdef MUST_FAIL
	char id[ID_TEXT - 1];
#else
	char id[ID_TEXT];
#endif

	id_new(id);
}
