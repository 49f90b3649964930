/*
 * What a client sent is never a format.
 *
 * refused by: [-Werror=format-nonliteral]
 */
#include "log.h"

void tell(const char *text);

void
tell(const char *text)
{
#ifdef MUST_FAIL
	log_line(LOG_INFO, "tell", text, 1);
#else
	log_line(LOG_INFO, "tell", "%s", text);
#endif
}
