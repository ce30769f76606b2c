/* k-means and silhouettes on data whose answer is known in closed form. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_randist.h>

#include "engine/learn/kmeans.h"
#include "engine/learn/random.h"
#include "engine/learn/silhouette.h"
#include "tests/support/near.h"

enum { BLOBS = 4, PER_BLOB = 150, ROWS = BLOBS * PER_BLOB, WIDTH = 3 };

/* Blobs of standard deviation 1 at the corners of a square of side 40, row i in blob i % BLOBS. */
static void make_blobs(double *values) {
    gsl_rng *random = random_new(7, 7);
    for (int row = 0; row < ROWS; row++) {
        int blob = row % BLOBS;
        values[row * WIDTH] = 40 * (blob & 1) + gsl_ran_gaussian(random, 1);
        values[row * WIDTH + 1] = 40 * (blob >> 1) + gsl_ran_gaussian(random, 1);
        values[row * WIDTH + 2] = gsl_ran_gaussian(random, 1);
    }
    gsl_rng_free(random);
}

/* The sum of squares around the means of the blobs themselves. */
static double blob_inertia(const double *values) {
    double inertia = 0;
    for (int blob = 0; blob < BLOBS; blob++)
        for (int column = 0; column < WIDTH; column++) {
            double mean = 0;
            for (int row = blob; row < ROWS; row += BLOBS)
                mean += values[row * WIDTH + column] / PER_BLOB;
            for (int row = blob; row < ROWS; row += BLOBS)
                inertia += pow(values[row * WIDTH + column] - mean, 2);
        }
    return inertia;
}

static void fit(const double *values, int k, uint64_t seed, struct kmeans *out) {
    struct kmeans_points points;
    struct kmeans_report report = {0};
    struct error error;
    kmeans_points_fill(&points, values, ROWS, WIDTH);
    assert_int_equal(kmeans_fit(&points, &points, k, seed, &report, out, &error), ERR_OK);
    assert_int_equal(report.done, KMEANS_STEPS);
    kmeans_points_free(&points);
}

static void blobs_far_apart_are_found_exactly(void **state) {
    (void)state;
    double values[ROWS * WIDTH];
    struct kmeans kmeans;
    make_blobs(values);
    fit(values, BLOBS, 1, &kmeans);
    for (int row = 0; row < ROWS; row++)
        assert_int_equal(kmeans.labels[row], kmeans.labels[row % BLOBS]);
    assert_near(kmeans.inertia, blob_inertia(values), 1e-6);
    for (int row = 0; row < ROWS; row++)
        assert_int_equal(kmeans_nearest(kmeans.centroids, BLOBS, WIDTH, values + row * WIDTH, NULL),
                         kmeans.labels[row]);
    kmeans_free(&kmeans);
}

static void one_cluster_is_the_mean_of_all(void **state) {
    (void)state;
    double values[ROWS * WIDTH], mean = 0, squares = 0;
    struct kmeans kmeans;
    make_blobs(values);
    fit(values, 1, 1, &kmeans);
    for (int column = 0; column < WIDTH; column++) {
        mean = 0;
        for (int row = 0; row < ROWS; row++)
            mean += values[row * WIDTH + column] / ROWS;
        assert_near(kmeans.centroids[column], mean, 1e-9);
        for (int row = 0; row < ROWS; row++)
            squares += pow(values[row * WIDTH + column] - mean, 2);
    }
    assert_near(kmeans.inertia, squares, 1e-6);
    kmeans_free(&kmeans);
}

static void a_seed_gives_the_same_clusters_again(void **state) {
    (void)state;
    double values[ROWS * WIDTH];
    struct kmeans once, again;
    make_blobs(values);
    fit(values, 7, 3, &once);
    fit(values, 7, 3, &again);
    assert_memory_equal(once.labels, again.labels, ROWS);
    assert_memory_equal(once.centroids, again.centroids, 7 * WIDTH * sizeof(double));
    kmeans_free(&once);
    kmeans_free(&again);
}

