/* The trend of shares and the sales that a difference needs. */
#include "engine/analysis/proportions.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

/* Cochran, W. G. (1954), Biometrics 10, 417–451; Armitage, P. (1955), Biometrics 11, 375–386. The
 * slope is that of the weighted regression, its error under no trend (Fleiss, Levin & Paik 2003,
 * §9.3). */
struct trend_test cochran_armitage(const int64_t *yes, const int64_t *n, const double *score,
                                   int count) {
    struct trend_test out = {NAN, NAN, {NAN, NAN, NAN}};
    double all = 0, all_yes = 0, score_sum = 0, spread = 0, together = 0;
    for (int i = 0; i < count; i++) {
        all += (double)n[i];
        all_yes += (double)yes[i];
        score_sum += (double)n[i] * score[i];
    }
    double share = all_yes / all, middle = score_sum / all;
    for (int i = 0; i < count; i++) {
        double off = score[i] - middle;
        spread += (double)n[i] * off * off;
        together += off * ((double)yes[i] - (double)n[i] * share);
    }
    double variance = share * (1 - share);
    if (!(spread > 0) || !(variance > 0))
        return out;
    out.z = together / sqrt(variance * spread);
    out.p = 2 * gsl_cdf_ugaussian_Q(fabs(out.z));
    double reach = normal_quantile(0.975) * sqrt(variance / spread), slope = together / spread;
    out.slope = (struct interval){slope, slope - reach, slope + reach};
    return out;
}

double sales_needed(double share_a, double share_b, double ratio) {
    double difference = share_a - share_b;
    if (!(share_a >= 0 && share_a <= 1 && share_b >= 0 && share_b <= 1) || difference == 0 ||
        !(ratio > 0))
        return NAN;
    double mean = (share_a + ratio * share_b) / (ratio + 1);
    double reach =
        normal_quantile(0.975) * sqrt((ratio + 1) * mean * (1 - mean)) +
        normal_quantile(0.8) * sqrt(ratio * share_a * (1 - share_a) + share_b * (1 - share_b));
    return reach * reach / (ratio * difference * difference);
}
