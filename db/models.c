#include "db/models.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/memory.h"
#include "db/audit.h"
#include "db/connection.h"

static char *copy_bytes(const void *bytes, size_t length) {
    char *copy = xmalloc(length);
    if (length != 0)
        memcpy(copy, bytes, length);
    return copy;
}

/* ---------------------------------------------------------------------------------- predictors */

static void digest_model(const struct model_record *record, char digest[DIGEST_TEXT_SIZE]) {
    const char *const texts[] = {record->parameters, record->features, record->metrics,
                                 record->golden, record->verdict};
    digest_of_texts(texts, sizeof texts / sizeof *texts, digest);
}

void model_record_free(struct model_record *record) {
    free(record->target);
    free(record->algorithm);
    free(record->weights);
    free(record->sampling);
    free(record->parameters);
    free(record->features);
    free(record->metrics);
    free(record->golden);
    free(record->verdict);
    free(record->booster.bytes);
    for (int i = 0; i < record->fold_count; i++)
        free(record->folds[i].bytes);
    free(record->folds);
    *record = (struct model_record){0};
}

static enum err store_booster(struct db *db, int64_t model_id, int position,
                              const struct booster_bytes *booster, struct error *error) {
    char digest[DIGEST_TEXT_SIZE];
    digest_of(booster->bytes, booster->length, digest);
    struct statement *add = statement_get(db, SQL_BOOSTER_ADD);
    statement_bind_integer(add, "model_id", model_id);
    statement_bind_integer(add, "position", position);
    statement_bind_integer(add, "length", (int64_t)booster->length);
    statement_bind_text(add, "sha256", digest);
    statement_bind_bytes(add, "bytes", booster->bytes, booster->length);
    return statement_run(add, error);
}

static enum err store_metadata(struct db *db, const struct model_record *record,
                               struct error *error) {
    struct statement *remove = statement_get(db, SQL_MODEL_REMOVE);
    statement_bind_text(remove, "target", record->target);
    statement_bind_text(remove, "algorithm", record->algorithm);
    statement_bind_text(remove, "weights", record->weights);
    statement_bind_text(remove, "sampling", record->sampling);
    enum err err = statement_run(remove, error);
    if (err != ERR_OK)
        return err;
    char digest[DIGEST_TEXT_SIZE];
    digest_model(record, digest);
    struct statement *add = statement_get(db, SQL_MODEL_ADD);
    statement_bind_text(add, "target", record->target);
    statement_bind_text(add, "algorithm", record->algorithm);
    statement_bind_text(add, "weights", record->weights);
    statement_bind_text(add, "sampling", record->sampling);
    statement_bind_text(add, "trained_at", record->trained_at);
    statement_bind_integer(add, "row_count", record->rows);
    statement_bind_integer(add, "last_sale_id", record->last_sale_id);
    statement_bind_text(add, "parameters", record->parameters);
    statement_bind_text(add, "features", record->features);
    statement_bind_text(add, "metrics", record->metrics);
    statement_bind_text(add, "golden", record->golden);
    statement_bind_text(add, "verdict", record->verdict);
    statement_bind_text(add, "sha256", digest);
    return statement_run(add, error);
}

enum err db_model_add(struct db *db, const struct model_record *record, int64_t *id,
                      struct error *error) {
    enum err err = store_metadata(db, record, error);
    *id = sqlite3_last_insert_rowid(db->handle);
    if (err == ERR_OK)
        err = store_booster(db, *id, 0, &record->booster, error);
    for (int i = 0; err == ERR_OK && i < record->fold_count; i++)
        err = store_booster(db, *id, i + 1, &record->folds[i], error);
    if (err == ERR_OK && record->out_of_fold)
        err = db_out_of_fold_add(db, *id, record->out_of_fold, error);
    return err;
}

static enum err activate(struct db *db, int64_t id, struct error *error) {
    struct statement *deactivate = statement_get(db, SQL_MODEL_DEACTIVATE);
    statement_bind_integer(deactivate, "id", id);
    enum err err = statement_run(deactivate, error);
    if (err != ERR_OK)
        return err;
    struct statement *activation = statement_get(db, SQL_MODEL_ACTIVATE);
    statement_bind_integer(activation, "id", id);
    bool row;
    err = statement_step(activation, &row, error);
    statement_end(activation);
    if (err == ERR_OK && !row) {
        error_set(error, ERR_NOT_FOUND, "there is no model %lld", (long long)id);
        return error_hint(error, "retail-pulse models lists them");
    }
    return err;
}

enum err db_model_activate(struct db *db, int64_t id, struct error *error) {
    if (!sqlite3_get_autocommit(db->handle))
        return activate(db, id, error);
    enum err err = db_begin(db, error);
    if (err != ERR_OK)
        return err;
    err = activate(db, id, error);
    char subject[32];
    snprintf(subject, sizeof subject, "model %lld", (long long)id);
    if (err == ERR_OK)
        err = db_audit(db, AUDIT_USE, subject, error, "predicts from now on");
    if (err == ERR_OK)
        return db_commit(db, error);
    db_rollback(db);
    return err;
}

