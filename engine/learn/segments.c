/* Segments: k-means fitted, named, stored, and laid over the facts. */
#include "engine/learn/segments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/memory.h"
#include "db/segmentations.h"
#include "engine/learn/features.h"
#include "engine/learn/kmeans.h"
#include "engine/learn/persona.h"
#include "engine/learn/random.h"
#include "engine/learn/segmentation.h"
#include "engine/learn/silhouette.h"

enum { SCAN_FIRST = 2, SCAN_LAST = 8, SCAN_MAX = SEGMENTS_K_MAX };

/* Beyond this many sales, the search for segments and the silhouettes use a random sample of as
 * many: distances between all pairs would take longer than a person waits. */
enum { SAMPLE_ROWS_MAX = 20000, SILHOUETTE_STEPS = 60 };

struct segmentation {
    struct features features;
    struct segmentation_record record;
    double *centroids; /* k × width, as the record's one by one */
    struct segment_scan scan[SCAN_MAX];
    int scan_count;
    int64_t silhouette_rows;
};

/* ------------------------------------------------------------------ fitting */

/* The encoded sales, and of a large shop a sample of them that depends on the seed alone. */
struct encoded {
    double *values; /* row-major */
    size_t rows, width;
    size_t *sample; /* row numbers, ascending */
    double *sampled;
    size_t sample_rows;
};

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
}

static void encoded_free(struct encoded *encoded) {
    free(encoded->values);
    free(encoded->sample);
    free(encoded->sampled);
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
    struct kmeans_points all, sample = {0};
    enum err err = ERR_OK;
    bool large = encoded->sample_rows < encoded->rows;
    kmeans_points_fill(&all, encoded->values, encoded->rows, (int)encoded->width);
    if (large)
        kmeans_points_fill(&sample, encoded->sampled, encoded->sample_rows, (int)encoded->width);
    for (int s = 0; err == ERR_OK && s < segmentation->scan_count; s++) {
        err = kmeans_fit(&all, large ? &sample : &all, segmentation->scan[s].k, seed, report,
                         &fits[s], error);
        segmentation->scan[s].inertia = fits[s].inertia;
    }
    kmeans_points_free(&sample);
    kmeans_points_free(&all);
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

/* Segments in the order of their display, with their names. */
static void take_segments(struct segmentation *segmentation, const struct kmeans *fit,
                          size_t rows) {
    struct segmentation_record *record = &segmentation->record;
    struct sized order[SEGMENTS_K_MAX] = {0};
    int64_t sales[SEGMENTS_K_MAX];
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
    }
    personas_name(&segmentation->features, centroids, sales, fit->k, names);
    record->segments = xcalloc((size_t)fit->k, sizeof *record->segments);
    for (int position = 0; position < fit->k; position++) {
        struct segment_record *segment = &record->segments[position];
        segment->name = xstrdup(names[position]);
        segment->sales = sales[position];
        segment->centroid = xcalloc(width, sizeof *segment->centroid);
        memcpy(segment->centroid, centroids + (size_t)position * width,
               width * sizeof *segment->centroid);
    }
    segmentation->centroids = centroids;
}

static char *scan_json(const struct segmentation *segmentation) {
    json_t *array = json_array();
    for (int s = 0; s < segmentation->scan_count; s++) {
        const struct segment_scan *scan = &segmentation->scan[s];
        json_array_append_new(
            array,
            json_pack("{s:i, s:f, s:o, s:I}", "k", scan->k, "inertia", scan->inertia, "silhouette",
                      isnan(scan->silhouette) ? json_null() : json_real(scan->silhouette),
                      "silhouette_rows", (json_int_t)segmentation->silhouette_rows));
    }
    char *dumped = json_dumps(array, JSON_COMPACT | JSON_REAL_PRECISION(17));
    char *text = xstrdup(dumped ? dumped : "[]");
    free(dumped);
    json_decref(array);
    return text;
}

