#include "db/out_of_fold.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/memory.h"
#include "db/connection.h"

void out_of_fold_make(struct out_of_fold *out, size_t rows, int repeats) {
    size_t all = rows * (size_t)repeats;
    *out = (struct out_of_fold){.rows = rows, .repeats = repeats};
    out->sale_ids = xcalloc(rows + 1, sizeof *out->sale_ids);
    out->answers = xcalloc(rows + 1, sizeof *out->answers);
    out->folds = xcalloc(all + 1, sizeof *out->folds);
    out->log_odds = xcalloc(all + 1, sizeof *out->log_odds);
}

void out_of_fold_free(struct out_of_fold *predictions) {
    free(predictions->sale_ids);
    free(predictions->answers);
    free(predictions->folds);
    free(predictions->log_odds);
    *predictions = (struct out_of_fold){0};
}

/* The numbers as they lie in the file: little-endian. Both ways the same. */
static void swap_ids(int64_t *ids, size_t count) {
    for (size_t i = 0; i < count; i++)
        ids[i] = (int64_t)htole64((uint64_t)ids[i]);
}

static void swap_reals(float *reals, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &reals[i], sizeof bits);
        bits = htole32(bits);
        memcpy(&reals[i], &bits, sizeof bits);
    }
}

/* Of the bytes as they lie in the file. */
static void digest_predictions(const struct out_of_fold *packed, char digest[DIGEST_TEXT_SIZE]) {
    size_t all = packed->rows * (size_t)packed->repeats;
    struct digest *sum = digest_new();
    digest_add(sum, packed->sale_ids, packed->rows * sizeof *packed->sale_ids);
    digest_add(sum, packed->answers, packed->rows * sizeof *packed->answers);
    digest_add(sum, packed->folds, all * sizeof *packed->folds);
    digest_add(sum, packed->log_odds, all * sizeof *packed->log_odds);
    digest_end(sum, digest);
}

static void copy(void *to, const void *from, size_t length) {
    if (length != 0)
        memcpy(to, from, length);
}

enum err db_out_of_fold_add(struct db *db, int64_t model_id, const struct out_of_fold *predictions,
                            struct error *error) {
    struct out_of_fold packed;
    size_t rows = predictions->rows, all = rows * (size_t)predictions->repeats;
    out_of_fold_make(&packed, rows, predictions->repeats);
    copy(packed.sale_ids, predictions->sale_ids, rows * sizeof *packed.sale_ids);
    copy(packed.answers, predictions->answers, rows * sizeof *packed.answers);
    copy(packed.folds, predictions->folds, all * sizeof *packed.folds);
    copy(packed.log_odds, predictions->log_odds, all * sizeof *packed.log_odds);
    swap_ids(packed.sale_ids, rows);
    swap_reals(packed.log_odds, all);
    char digest[DIGEST_TEXT_SIZE];
    digest_predictions(&packed, digest);
    struct statement *add = statement_get(db, SQL_OUT_OF_FOLD_ADD);
    statement_bind_integer(add, "model_id", model_id);
    statement_bind_integer(add, "row_count", (int64_t)rows);
    statement_bind_integer(add, "repeats", packed.repeats);
    statement_bind_bytes(add, "sale_ids", packed.sale_ids, rows * sizeof *packed.sale_ids);
    statement_bind_bytes(add, "answers", packed.answers, rows * sizeof *packed.answers);
    statement_bind_bytes(add, "folds", packed.folds, all * sizeof *packed.folds);
    statement_bind_bytes(add, "log_odds", packed.log_odds, all * sizeof *packed.log_odds);
    statement_bind_text(add, "sha256", digest);
    enum err err = statement_run(add, error);
    out_of_fold_free(&packed);
    return err;
}

/* False where a column is of another length than rows and repeats ask for. */
static bool read_column(const struct statement *find, int column, void *to, size_t length) {
    size_t stored;
    const void *bytes = statement_bytes(find, column, &stored);
    if (stored != length)
        return false;
    copy(to, bytes, length);
    return true;
}

static bool read_predictions(const struct statement *find, struct out_of_fold *out) {
    int64_t rows = statement_integer(find, 0), repeats = statement_integer(find, 1);
    char digest[DIGEST_TEXT_SIZE];
    if (rows < 1 || rows > INT32_MAX || repeats < 1 || repeats > UINT8_MAX)
        return false;
    size_t stored;
    statement_bytes(find, 5, &stored); /* before memory is taken on a damaged number's word */
    if (stored != (size_t)rows * (size_t)repeats * sizeof *out->log_odds)
        return false;
    out_of_fold_make(out, (size_t)rows, (int)repeats);
    size_t all = out->rows * (size_t)out->repeats;
    if (!read_column(find, 2, out->sale_ids, out->rows * sizeof *out->sale_ids) ||
        !read_column(find, 3, out->answers, out->rows * sizeof *out->answers) ||
        !read_column(find, 4, out->folds, all * sizeof *out->folds) ||
        !read_column(find, 5, out->log_odds, all * sizeof *out->log_odds))
        return false;
    digest_predictions(out, digest);
    swap_ids(out->sale_ids, out->rows);
    swap_reals(out->log_odds, all);
    return strcmp(digest, statement_text(find, 6)) == 0;
}

enum err db_out_of_fold_load(struct db *db, int64_t model_id, struct out_of_fold *out,
                             struct error *error) {
    struct statement *find = statement_get(db, SQL_OUT_OF_FOLD);
    statement_bind_integer(find, "model_id", model_id);
    bool row, sound = true;
    *out = (struct out_of_fold){0};
    enum err err = statement_step(find, &row, error);
    if (err == ERR_OK && row)
        sound = read_predictions(find, out);
    statement_end(find);
    if (err == ERR_OK && !row) {
        error_set(error, ERR_NOT_FOUND, "the model has no out-of-fold predictions");
        err = error_hint(error, "retail-pulse train makes them");
    } else if (err == ERR_OK && !sound) {
        error_set(error, ERR_DAMAGED,
                  "the stored out-of-fold predictions in %s are damaged: their checksum does not "
                  "hold",
                  db->path);
        err = error_hint(error, "retail-pulse train makes them anew from the sales");
    }
    if (err != ERR_OK)
        out_of_fold_free(out);
    return err;
}
