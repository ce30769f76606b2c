/* Principal components by the eigenvectors of the covariance: exact, and no wider than the features
 * are many. */
#include "engine/learn/components.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_matrix.h>
#include <gsl/gsl_vector.h>

static void fill_covariance(const double *values, size_t rows, const struct components *components,
                            gsl_matrix *covariance) {
    size_t width = (size_t)components->width;
    double centred[FEATURES_WIDTH_MAX];
    gsl_matrix_set_zero(covariance);
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = 0; i < width; i++)
            centred[i] = values[row * width + i] - components->mean[i];
        for (size_t i = 0; i < width; i++) {
            double *sums = gsl_matrix_ptr(covariance, i, 0);
            for (size_t j = 0; j <= i; j++)
                sums[j] += centred[i] * centred[j];
        }
    }
    for (size_t i = 0; i < width; i++)
        for (size_t j = 0; j <= i; j++) {
            double value = gsl_matrix_get(covariance, i, j) / (double)(rows > 1 ? rows - 1 : 1);
            gsl_matrix_set(covariance, i, j, value);
            gsl_matrix_set(covariance, j, i, value);
        }
}

/* The sign that makes the largest loading positive; a hair's breadth is no larger, so that two
 * equal loadings do not leave the choice to rounding. */
static double sign_of(const gsl_matrix *vectors, size_t component) {
    double largest = 0, sign = 1;
    for (size_t i = 0; i < vectors->size1; i++) {
        double loading = gsl_matrix_get(vectors, i, component);
        if (fabs(loading) > largest + 1e-9) {
            largest = fabs(loading);
            sign = loading < 0 ? -1 : 1;
        }
    }
    return sign;
}

void components_of(const double *values, size_t rows, int width, struct components *out) {
    size_t columns = (size_t)width;
    *out = (struct components){.width = width,
                               .count = width < COMPONENTS_MAX ? width : COMPONENTS_MAX};
    for (size_t row = 0; row < rows; row++)
        for (size_t i = 0; i < columns; i++)
            out->mean[i] += values[row * columns + i];
    for (size_t i = 0; i < columns; i++)
        out->mean[i] /= (double)rows;
    gsl_matrix *covariance = gsl_matrix_alloc(columns, columns);
    gsl_matrix *vectors = gsl_matrix_alloc(columns, columns);
    gsl_vector *variances = gsl_vector_alloc(columns);
    gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc(columns);
    fill_covariance(values, rows, out, covariance);
    gsl_eigen_symmv(covariance, variances, vectors, work);
    gsl_eigen_symmv_sort(variances, vectors, GSL_EIGEN_SORT_VAL_DESC);
    double total = 0;
    for (size_t i = 0; i < columns; i++)
        total += fmax(gsl_vector_get(variances, i), 0);
    for (size_t i = 0; i < columns; i++)
        out->explained[i] = total > 0 ? fmax(gsl_vector_get(variances, i), 0) / total : 0;
    for (size_t component = 0; component < (size_t)out->count; component++) {
        double sign = sign_of(vectors, component);
        for (size_t i = 0; i < columns; i++)
            out->loadings[component][i] = sign * gsl_matrix_get(vectors, i, component);
    }
    gsl_eigen_symmv_free(work);
    gsl_vector_free(variances);
    gsl_matrix_free(vectors);
    gsl_matrix_free(covariance);
}

void components_project(const struct components *components, const double *row, int count,
                        double *scores) {
    for (int component = 0; component < count; component++) {
        double sum = 0;
        for (int i = 0; i < components->width; i++)
            sum += (row[i] - components->mean[i]) * components->loadings[component][i];
        scores[component] = sum;
    }
}

void components_words(const struct components *components, int component,
                      const struct features *features, char *text, size_t size) {
    const double *loadings = components->loadings[component];
    bool told[FEATURES_WIDTH_MAX] = {false};
    double part = 0;
    size_t used = 0;
    text[0] = '\0';
    for (int words = 0; words < 3 && words < components->width && part < 0.8; words++) {
        int strongest = 0;
        for (int i = 0; i < components->width; i++)
            if (!told[i] &&
                (told[strongest] || fabs(loadings[i]) > fabs(loadings[strongest]) + 1e-9))
                strongest = i;
        char column[FEATURES_COLUMN_SIZE];
        features_column_name(features, strongest, column);
        told[strongest] = true;
        part += loadings[strongest] * loadings[strongest];
        int length =
            snprintf(text + used, size - used, "%s%s %s%.2f", words > 0 ? ", " : "", column,
                     loadings[strongest] < 0 ? "−" : "+", fabs(loadings[strongest]));
        if (length < 0 || (size_t)length >= size - used) {
            text[used] = '\0'; /* rather one word less than half a word */
            return;
        }
        used += (size_t)length;
    }
}
