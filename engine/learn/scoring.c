#include "engine/learn/scoring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "db/audit.h"
#include "db/sales.h"
#include "engine/learn/scorer.h"

/* What scores are made by, in the order of `origins`. */
enum { TARGET_COUNT = OUTCOME_COUNT + 1, TARGET_SEGMENTS = OUTCOME_COUNT };

static const char *target_name(int target) {
    return target == TARGET_SEGMENTS ? "segments" : outcome_name((enum outcome)target);
}

struct origins {
    struct score_origin stored[TARGET_COUNT];
    char now[TARGET_COUNT][DIGEST_TEXT_SIZE];
};

static enum err origins_read(struct db *db, struct origins *origins, struct error *error) {
    enum err err = ERR_OK;
    for (int target = 0; err == ERR_OK && target < TARGET_COUNT; target++) {
        err = db_score_origin(db, target_name(target), &origins->stored[target], error);
        if (err == ERR_OK)
            err = db_score_source(db, target_name(target), origins->now[target], error);
    }
    return err;
}

static bool origins_are_current(const struct origins *origins) {
    for (int target = 0; target < TARGET_COUNT; target++) {
        if (strcmp(origins->stored[target].source_sha256, origins->now[target]) != 0)
            return false;
    }
    return true;
}

/* The scores of all targets are written together, so they reach equally far. */
static int64_t origins_last_id(const struct origins *origins) {
    int64_t last_id = 0;
    for (int target = 0; target < TARGET_COUNT; target++) {
        if (origins->stored[target].last_sale_id > last_id)
            last_id = origins->stored[target].last_sale_id;
    }
    return last_id;
}

static enum err origins_store(struct db *db, const struct origins *origins, int64_t last_id,
                              struct error *error) {
    struct score_origin origin = {.last_sale_id = last_id};
    enum err err = ERR_OK;
    clock_stamp(origin.scored_at);
    for (int target = 0; err == ERR_OK && target < TARGET_COUNT; target++) {
        if (origins->now[target][0] == '\0')
            continue;
        memcpy(origin.source_sha256, origins->now[target], sizeof origin.source_sha256);
        err = db_score_origin_put(db, target_name(target), &origin, error);
    }
    return err;
}

/* ------------------------------------------------------------------ scoring */

static enum err batch_store(struct db *db, const struct scored *batch, struct error *error) {
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < batch->count; i++) {
        const double *returning = batch->probabilities[OUTCOME_RETURNING];
        const double *facebook = batch->probabilities[OUTCOME_FACEBOOK];
        struct sale_score score = {
            .returning_probability = returning ? returning[i] : (double)NAN,
            .facebook_probability = facebook ? facebook[i] : (double)NAN,
            .segment = batch->segments ? batch->segments[i] : -1,
        };
        err = db_score_add(db, batch->sale_id[i], &score, error);
    }
    return err;
}

static enum err scan_store(struct db *db, const struct score_request *request,
                           const struct progress_sink *progress, struct scoring *out,
                           struct error *error) {
    struct scorer *scorer = scorer_new(db);
    struct score_scan *scan = NULL;
    struct scored batch;
    uint64_t due = (uint64_t)out->scored;
    out->scored = 0;
    enum err err = score_scan_open(scorer, request, &scan, error);
    while (err == ERR_OK) {
        if (!progress_report(progress, "scoring", "sales", (uint64_t)out->scored, due)) {
            err = error_set(error, ERR_CANCELLED, "cancelled; the scores are those of before");
            break;
        }
        err = score_scan_next(scan, &batch, error);
        if (err != ERR_OK || batch.count == 0)
            break;
        err = batch_store(db, &batch, error);
        out->scored += (int64_t)batch.count;
    }
    score_scan_close(scan);
    scorer_free(scorer);
    return err;
}

