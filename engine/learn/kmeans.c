/* k-means. Sums run in a fixed order, so that a seed gives the same segments everywhere. */
#include "engine/learn/kmeans.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/learn/random.h"

static size_t block_count(const struct kmeans_points *points) {
    return (points->rows + KMEANS_BLOCK - 1) / KMEANS_BLOCK;
}

void kmeans_points_fill(struct kmeans_points *points, const double *values, size_t rows,
                        int width) {
    points->values = values;
    points->rows = rows;
    points->width = width;
    size_t per_block = (size_t)width * KMEANS_BLOCK;
    points->blocks = xcalloc(block_count(points) + 1, per_block * sizeof *points->blocks);
    for (size_t block = 0; block < block_count(points); block++)
        for (size_t lane = 0; lane < KMEANS_BLOCK; lane++) {
            size_t row = block * KMEANS_BLOCK + lane;
            const double *from = values + (row < rows ? row : rows - 1) * (size_t)width;
            for (int column = 0; column < width; column++)
                points->blocks[block * per_block + (size_t)column * KMEANS_BLOCK + lane] =
                    from[column];
        }
}

void kmeans_points_free(struct kmeans_points *points) {
    free(points->blocks);
    *points = (struct kmeans_points){0};
}

/* Two lanes in a register; GCC's and Clang's vector types. */
typedef double pair __attribute__((vector_size(2 * sizeof(double))));

/* Squared distances of a block's rows to one centre. A strip of lanes at a time, so that its sums
 * stay in registers; every lane adds its columns in the same order whatever the strip. */
static void block_distances(const struct kmeans_points *points, size_t block, const double *centre,
                            double *restrict out) {
    enum { STRIP = 8 };
    const double *values = points->blocks + block * (size_t)points->width * KMEANS_BLOCK;
    for (int first = 0; first < KMEANS_BLOCK; first += STRIP) {
        pair sums[STRIP / 2] = {{0}};
        for (int column = 0; column < points->width; column++) {
            pair lanes[STRIP / 2], at = {centre[column], centre[column]};
            memcpy(lanes, values + (size_t)column * KMEANS_BLOCK + first, sizeof lanes);
#pragma GCC unroll 4
            for (int i = 0; i < STRIP / 2; i++) {
                pair difference = lanes[i] - at;
                sums[i] += difference * difference;
            }
        }
        memcpy(out + first, sums, sizeof sums);
    }
}

static void copy_row(const struct kmeans_points *points, size_t row, double *out) {
    const double *values =
        points->blocks + row / KMEANS_BLOCK * (size_t)points->width * KMEANS_BLOCK;
    for (int column = 0; column < points->width; column++)
        out[column] = values[(size_t)column * KMEANS_BLOCK + row % KMEANS_BLOCK];
}

/* The potential that `centre` would leave: distances to the nearest centre, it included. */
static double potential_with(const struct kmeans_points *points, const double *centre,
                             const double *nearest, double *out) {
    double sum = 0, distances[KMEANS_BLOCK];
    for (size_t block = 0; block < block_count(points); block++) {
        block_distances(points, block, centre, distances);
        size_t first = block * KMEANS_BLOCK;
        for (size_t lane = 0; lane < KMEANS_BLOCK && first + lane < points->rows; lane++) {
            size_t row = first + lane;
            out[row] = nearest && nearest[row] < distances[lane] ? nearest[row] : distances[lane];
            sum += out[row];
        }
    }
    return sum;
}

/* A row drawn with a probability proportional to its distance; any row where all are 0. */
static size_t draw_far_row(const double *nearest, size_t rows, double potential, gsl_rng *random) {
    double at = gsl_rng_uniform(random) * potential, sum = 0;
    if (potential <= 0)
        return gsl_rng_uniform_int(random, rows);
    for (size_t row = 0; row < rows; row++) {
        sum += nearest[row];
        if (sum > at)
            return row;
    }
    return rows - 1;
}

static void seed_centres(const struct kmeans_points *points, int k, gsl_rng *random,
                         double *centroids) {
    size_t rows = points->rows, width = (size_t)points->width;
    double *nearest = xcalloc(rows, sizeof *nearest), *trial = xcalloc(rows, sizeof *trial);
    double *best = xcalloc(rows, sizeof *best), *centre = xcalloc(width + 1, sizeof *centre);
    int trials = 2 + (int)log(k);
    copy_row(points, gsl_rng_uniform_int(random, rows), centroids);
    double potential = potential_with(points, centroids, NULL, nearest);
    for (int c = 1; c < k; c++) {
        double best_potential = INFINITY;
        for (int t = 0; t < trials; t++) {
            copy_row(points, draw_far_row(nearest, rows, potential, random), centre);
            double left = potential_with(points, centre, nearest, trial);
            if (left < best_potential) {
                best_potential = left;
                memcpy(centroids + (size_t)c * width, centre, width * sizeof *centre);
                double *swap = best;
                best = trial;
                trial = swap;
            }
        }
        potential = best_potential;
        memcpy(nearest, best, rows * sizeof *nearest);
    }
    free(centre);
    free(best);
    free(trial);
    free(nearest);
}

