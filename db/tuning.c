#include "db/tuning.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "db/audit.h"
#include "db/connection.h"

void tuning_record_free(struct tuning_record *record) {
    free(record->target);
    free(record->algorithm);
    free(record->weights);
    free(record->sampling);
    free(record->identity);
    free(record->plan);
    *record = (struct tuning_record){0};
}

static enum err begin(struct db *db, const struct tuning_record *record, int64_t *id,
                      struct error *error) {
    struct statement *put = statement_get(db, SQL_TUNING_PUT);
    statement_bind_text(put, "target", record->target);
    statement_bind_text(put, "algorithm", record->algorithm);
    statement_bind_text(put, "weights", record->weights);
    statement_bind_text(put, "sampling", record->sampling);
    statement_bind_text(put, "identity", record->identity);
    statement_bind_text(put, "plan", record->plan);
    statement_bind_text(put, "started_at", record->started_at);
    return statement_run_integer(put, id, error);
}

enum err db_tuning_begin(struct db *db, const struct tuning_record *record, int64_t *id,
                         struct error *error) {
    enum err err = db_begin(db, error);
    if (err != ERR_OK)
        return err;
    err = begin(db, record, id, error);
    char subject[32];
    snprintf(subject, sizeof subject, "search %lld", (long long)*id);
    if (err == ERR_OK)
        err = db_audit(db, AUDIT_TUNE, subject, error, "begun for %s, %s", record->target,
                       record->algorithm);
    if (err == ERR_OK)
        return db_commit(db, error);
    db_rollback(db);
    return err;
}

static enum err add(struct db *db, int64_t tuning_id, const struct trial *trial,
                    struct error *error) {
    struct statement *put = statement_get(db, SQL_TRIAL_ADD);
    statement_bind_integer(put, "tuning_id", tuning_id);
    statement_bind_integer(put, "repeat", trial->repeat);
    statement_bind_integer(put, "fold", trial->fold);
    statement_bind_integer(put, "number", trial->number);
    statement_bind_text(put, "parameters", trial->parameters);
    statement_bind_real(put, "log_loss", trial->log_loss);
    statement_bind_real(put, "auc", trial->auc);
    statement_bind_real(put, "seconds", trial->seconds);
    return statement_run(put, error);
}

enum err db_tuning_add(struct db *db, int64_t tuning_id, const struct trial *trials, size_t count,
                       const char *finished_at, struct error *error) {
    enum err err = db_begin(db, error);
    if (err != ERR_OK)
        return err;
    for (size_t i = 0; err == ERR_OK && i < count; i++)
        err = add(db, tuning_id, &trials[i], error);
    if (err == ERR_OK && finished_at) {
        struct statement *finish = statement_get(db, SQL_TUNING_FINISH);
        statement_bind_integer(finish, "id", tuning_id);
        statement_bind_text(finish, "finished_at", finished_at);
        err = statement_run(finish, error);
        char subject[32];
        snprintf(subject, sizeof subject, "search %lld", (long long)tuning_id);
        if (err == ERR_OK)
            err = db_audit(db, AUDIT_TUNE, subject, error, "ended");
    }
    if (err == ERR_OK)
        return db_commit(db, error);
    db_rollback(db);
    return err;
}

enum err db_tunings_list(struct db *db, bool (*each)(void *, const struct tuning_record *),
                         void *context, struct error *error) {
    struct statement *list = statement_get(db, SQL_TUNINGS);
    bool row, more = true;
    enum err err = ERR_OK;
    while (more && (err = statement_step(list, &row, error)) == ERR_OK && row) {
        struct tuning_record record = {.id = statement_integer(list, 0),
                                       .target = xstrdup(statement_text(list, 1)),
                                       .algorithm = xstrdup(statement_text(list, 2)),
                                       .weights = xstrdup(statement_text(list, 3)),
                                       .sampling = xstrdup(statement_text(list, 4)),
                                       .identity = xstrdup(statement_text(list, 5)),
                                       .plan = xstrdup(statement_text(list, 6)),
                                       .trials = statement_integer(list, 9)};
        statement_copy_into(list, 7, record.started_at, sizeof record.started_at);
        statement_copy_into(list, 8, record.finished_at, sizeof record.finished_at);
        more = each(context, &record);
        tuning_record_free(&record);
    }
    statement_end(list);
    return err;
}

enum err db_trials_list(struct db *db, int64_t tuning_id,
                        bool (*each)(void *, const struct trial *), void *context,
                        struct error *error) {
    struct statement *list = statement_get(db, SQL_TRIALS);
    statement_bind_integer(list, "tuning_id", tuning_id);
    bool row, more = true;
    enum err err = ERR_OK;
    while (more && (err = statement_step(list, &row, error)) == ERR_OK && row) {
        const struct trial trial = {.repeat = (int)statement_integer(list, 0),
                                    .fold = (int)statement_integer(list, 1),
                                    .number = (int)statement_integer(list, 2),
                                    .parameters = statement_text(list, 3),
                                    .log_loss = statement_real(list, 4),
                                    .auc = statement_real(list, 5),
                                    .seconds = statement_real(list, 6)};
        more = each(context, &trial);
    }
    statement_end(list);
    return err;
}
