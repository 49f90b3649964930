/*
 * platform_assets - does the platform's own file of assets say what our book
 *         says?  Where they differ it refuses our answers, or tells wallets of
 *         what we refuse.
 *
 * Shape:  pure.  The file is YAML, or JSON by its first byte, with items.
 * Errors: every difference is told to say(), by the id of its asset; gives how
 *         many there were, also of a file that cannot be read.
 * Source: Anchor Platform 3.x and 4.x, assets: id, significant_decimals,
 *         distribution_account, sep31 (enabled, receive), sep38 (enabled,
 *         exchangeable_assets, country_codes, sell_delivery_methods,
 *         buy_delivery_methods).
 */
#ifndef WINDLASS_PLATFORM_ASSETS_H
#define WINDLASS_PLATFORM_ASSETS_H

#include <stddef.h>

struct arena;
struct book;

size_t platform_assets_differ(struct arena *a, const char *text, size_t len,
    const struct book *book, void (*say)(void *to, const char *line), void *to)
    __attribute__((warn_unused_result));

#endif