static void every_cluster_has_a_row_though_most_rows_are_equal(void **state) {
    (void)state;
    double values[ROWS * WIDTH] = {0};
    int sizes[5] = {0};
    struct kmeans kmeans;
    for (int i = 1; i < 5; i++)
        values[i * 90 * WIDTH] = i;
    fit(values, 5, 1, &kmeans);
    for (int row = 0; row < ROWS; row++)
        sizes[kmeans.labels[row]]++;
    for (int c = 0; c < 5; c++)
        assert_true(sizes[c] > 0);
    assert_near(kmeans.inertia, 0, 1e-12);
    kmeans_free(&kmeans);
}

/* The centres of a quarter of the rows lead to those of all. */
static void a_sample_leads_to_the_clusters_of_all(void **state) {
    (void)state;
    double values[ROWS * WIDTH];
    struct kmeans_points all, sample;
    struct kmeans_report report = {0};
    struct kmeans kmeans;
    struct error error;
    make_blobs(values);
    kmeans_points_fill(&all, values, ROWS, WIDTH);
    kmeans_points_fill(&sample, values, ROWS / 4, WIDTH);
    assert_int_equal(kmeans_fit(&all, &sample, BLOBS, 1, &report, &kmeans, &error), ERR_OK);
    for (int row = 0; row < ROWS; row++)
        assert_int_equal(kmeans.labels[row], kmeans.labels[row % BLOBS]);
    assert_near(kmeans.inertia, blob_inertia(values), 1e-6);
    kmeans_free(&kmeans);
    kmeans_points_free(&sample);
    kmeans_points_free(&all);
}

/* Centres that lose all their rows on the way take over others. */
static void different_rows_leave_no_cluster_empty(void **state) {
    (void)state;
    enum { FEW = 24, K = 12, SEEDS = 200 };
    gsl_rng *random = random_new(6, 6);
    for (int trial = 0; trial < SEEDS; trial++) {
        double values[FEW * WIDTH];
        int sizes[K] = {0};
        struct kmeans_points points;
        struct kmeans_report report = {0};
        struct kmeans kmeans;
        struct error error;
        for (int i = 0; i < FEW * WIDTH; i++)
            values[i] = (double)gsl_rng_uniform_int(random, 6) + 1e-3 * gsl_rng_uniform(random);
        kmeans_points_fill(&points, values, FEW, WIDTH);
        assert_int_equal(kmeans_fit(&points, &points, K, 1, &report, &kmeans, &error), ERR_OK);
        for (int row = 0; row < FEW; row++)
            sizes[kmeans.labels[row]]++;
        for (int c = 0; c < K; c++)
            assert_true(sizes[c] > 0);
        kmeans_free(&kmeans);
        kmeans_points_free(&points);
    }
    gsl_rng_free(random);
}

static bool stop_at_fifth(void *context, const struct progress *progress) {
    int *calls = context;
    assert_true(progress->done < progress->total);
    return ++*calls < 5;
}

static void a_fit_can_be_cancelled(void **state) {
    (void)state;
    double values[ROWS * WIDTH];
    int calls = 0;
    struct progress_sink sink = {stop_at_fifth, &calls};
    struct kmeans_report report = {&sink, "finding segments", 0, KMEANS_STEPS};
    struct kmeans_points points;
    struct kmeans kmeans;
    struct error error;
    make_blobs(values);
    kmeans_points_fill(&points, values, ROWS, WIDTH);
    assert_int_equal(kmeans_fit(&points, &points, 4, 1, &report, &kmeans, &error), ERR_CANCELLED);
    assert_int_equal(calls, 5);
    assert_null(kmeans.labels);
    kmeans_points_free(&points);
}