enum err db_model_store(struct db *db, const struct model_record *record, struct error *error) {
    int64_t id = 0;
    enum err err = db_begin(db, error);
    if (err != ERR_OK)
        return err;
    err = db_model_add(db, record, &id, error);
    if (err == ERR_OK)
        err = activate(db, id, error);
    char subject[96];
    snprintf(subject, sizeof subject, "model %lld: %s, %s", (long long)id, record->target,
             record->algorithm);
    if (err == ERR_OK)
        err = db_audit(db, AUDIT_TRAIN, subject, error, "%s, of %lld sales", record->verdict,
                       (long long)record->rows);
    if (err == ERR_OK)
        return db_commit(db, error);
    db_rollback(db);
    return err;
}

/* The caller frees the record, whatever came of it. */
static enum err read_metadata(const struct statement *list, struct model_record *record,
                              struct error *error) {
    *record = (struct model_record){.id = statement_integer(list, 0),
                                    .target = statement_copy(list, 1),
                                    .algorithm = statement_copy(list, 2),
                                    .active = statement_integer(list, 3) != 0,
                                    .rows = statement_integer(list, 5),
                                    .last_sale_id = statement_integer(list, 6),
                                    .parameters = xstrdup(statement_text(list, 7)),
                                    .features = xstrdup(statement_text(list, 8)),
                                    .metrics = xstrdup(statement_text(list, 9)),
                                    .golden = xstrdup(statement_text(list, 10)),
                                    .verdict = xstrdup(statement_text(list, 11)),
                                    .weights = statement_copy(list, 13),
                                    .sampling = statement_copy(list, 14)};
    statement_copy_into(list, 4, record->trained_at, sizeof record->trained_at);
    char digest[DIGEST_TEXT_SIZE];
    digest_model(record, digest);
    if (strcmp(digest, statement_text(list, 12)) == 0)
        return ERR_OK;
    return db_damaged("description of a model", error);
}

/* Whether the booster in the row at hand is the one that was stored at this position. */
static bool booster_holds(const struct statement *list, int position, const void *bytes,
                          size_t length) {
    char digest[DIGEST_TEXT_SIZE];
    digest_of(bytes, length, digest);
    return statement_integer(list, 0) == position &&
           statement_integer(list, 1) == (int64_t)length &&
           strcmp(statement_text(list, 2), digest) == 0;
}

/* Whether the model has boosters, each with the bytes that were stored. */
static enum err check_boosters(struct db *db, int64_t id, bool *hold, struct error *error) {
    struct statement *list = statement_get(db, SQL_BOOSTERS);
    statement_bind_integer(list, "model_id", id);
    bool row;
    enum err err;
    int position = 0;
    *hold = true;
    for (; *hold && (err = statement_step(list, &row, error)) == ERR_OK && row; position++) {
        size_t length;
        const void *bytes = statement_bytes(list, 3, &length);
        *hold = booster_holds(list, position, bytes, length);
    }
    statement_end(list);
    *hold = *hold && position > 0;
    return err;
}

enum err db_models_list(struct db *db, bool (*each)(void *, const struct model_record *),
                        void *context, struct error *error) {
    struct statement *list = statement_get(db, SQL_MODELS);
    bool row, more = true;
    enum err err;
    while (more && (err = statement_step(list, &row, error)) == ERR_OK && row) {
        struct model_record record;
        struct error damage; /* must not hide the others */
        bool hold = read_metadata(list, &record, &damage) == ERR_OK;
        if (hold)
            err = check_boosters(db, record.id, &hold, error);
        record.damaged = !hold;
        more = err == ERR_OK && each(context, &record);
        model_record_free(&record);
    }
    statement_end(list);
    return err;
}

static enum err load_metadata(struct db *db, const char *target, struct model_record *out,
                              struct error *error) {
    struct statement *find = statement_get(db, SQL_MODEL_ACTIVE);
    statement_bind_text(find, "target", target);
    bool row;
    enum err err = statement_step(find, &row, error);
    if (err == ERR_OK && row)
        err = read_metadata(find, out, error);
    statement_end(find);
    if (err == ERR_OK && !row) {
        error_set(error, ERR_NOT_FOUND, "no model of %s has been trained yet", target);
        error_hint(error, "retail-pulse train %s", target);
        return ERR_NOT_FOUND;
    }
    return err;
}

static enum err load_boosters(struct db *db, struct model_record *out, struct error *error) {
    struct statement *list = statement_get(db, SQL_BOOSTERS);
    statement_bind_integer(list, "model_id", out->id);
    bool row;
    enum err err;
    int position = 0;
    for (; (err = statement_step(list, &row, error)) == ERR_OK && row; position++) {
        struct booster_bytes booster;
        const void *bytes = statement_bytes(list, 3, &booster.length);
        if (!booster_holds(list, position, bytes, booster.length)) {
            err = db_damaged("model", error);
            break;
        }
        booster.bytes = copy_bytes(bytes, booster.length);
        if (position == 0) {
            out->booster = booster;
        } else {
            out->folds = xreallocarray(out->folds, (size_t)position, sizeof *out->folds);
            out->folds[position - 1] = booster;
            out->fold_count = position;
        }
    }
    statement_end(list);
    return err == ERR_OK && position == 0 ? db_damaged("model", error) : err;
}

enum err db_model_load(struct db *db, const char *target, struct model_record *out,
                       struct error *error) {
    *out = (struct model_record){0};
    enum err err = db_snapshot_begin(db, error);
    if (err != ERR_OK)
        return err;
    err = load_metadata(db, target, out, error);
    if (err == ERR_OK)
        err = load_boosters(db, out, error);
    db_snapshot_end(db);
    if (err != ERR_OK)
        model_record_free(out);
    return err;
}
