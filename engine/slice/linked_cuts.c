#include "engine/slice/linked_cuts.h"

#include <string.h>

static void read_age_bands(struct linked_cuts *cuts) {
    bool seen[LINKED_BANDS] = {false};
    for (int age = 0; cuts->masks->ages != NULL && age <= AGE_MAX; age++) {
        int band = dimension_age_band_code(age);
        uint32_t failed = cuts->masks->ages[age];
        if (seen[band] && failed != cuts->by_age_band[band])
            cuts->cuts_age_band[band] = true;
        cuts->by_age_band[band] = failed;
        seen[band] = true;
    }
}

/* Ranges of prices begin or end within the band; else its first price decides. */
static void read_price_band(struct linked_cuts *cuts, int code) {
    const struct tables *prices = cuts->masks->prices;
    int64_t from, below;
    dimension_price_band(code, &from, &below);
    if (!tables_price_passes(prices, from))
        cuts->by_price_band[code] = UINT32_C(1) << DIMENSION_PRICE_BAND;
    for (size_t i = 0; i < prices->price_count; i++) {
        const struct filter_range *range = &prices->prices[i];
        bool begins = range->low > from && range->low < below;
        bool ends = range->high >= from && range->high < below - 1;
        cuts->cuts_price_band[code] = cuts->cuts_price_band[code] || begins || ends;
    }
}

static void read_price_bands(struct linked_cuts *cuts, const struct facts *cells) {
    struct dimension_view view;
    dimension_open(&view, cells, DIMENSION_PRICE_BAND);
    for (int code = 0; code < view.codes; code++) {
        if (cuts->masks->price_bands != NULL)
            cuts->by_price_band[code] |= cuts->masks->price_bands[code];
        if (cuts->masks->prices != NULL && code > 0)
            read_price_band(cuts, code);
    }
    dimension_close(&view);
}

void linked_cuts_read(struct linked_cuts *cuts, const struct facts *cells,
                      const struct linked_masks *masks) {
    memset(cuts, 0, sizeof *cuts);
    cuts->masks = masks;
    read_age_bands(cuts);
    read_price_bands(cuts, cells);
    for (int band = 0; band < LINKED_BANDS; band++) {
        if (cuts->cuts_age_band[band])
            cuts->by_age_band[band] = 0;
        if (cuts->cuts_price_band[band])
            cuts->by_price_band[band] = 0;
    }
}