/* Labels every row; `distances` receives the squared distance to the own centre. */
static bool label_rows(const struct kmeans_points *points, struct kmeans *kmeans,
                       double *distances) {
    bool changed = false;
    double sum = 0;
    for (size_t block = 0; block < block_count(points); block++) {
        double best[KMEANS_BLOCK], next[KMEANS_BLOCK];
        double label[KMEANS_BLOCK] = {0}; /* as wide as the distances, so that it vectorises */
        block_distances(points, block, kmeans->centroids, best);
        for (int c = 1; c < kmeans->k; c++) {
            double number = c;
            block_distances(points, block, kmeans->centroids + c * kmeans->width, next);
            for (int lane = 0; lane < KMEANS_BLOCK; lane++) {
                label[lane] = next[lane] < best[lane] ? number : label[lane];
                best[lane] = next[lane] < best[lane] ? next[lane] : best[lane];
            }
        }
        size_t first = block * KMEANS_BLOCK;
        for (size_t lane = 0; lane < KMEANS_BLOCK && first + lane < points->rows; lane++) {
            uint8_t nearest = (uint8_t)label[lane];
            changed |= kmeans->labels[first + lane] != nearest;
            kmeans->labels[first + lane] = nearest;
            distances[first + lane] = best[lane];
            sum += best[lane];
        }
    }
    kmeans->inertia = sum;
    return changed;
}

/* The farthest row that is not alone in its cluster moves into the empty one. */
static void fill_empty(const struct kmeans_points *points, struct kmeans *kmeans, double *distances,
                       size_t *sizes, int empty) {
    size_t farthest = points->rows;
    for (size_t row = 0; row < points->rows; row++)
        if (sizes[kmeans->labels[row]] > 1 &&
            (farthest == points->rows || distances[row] > distances[farthest]))
            farthest = row;
    if (farthest == points->rows)
        return;
    sizes[kmeans->labels[farthest]]--;
    kmeans->labels[farthest] = (uint8_t)empty;
    distances[farthest] = 0;
    sizes[empty] = 1;
}

static void move_centres(const struct kmeans_points *points, struct kmeans *kmeans,
                         double *distances) {
    size_t width = (size_t)kmeans->width;
    size_t sizes[KMEANS_K_MAX + 1] = {0};
    for (size_t row = 0; row < points->rows; row++)
        sizes[kmeans->labels[row]]++;
    for (int c = 0; c < kmeans->k; c++)
        if (sizes[c] == 0)
            fill_empty(points, kmeans, distances, sizes, c);
    memset(kmeans->centroids, 0, (size_t)kmeans->k * width * sizeof *kmeans->centroids);
    for (size_t row = 0; row < points->rows; row++) {
        const double *restrict values = points->values + row * width;
        double *restrict sum = kmeans->centroids + kmeans->labels[row] * width;
        for (size_t column = 0; column < width; column++)
            sum[column] += values[column];
    }
    for (int c = 0; c < kmeans->k; c++)
        for (size_t column = 0; sizes[c] > 0 && column < width; column++)
            kmeans->centroids[(size_t)c * width + column] /= (double)sizes[c];
}

static void kmeans_alloc(struct kmeans *kmeans, const struct kmeans_points *points, int k) {
    *kmeans = (struct kmeans){
        .k = k,
        .width = points->width,
        .centroids = xcalloc((size_t)k * (size_t)points->width, sizeof *kmeans->centroids),
        .labels = xcalloc(points->rows, sizeof *kmeans->labels),
    };
}

static void copy_fit(struct kmeans *to, const struct kmeans *from, size_t rows) {
    memcpy(to->centroids, from->centroids,
           (size_t)from->k * (size_t)from->width * sizeof *to->centroids);
    memcpy(to->labels, from->labels, rows);
    to->inertia = from->inertia;
}

/* Lloyd until no label changes, or until `inertia_to_beat` is out of reach: what is gained shrinks
 * about geometrically, so eight times the last gain is more than what is still to come; or until an
 * iteration gains less than that share of the inertia (0: never). */
static void lloyd(const struct kmeans_points *points, struct kmeans *kmeans, double *distances,
                  double inertia_to_beat, double least_gain) {
    bool changed = true;
    label_rows(points, kmeans, distances);
    for (int i = 0; changed && i < KMEANS_ITERATIONS_MAX; i++) {
        double before = kmeans->inertia;
        move_centres(points, kmeans, distances);
        changed = label_rows(points, kmeans, distances);
        if (before - kmeans->inertia < least_gain * before)
            break;
        if (i >= 2 && kmeans->inertia - inertia_to_beat > 8 * (before - kmeans->inertia))
            break;
    }
}

