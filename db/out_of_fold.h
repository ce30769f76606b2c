/* What a model said of each sale that it had not seen, kept beside the model.
 *
 * Curves, calibration and thresholds are computed from these and nothing else. */
#ifndef DB_OUT_OF_FOLD_H
#define DB_OUT_OF_FOLD_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "db/db.h"

struct out_of_fold {
    size_t rows;       /* sales whose answer is known */
    int repeats;       /* of the folds */
    int64_t *sale_ids; /* rows, ascending */
    uint8_t *answers;  /* rows, 0 or 1 */
    uint8_t *folds;    /* repeats × rows: the fold that held the sale back */
    float *log_odds;   /* repeats × rows; class weights and resampling taken out */
};

/* Room for so many, all 0. The caller frees with out_of_fold_free. */
void out_of_fold_make(struct out_of_fold *out, size_t rows, int repeats);
void out_of_fold_free(struct out_of_fold *predictions);

/* Part of storing a model, in its transaction (db_model_add). */
enum err db_out_of_fold_add(struct db *db, int64_t model_id, const struct out_of_fold *predictions,
                            struct error *error);

/* Of the model with this id, SHA-256 and lengths verified. ERR_NOT_FOUND: trained by a version that
 * did not keep them. ERR_DAMAGED. The caller frees. */
enum err db_out_of_fold_load(struct db *db, int64_t model_id, struct out_of_fold *out,
                             struct error *error);

#endif
