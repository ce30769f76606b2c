/* What is known of segments beyond their centroids: the elbow, principal components, stability. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_randist.h>

#include "engine/learn/components.h"
#include "engine/learn/elbow.h"
#include "engine/learn/random.h"
#include "engine/learn/segment_belief.h"
#include "engine/learn/segments.h"
#include "engine/learn/silhouette.h"
#include "engine/learn/stability.h"
#include "tests/support/facts_table.h"
#include "tests/support/near.h"

/* Fisher's irises (Fisher 1936, "The use of multiple measurements in taxonomic problems"; the copy
 * of the UCI repository as corrected in scikit-learn 1.2.1, sklearn.datasets.load_iris): sepal
 * length and width, petal length and width in millimetres; 50 setosa, 50 versicolor, 50 virginica.
 */
enum { IRISES = 150, IRIS_WIDTH = 4 };
static const unsigned char iris_mm[IRISES * IRIS_WIDTH] = {
    51, 35, 14, 2,  49, 30, 14, 2,  47, 32, 13, 2,  46, 31, 15, 2,  50, 36, 14, 2,  54, 39, 17, 4,
    46, 34, 14, 3,  50, 34, 15, 2,  44, 29, 14, 2,  49, 31, 15, 1,  54, 37, 15, 2,  48, 34, 16, 2,
    48, 30, 14, 1,  43, 30, 11, 1,  58, 40, 12, 2,  57, 44, 15, 4,  54, 39, 13, 4,  51, 35, 14, 3,
    57, 38, 17, 3,  51, 38, 15, 3,  54, 34, 17, 2,  51, 37, 15, 4,  46, 36, 10, 2,  51, 33, 17, 5,
    48, 34, 19, 2,  50, 30, 16, 2,  50, 34, 16, 4,  52, 35, 15, 2,  52, 34, 14, 2,  47, 32, 16, 2,
    48, 31, 16, 2,  54, 34, 15, 4,  52, 41, 15, 1,  55, 42, 14, 2,  49, 31, 15, 2,  50, 32, 12, 2,
    55, 35, 13, 2,  49, 36, 14, 1,  44, 30, 13, 2,  51, 34, 15, 2,  50, 35, 13, 3,  45, 23, 13, 3,
    44, 32, 13, 2,  50, 35, 16, 6,  51, 38, 19, 4,  48, 30, 14, 3,  51, 38, 16, 2,  46, 32, 14, 2,
    53, 37, 15, 2,  50, 33, 14, 2,  70, 32, 47, 14, 64, 32, 45, 15, 69, 31, 49, 15, 55, 23, 40, 13,
    65, 28, 46, 15, 57, 28, 45, 13, 63, 33, 47, 16, 49, 24, 33, 10, 66, 29, 46, 13, 52, 27, 39, 14,
    50, 20, 35, 10, 59, 30, 42, 15, 60, 22, 40, 10, 61, 29, 47, 14, 56, 29, 36, 13, 67, 31, 44, 14,
    56, 30, 45, 15, 58, 27, 41, 10, 62, 22, 45, 15, 56, 25, 39, 11, 59, 32, 48, 18, 61, 28, 40, 13,
    63, 25, 49, 15, 61, 28, 47, 12, 64, 29, 43, 13, 66, 30, 44, 14, 68, 28, 48, 14, 67, 30, 50, 17,
    60, 29, 45, 15, 57, 26, 35, 10, 55, 24, 38, 11, 55, 24, 37, 10, 58, 27, 39, 12, 60, 27, 51, 16,
    54, 30, 45, 15, 60, 34, 45, 16, 67, 31, 47, 15, 63, 23, 44, 13, 56, 30, 41, 13, 55, 25, 40, 13,
    55, 26, 44, 12, 61, 30, 46, 14, 58, 26, 40, 12, 50, 23, 33, 10, 56, 27, 42, 13, 57, 30, 42, 12,
    57, 29, 42, 13, 62, 29, 43, 13, 51, 25, 30, 11, 57, 28, 41, 13, 63, 33, 60, 25, 58, 27, 51, 19,
    71, 30, 59, 21, 63, 29, 56, 18, 65, 30, 58, 22, 76, 30, 66, 21, 49, 25, 45, 17, 73, 29, 63, 18,
    67, 25, 58, 18, 72, 36, 61, 25, 65, 32, 51, 20, 64, 27, 53, 19, 68, 30, 55, 21, 57, 25, 50, 20,
    58, 28, 51, 24, 64, 32, 53, 23, 65, 30, 55, 18, 77, 38, 67, 22, 77, 26, 69, 23, 60, 22, 50, 15,
    69, 32, 57, 23, 56, 28, 49, 20, 77, 28, 67, 20, 63, 27, 49, 18, 67, 33, 57, 21, 72, 32, 60, 18,
    62, 28, 48, 18, 61, 30, 49, 18, 64, 28, 56, 21, 72, 30, 58, 16, 74, 28, 61, 19, 79, 38, 64, 20,
    64, 28, 56, 22, 63, 28, 51, 15, 61, 26, 56, 14, 77, 30, 61, 23, 63, 34, 56, 24, 64, 31, 55, 18,
    60, 30, 48, 18, 69, 31, 54, 21, 67, 31, 56, 24, 69, 31, 51, 23, 58, 27, 51, 19, 68, 32, 59, 23,
    67, 33, 57, 25, 67, 30, 52, 23, 63, 25, 50, 19, 65, 30, 52, 20, 62, 34, 54, 23, 59, 30, 51, 18,
};

