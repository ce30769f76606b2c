/* The tests around the Mantel-Haenszel odds ratio. */
#include "engine/analysis/stratified.h"

#include <math.h>
#include <stdbool.h>

#include <gsl/gsl_cdf.h>

struct margins {
    double a, row, other_row, column, other_column, n;
};

static bool margins_of(const int64_t table[4], struct margins *out) {
    double a = (double)table[0], b = (double)table[1], c = (double)table[2], d = (double)table[3];
    *out = (struct margins){a, a + b, c + d, a + c, b + d, a + b + c + d};
    return out->row > 0 && out->other_row > 0 && out->column > 0 && out->other_column > 0;
}

/* The first cell with these margins and this odds ratio: the root of A(r₂−c₁+A) = ψ(r₁−A)(c₁−A)
 * that leaves no cell negative, written so that nothing cancels. */
static double fitted(const struct margins *at, double ratio) {
    double square = 1 - ratio, constant = ratio * at->row * at->column;
    double linear = at->other_row - at->column + ratio * (at->row + at->column);
    double root = sqrt(fmax(linear * linear + 4 * square * constant, 0));
    return linear >= 0 ? 2 * constant / (linear + root) : (root - linear) / (2 * square);
}

/* Breslow, N. E. & Day, N. E. (1980), Statistical Methods in Cancer Research I, §4.4, eq. 4.30; the
 * correction by Tarone, R. E. (1985), Biometrika 72, 91–95. */
static void breslow_day(const int64_t (*tables)[4], int strata, struct stratified *out) {
    double sum = 0, off_sum = 0, variance_sum = 0, ratio = out->odds_ratio.estimate;
    out->breslow_day = out->breslow_day_p = NAN;
    if (out->telling < 2 || isnan(ratio))
        return;
    for (int i = 0; i < strata; i++) {
        struct margins at;
        if (!margins_of(tables[i], &at))
            continue;
        double cell = fitted(&at, ratio), off = at.a - cell;
        double variance = 1 / (1 / cell + 1 / (at.row - cell) + 1 / (at.column - cell) +
                               1 / (at.other_row - at.column + cell));
        sum += off * off / variance;
        off_sum += off;
        variance_sum += variance;
    }
    out->breslow_day = fmax(sum - off_sum * off_sum / variance_sum, 0);
    out->breslow_day_df = out->telling - 1;
    out->breslow_day_p = gsl_cdf_chisq_Q(out->breslow_day, out->breslow_day_df);
}

/* Cochran, W. G. (1954), Biometrics 10, 417–451; Mantel, N. & Haenszel, W. (1959), J. Natl. Cancer
 * Inst. 22, 719–748, with the hypergeometric variance and without their half. */
struct stratified stratified_test(const int64_t (*tables)[4], int strata) {
    struct stratified out = {.odds_ratio = odds_ratio_mantel_haenszel(tables, strata)};
    double off = 0, variance = 0;
    for (int i = 0; i < strata; i++) {
        struct margins at;
        if (!margins_of(tables[i], &at))
            continue;
        out.telling++;
        off += at.a - at.row * at.column / at.n;
        variance += at.row * at.other_row * (at.column / at.n) * (at.other_column / at.n) /
                    (at.n - 1); /* n is 2 at least: both rows have somebody */
    }
    out.cmh = out.telling > 0 ? off * off / variance : NAN;
    out.p = out.telling > 0 ? gsl_cdf_chisq_Q(out.cmh, 1) : NAN;
    breslow_day(tables, strata, &out);
    return out;
}
