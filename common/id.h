/*
 * id - random identifiers: UUID version 4.
 * Source: RFC 9562; randomness from libsodium.
 */
#ifndef WINDLASS_ID_H
#define WINDLASS_ID_H

#include <stdbool.h>
#include <stdint.h>

enum { ID_TEXT = 37 };

const char *id_new(char out[static ID_TEXT]);
bool is_id(const char *text); /* lower or upper case UUID text */
int64_t memo_new(void);       /* a random memo: 1 to 2^63-1 */

#endif
