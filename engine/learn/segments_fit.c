/* Segments found: k-means for every k of the scan, silhouettes, components, stability, names. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/learn/kmeans.h"
#include "engine/learn/random.h"
#include "engine/learn/segments_inside.h"
#include "engine/learn/silhouette.h"

/* Beyond this many sales, the search for segments and the silhouettes use a random sample of as
 * many: distances between all pairs would take longer than a person waits. */
enum { SAMPLE_ROWS_MAX = 10000, SILHOUETTE_STEPS = 100 };

/* The encoded sales, and of a large shop a sample of them that depends on the seed alone. */
struct encoded {
    double *values; /* row-major */
    size_t rows, width;
    size_t *sample; /* row numbers, ascending */
    double *sampled;
    size_t sample_rows;
    struct kmeans_points all, search; /* `search` is empty where the sample is all sales */
};

static const struct kmeans_points *search_of(const struct encoded *encoded) {
    return encoded->search.rows > 0 ? &encoded->search : &encoded->all;
}

static void draw_sample(struct encoded *encoded, uint64_t seed) {
    size_t rows = encoded->rows, width = encoded->width;
    size_t wanted = rows < SAMPLE_ROWS_MAX ? rows : SAMPLE_ROWS_MAX;
    gsl_rng *random = random_new(seed, SAMPLE_ROWS_MAX);
    encoded->sample = xcalloc(wanted + 1, sizeof *encoded->sample);
    encoded->sampled = xcalloc(wanted * width + 1, sizeof *encoded->sampled);
    for (size_t row = 0; row < rows && encoded->sample_rows < wanted; row++) {
        /* Knuth, TAOCP 2, 3.4.2, algorithm S: takes all where all are wanted */
        double left = (double)(rows - row), missing = (double)(wanted - encoded->sample_rows);
        if (left * gsl_rng_uniform(random) >= missing)
            continue;
        memcpy(encoded->sampled + encoded->sample_rows * width, encoded->values + row * width,
               width * sizeof *encoded->values);
        encoded->sample[encoded->sample_rows++] = row;
    }
    gsl_rng_free(random);
}

static void encode_all(struct encoded *encoded, const struct features *features,
                       const struct facts *facts, uint64_t seed) {
    size_t width = (size_t)features->width;
    *encoded = (struct encoded){.rows = facts->count, .width = width};
    encoded->values = xreallocarray(NULL, facts->count * width + 1, sizeof *encoded->values);
    struct feature_reader reader;
    feature_reader_open(&reader, features, facts);
    for (size_t row = 0; row < facts->count; row++) {
        feature_reader_row(&reader, row, encoded->values + row * width);
        features_fill(features, encoded->values + row * width);
    }
    feature_reader_close(&reader);
    draw_sample(encoded, seed);
    kmeans_points_fill(&encoded->all, encoded->values, encoded->rows, (int)width);
    if (encoded->sample_rows < encoded->rows)
        kmeans_points_fill(&encoded->search, encoded->sampled, encoded->sample_rows, (int)width);
}

static void encoded_free(struct encoded *encoded) {
    free(encoded->values);
    free(encoded->sample);
    free(encoded->sampled);
    kmeans_points_free(&encoded->all);
    kmeans_points_free(&encoded->search);
}

static enum err scan_silhouettes(struct segmentation *segmentation, const struct encoded *encoded,
                                 const struct kmeans *fits, struct kmeans_report *report,
                                 struct error *error) {
    size_t count = encoded->sample_rows;
    uint8_t *labels = xcalloc(count * SCAN_MAX + 1, 1);
    struct clustering clusterings[SCAN_MAX];
    for (int s = 0; s < segmentation->scan_count; s++) {
        for (size_t i = 0; i < count; i++)
            labels[(size_t)s * count + i] = fits[s].labels[encoded->sample[i]];
        clusterings[s] = (struct clustering){labels + (size_t)s * count, fits[s].k, 0};
    }
    enum err err = silhouette_of(encoded->sampled, count, (int)encoded->width, clusterings,
                                 segmentation->scan_count, report, SILHOUETTE_STEPS, error);
    for (int s = 0; err == ERR_OK && s < segmentation->scan_count; s++)
        segmentation->scan[s].silhouette = clusterings[s].silhouette;
    segmentation->silhouette_rows = (int64_t)count;
    free(labels);
    return err;
}

static enum err scan_fits(struct segmentation *segmentation, const struct encoded *encoded,
                          uint64_t seed, struct kmeans *fits, struct kmeans_report *report,
                          struct error *error) {
    enum err err = ERR_OK;
    for (int s = 0; err == ERR_OK && s < segmentation->scan_count; s++) {
        err = kmeans_fit(&encoded->all, search_of(encoded), segmentation->scan[s].k, seed, report,
                         &fits[s], error);
        segmentation->scan[s].inertia = fits[s].inertia;
    }
    return err;
}

struct sized {
    int label;
    int64_t sales;
};

static int by_falling_sales(const void *a, const void *b) {
    const struct sized *x = a, *y = b;
    if (x->sales != y->sales)
        return x->sales < y->sales ? 1 : -1;
    return x->label - y->label;
}