enum err segmentation_fit(const struct facts *facts, int k, uint64_t seed,
                          const struct progress_sink *progress, struct segmentation **out,
                          struct error *error) {
    *out = NULL;
    if (k < 1 || k > SEGMENTS_K_MAX)
        return error_set(error, ERR_USAGE, "%d segments: it must be 1 to %d", k, SEGMENTS_K_MAX);
    if (facts->count < 10 * (size_t)k) {
        error_set(error, ERR_NO_DATA, "%zu sales are too few for %d segments", facts->count, k);
        return error_hint(error, "it takes %d sales", 10 * k);
    }
    enum err err = ERR_OK;
    struct segmentation *segmentation = xcalloc(1, sizeof *segmentation);
    struct kmeans fits[SCAN_MAX] = {0};
    int chosen = 0;
    features_fit(&segmentation->features, facts, UNKNOWN);
    struct encoded encoded;
    encode_all(&encoded, &segmentation->features, facts, seed);
    for (int next = 1; next <= SEGMENTS_K_MAX; next++) {
        if (next != k && (next < SCAN_FIRST || next > SCAN_LAST))
            continue;
        chosen = next == k ? segmentation->scan_count : chosen;
        segmentation->scan[segmentation->scan_count++].k = next;
    }
    struct kmeans_report report = {progress, "finding segments", 0,
                                   (uint64_t)segmentation->scan_count * KMEANS_STEPS +
                                       SILHOUETTE_STEPS};
    err = scan_fits(segmentation, &encoded, seed, fits, &report, error);
    if (err == ERR_OK)
        err = scan_silhouettes(segmentation, &encoded, fits, &report, error);
    if (err == ERR_OK) {
        struct segmentation_record *record = &segmentation->record;
        record->rows = (int64_t)facts->count;
        record->last_sale_id = facts->id[facts->count - 1];
        record->seed = (int64_t)seed;
        record->k = k;
        record->width = segmentation->features.width;
        record->inertia = segmentation->scan[chosen].inertia;
        double silhouette = segmentation->scan[chosen].silhouette;
        record->silhouette = isnan(silhouette) ? 0 : silhouette; /* the scan tells them apart */
        record->features = features_json(&segmentation->features);
        record->scan = scan_json(segmentation);
        record->shape = xstrdup("{}");
        clock_stamp(record->trained_at);
        take_segments(segmentation, &fits[chosen], facts->count);
        *out = segmentation;
        segmentation = NULL;
    }
    for (int s = 0; s < SCAN_MAX; s++)
        kmeans_free(&fits[s]);
    encoded_free(&encoded);
    segmentation_free(segmentation);
    return err;
}

/* ------------------------------------------------------------------ storing */

enum err segmentation_store(struct db *writer, const struct segmentation *segmentation,
                            struct error *error) {
    return db_segmentation_store(writer, &segmentation->record, error);
}

static void read_centroids(struct segmentation *segmentation) {
    const struct segmentation_record *record = &segmentation->record;
    size_t width = (size_t)record->width;
    segmentation->centroids = xcalloc((size_t)record->k * width, sizeof(double));
    for (size_t i = 0; i < (size_t)record->k; i++)
        memcpy(segmentation->centroids + i * width, record->segments[i].centroid,
               width * sizeof(double));
}

static bool read_scan(struct segmentation *segmentation) {
    json_t *array = json_loads(segmentation->record.scan, 0, NULL);
    size_t i;
    json_t *entry;
    bool sound = json_is_array(array) && json_array_size(array) <= SCAN_MAX;
    if (sound) {
        json_array_foreach(array, i, entry) {
            struct segment_scan *scan = &segmentation->scan[segmentation->scan_count++];
            const json_t *silhouette = json_object_get(entry, "silhouette");
            scan->k = (int)json_integer_value(json_object_get(entry, "k"));
            scan->inertia = json_number_value(json_object_get(entry, "inertia"));
            scan->silhouette =
                json_is_number(silhouette) ? json_number_value(silhouette) : (double)NAN;
            segmentation->silhouette_rows =
                json_integer_value(json_object_get(entry, "silhouette_rows"));
        }
    }
    json_decref(array);
    return sound;
}

