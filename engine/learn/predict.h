/* "What if this customer walks in?": probability, interval, explanation, segment, similar sales. */
#ifndef ENGINE_LEARN_PREDICT_H
#define ENGINE_LEARN_PREDICT_H

#include "engine/analysis/impact.h"
#include "engine/learn/customer.h"
#include "engine/learn/past.h"
#include "engine/learn/segments.h"

enum { CONTRIBUTIONS_MAX = 16, WARNINGS_MAX = 8 };

struct contribution {
    const char *feature; /* a customer's field: "age", "price", "handset", "facebook" … */
    char value[DIMENSION_LABEL_SIZE];
    double log_odds; /* SHAP; one-hot columns of a field are summed */
};

struct outcome_prediction {
    bool available; /* false: no model yet, or it failed verification; `problem` says which */
    char problem[256];
    struct interval probability; /* interval: delete-a-group jackknife over the fold models */
    double base_rate;
    bool skill; /* the model's verdict */
    double auc, auc_low, auc_high;
    double threshold; /* on the probability */
    bool label;       /* probability ≥ threshold */
    double log_odds;  /* = bias_log_odds + the sum of all contributions */
    double bias_log_odds;
    struct contribution contributions[CONTRIBUTIONS_MAX]; /* by falling absolute value */
    int contribution_count;
};

struct prediction {
    struct outcome_prediction outcomes[OUTCOME_COUNT];
    const char *segment;     /* persona; NULL while there is no segmentation */
    double segment_distance; /* Euclidean, in the segmentation's scaled units */
    struct {
        char rule[96]; /* what was held to be alike, in words */
        int64_t sales;
        int64_t yes[OUTCOME_COUNT], known[OUTCOME_COUNT];
    } similar;
    char warnings[WARNINGS_MAX][256]; /* "handset never sold here", "age outside 18–50" */
    int warning_count;
};

struct predictor; /* the active models with their fold models, verified and loaded */

/* Never fails for want of a model: what is missing or damaged is told per outcome. Looks at all
 * past sales once, unless past_stream has (`streamed`, else NULL); ERR_BUSY where these are
 * streamed and another process has just changed them. `segmentation` may be NULL and must outlive
 * the predictor; so must `facts`. Uses one thread. */
enum err predictor_open(struct db *db, const struct facts *facts,
                        const struct segmentation *segmentation, const struct past *streamed,
                        struct predictor **out, struct error *error);
void predictor_free(struct predictor *predictor);

/* All sales, whatever is filtered, and what they were like: as long as it. */
const struct facts *predictor_facts(const struct predictor *predictor);
const struct past *predictor_past(const struct predictor *predictor);

/* Within 200 microseconds, however many sales there are. */
enum err predictor_predict(struct predictor *predictor, const struct customer *customer,
                           struct prediction *out, struct error *error);

/* The label alone, the same as above, in a tenth of the time. ERR_NOT_FOUND, the message saying
 * why, where the outcome has no answers. */
enum err predictor_label(const struct predictor *predictor, enum outcome outcome,
                         const struct customer *customer, bool *label, struct error *error);

/* The segment alone; NULL while there is no segmentation. As long as that. */
const char *predictor_segment(const struct predictor *predictor, const struct customer *customer);

/* What a batch asks of a customer: no explanation, no similar sales. */
struct estimate {
    struct {
        struct interval probability; /* as in outcome_prediction; NaN without a model */
        bool label;
    } outcomes[OUTCOME_COUNT];
    const char *segment; /* NULL while there is no segmentation */
};

/* Many customers at once, tens of times faster than one by one; thousands a call are best. */
enum err predictor_estimate(struct predictor *predictor, const struct customer *customers,
                            size_t count, struct estimate *out, struct error *error);

/* Why an outcome has no answers; NULL where it has. */
const char *predictor_problem(const struct predictor *predictor, enum outcome outcome);

#endif