/* Segments in the order of their display, with their names; the fit's labels become positions. */
static void take_segments(struct segmentation *segmentation, struct kmeans *fit, size_t rows) {
    struct segmentation_record *record = &segmentation->record;
    struct sized order[SEGMENTS_K_MAX] = {0};
    int64_t sales[SEGMENTS_K_MAX];
    uint8_t positions[SEGMENTS_K_MAX] = {0};
    char names[SEGMENTS_K_MAX][PERSONA_SIZE];
    size_t width = (size_t)fit->width;
    double *centroids = xcalloc((size_t)fit->k * width, sizeof *centroids);
    for (int c = 0; c < fit->k; c++)
        order[c].label = c;
    for (size_t row = 0; row < rows; row++)
        order[fit->labels[row]].sales++;
    qsort(order, (size_t)fit->k, sizeof *order, by_falling_sales);
    for (int position = 0; position < fit->k; position++) {
        memcpy(centroids + (size_t)position * width,
               fit->centroids + (size_t)order[position].label * width, width * sizeof *centroids);
        sales[position] = order[position].sales;
        positions[order[position].label] = (uint8_t)position;
    }
    for (size_t row = 0; row < rows; row++)
        fit->labels[row] = positions[fit->labels[row]];
    personas_name(&segmentation->features, centroids, sales, fit->k, names);
    record->segments = xcalloc((size_t)fit->k, sizeof *record->segments);
    for (int position = 0; position < fit->k; position++) {
        struct segment_record *segment = &record->segments[position];
        segment->name = xstrdup(names[position]);
        snprintf(segmentation->names[position], PERSONA_SIZE, "%s", names[position]);
        segment->sales = sales[position];
        segment->centroid = xcalloc(width, sizeof *segment->centroid);
        memcpy(segment->centroid, centroids + (size_t)position * width,
               width * sizeof *segment->centroid);
    }
    segmentation->centroids = centroids;
}

/* What is known of the chosen fit beyond its centroids. */
static enum err take_shape(struct segmentation *segmentation, const struct encoded *encoded,
                           const struct kmeans *fit, const struct segmentation_plan *plan,
                           struct kmeans_report *report, struct error *error) {
    components_of(encoded->values, encoded->rows, (int)encoded->width, &segmentation->components);
    if (plan->k == 1) { /* one segment is found again in any resample */
        report->done += (uint64_t)plan->resamples;
        return ERR_OK;
    }
    return stability_of(&encoded->all, encoded->sampled, encoded->sample_rows, fit->labels, plan->k,
                        plan->resamples, plan->seed, report, &segmentation->stability, error);
}

static void take_record(struct segmentation *segmentation, const struct facts *facts,
                        const struct segmentation_plan *plan) {
    struct segmentation_record *record = &segmentation->record;
    record->rows = (int64_t)facts->count;
    record->last_sale_id = facts->id[facts->count - 1];
    record->seed = (int64_t)plan->seed;
    record->k = plan->k;
    record->width = segmentation->features.width;
    record->inertia = segmentation->scan[plan->k - SCAN_FIRST].inertia;
    double silhouette = segmentation->scan[plan->k - SCAN_FIRST].silhouette;
    record->silhouette = isnan(silhouette) ? 0 : silhouette; /* the scan tells them apart */
    record->features = features_json(&segmentation->features);
    clock_stamp(record->trained_at);
}

void segmentation_plan_default(struct segmentation_plan *plan) {
    *plan = (struct segmentation_plan){
        .k = SEGMENTS_K_DEFAULT, .seed = 1, .resamples = STABILITY_RESAMPLES};
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++)
        plan->features[field] = true;
}

static enum err check_plan(const struct facts *facts, const struct segmentation_plan *plan,
                           struct error *error) {
    if (plan->k < 1 || plan->k > SEGMENTS_K_MAX)
        return error_set(error, ERR_USAGE, "%d segments: it must be 1 to %d", plan->k,
                         SEGMENTS_K_MAX);
    if (plan->resamples < 0 || plan->resamples > STABILITY_RESAMPLES_MAX)
        return error_set(error, ERR_USAGE, "%d resamples: it must be 0 to %d", plan->resamples,
                         STABILITY_RESAMPLES_MAX);
    if (facts->count >= 10 * (size_t)plan->k)
        return ERR_OK;
    error_set(error, ERR_NO_DATA, "%zu sales are too few for %d segments", facts->count, plan->k);
    return error_hint(error, "it takes %d sales", 10 * plan->k);
}

enum err segmentation_fit(const struct facts *facts, const struct segmentation_plan *plan,
                          const struct progress_sink *progress, struct segmentation **out,
                          struct error *error) {
    *out = NULL;
    enum err err = check_plan(facts, plan, error);
    if (err != ERR_OK)
        return err;
    struct segmentation *segmentation = xcalloc(1, sizeof *segmentation);
    struct kmeans fits[SCAN_MAX] = {0};
    features_fit_fields(&segmentation->features, facts, plan->features);
    struct encoded encoded;
    encode_all(&encoded, &segmentation->features, facts, plan->seed);
    for (int k = SCAN_FIRST; k <= SCAN_LAST; k++)
        segmentation->scan[segmentation->scan_count++].k = k;
    struct kmeans_report report = {progress, "finding segments", 0,
                                   (uint64_t)segmentation->scan_count * KMEANS_STEPS +
                                       SILHOUETTE_STEPS + (uint64_t)plan->resamples};
    struct kmeans *chosen = &fits[plan->k - SCAN_FIRST];
    err = scan_fits(segmentation, &encoded, plan->seed, fits, &report, error);
    if (err == ERR_OK)
        err = scan_silhouettes(segmentation, &encoded, fits, &report, error);
    if (err == ERR_OK) {
        take_record(segmentation, facts, plan);
        take_segments(segmentation, chosen, facts->count);
        err = take_shape(segmentation, &encoded, chosen, plan, &report, error);
    }
    if (err == ERR_OK) {
        segmentation_write_json(segmentation);
        *out = segmentation;
        segmentation = NULL;
    }
    for (int s = 0; s < SCAN_MAX; s++)
        kmeans_free(&fits[s]);
    encoded_free(&encoded);
    segmentation_free(segmentation);
    return err;
}