enum err segmentation_load(struct db *db, struct segmentation **out, struct error *error) {
    *out = NULL;
    struct segmentation *segmentation = xcalloc(1, sizeof *segmentation);
    enum err err = db_segmentation_load(db, &segmentation->record, error);
    if (err == ERR_OK)
        err = features_from_json(&segmentation->features, segmentation->record.features, error);
    if (err == ERR_OK &&
        (segmentation->record.k < 1 || segmentation->record.k > SEGMENTS_K_MAX ||
         segmentation->record.width != segmentation->features.width || !read_scan(segmentation))) {
        err = error_set(error, ERR_DAMAGED, "the stored segments cannot be read");
        error_hint(error, "train them again: retail-pulse train segments");
    }
    if (err == ERR_OK) {
        read_centroids(segmentation);
        *out = segmentation;
    } else {
        segmentation_free(segmentation);
    }
    return err;
}

void segmentation_free(struct segmentation *segmentation) {
    if (!segmentation)
        return;
    features_free(&segmentation->features);
    segmentation_record_free(&segmentation->record);
    free(segmentation->centroids);
    free(segmentation);
}

/* ------------------------------------------------------------------ reading */

int segmentation_k(const struct segmentation *segmentation) {
    return segmentation->record.k;
}

double segmentation_inertia(const struct segmentation *segmentation) {
    return segmentation->record.inertia;
}

double segmentation_silhouette(const struct segmentation *segmentation) {
    for (int s = 0; s < segmentation->scan_count; s++)
        if (segmentation->scan[s].k == segmentation->record.k)
            return segmentation->scan[s].silhouette;
    return (double)NAN;
}

int64_t segmentation_silhouette_rows(const struct segmentation *segmentation) {
    return segmentation->silhouette_rows;
}

const struct segment_scan *segmentation_scan(const struct segmentation *segmentation, int *count) {
    *count = segmentation->scan_count;
    return segmentation->scan;
}

const char *segmentation_name(const struct segmentation *segmentation, int position) {
    return segmentation->record.segments[position].name;
}

const char *segmentation_trained_at(const struct segmentation *segmentation) {
    return segmentation->record.trained_at;
}

int64_t segmentation_rows(const struct segmentation *segmentation) {
    return segmentation->record.rows;
}

int segmentation_better_k(const struct segmentation *segmentation) {
    int best = 0;
    double highest = -INFINITY;
    for (int s = 0; s < segmentation->scan_count; s++)
        if (segmentation->scan[s].silhouette > highest) {
            highest = segmentation->scan[s].silhouette;
            best = segmentation->scan[s].k;
        }
    return best == segmentation->record.k ? 0 : best;
}

const struct features *segmentation_features(const struct segmentation *segmentation) {
    return &segmentation->features;
}

int segmentation_nearest(const struct segmentation *segmentation, const double *row,
                         double *distance) {
    return kmeans_nearest(segmentation->centroids, segmentation->record.k,
                          segmentation->record.width, row, distance);
}

static void name_segments(const struct segmentation *segmentation, struct facts *facts) {
    for (int i = 0; i < facts->segment_count; i++)
        free(facts->segment_names[i]);
    free(facts->segment_names);
    facts->segment_count = segmentation->record.k;
    facts->segment_names = xcalloc((size_t)facts->segment_count, sizeof *facts->segment_names);
    for (int i = 0; i < facts->segment_count; i++)
        facts->segment_names[i] = xstrdup(segmentation->record.segments[i].name);
}

void segmentation_assign(const struct segmentation *segmentation, struct facts *facts) {
    struct feature_reader reader;
    double row[FEATURES_WIDTH_MAX];
    feature_reader_open(&reader, &segmentation->features, facts);
    for (size_t i = 0; i < facts->count; i++) {
        feature_reader_row(&reader, i, row);
        features_fill(&segmentation->features, row);
        facts->segment[i] = (uint8_t)(1 + segmentation_nearest(segmentation, row, NULL));
    }
    feature_reader_close(&reader);
    name_segments(segmentation, facts);
}
