/* Derived, rebuilt by `retail-pulse score`: what the models of one moment made of each sale. */
#ifndef DB_SCORES_H
#define DB_SCORES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "db/db.h"

struct sale_score {
    double returning_probability, facebook_probability; /* NaN where there was no model */
    int segment; /* position in the segmentation; −1 where there was none */
};

/* What scores of a target ("returning", "facebook", "segments") were made by. */
struct score_origin {
    char source_sha256[DIGEST_TEXT_SIZE]; /* of the model or segmentation; "" where never scored */
    char scored_at[CLOCK_STAMP_SIZE];
    int64_t last_sale_id; /* sales up to this one are scored */
};

/* What scores would be made by now; "" where nothing of this target was trained. */
enum err db_score_source(struct db *db, const char *target, char sha256[DIGEST_TEXT_SIZE],
                         struct error *error);
enum err db_score_origin(struct db *db, const char *target, struct score_origin *out,
                         struct error *error);
enum err db_score_get(struct db *db, int64_t sale_id, struct sale_score *out, bool *found,
                      struct error *error);

/* Every stored score, by ascending sale; `segment` is not read. */
enum err db_scores_scan(struct db *db,
                        void (*each)(void *context, int64_t sale_id,
                                     const struct sale_score *score),
                        void *context, struct error *error);

/* Inside the caller's transaction (db_begin). */
enum err db_scores_clear(struct db *db, struct error *error); /* scores and origins */
enum err db_score_add(struct db *db, int64_t sale_id, const struct sale_score *score,
                      struct error *error);
enum err db_score_origin_put(struct db *db, const char *target, const struct score_origin *origin,
                             struct error *error);

#endif
