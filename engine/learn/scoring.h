/* `retail-pulse score`: writes what the active models and the segmentation make of each sale into
 * the database, where SQL, screens and other programs read it without asking a model. */
#ifndef ENGINE_LEARN_SCORING_H
#define ENGINE_LEARN_SCORING_H

#include "base/clock.h"
#include "base/progress.h"
#include "db/db.h"
#include "db/scores.h"
#include "engine/analysis/impact.h"

struct scoring {
    bool anew;      /* all sales, because of another training or because it was asked for */
    int64_t scored; /* now */
    int64_t sales;  /* that have a score afterwards */
    bool outcomes[OUTCOME_COUNT], segments; /* what there was to score with */
};

/* Scores the sales that came since the last time; all of them where a model or the segmentation is
 * another, or `all` says so. One transaction: cancelled or failed, the scores are those of before.
 * ERR_NOT_FOUND where nothing was trained, or there is no database. */
enum err scoring_run(const char *db_path, bool all, const struct progress_sink *progress,
                     struct scoring *out, struct error *error);

/* How the stored scores stand. */
struct scoring_state {
    bool scored;  /* ever */
    bool current; /* by the models and segmentation that are active now */
    char scored_at[CLOCK_STAMP_SIZE];
    int64_t last_sale_id; /* sales above it are not scored yet */
};
enum err scoring_state(struct db *db, struct scoring_state *out, struct error *error);

/* A sale's stored score; `found` is false where it has none. */
enum err scoring_sale(struct db *db, int64_t sale_id, struct sale_score *out, bool *found,
                      struct error *error);

/* Every stored probability of an outcome by row of the facts, NaN where there is none; the caller
 * frees it. About half a second for a million sales. */
enum err scoring_column(struct db *db, const struct facts *facts, enum outcome outcome,
                        double **out, struct error *error);

double sale_score_probability(const struct sale_score *score, enum outcome outcome);

#endif