static enum err score_sales(struct db *db, bool all, const struct progress_sink *progress,
                            struct scoring *out, struct error *error) {
    struct origins origins;
    struct sales_extent extent;
    struct score_request request = {.last_id = INT64_MAX};
    enum err err = origins_read(db, &origins, error);
    if (err == ERR_OK)
        err = db_sales_extent(db, &extent, error);
    if (err != ERR_OK)
        return err;
    bool any = false;
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        any |= out->outcomes[outcome] = request.outcomes[outcome] = origins.now[outcome][0] != '\0';
    any |= out->segments = request.segments = origins.now[TARGET_SEGMENTS][0] != '\0';
    if (!any) {
        error_set(error, ERR_NOT_FOUND, "nothing has been trained yet");
        return error_hint(error, "run: retail-pulse train");
    }
    int64_t last_id = origins_last_id(&origins);
    out->anew = all || last_id == 0 || !origins_are_current(&origins);
    out->sales = extent.sales;
    /* how many are due, as far as ids have no gaps: for the progress alone */
    out->scored = out->anew ? extent.sales : extent.last_id - last_id;
    if (out->anew)
        err = db_scores_clear(db, error);
    else
        request.first_id = last_id + 1;
    if (err == ERR_OK)
        err = scan_store(db, &request, progress, out, error);
    return err == ERR_OK ? origins_store(db, &origins, extent.last_id, error) : err;
}

enum err scoring_run(const char *db_path, bool all, const struct progress_sink *progress,
                     struct scoring *out, struct error *error) {
    struct db *db;
    *out = (struct scoring){0};
    enum err err = db_open_reader(db_path, &db, error); /* a writer would make a missing file */
    if (err != ERR_OK)
        return err;
    db_close(db);
    err = db_open_writer(db_path, progress, &db, error);
    if (err != ERR_OK)
        return err;
    err = db_begin(db, error);
    if (err == ERR_OK) {
        err = score_sales(db, all, progress, out, error);
        if (err == ERR_OK)
            err = db_audit(db, AUDIT_SCORE, out->anew ? "all sales" : "new sales", error,
                           "%lld sales scored", (long long)out->scored);
        if (err == ERR_OK)
            err = db_commit(db, error);
        else
            db_rollback(db);
    }
    db_close(db);
    return err;
}

/* ------------------------------------------------------------------ reading */

enum err scoring_state(struct db *db, struct scoring_state *out, struct error *error) {
    struct origins origins;
    *out = (struct scoring_state){0};
    enum err err = origins_read(db, &origins, error);
    for (int target = 0; err == ERR_OK && target < TARGET_COUNT; target++) {
        if (origins.stored[target].source_sha256[0] == '\0')
            continue;
        out->scored = true;
        memcpy(out->scored_at, origins.stored[target].scored_at, sizeof out->scored_at);
    }
    if (err == ERR_OK) {
        out->current = out->scored && origins_are_current(&origins);
        out->last_sale_id = origins_last_id(&origins);
    }
    return err;
}

enum err scoring_sale(struct db *db, int64_t sale_id, struct sale_score *out, bool *found,
                      struct error *error) {
    return db_score_get(db, sale_id, out, found, error);
}

struct column_reader {
    const struct facts *facts;
    enum outcome outcome;
    size_t row; /* both go by ascending id */
    double *values;
};

static void read_score(void *context, int64_t sale_id, const struct sale_score *score) {
    struct column_reader *reader = context;
    const struct facts *facts = reader->facts;
    while (reader->row < facts->count && facts->id[reader->row] < sale_id)
        reader->row++;
    if (reader->row < facts->count && facts->id[reader->row] == sale_id)
        reader->values[reader->row] = sale_score_probability(score, reader->outcome);
}

enum err scoring_column(struct db *db, const struct facts *facts, enum outcome outcome,
                        double **out, struct error *error) {
    struct column_reader reader = {.facts = facts, .outcome = outcome};
    reader.values = xcalloc(facts->count + 1, sizeof *reader.values);
    for (size_t row = 0; row < facts->count; row++)
        reader.values[row] = (double)NAN;
    enum err err = db_scores_scan(db, read_score, &reader, error);
    if (err != ERR_OK) {
        free(reader.values);
        reader.values = NULL;
    }
    *out = reader.values;
    return err;
}

double sale_score_probability(const struct sale_score *score, enum outcome outcome) {
    return outcome == OUTCOME_RETURNING ? score->returning_probability
                                        : score->facebook_probability;
}
