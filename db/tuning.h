/* Searches for parameters and their trials: kept so that they can be looked at and resumed. */
#ifndef DB_TUNING_H
#define DB_TUNING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "db/db.h"

struct tuning_record {
    int64_t id;
    char *target, *algorithm, *weights, *sampling;
    char *identity; /* SHA-256 of all that the trials depend on */
    char *plan;     /* JSON */
    char started_at[CLOCK_STAMP_SIZE];
    char finished_at[CLOCK_STAMP_SIZE]; /* "": it was stopped and can be resumed */
    int64_t trials;                     /* how many are known */
};

struct trial {
    int repeat;
    int fold;   /* the outer fold; -1: for the model on all sales */
    int number; /* 0 is the default recipe */
    double log_loss, auc;
    double seconds;
    const char *parameters; /* JSON; lives as long as the call */
};

void tuning_record_free(struct tuning_record *record);

/* The search with record's identity, begun where there is none yet, marked as unfinished; its plan
 * becomes the record's. One transaction of its own. */
enum err db_tuning_begin(struct db *db, const struct tuning_record *record, int64_t *id,
                         struct error *error);

/* Adds trials (one that is there stays) and marks the search as finished where `finished_at` is not
 * NULL. One transaction of its own. */
enum err db_tuning_add(struct db *db, int64_t tuning_id, const struct trial *trials, size_t count,
                       const char *finished_at, struct error *error);

/* Newest first. */
enum err db_tunings_list(struct db *db, bool (*each)(void *, const struct tuning_record *),
                         void *context, struct error *error);
/* By repeat, fold and number. */
enum err db_trials_list(struct db *db, int64_t tuning_id,
                        bool (*each)(void *, const struct trial *), void *context,
                        struct error *error);

#endif
