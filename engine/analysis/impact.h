/* Which customers differ in an outcome, and by how much: differences, never effects.
 *
 * The sales were observed, not assigned by lot: who comes from Facebook differs in other ways too.
 * Every block has a verdict for each row and one plain sentence for all of them. */
#ifndef ENGINE_ANALYSIS_IMPACT_H
#define ENGINE_ANALYSIS_IMPACT_H

#include <stdatomic.h>

#include "base/date.h"
#include "engine/analysis/proportions.h"
#include "engine/analysis/ranks.h"
#include "engine/analysis/statistics.h"
#include "engine/analysis/stratified.h"
#include "engine/slice/group.h"

/* What the impact tables and the models are about. */
enum outcome { OUTCOME_RETURNING, OUTCOME_FACEBOOK, OUTCOME_COUNT };

const char *outcome_name(enum outcome outcome);  /* "returning", "facebook" */
const char *outcome_title(enum outcome outcome); /* "Returning", "From Facebook" */
enum answer outcome_answer(enum outcome outcome);
bool outcome_by_name(const char *name, enum outcome *out);

enum {
    IMPACT_TESTS_MAX = 12,
    IMPACT_DIFFERENCES_MAX = 6,
    IMPACT_MONEY_MAX = 6,
    IMPACT_STRATA_MAX = 4,
    IMPACT_TABLES_DRAWN = 10000, /* for a Monte Carlo p, whose seed is 1 */
    IMPACT_SENTENCE_SIZE = 320
};

struct impact_options {
    enum outcome outcome;
    enum dimension strata[IMPACT_STRATA_MAX]; /* customers are alike where these are equal */
    int strata_count;
    double difference;       /* how many sales would show it? a difference of shares, 0–1 */
    bool tests_only;         /* nothing but base rate and tests: a tenth of the time */
    const atomic_bool *stop; /* set from another thread: the rest is left out; NULL: never */
    bool quick; /* where rows are cells: without what takes a pass over the sales (the test by
                   weekday, prices by their ranks, revenue by day) or several over the cells
                   (adjusted odds, months) */
};

/* Strata location, gender, age band; a difference of 3 points. */
struct impact_options impact_defaults(enum outcome outcome);

/* Reads "location,gender,age_band" (or "none") into the strata: ERR_USAGE for what is no dimension,
 * is named twice, or is one too many. */
enum err impact_strata_parse(const char *text, struct impact_options *options, struct error *error);

/* Which test a p comes from: Pearson's where every expected count is at least 5, else Fisher's for
 * a 2×2 table and a Monte Carlo p of Fisher's kind for a larger one (Cochran 1954, §3). */
enum impact_method { METHOD_PEARSON, METHOD_FISHER, METHOD_MONTE_CARLO };
const char *impact_method_name(enum impact_method method); /* "pearson", "fisher", "monte carlo" */

/* Outcome by every level of a factor; sales with either unknown are left out. */
struct impact_test {
    enum dimension factor; /* location, gender, age_band, handset, brand, price_band, weekday, the
                              other answers */
    struct chi_square chi_square; /* Pearson's, whatever the method */
    enum impact_method method;
    double p;          /* by the method */
    double p_adjusted; /* of these p, Benjamini-Hochberg across this table */
    bool differs;      /* p_adjusted < 0.05 */
};

/* Share of the outcome where a two-valued factor is yes (or female, or local), minus where it is
 * not. */
struct impact_difference {
    enum dimension factor; /* facebook or returning, follows, heard, gender, local */
    const char *yes_label; /* "yes", "F", "local" */
    const char *no_label;
    int64_t yes_n, no_n, yes_yes, no_yes;
    struct interval difference; /* Newcombe's */
    struct interval risk_ratio; /* Koopman's; an end may be infinite */
    struct interval odds_ratio; /* Cornfield's; an end may be infinite */
    enum verdict verdict;
    double detectable; /* smallest difference that these two counts could have shown (80 % power) */
};

/* Price where the factor is yes against where it is no, in minor units. */
struct impact_price {
    enum dimension factor; /* the outcome itself, the other answers, gender, local */
    int64_t yes_n, no_n;
    double yes_mean_minor, no_mean_minor;
    struct interval difference; /* of the means, Welch's */
    double p;
    struct rank_test ranks; /* of the same prices; the shift in minor units */
};

