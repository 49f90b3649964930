/*
 * asset - names of assets: stellar:CODE:ISSUER, stellar:native, iso4217:XXX.
 *
 * Errors: is_asset() answers whether the text is such a name, checksum of the
 *         issuer included; it does not know which assets the book has.
 * Source: SEP-38, asset identification format; SEP-11 for the ledger's own
 *         spelling (CODE:ISSUER, native).
 */
#ifndef WINDLASS_ASSET_H
#define WINDLASS_ASSET_H

#include <stdbool.h>

bool is_asset(const char *text);
bool is_stellar_asset(const char *text); /* has a prefix stellar: */
/* The ledger's spelling of a stellar asset: the text after "stellar:". */
const char *asset_on_ledger(const char *asset);

#endif
