/* Segments: stored, read back, and laid over the facts. */
#include "engine/learn/segments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/learn/elbow.h"
#include "engine/learn/kmeans.h"
#include "engine/learn/segment_tables.h"
#include "engine/learn/segments_inside.h"

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

enum err segmentation_load(struct db *db, struct segmentation **out, struct error *error) {
    *out = NULL;
    struct segmentation *segmentation = xcalloc(1, sizeof *segmentation);
    enum err err = db_segmentation_load(db, &segmentation->record, error);
    if (err == ERR_OK)
        err = features_from_json(&segmentation->features, segmentation->record.features, error);
    if (err == ERR_OK && (segmentation->record.k < 1 || segmentation->record.k > SEGMENTS_K_MAX ||
                          segmentation->record.width != segmentation->features.width ||
                          !segmentation_read_json(segmentation))) {
        err = error_set(error, ERR_DAMAGED, "the stored segments cannot be read");
        error_hint(error, "train them again: retail-pulse train segments");
    }
    if (err == ERR_OK)
        err = segmentation_take_names(segmentation, db, error);
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
    return segmentation->names[position];
}

const char *segmentation_persona(const struct segmentation *segmentation, int position) {
    return segmentation->record.segments[position].name;
}

const char *segmentation_trained_at(const struct segmentation *segmentation) {
    return segmentation->record.trained_at;
}

int64_t segmentation_rows(const struct segmentation *segmentation) {
    return segmentation->record.rows;
}

int segmentation_best_k(const struct segmentation *segmentation) {
    int best = 0;
    double highest = -INFINITY;
    for (int s = 0; s < segmentation->scan_count; s++)
        if (segmentation->scan[s].silhouette > highest) {
            highest = segmentation->scan[s].silhouette;
            best = segmentation->scan[s].k;
        }
    return best;
}

int segmentation_better_k(const struct segmentation *segmentation) {
    int best = segmentation_best_k(segmentation);
    return best == segmentation->record.k ? 0 : best;
}

int segmentation_elbow_k(const struct segmentation *segmentation) {
    int k[SCAN_MAX];
    double inertia[SCAN_MAX];
    for (int s = 0; s < segmentation->scan_count; s++) {
        k[s] = segmentation->scan[s].k;
        inertia[s] = segmentation->scan[s].inertia;
    }
    int at = elbow_of(k, inertia, segmentation->scan_count);
    return at < 0 ? 0 : k[at];
}

const struct components *segmentation_components(const struct segmentation *segmentation) {
    return segmentation->components.width > 0 ? &segmentation->components : NULL;
}

const struct stability *segmentation_stability(const struct segmentation *segmentation) {
    return segmentation->stability.resamples > 0 ? &segmentation->stability : NULL;
}

const struct features *segmentation_features(const struct segmentation *segmentation) {
    return &segmentation->features;
}

int segmentation_nearest(const struct segmentation *segmentation, const double *row,
                         double *distance) {
    return kmeans_nearest(segmentation->centroids, segmentation->record.k,
                          segmentation->record.width, row, distance);
}

void segmentation_name_facts(const struct segmentation *segmentation, struct facts *facts) {
    const char *names[SEGMENTS_K_MAX];
    for (int i = 0; i < segmentation->record.k; i++)
        names[i] = segmentation->names[i];
    facts_name_segments(facts, names, segmentation->record.k);
}

/* Few sales are sooner measured than tables are made. */
static void assign_one_by_one(const struct segmentation *segmentation, struct facts *facts) {
    struct feature_reader reader;
    double row[FEATURES_WIDTH_MAX];
    feature_reader_open(&reader, &segmentation->features, facts);
    for (size_t i = 0; i < facts->count; i++) {
        feature_reader_row(&reader, i, row);
        features_fill(&segmentation->features, row);
        facts->segment[i] = (uint8_t)(1 + segmentation_nearest(segmentation, row, NULL));
    }
    feature_reader_close(&reader);
}

void segmentation_assign(const struct segmentation *segmentation, struct facts *facts) {
    enum { TABLES_PAY = 20000 };
    if (facts->count < TABLES_PAY) {
        assign_one_by_one(segmentation, facts);
    } else {
        struct segment_tables *tables = segment_tables_new(segmentation, facts);
        segment_tables_assign(tables, facts, facts->count, facts->segment);
        segment_tables_free(tables);
    }
    segmentation_name_facts(segmentation, facts);
}
