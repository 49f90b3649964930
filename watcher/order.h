/*
 * order - an order to the bank or the treasury: its bytes, made once, sealed
 * under the key of its outflow, and opened again for each sending.
 *
 * Errors: 0, or negative: it cannot be sealed or opened.
 * Owner:  everything hangs on the arena of the round.
 * Source: api/payout-rail.openapi.yaml, PayoutOrder;
 *         api/treasury-rail.openapi.yaml, RefundOrder.
 */
#ifndef WINDLASS_ORDER_H
#define WINDLASS_ORDER_H

#include "rail.h"
#include "watch.h"

struct customer;

struct refund {                    /* what goes back, and where to */
	struct amount amount, fee; /* together what came in */
	const char *asset, *fee_asset, *account;
	const char *memo, *memo_type; /* "": none */
};

/* A new key for the orders of that payment, wrapped. */
struct sealed order_key(struct watcher *w, const struct payment *p);
/* The sealed bytes of attempt n; decimals are those of the currency. */
int order_make(struct watcher *w, const struct payment *p, int64_t n,
    unsigned decimals, const struct customer *receiver,
    const struct customer *sender, struct sealed *out)
    __attribute__((warn_unused_result));
int order_make_back(struct watcher *w, const struct payment *p, int64_t n,
    const struct refund *refund, struct sealed *out)
    __attribute__((warn_unused_result));
/* The payment's last attempt, ready to be sent. */
int order_open(struct watcher *w, const struct payment *p,
    struct rail_order *out) __attribute__((warn_unused_result));
/* The same, to be looked up: once its key has ended, or where it was adopted,
 * nobody knows its bytes any more, and only its reference is asked for. */
int order_known(struct watcher *w, const struct payment *p,
    struct rail_order *out) __attribute__((warn_unused_result));

#endif
