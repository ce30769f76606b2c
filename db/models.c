#include "db/models.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/memory.h"
#include "db/connection.h"

static enum err damaged(struct db *db, const char *what, struct error *error) {
    error_set(error, ERR_DAMAGED, "the stored %s in %s is damaged: its checksum does not hold",
              what, db->path);
    error_hint(error, "retail-pulse train makes it anew from the sales");
    return ERR_DAMAGED;
}

static char *copy_bytes(const void *bytes, size_t length) {
    char *copy = xmalloc(length);
    if (length != 0)
        memcpy(copy, bytes, length);
    return copy;
}

/* Texts with their NULs, so that moving a byte from one into the next shows. */
static void digest_texts(const char *const *texts, size_t count, char digest[DIGEST_TEXT_SIZE]) {
    struct digest *sum = digest_new();
    for (size_t i = 0; i < count; i++)
        digest_add(sum, texts[i], strlen(texts[i]) + 1);
    digest_end(sum, digest);
}

/* ---------------------------------------------------------------------------------- predictors */

static void digest_model(const struct model_record *record, char digest[DIGEST_TEXT_SIZE]) {
    const char *const texts[] = {record->parameters, record->features, record->metrics,
                                 record->golden, record->verdict};
    digest_texts(texts, sizeof texts / sizeof *texts, digest);
}

void model_record_free(struct model_record *record) {
    free(record->target);
    free(record->algorithm);
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
    enum err err = statement_run(remove, error);
    if (err != ERR_OK)
        return err;
    struct statement *deactivate = statement_get(db, SQL_MODEL_DEACTIVATE);
    statement_bind_text(deactivate, "target", record->target);
    err = statement_run(deactivate, error);
    if (err != ERR_OK)
        return err;
    char digest[DIGEST_TEXT_SIZE];
    digest_model(record, digest);
    struct statement *add = statement_get(db, SQL_MODEL_ADD);
    statement_bind_text(add, "target", record->target);
    statement_bind_text(add, "algorithm", record->algorithm);
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

enum err db_model_store(struct db *db, const struct model_record *record, struct error *error) {
    enum err err = db_begin(db, error);
    if (err != ERR_OK)
        return err;
    err = store_metadata(db, record, error);
    int64_t model_id = sqlite3_last_insert_rowid(db->handle);
    if (err == ERR_OK)
        err = store_booster(db, model_id, 0, &record->booster, error);
    for (int i = 0; err == ERR_OK && i < record->fold_count; i++)
        err = store_booster(db, model_id, i + 1, &record->folds[i], error);
    if (err == ERR_OK)
        return db_commit(db, error);
    db_rollback(db);
    return err;
}

/* The caller frees the record, whatever came of it. */
static enum err read_metadata(struct db *db, const struct statement *list,
                              struct model_record *record, struct error *error) {
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
                                    .verdict = xstrdup(statement_text(list, 11))};
    statement_copy_into(list, 4, record->trained_at, sizeof record->trained_at);
    char digest[DIGEST_TEXT_SIZE];
    digest_model(record, digest);
    if (strcmp(digest, statement_text(list, 12)) == 0)
        return ERR_OK;
    return damaged(db, "description of a model", error);
}

enum err db_models_list(struct db *db, bool (*each)(void *, const struct model_record *),
                        void *context, struct error *error) {
    struct statement *list = statement_get(db, SQL_MODELS);
    bool row, more = true;
    enum err err;
    while (more && (err = statement_step(list, &row, error)) == ERR_OK && row) {
        struct model_record record;
        err = read_metadata(db, list, &record, error);
        if (err == ERR_OK)
            more = each(context, &record);
        model_record_free(&record);
        if (err != ERR_OK)
            break;
    }
    statement_end(list);
    return more ? err : ERR_OK;
}

