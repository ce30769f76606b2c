/* Scores sales batch by batch with the active models and the segmentation: what SQL's score() and
 * `retail-pulse score` are made of. */
#ifndef ENGINE_LEARN_SCORER_H
#define ENGINE_LEARN_SCORER_H

#include "engine/learn/loaded_model.h"
#include "engine/learn/segmentation.h"

/* What the registry of a database holds, loaded when first asked for and again after another
 * training. One thread at a time, as the connection itself. */
struct scorer;

struct scorer *scorer_new(struct db *db); /* `db` must outlive it */
void scorer_free(struct scorer *scorer);

/* The active model; lives until the next call on the scorer. ERR_NOT_FOUND with a hint where none
 * was trained, ERR_DAMAGED. */
enum err scorer_model(struct scorer *scorer, enum outcome outcome,
                      const struct loaded_model **model, struct error *error);
enum err scorer_segmentation(struct scorer *scorer, const struct segmentation **segmentation,
                             struct error *error);
enum err scorer_locations(struct scorer *scorer, const struct dictionary **locations,
                          struct error *error);

enum { SCORE_BATCH = 4096 }; /* rows: a batch of encoded sales stays in the processor's cache */

struct score_request {
    bool outcomes[OUTCOME_COUNT];
    bool segments;
    int64_t first_id, last_id; /* of the sales, both included */
};

/* By ascending id; arrays live until the scan's next call. */
struct scored {
    size_t count; /* 0: no more sales */
    const int64_t *sale_id;
    const double *probabilities[OUTCOME_COUNT]; /* NULL where not requested */
    const uint8_t *segments;                    /* positions; NULL where not requested */
};

/* What is requested and cannot be had is an error. A scan keeps the models that it began with. */
struct score_scan;
enum err score_scan_open(struct scorer *scorer, const struct score_request *request,
                         struct score_scan **out, struct error *error);
enum err score_scan_next(struct score_scan *scan, struct scored *out, struct error *error);
void score_scan_close(struct score_scan *scan); /* NULL is fine */

const struct loaded_model *score_scan_model(const struct score_scan *scan, enum outcome outcome);
const struct segmentation *score_scan_segmentation(const struct score_scan *scan);

#endif