static void start(const struct kmeans_points *points, int k, uint64_t seed, uint64_t stream,
                  struct kmeans *out) {
    kmeans_alloc(out, points, k);
    gsl_rng *random = random_new(seed, stream);
    seed_centres(points, k, random, out->centroids);
    gsl_rng_free(random);
    double *distances = xcalloc(points->rows, sizeof *distances);
    lloyd(points, out, distances, INFINITY, 0);
    free(distances);
}

void kmeans_free(struct kmeans *kmeans) {
    free(kmeans->centroids);
    free(kmeans->labels);
    *kmeans = (struct kmeans){0};
}

static bool report_step(struct kmeans_report *report) {
    bool go_on = progress_report(report->sink, report->phase, "fits", report->done, report->total);
    report->done++;
    return go_on;
}

static bool improve(const struct kmeans_points *points, uint64_t seed, struct kmeans_report *report,
                    struct kmeans *best) {
    bool go_on = true;
    size_t width = (size_t)best->width;
    double *distances = xcalloc(points->rows, sizeof *distances);
    double *trial_distances = xcalloc(points->rows, sizeof *trial_distances);
    struct kmeans trial;
    kmeans_alloc(&trial, points, best->k);
    gsl_rng *random = random_new(seed, KMEANS_STARTS);
    label_rows(points, best, distances);
    for (int swap = 0; go_on && swap < KMEANS_SWAPS; swap++) {
        go_on = report_step(report);
        memcpy(trial.centroids, best->centroids, (size_t)best->k * width * sizeof *trial.centroids);
        size_t moved = gsl_rng_uniform_int(random, (unsigned long)best->k);
        size_t to = draw_far_row(distances, points->rows, best->inertia, random);
        copy_row(points, to, trial.centroids + moved * width);
        lloyd(points, &trial, trial_distances, best->inertia, 0);
        if (trial.inertia < best->inertia) {
            copy_fit(best, &trial, points->rows);
            memcpy(distances, trial_distances, points->rows * sizeof *distances);
        }
    }
    gsl_rng_free(random);
    kmeans_free(&trial);
    free(trial_distances);
    free(distances);
    return go_on;
}

/* From the centres that a sample gave to those of all points: where these lie is known by the
 * sample to a hundredth, and what the last iterations would move is far below that. */
static const double WIDENED_GAIN = 1e-6;

static void widen(const struct kmeans_points *points, struct kmeans *kmeans) {
    double *distances = xcalloc(points->rows, sizeof *distances);
    free(kmeans->labels);
    kmeans->labels = xcalloc(points->rows, sizeof *kmeans->labels);
    lloyd(points, kmeans, distances, INFINITY, WIDENED_GAIN);
    free(distances);
}

/* The best of several starts; false where the report, which may be NULL, cancels. */
static bool best_of_starts(const struct kmeans_points *points, int k, int starts, uint64_t seed,
                           struct kmeans_report *report, struct kmeans *out) {
    bool go_on = true;
    kmeans_alloc(out, points, k);
    for (int i = 0; go_on && i < starts; i++) {
        go_on = report == NULL || report_step(report);
        struct kmeans next;
        start(points, k, seed, (uint64_t)i, &next);
        if (i == 0 || next.inertia < out->inertia)
            copy_fit(out, &next, points->rows);
        kmeans_free(&next);
    }
    return go_on;
}

void kmeans_fit_starts(const struct kmeans_points *points, int k, int starts, uint64_t seed,
                       struct kmeans *out) {
    best_of_starts(points, k, starts, seed, NULL, out);
}

enum err kmeans_fit(const struct kmeans_points *points, const struct kmeans_points *search, int k,
                    uint64_t seed, struct kmeans_report *report, struct kmeans *out,
                    struct error *error) {
    bool go_on;
    if (k == 1) { /* wherever it starts, it ends in the mean */
        go_on = best_of_starts(search, k, 1, seed, report, out);
        report->done += KMEANS_STEPS - 1;
    } else {
        go_on = best_of_starts(search, k, KMEANS_STARTS, seed, report, out) &&
                improve(search, seed, report, out);
    }
    if (!go_on) {
        kmeans_free(out);
        return error_set(error, ERR_CANCELLED, "cancelled");
    }
    if (search != points)
        widen(points, out);
    return ERR_OK;
}

void kmeans_label(const struct kmeans_points *points, const struct kmeans *fit, uint8_t *labels) {
    struct kmeans copy = *fit;
    double *distances = xcalloc(points->rows + 1, sizeof *distances);
    copy.labels = labels;
    label_rows(points, &copy, distances);
    free(distances);
}

int kmeans_nearest(const double *centroids, int k, int width, const double *row, double *distance) {
    int nearest = 0;
    double best = INFINITY;
    for (int c = 0; c < k; c++) {
        double sum = 0;
        for (int column = 0; column < width; column++) {
            double difference = row[column] - centroids[c * width + column];
            sum += difference * difference;
        }
        if (sum < best) {
            best = sum;
            nearest = c;
        }
    }
    if (distance)
        *distance = sqrt(best);
    return nearest;
}
