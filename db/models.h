/* Derived, rebuilt by training: the registry of models.
 *
 * This room stores and verifies bytes; what they mean is engine/learn's business. Feature
 * definitions, parameters and metrics are JSON texts, so that SQL can look into them. */
#ifndef DB_MODELS_H
#define DB_MODELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "db/db.h"
#include "db/out_of_fold.h"

struct booster_bytes {
    char *bytes; /* XGBoost's JSON, not NUL-terminated */
    size_t length;
};

struct model_record {
    int64_t id;
    char *target;    /* "returning" or "facebook" */
    char *algorithm; /* "gbtree", "dart", "linear", "forest", "tree" */
    char *weights;   /* of the classes: "balanced", "none" */
    char *sampling;  /* inside the training folds: "none", "over", "under" */
    bool active;     /* the one that predicts; at most one a target */
    bool damaged;    /* in db_models_list only: texts or boosters are not those that were stored */
    char trained_at[CLOCK_STAMP_SIZE];
    int64_t rows;
    int64_t last_sale_id; /* trained on sales up to this one */
    char *parameters;     /* JSON object */
    char *features;       /* JSON: the feature definition */
    char *metrics;        /* JSON: out-of-fold figures, baselines */
    char *golden;         /* JSON: rows of features and the margins that the booster must give */
    char *verdict;        /* "skill" or "no skill" */
    struct booster_bytes booster; /* trained on all rows */
    struct booster_bytes *folds;  /* one per fold of every repeat, for intervals */
    int fold_count;
    const struct out_of_fold *out_of_fold; /* borrowed, for storing; NULL: none. Never loaded */
};

void model_record_free(struct model_record *record);

/* Stores the model with its boosters and out-of-fold predictions and makes it the active one of its
 * target; of the same target, algorithm, weights and sampling only the newest is kept. One
 * transaction of its own. */
enum err db_model_store(struct db *db, const struct model_record *record, struct error *error);

/* The same inside the caller's transaction (db_begin), without making it active where another model
 * of its target already is. `id` receives the new one's. */
enum err db_model_add(struct db *db, const struct model_record *record, int64_t *id,
                      struct error *error);

/* Makes a model the active one of its target. ERR_NOT_FOUND where there is none with this id.
 * Inside the caller's transaction or by itself. */
enum err db_model_activate(struct db *db, int64_t id, struct error *error);

/* Metadata of all models (boosters are verified, not loaded), by target and newest first. One that
 * is damaged comes with the others and is marked. */
enum err db_models_list(struct db *db, bool (*each)(void *, const struct model_record *),
                        void *context, struct error *error);

/* The active model of a target with its boosters, each one's length and SHA-256 verified.
 * ERR_NOT_FOUND: none trained yet. ERR_DAMAGED: the bytes are not those that were stored. */
enum err db_model_load(struct db *db, const char *target, struct model_record *out,
                       struct error *error);

#endif
