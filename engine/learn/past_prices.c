/* Prices by rank, by counting: bins as wide as a thousandth of the price at first, then parts of
 * those that the ranks lie in, until a bin is one price. */
#include "engine/learn/past_prices.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/slice/stream.h"

enum { MANTISSA_BITS = 10, PART_BITS = 16, PARTS = 1 << PART_BITS };

/* A rank, counted within the prices from `low` on; 2^width_bits of them. */
struct target {
    int64_t rank, low;
    int width_bits, shift; /* a part has 2^shift prices */
    int64_t *counts;       /* of its parts; another's where these are the same prices */
    bool shares;           /* does not own them */
};

struct counting {
    struct target *targets;
    int count;
    int64_t *bins; /* of the first pass */
};

/* Exponent and upper bits: 2^10 bins for each doubling; below 2^10 each price has its own. */
static int bin_of(int64_t price) {
    int exponent = 63 - __builtin_clzll((uint64_t)price | 1);
    int shift = exponent > MANTISSA_BITS ? exponent - MANTISSA_BITS : 0;
    return (shift << MANTISSA_BITS) + (int)(price >> shift);
}

static int bin_shift(int bin) {
    int shift = (bin >> MANTISSA_BITS) - 1;
    return shift > 0 ? shift : 0;
}

static int64_t bin_low(int bin) {
    int shift = bin_shift(bin);
    return (int64_t)(bin - (shift << MANTISSA_BITS)) << shift;
}

static void count_bins(void *context, const struct facts *window, const uint32_t *rows,
                       size_t count) {
    const struct counting *counting = context;
    for (size_t i = 0; i < count; i++)
        counting->bins[bin_of(window->price_minor[rows[i]])]++;
}

static void count_parts(void *context, const struct facts *window, const uint32_t *rows,
                        size_t count) {
    const struct counting *counting = context;
    for (int t = 0; t < counting->count; t++) {
        struct target *target = &counting->targets[t];
        if (target->width_bits == 0 || target->shares)
            continue;
        uint64_t low = (uint64_t)target->low, width = UINT64_C(1) << target->width_bits;
        int shift = target->shift;
        for (size_t i = 0; i < count; i++) {
            uint64_t above = (uint64_t)window->price_minor[rows[i]] - low;
            if (above < width)
                target->counts[above >> shift]++;
        }
    }
}

/* The bin or part that the rank lies in; what is below no longer counts. */
static int step_into(struct target *target, const int64_t *counts, int most) {
    int at = 0;
    while (at + 1 < most && target->rank >= counts[at])
        target->rank -= counts[at++];
    return at;
}

static void free_counts(struct counting *counting) {
    for (int t = 0; t < counting->count; t++) {
        struct target *target = &counting->targets[t];
        if (!target->shares)
            free(target->counts);
        target->counts = NULL;
        target->shares = false;
    }
}

/* Ranks lie close together: most share their counts with the one before. */
static void make_counts(struct counting *counting, int t) {
    struct target *target = &counting->targets[t];
    for (int other = 0; other < t && !target->shares; other++) {
        const struct target *same = &counting->targets[other];
        target->shares = same->low == target->low && same->width_bits == target->width_bits;
        target->counts = target->shares ? same->counts : NULL;
    }
    if (!target->shares)
        target->counts = xcalloc(PARTS, sizeof *target->counts);
}

/* Into the parts that were counted, if any; false where each is one price. */
static bool narrow(struct counting *counting) {
    bool wide = false;
    for (int t = 0; t < counting->count; t++) {
        struct target *target = &counting->targets[t];
        if (target->counts == NULL)
            continue;
        target->low += (int64_t)step_into(target, target->counts, PARTS) << target->shift;
        target->width_bits = target->shift;
    }
    free_counts(counting);
    for (int t = 0; t < counting->count; t++) {
        struct target *target = &counting->targets[t];
        if (target->width_bits == 0)
            continue;
        target->shift = target->width_bits > PART_BITS ? target->width_bits - PART_BITS : 0;
        make_counts(counting, t);
        wide = true;
    }
    return wide;
}

enum err past_prices(const struct facts *facts, const int64_t *ranks, int count, int64_t *out,
                     struct error *error) {
    enum { BINS = 64 << MANTISSA_BITS };
    struct target targets[PRICE_RANKS_MAX] = {{0}};
    struct counting counting = {targets, count, xcalloc(BINS, sizeof *counting.bins)};
    enum err err = stream_selection(facts, NULL, PACKED_PRICE, count_bins, &counting, error);
    for (int t = 0; t < count && err == ERR_OK; t++) {
        targets[t].rank = ranks[t];
        int bin = step_into(&targets[t], counting.bins, BINS);
        targets[t].low = bin_low(bin);
        targets[t].width_bits = bin_shift(bin);
    }
    while (err == ERR_OK && narrow(&counting))
        err = stream_selection(facts, NULL, PACKED_PRICE, count_parts, &counting, error);
    for (int t = 0; t < count; t++)
        out[t] = targets[t].low;
    free_counts(&counting);
    free(counting.bins);
    return err;
}
