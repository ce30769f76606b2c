/* One call for each booster, with all customers. */
#include "engine/learn/ensemble.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>

#include "base/memory.h"
#include "engine/learn/score.h"

enum err ensemble_ask(const struct loaded_model *model, const float *values, size_t rows,
                      struct ensemble *out, struct error *error) {
    *out = (struct ensemble){model, rows, NULL};
    if (rows == 0)
        return ERR_OK;
    enum err err = ERR_OK;
    struct matrix *matrix = NULL; /* of those whose trees are not at hand */
    float *margins = xcalloc(rows, sizeof *margins);
    out->log_odds = xcalloc(rows * (size_t)model->count, sizeof *out->log_odds);
    for (int i = 0; err == ERR_OK && i < model->count; i++) {
        const struct weighed_booster *own = &model->boosters[i];
        double *to = out->log_odds + (size_t)i * rows, shift = log(own->weight);
        bool unrolled = booster_is_unrolled(own->booster);
        if (!unrolled && !matrix)
            err = matrix_new(values, rows, model->features.width, 1, &matrix, error);
        if (err == ERR_OK && unrolled)
            err = booster_margins_dense(own->booster, values, rows, margins, error);
        else if (err == ERR_OK)
            err = booster_margins(own->booster, matrix, margins, error);
        for (size_t row = 0; err == ERR_OK && row < rows; row++)
            to[row] = (double)margins[row] - shift;
    }
    free(margins);
    matrix_free(matrix);
    if (err != ERR_OK)
        ensemble_free(out);
    return err;
}

void ensemble_free(struct ensemble *ensemble) {
    free(ensemble->log_odds);
    ensemble->log_odds = NULL;
    ensemble->rows = 0;
}

double jackknife_variance(const double *estimates, int folds, int repeats) {
    double variance = 0;
    for (int repeat = 0; repeat < repeats; repeat++) /* GSL's TSS: Σ (θ − mean θ)² */
        variance += gsl_stats_tss(estimates + repeat * folds, 1, (size_t)folds) * (folds - 1) /
                    folds / repeats;
    return variance;
}

static double at(const struct ensemble *ensemble, int booster, size_t row) {
    return ensemble->log_odds[(size_t)booster * ensemble->rows + row];
}

static double reach_of(const struct ensemble *ensemble, const double *estimates) {
    const struct model_metrics *metrics = &ensemble->model->metrics;
    return gsl_cdf_ugaussian_Pinv(0.975) *
           sqrt(jackknife_variance(estimates, metrics->folds, metrics->repeats));
}

struct interval ensemble_probability(const struct ensemble *ensemble, size_t row) {
    int folds = ensemble->model->count - 1;
    double *estimates = xcalloc((size_t)folds, sizeof *estimates);
    for (int i = 0; i < folds; i++)
        estimates[i] = at(ensemble, 1 + i, row);
    double log_odds = at(ensemble, 0, row), reach = reach_of(ensemble, estimates);
    free(estimates);
    return (struct interval){logistic(log_odds), logistic(log_odds - reach),
                             logistic(log_odds + reach)};
}

struct interval ensemble_difference(const struct ensemble *ensemble, size_t row, size_t base) {
    int folds = ensemble->model->count - 1;
    double *estimates = xcalloc((size_t)folds, sizeof *estimates);
    for (int i = 0; i < folds; i++)
        estimates[i] = logistic(at(ensemble, 1 + i, row)) - logistic(at(ensemble, 1 + i, base));
    double difference = logistic(at(ensemble, 0, row)) - logistic(at(ensemble, 0, base));
    double reach = reach_of(ensemble, estimates);
    free(estimates);
    return (struct interval){difference, fmax(-1, difference - reach), fmin(1, difference + reach)};
}
