/* Which customers differ in an outcome, and by how much: differences, never effects.
 *
 * The sales were observed, not assigned by lot: who comes from Facebook differs in other ways too.
 */
#ifndef ENGINE_ANALYSIS_IMPACT_H
#define ENGINE_ANALYSIS_IMPACT_H

#include "engine/analysis/statistics.h"
#include "engine/slice/group.h"

/* What the impact tables and the models are about. */
enum outcome { OUTCOME_RETURNING, OUTCOME_FACEBOOK, OUTCOME_COUNT };

const char *outcome_name(enum outcome outcome);  /* "returning", "facebook" */
const char *outcome_title(enum outcome outcome); /* "Bought before", "From Facebook" */
enum answer outcome_answer(enum outcome outcome);
bool outcome_by_name(const char *name, enum outcome *out);

/* Outcome by every level of a factor; sales with either unknown are left out. */
struct impact_test {
    enum dimension
        factor; /* location, gender, age_band, handset, brand, price_band, the other answers */
    struct chi_square chi_square;
    double p_adjusted; /* Benjamini-Hochberg across this table */
    bool differs;      /* p_adjusted < 0.05 */
};

/* Share of the outcome where a two-valued factor is yes (or female, or local), minus where it is
 * not. */
struct impact_difference {
    enum dimension factor; /* facebook or returning, follows, heard, gender, local */
    const char *yes_label; /* "yes", "F", "local" */
    const char *no_label;
    int64_t yes_n, no_n, yes_yes, no_yes;
    struct interval difference;
    enum verdict verdict;
    double detectable; /* smallest difference that these two counts could have shown (80 % power) */
};

/* Mean price where the factor is yes, minus where it is no, in minor units. */
struct impact_price {
    enum dimension factor; /* the outcome itself and the other answers */
    struct interval difference;
    double p;
};

/* Odds of the outcome where the factor is yes against where it is not, among customers who are
 * alike otherwise: strata are the combinations of location, gender and age band (unknown being a
 * value of its own), without the one that the factor itself is about. */
struct impact_adjusted {
    enum dimension factor;
    const char *held; /* what is alike within a stratum: "location, gender, age_band" */
    int strata;       /* how many combinations tell: both answers and both sides occur */
    struct interval odds_ratio;
};

enum { IMPACT_TESTS_MAX = 12, IMPACT_DIFFERENCES_MAX = 6, IMPACT_PRICES_MAX = 4 };

struct impact {
    enum outcome outcome;
    struct interval base_rate;
    int64_t known; /* sales with the outcome answered */
    struct impact_test tests[IMPACT_TESTS_MAX];
    int test_count;
    struct impact_difference differences[IMPACT_DIFFERENCES_MAX];
    int difference_count;
    struct impact_price prices[IMPACT_PRICES_MAX];
    int price_count;
    struct impact_adjusted adjusted[IMPACT_DIFFERENCES_MAX];
    int adjusted_count;
    double detectable_difference; /* at halves of the slice; the plain answer of "power" */
    char sentence[256];           /* what the table says, in one plain sentence */
};

void impact_compute(const struct facts *facts, const struct selection *selection,
                    enum outcome outcome, struct impact *out);

#endif
