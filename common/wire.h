/*
 * wire - one request as it comes in, before anything in it is believed.
 *
 * Shape:  params are NAME=value texts as CGI names them, NULL-terminated;
 *         read() gives the body's next bytes, 0 at its end, negative when the
 *         peer went away or fell silent.
 * Owner:  params die with the connection: what must last is copied.
 */
#ifndef WINDLASS_WIRE_H
#define WINDLASS_WIRE_H

#include <stddef.h>
#include <sys/types.h>

struct wire {
	char *const *params;
	ssize_t (*read)(void *from, char *bytes, size_t len);
	void *from;
};

#endif
