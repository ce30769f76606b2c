/* For past.c only: order statistics of all prices. */
#ifndef ENGINE_LEARN_PAST_PRICES_H
#define ENGINE_LEARN_PAST_PRICES_H

#include "engine/slice/facts.h"

enum { PRICE_RANKS_MAX = 8 };

/* out[i] is the price of rank ranks[i] (0: the least), below the number of sales that are streamed;
 * exact. Counts in ever narrower bins: two passes for prices below 1,300,000, each some nanoseconds
 * a sale, and half a megabyte a rank. */
enum err past_prices(const struct facts *facts, const int64_t *ranks, int count, int64_t *out,
                     struct error *error);

#endif
