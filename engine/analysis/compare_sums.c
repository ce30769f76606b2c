#include "engine/analysis/compare_sums.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/slice/stream.h"

const enum dimension compare_mixes[COMPARE_MIXES] = {DIMENSION_GENDER, DIMENSION_AGE_BAND,
                                                     DIMENSION_LOCATION, DIMENSION_HANDSET};

struct summing {
    struct compare_sums *sums;
    struct dimension_view views[COMPARE_MIXES];
};

static void summing_open(struct summing *summing, const struct facts *facts,
                         struct compare_sums *sums) {
    *sums = (struct compare_sums){.total = {0}};
    summing->sums = sums;
    for (int m = 0; m < COMPARE_MIXES; m++) {
        dimension_open(&summing->views[m], facts, compare_mixes[m]);
        sums->codes[m] = summing->views[m].codes;
        sums->mixes[m] = xcalloc((size_t)sums->codes[m], sizeof *sums->mixes[m]);
    }
}

static void summing_close(struct summing *summing) {
    for (int m = 0; m < COMPARE_MIXES; m++)
        dimension_close(&summing->views[m]);
}

static void add_rows(void *context, const struct facts *facts, const uint32_t *rows, size_t count) {
    enum { BLOCK = 1024 };
    struct summing *summing = context;
    int codes[BLOCK];
    for (size_t at = 0; at < count; at += BLOCK) {
        size_t size = count - at < BLOCK ? count - at : BLOCK;
        for (size_t i = 0; i < size; i++) {
            struct cell cell = cell_of_row(facts, rows[at + i]);
            cell_add(&summing->sums->total, &cell);
        }
        for (int m = 0; m < COMPARE_MIXES; m++) {
            summing->views[m].facts = facts;
            dimension_codes(&summing->views[m], rows + at, size, codes);
            for (size_t i = 0; i < size; i++)
                summing->sums->mixes[m][codes[i]] += facts_sales(facts, rows[at + i]);
        }
    }
}

void compare_sums_of_rows(const struct facts *facts, const struct selection *selection,
                          struct compare_sums *out) {
    struct summing summing;
    summing_open(&summing, facts, out);
    add_rows(&summing, facts, selection->rows, selection->count);
    summing_close(&summing);
}

enum err compare_sums_of_slice(const struct facts *facts, const struct slice *slice,
                               struct compare_sums *out, struct error *error) {
    struct summing summing;
    summing_open(&summing, facts, out);
    enum err err = stream_slice(facts, slice,
                                PACKED_PRICE | PACKED_ANSWERS | PACKED_GENDER | PACKED_AGE |
                                    PACKED_LOCATION | PACKED_HANDSET,
                                add_rows, &summing, error);
    summing_close(&summing);
    return err;
}

enum err compare_sums_prices(const struct facts *facts, const struct selection *selection,
                             const struct slice *slice, struct compare_sums *sums,
                             struct error *error) {
    static const struct counts_wanted wanted = {.of = COUNTS_PRICE};
    const struct selection streamed = {.slice = *slice};
    bool held = facts->sales == NULL;
    struct counts counts;
    enum err err = counts_take_within(facts, held ? selection : &streamed, &wanted, 1,
                                      held ? SIZE_MAX : COUNTS_ROOM, &counts, error);
    counts_group(&counts, 0, &sums->prices);
    counts_free(&counts);
    return err;
}

static void subtract_cell(struct cell *from, const struct cell *part) {
    from->sales -= part->sales;
    from->revenue_minor -= part->revenue_minor;
    from->price_squares -= part->price_squares;
    for (int answer = 0; answer < ANSWER_COUNT; answer++) {
        from->yes[answer] -= part->yes[answer];
        from->known[answer] -= part->known[answer];
    }
}

void compare_sums_subtract(struct compare_sums *sums, const struct compare_sums *part) {
    subtract_cell(&sums->total, &part->total);
    for (int m = 0; m < COMPARE_MIXES; m++) {
        for (int code = 0; code < sums->codes[m]; code++)
            sums->mixes[m][code] -= part->mixes[m][code];
    }
    counted_subtract(&sums->prices, &part->prices);
}

void compare_sums_free(struct compare_sums *sums) {
    for (int m = 0; m < COMPARE_MIXES; m++)
        free(sums->mixes[m]);
    counted_free(&sums->prices);
    *sums = (struct compare_sums){.total = {0}};
}
