/*
 * banned - functions nobody here may call; force-included by the Makefile.
 *
 * They cut silently, write past the end, are not re-entrant, or turn money
 * into floating point.  Naming one is a compile error.
 */
#ifndef WINDLASS_BANNED_H
#define WINDLASS_BANNED_H

/* Declare them before they are poisoned. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium/randombytes.h> /* has a member called random */

#pragma GCC poison strcpy strcat strncpy strncat stpcpy sprintf vsprintf gets
#pragma GCC poison strtok atoi atol atoll atof strtod strtof strtold
#pragma GCC poison gmtime localtime ctime asctime tmpnam mktemp system popen
#pragma GCC poison rand srand random srandom

#endif
