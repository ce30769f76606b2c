/* Inside engine/analysis/compare*: what a side of a comparison adds up to. All of it is additive,
 * so that what two sides share is taken out of one by subtraction, without its rows. */
#ifndef ENGINE_ANALYSIS_COMPARE_SUMS_H
#define ENGINE_ANALYSIS_COMPARE_SUMS_H

#include "engine/slice/counts.h"
#include "engine/slice/group.h"

enum { COMPARE_MIXES = 4 };
extern const enum dimension compare_mixes[COMPARE_MIXES]; /* whose values' shares are compared */

struct compare_sums {
    struct cell total;
    int64_t *mixes[COMPARE_MIXES]; /* sales by code */
    int codes[COMPARE_MIXES];
    struct counted prices;
};

/* Of the rows of a selection, which may be cells; without prices. */
void compare_sums_of_rows(const struct facts *facts, const struct selection *selection,
                          struct compare_sums *out);

/* Of a slice whose sales are streamed; without prices. Errors as stream_slice; freed all the same.
 */
enum err compare_sums_of_slice(const struct facts *facts, const struct slice *slice,
                               struct compare_sums *out, struct error *error);

/* Fills in the prices: of the selection's rows or, where these are cells, of `slice`. */
enum err compare_sums_prices(const struct facts *facts, const struct selection *selection,
                             const struct slice *slice, struct compare_sums *sums,
                             struct error *error);

/* Takes `part` out of what contains it. */
void compare_sums_subtract(struct compare_sums *sums, const struct compare_sums *part);
void compare_sums_free(struct compare_sums *sums);

#endif