/* On a line: {0, 1} and {10, 11}. For 0, a = 1 and b = (10 + 11) / 2, so s = 9.5 / 10.5; for 1,
 * a = 1 and b = 9.5, so s = 8.5 / 9.5; the other two mirror them (Rousseeuw 1987, definition). */
static void silhouettes_follow_their_definition(void **state) {
    (void)state;
    const double values[] = {0, 10, 1, 11};
    const uint8_t split[] = {0, 1, 0, 1}, alone[] = {0, 1, 0, 2}, one[] = {0, 0, 0, 0};
    struct clustering clusterings[] = {{split, 2, 0}, {alone, 3, 0}, {one, 1, 0}};
    struct kmeans_report report = {0};
    struct error error;
    assert_int_equal(silhouette_of(values, 4, 1, clusterings, 3, &report, 9, &error), ERR_OK);
    assert_near(clusterings[0].silhouette, (9.5 / 10.5 + 8.5 / 9.5) / 2, 1e-6);
    /* 10 and 11 are alone and count 0; for 0 the nearest other is 10, for 1 it is 9 away */
    assert_near(clusterings[1].silhouette, (9.0 / 10 + 8.0 / 9) / 4, 1e-6);
    assert_true(isnan(clusterings[2].silhouette));
    assert_int_equal(report.done, 9);
}

/* The straightforward double loop. */
static double slow_silhouette(const double *values, const uint8_t *labels, int k) {
    double total = 0;
    for (int i = 0; i < ROWS; i++) {
        double sum[8] = {0}, nearest = INFINITY;
        int size[8] = {0};
        for (int j = 0; j < ROWS; j++) {
            double squares = 0;
            for (int column = 0; column < WIDTH; column++)
                squares += pow(values[i * WIDTH + column] - values[j * WIDTH + column], 2);
            sum[labels[j]] += sqrt(squares);
            size[labels[j]]++;
        }
        for (int c = 0; c < k; c++)
            if (c != labels[i] && size[c] > 0)
                nearest = fmin(nearest, sum[c] / size[c]);
        double own = sum[labels[i]] / (size[labels[i]] - 1);
        total += size[labels[i]] > 1 ? (nearest - own) / fmax(own, nearest) : 0;
    }
    return total / ROWS;
}

static void one_pass_gives_each_clustering_the_silhouette_of_its_own(void **state) {
    (void)state;
    double values[ROWS * WIDTH];
    uint8_t by_blob[ROWS], by_third[ROWS], by_seven[ROWS];
    struct kmeans_report report = {0};
    struct error error;
    make_blobs(values);
    for (int row = 0; row < ROWS; row++) {
        by_blob[row] = (uint8_t)(row % BLOBS);
        by_third[row] = (uint8_t)(row * 3 / ROWS);
        by_seven[row] = (uint8_t)(row % 7);
    }
    struct clustering clusterings[] = {{by_blob, 4, 0}, {by_third, 3, 0}, {by_seven, 7, 0}};
    assert_int_equal(silhouette_of(values, ROWS, WIDTH, clusterings, 3, &report, 1, &error),
                     ERR_OK);
    for (int i = 0; i < 3; i++)
        assert_near(clusterings[i].silhouette,
                    slow_silhouette(values, clusterings[i].labels, clusterings[i].k), 1e-5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blobs_far_apart_are_found_exactly),
        cmocka_unit_test(one_cluster_is_the_mean_of_all),
        cmocka_unit_test(a_seed_gives_the_same_clusters_again),
        cmocka_unit_test(every_cluster_has_a_row_though_most_rows_are_equal),
        cmocka_unit_test(a_sample_leads_to_the_clusters_of_all),
        cmocka_unit_test(different_rows_leave_no_cluster_empty),
        cmocka_unit_test(a_fit_can_be_cancelled),
        cmocka_unit_test(silhouettes_follow_their_definition),
        cmocka_unit_test(one_pass_gives_each_clustering_the_silhouette_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
