#include "db/segmentations.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/memory.h"
#include "db/audit.h"
#include "db/connection.h"

/* A segmentation stored before there were shapes has an empty one, and a digest without it. */
static void digest_segmentation(const struct segmentation_record *record,
                                char digest[DIGEST_TEXT_SIZE]) {
    const char *const texts[] = {record->features, record->scan, record->shape};
    bool shaped = strcmp(record->shape, "{}") != 0;
    digest_of_texts(texts, shaped ? 3 : 2, digest);
}

void segmentation_record_free(struct segmentation_record *record) {
    for (int i = 0; record->segments != NULL && i < record->k; i++) {
        free(record->segments[i].name);
        free(record->segments[i].centroid);
    }
    free(record->segments);
    free(record->features);
    free(record->scan);
    free(record->shape);
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
    statement_bind_text(add, "shape", record->shape);
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
        err = db_audit(db, AUDIT_TRAIN, "segments", error, "%d kinds, of %lld sales", record->k,
                       (long long)record->rows);
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
                                            .scan = xstrdup(statement_text(find, 10)),
                                            .shape = xstrdup(statement_text(find, 11))};
        statement_copy_into(find, 1, out->trained_at, sizeof out->trained_at);
        int64_t k = statement_integer(find, 5), width = statement_integer(find, 6);
        digest_segmentation(out, out->sha256);
        if (k < 1 || k > UINT8_MAX || width < 1 || width > UINT16_MAX ||
            strcmp(out->sha256, statement_text(find, 12)) != 0) {
            err = db_damaged("segmentation", error);
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
        err = db_damaged("segmentation", error);
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

/* ---------------------------------------------------------------------------------------- names */

enum err db_persona_names(struct db *db,
                          bool (*each)(void *context, const char *persona, const char *name),
                          void *context, struct error *error) {
    struct statement *list = statement_get(db, SQL_PERSONA_NAMES);
    bool row, more = true;
    enum err err;
    while ((err = statement_step(list, &row, error)) == ERR_OK && row && more)
        more = each(context, statement_text(list, 0), statement_text(list, 1));
    statement_end(list);
    return err;
}

/* Whose the name is already, other than this persona's; NULL where it is free. The caller frees. */
static enum err find_namesake(struct db *db, const char *persona, const char *name, char **namesake,
                              struct error *error) {
    struct statement *find = statement_get(db, SQL_PERSONA_NAMESAKE);
    statement_bind_text(find, "persona", persona);
    statement_bind_text(find, "name", name);
    bool row;
    enum err err = statement_step(find, &row, error);
    *namesake = err == ERR_OK && row ? statement_copy(find, 0) : NULL;
    statement_end(find);
    return err;
}

static enum err put_name(struct db *db, const char *persona, const char *name,
                         struct error *error) {
    char *namesake;
    enum err err = find_namesake(db, persona, name, &namesake, error);
    if (err == ERR_OK && namesake != NULL) {
        err =
            error_set(error, ERR_INPUT, "\"%s\" is what \"%s\" is called already", name, namesake);
        error_hint(error,
                   "choose another name, or take that one back: retail-pulse segments "
                   "--rename '%s='",
                   name);
    }
    free(namesake);
    if (err != ERR_OK)
        return err;
    struct statement *put = statement_get(db, SQL_PERSONA_NAME_PUT);
    statement_bind_text(put, "persona", persona);
    statement_bind_text(put, "name", name);
    return statement_run(put, error);
}

static enum err take_name_back(struct db *db, const char *persona, struct error *error) {
    struct statement *remove = statement_get(db, SQL_PERSONA_NAME_REMOVE);
    statement_bind_text(remove, "persona", persona);
    return statement_run(remove, error);
}

enum err db_persona_rename(struct db *writer, const char *persona, const char *name,
                           struct error *error) {
    enum err err = db_begin(writer, error);
    if (err != ERR_OK)
        return err;
    err = name != NULL ? put_name(writer, persona, name, error)
                       : take_name_back(writer, persona, error);
    if (err == ERR_OK)
        err = name != NULL
                  ? db_audit(writer, AUDIT_RENAME, persona, error, "is called %s", name)
                  : db_audit(writer, AUDIT_RENAME, persona, error, "has its own name again");
    if (err == ERR_OK)
        return db_commit(writer, error);
    db_rollback(writer);
    return err;
}
