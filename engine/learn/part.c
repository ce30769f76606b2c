/* Parts of the examples: matrices, training with its treatment of classes, prediction. */
#include "engine/learn/part.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "base/memory.h"
#include "engine/learn/random.h"

enum { STREAM_RESAMPLING = 7 };

static void part_init(struct part *part, const struct examples *examples) {
    *part = (struct part){.examples = examples};
    part->rows = xcalloc(examples->rows + 1, sizeof *part->rows);
    pthread_mutex_init(&part->busy, NULL);
}

void part_open(struct part *part, const struct examples *examples, const uint8_t *of, int fold) {
    part_init(part, examples);
    for (size_t row = 0; row < examples->rows; row++)
        if (of[row] == fold)
            part->rows[part->count++] = row;
}

void part_open_but(struct part *part, const struct examples *examples, const uint8_t *of, int fold,
                   int other_fold) {
    part_init(part, examples);
    for (size_t row = 0; row < examples->rows; row++)
        if (of[row] != fold && of[row] != other_fold)
            part->rows[part->count++] = row;
}

void part_release(struct part *part) {
    matrix_free(part->matrix);
    matrix_free(part->sparse);
    part->matrix = part->sparse = NULL;
}

void part_close(struct part *part) {
    if (!part->rows)
        return;
    part_release(part);
    free(part->rows);
    pthread_mutex_destroy(&part->busy);
    *part = (struct part){0};
}

/* Row-major values of these rows; the caller frees. */
static float *gather(const struct examples *examples, const size_t *rows, size_t count) {
    size_t width = (size_t)examples->width;
    float *values = xreallocarray(NULL, count * width + 1, sizeof *values);
    for (size_t i = 0; i < count; i++)
        memcpy(values + i * width, examples->values + rows[i] * width, width * sizeof *values);
    return values;
}

/* A linear model adds up coefficients times values: to leave out what is zero or unknown changes
 * not a bit of it, and more than halves its time, since most columns are one-hot. */
static enum err make_matrix(const struct examples *examples, const size_t *rows, size_t count,
                            bool sparse, struct matrix **out, struct error *error) {
    float *values = gather(examples, rows, count);
    enum err err = sparse ? matrix_new_sparse(values, count, examples->width, 1, out, error)
                          : matrix_new(values, count, examples->width, 1, out, error);
    free(values);
    return err;
}

size_t part_labels(const struct part *part, const uint8_t *labels, uint8_t *out) {
    size_t yes = 0;
    for (size_t i = 0; i < part->count; i++)
        yes += out[i] = labels[part->rows[i]];
    return yes;
}

size_t resample(const size_t *rows, const uint8_t *labels, size_t count, enum sampling sampling,
                uint32_t seed, size_t *out) {
    size_t *members[2], counts[2] = {0}, kept = 0;
    for (int label = 0; label < 2; label++) {
        members[label] = xcalloc(count + 1, sizeof *members[label]);
        for (size_t i = 0; i < count; i++)
            if (labels[rows[i]] == label)
                members[label][counts[label]++] = rows[i];
    }
    int rare = counts[1] <= counts[0], common = !rare;
    gsl_rng *random = random_new(seed, STREAM_RESAMPLING);
    if (sampling == SAMPLING_UNDER) {
        memcpy(out, members[rare], counts[rare] * sizeof *out);
        gsl_ran_choose(random, out + counts[rare], counts[rare], members[common], counts[common],
                       sizeof *out);
        kept = 2 * counts[rare];
    } else {
        memcpy(out, rows, count * sizeof *out);
        kept = count;
        if (sampling == SAMPLING_OVER)
            for (size_t i = counts[rare]; i < counts[common]; i++)
                out[kept++] = members[rare][gsl_rng_uniform_int(random, counts[rare])];
    }
    gsl_rng_free(random);
    free(members[0]);
    free(members[1]);
    return kept;
}

static enum err train_rows(struct matrix *matrix, const size_t *rows, size_t count,
                           const uint8_t *labels, const struct recipe *recipe,
                           enum class_weights weights, uint32_t seed, struct weighed_booster *out,
                           double *odds, struct error *error) {
    float *own = xcalloc(count + 1, sizeof *own);
    size_t yes = 0;
    for (size_t i = 0; i < count; i++) {
        own[i] = labels[rows[i]];
        yes += labels[rows[i]];
    }
    *odds = (double)yes / (double)(count - yes);
    bool balanced = weights == CLASS_WEIGHTS_BALANCED;
    double share = balanced ? 0.5 : (double)yes / (double)count;
    out->weight = balanced ? (double)(count - yes) / (double)yes : 1;
    enum err err = matrix_label(matrix, own, error);
    if (err == ERR_OK)
        err = recipe_train(recipe, matrix, out->weight, share, seed, 1, &out->booster, error);
    free(own);
    return err;
}

static enum err train_resampled(const struct part *part, const uint8_t *labels,
                                const struct recipe *recipe, struct treatment treatment,
                                uint32_t seed, struct weighed_booster *out, double *odds,
                                struct error *error) {
    struct matrix *matrix;
    size_t *rows = xcalloc(2 * part->count + 1, sizeof *rows);
    size_t count = resample(part->rows, labels, part->count, treatment.sampling, seed, rows);
    enum err err = make_matrix(part->examples, rows, count, recipe->algorithm == ALGORITHM_LINEAR,
                               &matrix, error);
    if (err == ERR_OK)
        err = train_rows(matrix, rows, count, labels, recipe, treatment.weights, seed, out, odds,
                         error);
    matrix_free(matrix);
    free(rows);
    return err;
}

enum err part_train(struct part *part, const uint8_t *labels, const struct recipe *recipe,
                    struct treatment treatment, uint32_t seed, struct weighed_booster *out,
                    struct error *error) {
    double odds = 1; /* of yes among the rows trained on */
    *out = (struct weighed_booster){0};
    if (treatment.sampling != SAMPLING_NONE) {
        size_t yes = 0;
        for (size_t i = 0; i < part->count; i++)
            yes += labels[part->rows[i]];
        enum err err = train_resampled(part, labels, recipe, treatment, seed, out, &odds, error);
        out->weight *= odds / ((double)yes / (double)(part->count - yes));
        return err;
    }
    bool sparse = recipe->algorithm == ALGORITHM_LINEAR;
    struct matrix **matrix = sparse ? &part->sparse : &part->matrix;
    enum err err = ERR_OK;
    pthread_mutex_lock(&part->busy);
    if (!*matrix)
        err = make_matrix(part->examples, part->rows, part->count, sparse, matrix, error);
    if (err == ERR_OK)
        err = train_rows(*matrix, part->rows, part->count, labels, recipe, treatment.weights, seed,
                         out, &odds, error);
    pthread_mutex_unlock(&part->busy);
    return err;
}

/* Never from a matrix that is used again: XGBoost 1.7 remembers predictions by thread, address of
 * the booster and matrix, and forgets them only on the thread that frees the booster, so that
 * another booster at the same address would be given its predecessor's. */
enum err part_predict(const struct part *part, const struct weighed_booster *booster,
                      double *log_odds, struct error *error) {
    float *margins = xcalloc(part->count + 1, sizeof *margins);
    float *values = gather(part->examples, part->rows, part->count);
    enum err err = booster_margins_dense(booster->booster, values, part->count, margins, error);
    free(values);
    double shift = log(booster->weight);
    for (size_t i = 0; err == ERR_OK && i < part->count; i++)
        log_odds[i] = (double)margins[i] - shift;
    free(margins);
    return err;
}