static void irises(double *values) {
    for (int i = 0; i < IRISES * IRIS_WIDTH; i++)
        values[i] = iris_mm[i] / 10.0;
}

/* Inertia falls by 60, then by 10 a step: the bend is at the second point, (100 − 40) / 90 − 1/4 of
 * the scaled square below the chord. */
static void the_elbow_is_where_the_curve_bends(void **state) {
    (void)state;
    const int k[] = {1, 2, 3, 4, 5};
    const double bent[] = {100, 40, 30, 20, 10}, later[] = {100, 75, 50, 25, 24};
    const double line[] = {50, 40, 30, 20, 10}, flat[] = {5, 5, 5, 5, 5};
    const double bulging[] = {100, 99, 90, 60, 10};
    assert_int_equal(elbow_of(k, bent, 5), 1);
    assert_int_equal(elbow_of(k, later, 5), 3);
    assert_int_equal(elbow_of(k, line, 5), -1);
    assert_int_equal(elbow_of(k, flat, 5), -1);
    assert_int_equal(elbow_of(k, bulging, 5), -1);
    assert_int_equal(elbow_of(k, bent, 2), -1);
}

/* sklearn.metrics.adjusted_rand_score, scikit-learn 1.2.1 */
static void the_adjusted_rand_index_is_scikit_learns(void **state) {
    (void)state;
    static const struct {
        uint8_t a[4], b[4];
        int ka, kb;
        double index;
    } cases[] = {
        {{0, 0, 1, 1}, {0, 0, 1, 2}, 2, 3, 0.5714285714285714},
        {{0, 0, 1, 2}, {0, 0, 1, 1}, 3, 2, 0.5714285714285714},
        {{0, 0, 1, 1}, {1, 1, 0, 0}, 2, 2, 1},
        {{0, 0, 0, 0}, {0, 1, 2, 3}, 1, 4, 0},
        {{0, 1, 0, 1}, {0, 0, 1, 1}, 2, 2, -0.5},
        {{0, 0, 0, 0}, {0, 0, 0, 0}, 1, 1, 1},
        {{0, 1, 2, 3}, {3, 2, 1, 0}, 4, 4, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_near(adjusted_rand(cases[i].a, cases[i].ka, cases[i].b, cases[i].kb, 4),
                    cases[i].index, 1e-15);
}

/* KMeans(3, n_init=1000) and adjusted_rand_score of scikit-learn 1.2.1. */
static void irises_cluster_as_in_scikit_learn(void **state) {
    (void)state;
    double values[IRISES * IRIS_WIDTH];
    uint8_t species[IRISES];
    struct kmeans_points points;
    struct kmeans fit;
    struct kmeans_report report = {0};
    struct error error;
    irises(values);
    for (int i = 0; i < IRISES; i++)
        species[i] = (uint8_t)(i / 50);
    kmeans_points_fill(&points, values, IRISES, IRIS_WIDTH);
    assert_int_equal(kmeans_fit(&points, &points, 3, 1, &report, &fit, &error), ERR_OK);
    assert_near(fit.inertia, 78.851441426146, 1e-9);
    assert_near(adjusted_rand(species, 3, fit.labels, 3, IRISES), 0.7302382722834697, 1e-12);
    kmeans_free(&fit);
    kmeans_points_free(&points);
}

/* In whole millimetres, where no distance is rounded, each row labelled by the nearest of rows 0,
 * s, 2s … with s = 150 / k (the first of equally near ones, numpy's argmin); then silhouette_score
 * and adjusted_rand_score of scikit-learn 1.2.1. */
static void silhouettes_of_many_clusters_are_scikit_learns(void **state) {
    (void)state;
    static const struct {
        int k;
        double silhouette, rand;
    } cases[] = {
        {2, 0.6857881712617194, 0.5583714437541352},
        {9, 0.19482250487200165, 0.47398311588641595},
        {10, 0.21491424342116905, 0.38518208760416717},
    };
    double values[IRISES * IRIS_WIDTH], centroids[10 * IRIS_WIDTH];
    uint8_t species[IRISES], labels[IRISES];
    for (int i = 0; i < IRISES * IRIS_WIDTH; i++)
        values[i] = iris_mm[i];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int k = cases[i].k, step = IRISES / k;
        struct clustering clustering = {labels, k, 0};
        struct kmeans_report report = {0};
        struct error error;
        for (int c = 0; c < k; c++)
            memcpy(centroids + c * IRIS_WIDTH, values + c * step * IRIS_WIDTH,
                   IRIS_WIDTH * sizeof *values);
        for (int row = 0; row < IRISES; row++) {
            species[row] = (uint8_t)(row / 50);
            labels[row] =
                (uint8_t)kmeans_nearest(centroids, k, IRIS_WIDTH, values + row * IRIS_WIDTH, NULL);
        }
        assert_int_equal(
            silhouette_of(values, IRISES, IRIS_WIDTH, &clustering, 1, &report, 1, &error), ERR_OK);
        assert_near(clustering.silhouette, cases[i].silhouette, 1e-6);
        assert_near(adjusted_rand(species, 3, labels, k, IRISES), cases[i].rand, 1e-12);
    }
}

/* sklearn.decomposition.PCA().fit(load_iris().data), scikit-learn 1.2.1; the last component turned
 * round, as our rule for signs asks. */
static void components_of_the_irises_are_scikit_learns(void **state) {
    (void)state;
    static const double explained[] = {0.924618723201727, 0.053066483117068, 0.01710260980793,
                                       0.005212183873275};
    static const double loadings[][IRIS_WIDTH] = {
        {0.361386591785368, -0.084522514064568, 0.856670605949835, 0.358289197151551},
        {0.656588771286842, 0.730161434785027, -0.173372662795856, -0.075481019917464},
        {-0.582029851306066, 0.597910830100085, 0.076236075820963, 0.545831432020076},
        {0.315487192903976, -0.319723103666129, -0.479838986994634, 0.753657425264046}};
    double values[IRISES * IRIS_WIDTH], scores[IRIS_WIDTH];
    struct components components;
    irises(values);
    components_of(values, IRISES, IRIS_WIDTH, &components);
    assert_int_equal(components.count, IRIS_WIDTH);
    for (int i = 0; i < IRIS_WIDTH; i++) {
        assert_near(components.explained[i], explained[i], 1e-12);
        for (int j = 0; j < IRIS_WIDTH; j++)
            assert_near(components.loadings[i][j], loadings[i][j], 1e-12);
    }
    /* PCA().fit_transform(X)[0]: -2.684125625969539, 0.319397246585104 */
    components_project(&components, values, 2, scores);
    assert_near(scores[0], -2.684125625969539, 1e-12);
    assert_near(scores[1], 0.319397246585104, 1e-12);
}

static void rows_that_are_all_the_same_have_components_that_explain_nothing(void **state) {
    (void)state;
    const double values[] = {1, 2, 1, 2, 1, 2};
    struct components components;
    components_of(values, 3, 2, &components);
    assert_near(components.explained[0], 0, 0);
    assert_near(components.explained[1], 0, 0);
    components_of(values, 1, 2, &components);
    assert_near(components.explained[0], 0, 0);
}

/* An axis is told by its strongest columns until they make up 80 % of it. */
static void an_axis_has_words(void **state) {
    (void)state;
    struct features features = {.width = 3};
    struct components components = {.width = 3, .count = 2};
    char text[128];
    features.field_of[0] = FEATURE_AGE;
    features.field_of[1] = FEATURE_PRICE;
    features.field_of[2] = FEATURE_GENDER;
    memcpy(components.loadings[0], (double[]){0.1, 0.99, 0.1}, 3 * sizeof(double));
    memcpy(components.loadings[1], (double[]){-0.6, 0.1, 0.79}, 3 * sizeof(double));
    components_words(&components, 0, &features, text, sizeof text);
    assert_string_equal(text, "price +0.99");
    components_words(&components, 1, &features, text, sizeof text);
    assert_string_equal(text, "female +0.79, age −0.60");
    components_words(&components, 1, &features, text, 16);
    assert_string_equal(text, "female +0.79");
}

enum { BLOBS = 3, PER_BLOB = 60, ROWS = BLOBS * PER_BLOB, WIDTH = 2 };

static void make_blobs(double *values, double apart) {
    gsl_rng *random = random_new(5, 5);
    for (int row = 0; row < ROWS; row++) {
        values[row * WIDTH] = apart * (row % BLOBS) + gsl_ran_gaussian(random, 1);
        values[row * WIDTH + 1] = gsl_ran_gaussian(random, 1);
    }
    gsl_rng_free(random);
}

static enum err judge(double apart, const struct progress_sink *sink, struct stability *out) {
    double values[ROWS * WIDTH];
    struct kmeans_points points;
    struct kmeans fit;
    struct kmeans_report report = {.sink = sink};
    struct error error;
    make_blobs(values, apart);
    kmeans_points_fill(&points, values, ROWS, WIDTH);
    kmeans_fit_starts(&points, BLOBS, 4, 1, &fit);
    enum err err = stability_of(&points, values, ROWS, fit.labels, BLOBS, STABILITY_RESAMPLES, 1,
                                &report, out, &error);
    assert_true(err != ERR_OK || report.done == STABILITY_RESAMPLES);
    kmeans_free(&fit);
    kmeans_points_free(&points);
    return err;
}

static void blobs_far_apart_are_found_again_in_every_resample(void **state) {
    (void)state;
    struct stability stability;
    assert_int_equal(judge(40, NULL, &stability), ERR_OK);
    assert_int_equal(stability.resamples, STABILITY_RESAMPLES);
    assert_near(stability.mean, 1, 0);
    assert_near(stability.low, 1, 0);
    for (int blob = 0; blob < BLOBS; blob++)
        assert_near(stability.jaccard[blob], 1, 0);
    assert_string_equal(stability_word(stability.mean), "stable");
}

static void a_single_cloud_cut_in_three_is_not_found_again(void **state) {
    (void)state;
    struct stability stability, again;
    assert_int_equal(judge(0, NULL, &stability), ERR_OK);
    assert_true(stability.mean < 0.9 && stability.mean > 0);
    assert_true(stability.low < stability.mean && stability.mean < stability.high);
    double sum = 0;
    for (int i = 0; i < STABILITY_RESAMPLES; i++)
        sum += stability.rand[i] / STABILITY_RESAMPLES;
    assert_near(stability.mean, sum, 1e-12);
    for (int blob = 0; blob < BLOBS; blob++)
        assert_true(stability.jaccard[blob] < 0.95 && stability.jaccard[blob] > 0.3);
    assert_int_equal(judge(0, NULL, &again), ERR_OK);
    assert_memory_equal(&stability, &again, sizeof again);
    assert_string_equal(stability_word(0.9), "fairly stable");
    assert_string_equal(stability_word(0.6), "fairly stable");
    assert_string_equal(stability_word(0.59), "unstable");
}

static bool stop_at_third(void *context, const struct progress *progress) {
    (void)progress;
    return ++*(int *)context < 3;
}

static void judging_stability_can_be_cancelled(void **state) {
    (void)state;
    int calls = 0;
    struct progress_sink sink = {stop_at_third, &calls};
    struct stability stability;
    assert_int_equal(judge(0, &sink, &stability), ERR_CANCELLED);
    assert_int_equal(calls, 3);
}

/* The real file, encoded by pandas: PCA(svd_solver='full').explained_variance_ratio_ and
 * components_, and KMeans(k, n_init=60) with silhouette_score, scikit-learn 1.2.1. Elbow by the
 * rule in elbow.h from inertias of the same. */
static void the_real_file_has_scikit_learns_shape(void **state) {
    (void)state;
    static const double explained[] = {0.52540573, 0.11155924, 0.06555729,
                                       0.04107743, 0.02792653, 0.02697772};
    struct facts facts;
    if (!facts_table_shop(&facts))
        skip();
    struct segmentation *segmentation;
    struct segmentation_plan plan;
    struct error error;
    segmentation_plan_default(&plan);
    assert_int_equal(segmentation_fit(&facts, &plan, NULL, &segmentation, &error), ERR_OK);
    const struct components *components = segmentation_components(segmentation);
    for (int i = 0; i < 6; i++)
        assert_near(components->explained[i], explained[i], 5e-9);
    assert_near(components->loadings[0][0], 0.00456739, 5e-9);
    assert_near(components->loadings[0][1], 0.99934182, 5e-9);
    assert_near(components->loadings[1][0], 0.99912899, 5e-9);
    int count;
    const struct segment_scan *scan = segmentation_scan(segmentation, &count);
    assert_near(scan[8].inertia, 29608.827, 29608.827 / 1000);
    assert_near(scan[8].silhouette, 0.11273385, 0.00015);
    assert_near(scan[9].inertia, 28871.904, 28871.904 / 1000);
    assert_near(scan[9].silhouette, 0.10153157, 0.00015);
    assert_int_equal(segmentation_elbow_k(segmentation), 4);
    assert_int_equal(segmentation_best_k(segmentation), 2);
    const struct stability *stability = segmentation_stability(segmentation);
    assert_true(stability->mean > 0.6 && stability->mean <= 1);
    segmentation_free(segmentation);
    facts_free(&facts);
}

/* The bounds of Kaufman & Rousseeuw (1990), table 4 of chapter 2: 0.51–0.70 reasonable, 0.26–0.50
 * weak and possibly artificial, up to 0.25 no substantial structure. */
static void segments_are_believed_in_when_apart_and_found_again(void **state) {
    (void)state;
    static const struct {
        int k;
        double silhouette, stability;
        enum segment_belief belief;
    } cases[] = {
        {4, 0.15, 0.98, BELIEF_DESCRIPTION}, {4, 0.25, 0.6, BELIEF_DESCRIPTION},
        {4, 0.26, 0.6, BELIEF_OVERLAP},      {2, 0.5, 1, BELIEF_OVERLAP},
        {2, 0.51, 1, BELIEF_KINDS},          {3, 0.9, 0.59, BELIEF_ACCIDENT},
        {3, 0.1, -0.1, BELIEF_ACCIDENT},     {1, NAN, NAN, BELIEF_ONE},
        {3, 0.9, NAN, BELIEF_UNJUDGED},      {3, NAN, 0.9, BELIEF_UNJUDGED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(segment_belief_of(cases[i].k, cases[i].silhouette, cases[i].stability),
                         cases[i].belief);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_are_believed_in_when_apart_and_found_again),
        cmocka_unit_test(the_elbow_is_where_the_curve_bends),
        cmocka_unit_test(the_adjusted_rand_index_is_scikit_learns),
        cmocka_unit_test(irises_cluster_as_in_scikit_learn),
        cmocka_unit_test(silhouettes_of_many_clusters_are_scikit_learns),
        cmocka_unit_test(components_of_the_irises_are_scikit_learns),
        cmocka_unit_test(rows_that_are_all_the_same_have_components_that_explain_nothing),
        cmocka_unit_test(an_axis_has_words),
        cmocka_unit_test(blobs_far_apart_are_found_again_in_every_resample),
        cmocka_unit_test(a_single_cloud_cut_in_three_is_not_found_again),
        cmocka_unit_test(judging_stability_can_be_cancelled),
        cmocka_unit_test(the_real_file_has_scikit_learns_shape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