/* Revenue of those who are yes against those who are no, by day: a day's takings from either side
 * are one value each, and a covered day without such a sale counts as 0. */
struct impact_revenue {
    enum dimension factor;
    int64_t yes_minor, no_minor; /* over all days */
    struct interval difference;  /* minor units a day, Welch's. Busy days are busy for both sides,
                                    which makes the interval too wide rather than too narrow */
    double p;
    struct rank_test ranks; /* of the same daily takings */
    struct interval share;  /* of the revenue that comes from yes, days drawn anew (ratio estimator,
                               Cochran 1977, §6.3) */
    double sales_share;     /* of the sales, to compare */
};

/* Odds of the outcome where the factor is yes against where it is not, among customers who are
 * alike otherwise: strata are the combinations of the chosen dimensions (unknown being a value of
 * its own), without those that say what the factor or the outcome is. */
struct impact_adjusted {
    enum dimension factor;
    char held[96];              /* what is alike within a stratum: "location, gender, age_band" */
    int strata;                 /* how many combinations tell: both answers and both sides occur */
    int strata_total;           /* how many occur */
    struct interval odds_ratio; /* Mantel-Haenszel's */
    struct stratified tests;    /* the same ratio with its tests */
    enum verdict verdict;       /* is the odds ratio's interval clear of 1? */
    bool homogeneous; /* no sign that it differs between strata (Breslow-Day p ≥ 0.05) */
};

/* The outcome by calendar month, and each difference within each month. */
struct impact_month {
    int month_index; /* year × 12 + month − 1 */
    bool partial;    /* the data or the filters cover only some of its days */
    int64_t known, yes;
    struct interval share;
    struct {
        int64_t yes_n, no_n;
        struct interval difference; /* Newcombe's */
    } differences[IMPACT_DIFFERENCES_MAX];
};

struct impact_trend {
    struct impact_month *months; /* every month from the first sale to the last */
    int count;
    struct trend_test test; /* over all of them, by calendar distance; slope a month */
    enum verdict verdict;   /* higher: the share rises */
    char sentence[IMPACT_SENTENCE_SIZE];
};

/* What the sales could show, and what a given difference needs at this slice's mix. */
struct impact_needed {
    enum dimension factor;
    double detectable;      /* as in the difference's row */
    bool possible;          /* false: no such difference fits between 0 and 100 % */
    int64_t yes, no, total; /* sales needed on either side */
    int64_t have, more;     /* sales that count now; what is missing */
    int64_t days;           /* at the present pace; −1: unknown */
};

struct impact_power {
    double detectable_difference; /* between two halves of the slice */
    double difference;            /* the asked one */
    struct impact_needed factors[IMPACT_DIFFERENCES_MAX];
    int count;
    char sentence[IMPACT_SENTENCE_SIZE];
};

struct impact {
    enum outcome outcome;
    bool pending;  /* it was quick, and something is left out */
    double within; /* prices that were ranked are exact to within this, in minor units: 0, unless
                      too many differ */
    struct interval base_rate;
    int64_t known; /* sales with the outcome answered */
    struct impact_test tests[IMPACT_TESTS_MAX];
    int test_count;
    struct impact_difference differences[IMPACT_DIFFERENCES_MAX];
    int difference_count;
    struct impact_price prices[IMPACT_MONEY_MAX];
    int price_count;
    struct impact_revenue revenues[IMPACT_MONEY_MAX];
    int revenue_count;
    int64_t days; /* that the revenue is counted over */
    struct impact_adjusted adjusted[IMPACT_DIFFERENCES_MAX];
    int adjusted_count;
    struct impact_trend trend;
    struct impact_power power;
    double detectable_difference;        /* that of `power` */
    char sentence[IMPACT_SENTENCE_SIZE]; /* what the differences say */
    char tests_sentence[IMPACT_SENTENCE_SIZE];
    char price_sentence[IMPACT_SENTENCE_SIZE];
    char revenue_sentence[IMPACT_SENTENCE_SIZE];
    char adjusted_sentence[IMPACT_SENTENCE_SIZE];
};

/* The caller frees with impact_free. */
void impact_compute(const struct facts *facts, const struct selection *selection,
                    struct impact_options options, struct impact *out);
void impact_free(struct impact *impact);

#endif
