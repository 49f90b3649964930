/*
 * rail_manual - the rail that people are: orders wait in the database until an
 *               operator gives them to a bank (windlass payout export), and
 * says what became of them (windlass payout confirm).
 *
 * Shape:  a struct rail as over HTTP, so that all rules of an order hold.  What
 *         was taken and is not confirmed is RAIL_PENDING.
 * Holds:  list() and page() give nothing: it has no orders that our own
 *         database does not have.
 * Owner:  *db is the caller's, and may be made after this.
 */
#ifndef WINDLASS_RAIL_MANUAL_H
#define WINDLASS_RAIL_MANUAL_H

#include "rail.h"

struct db;

struct rail rail_manual(struct db *const *db);

#endif
