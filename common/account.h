/*
 * account - Stellar addresses and memos.
 *
 * Shape:  G... (account), M... (account with an id), C... (contract), each
 *         with its checksum verified.
 * Errors: -EINVAL for anything else.
 * Source: SEP-23 (strkey); platform contract: account is the base account
 *         while creator.account may be the M-address.
 */
#ifndef WINDLASS_ACCOUNT_H
#define WINDLASS_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

enum { ACCOUNT_TEXT = 57, MEMO_ID_TEXT = 21, MEMO_HASH_TEXT = 45 };

bool is_account(const char *text); /* G, M or C */
/* The base account (G or C) of any address, and the id of an M-address as
 * decimal text ("" if it has none). */
int account_base(const char *text, char base[static ACCOUNT_TEXT],
    char memo_id[static MEMO_ID_TEXT]) __attribute__((warn_unused_result));
/* Is memo a memo of that type (id: decimal below 2^63; text: up to 28 bytes;
 * hash: base64 of 32 bytes, or 64 hex digits)? */
bool is_memo(const char *memo, const char *memo_type);
/* The one spelling of a hash memo that is_memo(): base64. */
const char *memo_hash_text(const char *memo, char out[static MEMO_HASH_TEXT]);

#endif
