/* Stability by the bootstrap. */
#include "engine/learn/stability.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/learn/random.h"

enum { STREAM_RESAMPLES = 7000, STREAM_FITS = 8000 };

/* How many rows have label i in a and j in b: ka × kb. */
static int64_t *contingency(const uint8_t *a, int ka, const uint8_t *b, int kb, size_t rows) {
    int64_t *counts = xcalloc((size_t)ka * (size_t)kb, sizeof *counts);
    for (size_t row = 0; row < rows; row++)
        counts[a[row] * kb + b[row]]++;
    return counts;
}

static double pairs(int64_t count) {
    return (double)count * (double)(count - 1) / 2;
}

static void sum_margins(const int64_t *counts, int ka, int kb, int64_t *of_a, int64_t *of_b) {
    memset(of_a, 0, (size_t)ka * sizeof *of_a);
    memset(of_b, 0, (size_t)kb * sizeof *of_b);
    for (int i = 0; i < ka; i++)
        for (int j = 0; j < kb; j++) {
            of_a[i] += counts[i * kb + j];
            of_b[j] += counts[i * kb + j];
        }
}

double adjusted_rand(const uint8_t *a, int ka, const uint8_t *b, int kb, size_t rows) {
    int64_t of_a[KMEANS_K_MAX + 1], of_b[KMEANS_K_MAX + 1];
    int64_t *counts = contingency(a, ka, b, kb, rows);
    double together = 0, in_a = 0, in_b = 0, all = pairs((int64_t)rows);
    sum_margins(counts, ka, kb, of_a, of_b);
    for (int i = 0; i < ka * kb; i++)
        together += pairs(counts[i]);
    for (int i = 0; i < ka; i++)
        in_a += pairs(of_a[i]);
    for (int j = 0; j < kb; j++)
        in_b += pairs(of_b[j]);
    free(counts);
    double expected = all > 0 ? in_a * in_b / all : 0, most = (in_a + in_b) / 2;
    if (most == expected) /* both put all rows together, or each row alone */
        return 1;
    return (together - expected) / (most - expected);
}

/* Adds each reference cluster's likeness to the nearest of the other clustering. */
static void add_jaccard(const uint8_t *reference, const uint8_t *other, int k, size_t rows,
                        double *sums) {
    int64_t of_reference[KMEANS_K_MAX + 1], of_other[KMEANS_K_MAX + 1];
    int64_t *counts = contingency(reference, k, other, k, rows);
    sum_margins(counts, k, k, of_reference, of_other);
    for (int i = 0; i < k; i++) {
        double best = 0;
        for (int j = 0; j < k; j++) {
            int64_t both = counts[i * k + j], either = of_reference[i] + of_other[j] - both;
            if (either > 0)
                best = fmax(best, (double)both / (double)either);
        }
        sums[i] += best;
    }
    free(counts);
}

static void draw_resample(const double *search, size_t rows, size_t width, gsl_rng *random,
                          double *out) {
    for (size_t i = 0; i < rows; i++)
        memcpy(out + i * width, search + gsl_rng_uniform_int(random, rows) * width,
               width * sizeof *out);
}

static void summarise(struct stability *stability, int k) {
    double sum = 0;
    stability->low = INFINITY;
    stability->high = -INFINITY;
    for (int i = 0; i < stability->resamples; i++) {
        sum += stability->rand[i];
        stability->low = fmin(stability->low, stability->rand[i]);
        stability->high = fmax(stability->high, stability->rand[i]);
    }
    stability->mean = sum / stability->resamples;
    for (int c = 0; c < k; c++)
        stability->jaccard[c] /= stability->resamples;
}

enum err stability_of(const struct kmeans_points *points, const double *search, size_t search_rows,
                      const uint8_t *reference, int k, int resamples, uint64_t seed,
                      struct kmeans_report *report, struct stability *out, struct error *error) {
    size_t width = (size_t)points->width;
    enum err err = ERR_OK;
    *out = (struct stability){.resamples = resamples};
    double *resample = xcalloc(search_rows * width + 1, sizeof *resample);
    uint8_t *labels = xcalloc(points->rows + 1, 1);
    for (int i = 0; err == ERR_OK && i < resamples; i++) {
        if (!progress_report(report->sink, report->phase, "fits", report->done, report->total)) {
            err = error_set(error, ERR_CANCELLED, "cancelled");
            break;
        }
        gsl_rng *random = random_new(seed, STREAM_RESAMPLES + (uint64_t)i);
        draw_resample(search, search_rows, width, random, resample);
        gsl_rng_free(random);
        struct kmeans_points drawn;
        struct kmeans fit;
        kmeans_points_fill(&drawn, resample, search_rows, points->width);
        kmeans_fit_starts(&drawn, k, STABILITY_STARTS, random_seed(seed, STREAM_FITS + (uint64_t)i),
                          &fit);
        kmeans_label(points, &fit, labels);
        out->rand[i] = adjusted_rand(reference, k, labels, k, points->rows);
        add_jaccard(reference, labels, k, points->rows, out->jaccard);
        kmeans_free(&fit);
        kmeans_points_free(&drawn);
        report->done++;
    }
    if (err == ERR_OK && resamples > 0)
        summarise(out, k);
    free(labels);
    free(resample);
    return err;
}

const char *stability_word(double mean) {
    return mean > 0.9 ? "stable" : mean >= 0.6 ? "fairly stable" : "unstable";
}

const char *stability_segment_word(double jaccard) {
    return jaccard >= 0.85   ? "found again"
           : jaccard >= 0.75 ? "mostly found again"
           : jaccard >= 0.6  ? "a pattern, its borders doubtful"
                             : "not to be relied on";
}
