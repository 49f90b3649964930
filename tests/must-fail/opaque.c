/*
 * Values of JSON are read by functions: their inside may change.
 *
 * refused by: invalid use of undefined type
 */
#include "json.h"

const char *text(const struct json *v);

const char *
text(const struct json *v)
{
	const char *inside = json_text(v);

#ifdef MUST_FAIL
	inside = v->text;
#endif
	return inside;
}
