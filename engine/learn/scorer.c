#include "engine/learn/scorer.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "db/sales.h"
#include "db/scores.h"

/* Shared by the scorer and the scans that use it; the last one frees it. */
struct served_model {
    struct loaded_model model;
    char sha256[DIGEST_TEXT_SIZE];
    int users;
};

struct served_segmentation {
    struct segmentation *segmentation;
    int users;
};

struct scorer {
    struct db *db;
    bool known;      /* `version` was read */
    int64_t version; /* of the data that the rest was loaded from */
    struct served_model *models[OUTCOME_COUNT];
    struct served_segmentation *segmentation;
    struct dictionary locations;
    bool has_locations;
};

struct score_scan {
    struct db *db;
    struct score_request request;
    struct served_model *models[OUTCOME_COUNT];
    struct served_segmentation *segmentation;
    struct facts window;
    struct feature_reader readers[OUTCOME_COUNT], segment_reader;
    float *encoded;
    double *probabilities[OUTCOME_COUNT];
    uint8_t *segments;
    size_t batch; /* rows of the next one */
    int64_t after_id;
    bool ended;
};

/* A query for a few rows should not pay for thousands. */
enum { FIRST_BATCH = 256 };

/* ------------------------------------------------------------------ what is loaded */

static void release_model(struct served_model *served) {
    if (!served || --served->users > 0)
        return;
    loaded_model_free(&served->model);
    free(served);
}

static void release_segmentation(struct served_segmentation *served) {
    if (!served || --served->users > 0)
        return;
    segmentation_free(served->segmentation);
    free(served);
}

struct scorer *scorer_new(struct db *db) {
    struct scorer *scorer = xcalloc(1, sizeof *scorer);
    scorer->db = db;
    return scorer;
}

void scorer_free(struct scorer *scorer) {
    if (!scorer)
        return;
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        release_model(scorer->models[outcome]);
    release_segmentation(scorer->segmentation);
    dictionary_free(&scorer->locations);
    free(scorer);
}

/* After somebody's commit: a model stays while its checksum does, the rest is read again. */
static enum err refresh(struct scorer *scorer, struct error *error) {
    int64_t version;
    enum err err = db_content_version(scorer->db, &version, error);
    if (err != ERR_OK || (scorer->known && version == scorer->version))
        return err;
    err = db_borrowed_check(scorer->db, error);
    for (int outcome = 0; err == ERR_OK && outcome < OUTCOME_COUNT; outcome++) {
        char now[DIGEST_TEXT_SIZE];
        struct served_model **model = &scorer->models[outcome];
        err = db_score_source(scorer->db, outcome_name((enum outcome)outcome), now, error);
        if (err == ERR_OK && *model && strcmp((*model)->sha256, now) != 0) {
            release_model(*model);
            *model = NULL;
        }
    }
    release_segmentation(scorer->segmentation);
    scorer->segmentation = NULL;
    dictionary_free(&scorer->locations);
    scorer->has_locations = false;
    scorer->known = err == ERR_OK;
    scorer->version = version;
    return err;
}

static enum err serve_model(struct scorer *scorer, enum outcome outcome, struct error *error) {
    enum err err = refresh(scorer, error);
    if (err != ERR_OK || scorer->models[outcome])
        return err;
    struct served_model *served = xcalloc(1, sizeof *served);
    err = db_score_source(scorer->db, outcome_name(outcome), served->sha256, error);
    if (err == ERR_OK)
        err = loaded_model_open(scorer->db, outcome, &served->model, error);
    if (err == ERR_OK) {
        served->users = 1;
        scorer->models[outcome] = served;
        return ERR_OK;
    }
    free(served);
    if (err == ERR_NOT_FOUND) {
        error_set(error, err, "no model for %s has been trained yet", outcome_name(outcome));
        error_hint(error, "run: retail-pulse train");
    }
    return err;
}

static enum err serve_segmentation(struct scorer *scorer, struct error *error) {
    enum err err = refresh(scorer, error);
    if (err != ERR_OK || scorer->segmentation)
        return err;
    struct served_segmentation *served = xcalloc(1, sizeof *served);
    err = segmentation_load(scorer->db, &served->segmentation, error);
    if (err == ERR_OK) {
        served->users = 1;
        scorer->segmentation = served;
        return ERR_OK;
    }
    free(served);
    if (err == ERR_NOT_FOUND) {
        error_set(error, err, "no segments have been trained yet");
        error_hint(error, "run: retail-pulse train segments");
    }
    return err;
}

enum err scorer_model(struct scorer *scorer, enum outcome outcome,
                      const struct loaded_model **model, struct error *error) {
    enum err err = serve_model(scorer, outcome, error);
    *model = err == ERR_OK ? &scorer->models[outcome]->model : NULL;
    return err;
}

enum err scorer_segmentation(struct scorer *scorer, const struct segmentation **segmentation,
                             struct error *error) {
    enum err err = serve_segmentation(scorer, error);
    *segmentation = err == ERR_OK ? scorer->segmentation->segmentation : NULL;
    return err;
}

enum err scorer_locations(struct scorer *scorer, const struct dictionary **locations,
                          struct error *error) {
    enum err err = refresh(scorer, error);
    if (err == ERR_OK && !scorer->has_locations)
        err = db_locations_load(scorer->db, &scorer->locations, error);
    scorer->has_locations = err == ERR_OK;
    *locations = &scorer->locations;
    return err;
}

