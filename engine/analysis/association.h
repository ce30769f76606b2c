/* How much each thing known of a sale tells about an outcome: correlation, Cramér's V, and mutual
 * information beside what chance alone would give. Association, never effect. */
#ifndef ENGINE_ANALYSIS_ASSOCIATION_H
#define ENGINE_ANALYSIS_ASSOCIATION_H

#include "engine/analysis/impact.h"
#include "engine/analysis/numeric.h"

enum feature_kind { FEATURE_NUMERIC, FEATURE_BINARY, FEATURE_CATEGORY };

struct association {
    enum feature_kind kind;
    enum numeric numeric;     /* of a numeric feature */
    enum dimension dimension; /* of any other; of a numeric one, its bands */
    const char *name, *title;
    int64_t n;  /* sales whose outcome and feature are both known */
    int levels; /* values of the feature that occur, or quantile bins of a numeric one */

    /* Pearson's r of a numeric feature (point-biserial) or of a binary one (phi), the feature being
     * `level`; NaN for others. */
    const char *level; /* "yes", "local", "F"; NULL where the number itself is meant */
    struct interval correlation;
    double correlation_p;

    double cramers_v; /* NaN where not testable */

    double information;           /* mutual information in nats, plug-in */
    double information_by_chance; /* its mean where nothing is related: (r − 1)(c − 1) / 2n */
    double information_corrected; /* less that (Miller 1955); may be below zero */
    double share_of_entropy;      /* information / entropy of the outcome */
    double share_corrected;       /* the corrected one, not below zero */
    double g;                     /* 2n · information */
    int df;
    double p;          /* of the G test; NaN where not testable */
    double p_adjusted; /* Benjamini-Hochberg across this outcome's table */
    double smallest_expected;
    bool related; /* p_adjusted < 0.05 */
};

enum { ASSOCIATIONS_MAX = 20, ASSOCIATION_BINS = 10 };

struct associations {
    enum outcome outcome;
    int64_t known;                             /* sales with the outcome answered */
    double entropy;                            /* of the outcome, in nats; NaN where none is */
    struct association rows[ASSOCIATIONS_MAX]; /* by falling corrected share */
    int count;
    int related;
    char sentence[256];
};

/* Errors as series_take. */
enum err associations_compute(const struct facts *facts, const struct selection *selection,
                              enum outcome outcome, struct associations *out, struct error *error);

const char *association_verdict(const struct association *association);

/* Mutual information in nats of a rows × columns table of counts, plug-in (Shannon 1948; Cover &
 * Thomas 2006, §2.3). */
double mutual_information(const int64_t *counts, int rows, int columns);

/* Pearson's correlation, its interval by Fisher's transformation (Fisher 1921) and p by Student's t
 * with n − 2 (Fisher 1915). */
struct interval correlation_pearson(const double *x, const double *y, size_t count, double *p);

#endif
