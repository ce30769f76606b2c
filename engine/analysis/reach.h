/* Reach: the three ways by which the shop finds its customers (they come from Facebook, follow the
 * page, had heard of the shop) and how far they overlap. */
#ifndef ENGINE_ANALYSIS_REACH_H
#define ENGINE_ANALYSIS_REACH_H

#include "engine/analysis/statistics.h"
#include "engine/slice/group.h"

enum { REACH_CHANNELS = 3, REACH_COMBINATIONS = 8, REACH_PAIRS = 3 };

/* The channels in their order: bit n of a combination is channel n. */
const char *reach_channel_title(int channel); /* "Facebook", "follows", "heard" */

struct reach_row {
    unsigned channels; /* bits; 0: reached by none */
    int64_t sales;
    struct interval share;     /* of the sales with all three known */
    struct interval returning; /* of those whose answer to it is known */
    double mean_price_minor;   /* NaN without sales */
};

struct reach_pair { /* over the sales that know both */
    int a, b;       /* channels */
    int64_t known, both, either;
    double jaccard;       /* both / either (Jaccard 1912) */
    double phi;           /* correlation of the two answers (Yule 1912) */
    double p;             /* chi-square, or Fisher's where an expected count is below 5 */
    double p_adjusted;    /* Benjamini-Hochberg across the three */
    enum verdict verdict; /* higher: they go together more than by chance; lower: less */
};

struct reach {
    int64_t sales, known;                     /* all; those with all three answers known */
    struct interval channels[REACH_CHANNELS]; /* each one's share of the sales that know it */
    int64_t unknown[REACH_CHANNELS];
    struct reach_row rows[REACH_COMBINATIONS]; /* none first, then one, two, all three */
    struct reach_pair pairs[REACH_PAIRS];
    char sentence[320];
};

void reach_compute(const struct facts *facts, const struct selection *selection, struct reach *out);

/* "Facebook + heard", "none", "all three" */
void reach_label(unsigned channels, char *text, size_t size);
const char *reach_verdict_name(enum verdict verdict); /* "together", "apart", "unclear" */

#endif
