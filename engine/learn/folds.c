/* Folds: drawn by label, kept as matrices so that XGBoost indexes each of them only once. */
#include "engine/learn/folds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "base/memory.h"
#include "engine/learn/random.h"
#include "engine/learn/score.h"

void folds_draw(const uint8_t *labels, size_t rows, int count, uint64_t seed, uint64_t stream,
                uint8_t *of) {
    gsl_rng *random = random_new(seed, stream);
    size_t *members = xcalloc(rows + 1, sizeof *members);
    size_t dealt = 0;
    for (int label = 1; label >= 0; label--) {
        size_t found = 0;
        for (size_t row = 0; row < rows; row++)
            if (labels[row] == label)
                members[found++] = row;
        gsl_ran_shuffle(random, members, found, sizeof *members);
        for (size_t i = 0; i < found; i++)
            of[members[i]] = (uint8_t)(dealt++ % (size_t)count);
    }
    free(members);
    gsl_rng_free(random);
}

/* All rows but those of folds `a` and `b`, or `only` those of fold `a`. */
static enum err part_open(struct part *part, const struct folds *folds, int a, int b, bool only,
                          struct error *error) {
    const struct examples *examples = folds->examples;
    size_t width = (size_t)examples->width;
    part->rows = xcalloc(examples->rows + 1, sizeof *part->rows);
    part->count = 0;
    for (size_t row = 0; row < examples->rows; row++) {
        int fold = folds->of[row];
        if (only ? fold == a : fold != a && fold != b)
            part->rows[part->count++] = row;
    }
    float *values = xreallocarray(NULL, part->count * width + 1, sizeof *values);
    for (size_t i = 0; i < part->count; i++)
        memcpy(values + i * width, examples->values + part->rows[i] * width,
               width * sizeof *values);
    enum err err =
        matrix_new(values, part->count, examples->width, folds->threads, &part->matrix, error);
    free(values);
    return err;
}

static void part_close(struct part *part) {
    matrix_free(part->matrix);
    free(part->rows);
    *part = (struct part){0};
}

enum err folds_open(struct folds *folds, const struct examples *examples, int count, bool inner,
                    int threads, uint64_t seed, uint64_t stream, struct error *error) {
    enum err err = ERR_OK;
    *folds = (struct folds){.examples = examples, .count = count, .threads = threads};
    folds->of = xcalloc(examples->rows + 1, 1);
    folds_draw(examples->labels, examples->rows, count, seed, stream, folds->of);
    for (int i = 0; err == ERR_OK && i < count; i++) {
        err = part_open(&folds->train[i], folds, i, i, false, error);
        if (err == ERR_OK)
            err = part_open(&folds->test[i], folds, i, i, true, error);
        if (err == ERR_OK && inner)
            err = part_open(&folds->inner[i], folds, i, (i + 1) % count, false, error);
    }
    if (err != ERR_OK)
        folds_close(folds);
    return err;
}

void folds_close(struct folds *folds) {
    for (int i = 0; i < folds->count; i++) {
        part_close(&folds->train[i]);
        part_close(&folds->test[i]);
        part_close(&folds->inner[i]);
    }
    free(folds->of);
    *folds = (struct folds){0};
}

void part_labels(const struct part *part, const uint8_t *labels, uint8_t *out) {
    for (size_t i = 0; i < part->count; i++)
        out[i] = labels[part->rows[i]];
}

enum err part_train(const struct part *part, const uint8_t *labels, const struct recipe *recipe,
                    uint32_t seed, int threads, struct weighed_booster *out, struct error *error) {
    float *own = xcalloc(part->count + 1, sizeof *own);
    size_t yes = 0;
    for (size_t i = 0; i < part->count; i++) {
        own[i] = labels[part->rows[i]];
        yes += labels[part->rows[i]];
    }
    out->weight = (double)(part->count - yes) / (double)yes;
    enum err err = matrix_label(part->matrix, own, error);
    if (err == ERR_OK)
        err = recipe_train(recipe, part->matrix, out->weight, seed, threads, &out->booster, error);
    free(own);
    return err;
}

enum err part_predict(const struct part *part, const struct weighed_booster *booster,
                      double *log_odds, struct error *error) {
    float *margins = xcalloc(part->count + 1, sizeof *margins);
    enum err err = booster_margins(booster->booster, part->matrix, margins, error);
    for (size_t i = 0; err == ERR_OK && i < part->count; i++)
        log_odds[i] = (double)margins[i] - log(booster->weight);
    free(margins);
    return err;
}

enum err folds_choose(struct folds *folds, int fold, const uint8_t *labels,
                      const struct evaluation_plan *plan, uint32_t seed, struct fits *fits,
                      const struct recipe **chosen, struct error *error) {
    enum err err = ERR_OK;
    *chosen = &plan->candidates[0];
    if (plan->candidate_count < 2)
        return ERR_OK;
    const struct part *validation = &folds->test[(fold + 1) % folds->count];
    double *log_odds = xcalloc(validation->count + 1, sizeof *log_odds);
    uint8_t *own = xcalloc(validation->count + 1, 1);
    part_labels(validation, labels, own);
    double least = INFINITY;
    for (int c = 0; err == ERR_OK && c < plan->candidate_count; c++) {
        struct weighed_booster booster = {0};
        struct score score = {0};
        err = fits_step(fits, error);
        if (err == ERR_OK)
            err = part_train(&folds->inner[fold], labels, &plan->candidates[c], seed, plan->threads,
                             &booster, error);
        if (err == ERR_OK)
            err = part_predict(validation, &booster, log_odds, error);
        if (err == ERR_OK)
            score_predictions(log_odds, own, validation->count, 0, 0.5, &score);
        if (err == ERR_OK && score.log_loss < least) {
            least = score.log_loss;
            *chosen = &plan->candidates[c];
        }
        booster_free(booster.booster);
    }
    free(own);
    free(log_odds);
    return err;
}