/* ------------------------------------------------------------------ scanning */

static void take_model(struct score_scan *scan, enum outcome outcome, struct served_model *served) {
    served->users++;
    scan->models[outcome] = served;
    scan->probabilities[outcome] = xcalloc(SCORE_BATCH, sizeof *scan->probabilities[outcome]);
    feature_reader_open(&scan->readers[outcome], &served->model.features, &scan->window);
}

static void take_segmentation(struct score_scan *scan, struct served_segmentation *served) {
    served->users++;
    scan->segmentation = served;
    scan->segments = xcalloc(SCORE_BATCH, sizeof *scan->segments);
    feature_reader_open(&scan->segment_reader, segmentation_features(served->segmentation),
                        &scan->window);
}

enum err score_scan_open(struct scorer *scorer, const struct score_request *request,
                         struct score_scan **out, struct error *error) {
    *out = NULL;
    struct score_scan *scan = xcalloc(1, sizeof *scan);
    scan->db = scorer->db;
    scan->request = *request;
    scan->batch = FIRST_BATCH;
    scan->ended = request->first_id > request->last_id || request->last_id < 1;
    scan->after_id = request->first_id > 0 ? request->first_id - 1 : 0;
    scan->encoded = xcalloc((size_t)SCORE_BATCH * FEATURES_WIDTH_MAX, sizeof *scan->encoded);
    enum err err = facts_window_open(scan->db, SCORE_BATCH, &scan->window, error);
    for (int outcome = 0; err == ERR_OK && outcome < OUTCOME_COUNT; outcome++) {
        if (!request->outcomes[outcome])
            continue;
        err = serve_model(scorer, (enum outcome)outcome, error);
        if (err == ERR_OK)
            take_model(scan, (enum outcome)outcome, scorer->models[outcome]);
    }
    if (err == ERR_OK && request->segments) {
        err = serve_segmentation(scorer, error);
        if (err == ERR_OK)
            take_segmentation(scan, scorer->segmentation);
    }
    if (err == ERR_OK)
        *out = scan;
    else
        score_scan_close(scan);
    return err;
}

static enum err score_batch_of(struct score_scan *scan, enum outcome outcome, struct error *error) {
    const struct loaded_model *model = &scan->models[outcome]->model;
    double row[FEATURES_WIDTH_MAX];
    float *at = scan->encoded;
    int width = model->features.width;
    for (size_t i = 0; i < scan->window.count; i++) {
        feature_reader_row(&scan->readers[outcome], i, row);
        for (int column = 0; column < width; column++)
            *at++ = (float)row[column];
    }
    return loaded_model_probabilities(model, scan->encoded, scan->window.count,
                                      scan->probabilities[outcome], error);
}

static void segment_batch(struct score_scan *scan) {
    const struct segmentation *segmentation = scan->segmentation->segmentation;
    const struct features *features = segmentation_features(segmentation);
    double row[FEATURES_WIDTH_MAX];
    for (size_t i = 0; i < scan->window.count; i++) {
        feature_reader_row(&scan->segment_reader, i, row);
        features_fill(features, row);
        scan->segments[i] = (uint8_t)segmentation_nearest(segmentation, row, NULL);
    }
}

enum err score_scan_next(struct score_scan *scan, struct scored *out, struct error *error) {
    *out = (struct scored){0};
    if (scan->ended)
        return ERR_OK;
    struct facts *window = &scan->window;
    enum err err = facts_window_read(scan->db, window, scan->batch, scan->after_id,
                                     scan->request.last_id, error);
    scan->ended = err != ERR_OK || window->count < scan->batch;
    scan->batch = scan->batch * 4 < SCORE_BATCH ? scan->batch * 4 : SCORE_BATCH;
    if (err != ERR_OK || window->count == 0)
        return err;
    scan->after_id = window->id[window->count - 1];
    for (int outcome = 0; err == ERR_OK && outcome < OUTCOME_COUNT; outcome++)
        if (scan->models[outcome])
            err = score_batch_of(scan, (enum outcome)outcome, error);
    if (err != ERR_OK)
        return err;
    if (scan->segmentation)
        segment_batch(scan);
    out->count = window->count;
    out->sale_id = window->id;
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        out->probabilities[outcome] = scan->probabilities[outcome];
    out->segments = scan->segments;
    return ERR_OK;
}

void score_scan_close(struct score_scan *scan) {
    if (!scan)
        return;
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        if (scan->models[outcome])
            feature_reader_close(&scan->readers[outcome]);
        release_model(scan->models[outcome]);
        free(scan->probabilities[outcome]);
    }
    if (scan->segmentation)
        feature_reader_close(&scan->segment_reader);
    release_segmentation(scan->segmentation);
    free(scan->segments);
    free(scan->encoded);
    facts_free(&scan->window);
    free(scan);
}

const struct loaded_model *score_scan_model(const struct score_scan *scan, enum outcome outcome) {
    return scan->models[outcome] ? &scan->models[outcome]->model : NULL;
}

const struct segmentation *score_scan_segmentation(const struct score_scan *scan) {
    return scan->segmentation ? scan->segmentation->segmentation : NULL;
}
