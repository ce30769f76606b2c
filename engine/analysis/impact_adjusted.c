/* Counts a 2×2 table of factor and outcome in every combination of location, gender and age band
 * that occurs, for the Mantel-Haenszel odds ratio. */
#include "engine/analysis/impact_adjusted.h"

#include <stdlib.h>

#include "base/memory.h"

enum { BLOCK = 1024, STRATA_DIMENSIONS = 3, ANSWERED_NO = 1, ANSWERED_YES = 2 };

/* Location says whether a place is local, so it cannot be held equal when local is the factor. */
static int strata_dimensions(enum dimension factor, enum dimension dimensions[STRATA_DIMENSIONS],
                             const char **held) {
    int count = 0;
    if (factor != DIMENSION_LOCAL)
        dimensions[count++] = DIMENSION_LOCATION;
    if (factor != DIMENSION_GENDER)
        dimensions[count++] = DIMENSION_GENDER;
    dimensions[count++] = DIMENSION_AGE_BAND;
    *held = factor == DIMENSION_LOCAL    ? "gender, age_band"
            : factor == DIMENSION_GENDER ? "location, age_band"
                                         : "location, gender, age_band";
    return count;
}

/* A stratum tells where the outcome and the factor both vary within it: otherwise it adds nothing
 * to either sum of the ratio. */
static bool tells(const int64_t table[4]) {
    return table[0] * table[3] != 0 || table[1] * table[2] != 0;
}

void adjust_for_strata(const struct facts *facts, const struct selection *selection,
                       enum dimension outcome, int yes, int no, struct impact_adjusted *adjusted) {
    enum dimension dimensions[STRATA_DIMENSIONS];
    struct dimension_view strata[STRATA_DIMENSIONS], factor_view, outcome_view;
    int count = strata_dimensions(adjusted->factor, dimensions, &adjusted->held);
    int stratum_count = 1; /* at most 65,536 places × 4 × 8 */
    for (int d = 0; d < count; d++) {
        dimension_open(&strata[d], facts, dimensions[d]);
        stratum_count *= strata[d].codes;
    }
    dimension_open(&factor_view, facts, adjusted->factor);
    dimension_open(&outcome_view, facts, outcome);
    int64_t(*tables)[4] = xcalloc((size_t)stratum_count, sizeof *tables);

    for (size_t at = 0; at < selection->count; at += BLOCK) {
        const uint32_t *rows = selection->rows + at;
        size_t size = selection->count - at < BLOCK ? selection->count - at : BLOCK;
        int stratum[BLOCK] = {0}, code[BLOCK], factor[BLOCK], answer[BLOCK];
        for (int d = 0; d < count; d++) {
            dimension_codes(&strata[d], rows, size, code);
            for (size_t i = 0; i < size; i++)
                stratum[i] = stratum[i] * strata[d].codes + code[i];
        }
        dimension_codes(&factor_view, rows, size, factor);
        dimension_codes(&outcome_view, rows, size, answer);
        for (size_t i = 0; i < size; i++) {
            bool known = (factor[i] == yes || factor[i] == no) &&
                         (answer[i] == ANSWERED_YES || answer[i] == ANSWERED_NO);
            if (known)
                tables[stratum[i]][(factor[i] == no) * 2 + (answer[i] == ANSWERED_NO)]++;
        }
    }
    adjusted->odds_ratio = odds_ratio_mantel_haenszel((const int64_t(*)[4])tables, stratum_count);
    adjusted->strata = 0;
    for (int i = 0; i < stratum_count; i++)
        adjusted->strata += tells(tables[i]);

    free(tables);
    for (int d = 0; d < count; d++)
        dimension_close(&strata[d]);
    dimension_close(&factor_view);
    dimension_close(&outcome_view);
}