static enum err load_metadata(struct db *db, const char *target, struct model_record *out,
                              struct error *error) {
    struct statement *find = statement_get(db, SQL_MODEL_ACTIVE);
    statement_bind_text(find, "target", target);
    bool row;
    enum err err = statement_step(find, &row, error);
    if (err == ERR_OK && row)
        err = read_metadata(db, find, out, error);
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
        char digest[DIGEST_TEXT_SIZE];
        digest_of(bytes, booster.length, digest);
        if (statement_integer(list, 0) != position ||
            statement_integer(list, 1) != (int64_t)booster.length ||
            strcmp(statement_text(list, 2), digest) != 0) {
            err = damaged(db, "model", error);
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
    return err == ERR_OK && position == 0 ? damaged(db, "model", error) : err;
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

/* ---------------------------------------------------------------------------------- segmentation
 */

static void digest_segmentation(const struct segmentation_record *record,
                                char digest[DIGEST_TEXT_SIZE]) {
    const char *const texts[] = {record->features, record->scan};
    digest_texts(texts, sizeof texts / sizeof *texts, digest);
}

void segmentation_record_free(struct segmentation_record *record) {
    for (int i = 0; record->segments != NULL && i < record->k; i++) {
        free(record->segments[i].name);
        free(record->segments[i].centroid);
    }
    free(record->segments);
    free(record->features);
    free(record->scan);
    *record = (struct segmentation_record){0};
}

static enum err store_segment(struct db *db, int64_t segmentation_id, int position, int width,
                              const struct segment_record *segment, struct error *error) {
    size_t length = (size_t)width * sizeof(uint64_t);
    uint64_t *packed = xcalloc((size_t)width, sizeof *packed);
    for (int i = 0; i < width; i++) {
        memcpy(&packed[i], &segment->centroid[i], sizeof *packed);
        packed[i] = htole64(packed[i]);
    }
    char digest[DIGEST_TEXT_SIZE];
    digest_of(packed, length, digest);
    struct statement *add = statement_get(db, SQL_SEGMENT_ADD);
    statement_bind_integer(add, "segmentation_id", segmentation_id);
    statement_bind_integer(add, "position", position);
    statement_bind_text(add, "name", segment->name);
    statement_bind_integer(add, "sales", segment->sales);
    statement_bind_bytes(add, "centroid", packed, length);
    statement_bind_text(add, "sha256", digest);
    enum err err = statement_run(add, error);
    free(packed);
    return err;
}

static enum err store_segmentation(struct db *db, const struct segmentation_record *record,
                                   struct error *error) {
    char digest[DIGEST_TEXT_SIZE];
    digest_segmentation(record, digest);
    struct statement *add = statement_get(db, SQL_SEGMENTATION_ADD);
    statement_bind_text(add, "trained_at", record->trained_at);
    statement_bind_integer(add, "row_count", record->rows);
    statement_bind_integer(add, "last_sale_id", record->last_sale_id);
    statement_bind_integer(add, "seed", record->seed);
    statement_bind_integer(add, "k", record->k);
    statement_bind_integer(add, "width", record->width);
    statement_bind_real(add, "inertia", record->inertia);
    statement_bind_real(add, "silhouette", record->silhouette);
    statement_bind_text(add, "features", record->features);
    statement_bind_text(add, "scan", record->scan);
    statement_bind_text(add, "sha256", digest);
    return statement_run(add, error);
}

enum err db_segmentation_store(struct db *db, const struct segmentation_record *record,
                               struct error *error) {
    enum err err = db_begin(db, error);
    if (err != ERR_OK)
        return err;
    err = statement_run_plain(db, SQL_SEGMENTATIONS_REMOVE, error);
    if (err == ERR_OK)
        err = store_segmentation(db, record, error);
    int64_t id = sqlite3_last_insert_rowid(db->handle);
    for (int i = 0; err == ERR_OK && i < record->k; i++)
        err = store_segment(db, id, i, record->width, &record->segments[i], error);
    if (err == ERR_OK)
        return db_commit(db, error);
    db_rollback(db);
    return err;
}

static enum err load_segmentation(struct db *db, struct segmentation_record *out,
                                  struct error *error) {
    struct statement *find = statement_get(db, SQL_SEGMENTATION_NEWEST);
    bool row;
    enum err err = statement_step(find, &row, error);
    if (err == ERR_OK && row) {
        *out = (struct segmentation_record){.id = statement_integer(find, 0),
                                            .rows = statement_integer(find, 2),
                                            .last_sale_id = statement_integer(find, 3),
                                            .seed = statement_integer(find, 4),
                                            .inertia = statement_real(find, 7),
                                            .silhouette = statement_real(find, 8),
                                            .features = xstrdup(statement_text(find, 9)),
                                            .scan = xstrdup(statement_text(find, 10))};
        statement_copy_into(find, 1, out->trained_at, sizeof out->trained_at);
        int64_t k = statement_integer(find, 5), width = statement_integer(find, 6);
        char digest[DIGEST_TEXT_SIZE];
        digest_segmentation(out, digest);
        if (k < 1 || k > UINT8_MAX || width < 1 || width > UINT16_MAX ||
            strcmp(digest, statement_text(find, 11)) != 0) {
            err = damaged(db, "segmentation", error);
        } else {
            out->k = (int)k;
            out->width = (int)width;
            out->segments = xcalloc((size_t)k, sizeof *out->segments);
        }
    }
    statement_end(find);
    if (err == ERR_OK && !row) {
        error_set(error, ERR_NOT_FOUND, "no segments have been made yet");
        error_hint(error, "retail-pulse train segments");
        return ERR_NOT_FOUND;
    }
    return err;
}

static bool read_segment(const struct statement *list, int position, int width,
                         struct segment_record *segment) {
    size_t length;
    const char *bytes = statement_bytes(list, 3, &length);
    char digest[DIGEST_TEXT_SIZE];
    digest_of(bytes, length, digest);
    if (statement_integer(list, 0) != position || length != (size_t)width * sizeof(uint64_t) ||
        strcmp(digest, statement_text(list, 4)) != 0)
        return false;
    segment->name = xstrdup(statement_text(list, 1));
    segment->sales = statement_integer(list, 2);
    segment->centroid = xcalloc((size_t)width, sizeof *segment->centroid);
    for (int i = 0; i < width; i++) {
        uint64_t packed;
        memcpy(&packed, bytes + (size_t)i * sizeof packed, sizeof packed);
        packed = le64toh(packed);
        memcpy(&segment->centroid[i], &packed, sizeof packed);
    }
    return true;
}

static enum err load_segments(struct db *db, struct segmentation_record *out, struct error *error) {
    struct statement *list = statement_get(db, SQL_SEGMENTS);
    statement_bind_integer(list, "segmentation_id", out->id);
    bool row, sound = true;
    enum err err;
    int position = 0;
    for (; (err = statement_step(list, &row, error)) == ERR_OK && row && sound; position++)
        sound =
            position < out->k && read_segment(list, position, out->width, &out->segments[position]);
    statement_end(list);
    if (err == ERR_OK && (!sound || position != out->k))
        err = damaged(db, "segmentation", error);
    return err;
}

enum err db_segmentation_load(struct db *db, struct segmentation_record *out, struct error *error) {
    *out = (struct segmentation_record){0};
    enum err err = db_snapshot_begin(db, error);
    if (err != ERR_OK)
        return err;
    err = load_segmentation(db, out, error);
    if (err == ERR_OK)
        err = load_segments(db, out, error);
    db_snapshot_end(db);
    if (err != ERR_OK)
        segmentation_record_free(out);
    return err;
}
