#include "db/imports.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "db/connection.h"
#include "db/shops.h"

void import_run_free(struct import_run *run) {
    free(run->file);
    free(run->who);
    free(run->date_format);
    free(run->reading);
    *run = (struct import_run){0};
}

void import_reject_free(struct import_reject *reject) {
    free(reject->field);
    free(reject->reason);
    free(reject->raw);
    *reject = (struct import_reject){0};
}

enum err db_import_start(struct db *db, struct import_run *run, struct error *error) {
    struct statement *start = statement_get(db, SQL_IMPORT_START);
    statement_bind_text(start, "file", run->file);
    statement_bind_text(start, "who", run->who);
    statement_bind_text(start, "started_at", run->started_at);
    run->shop = run->shop != 0 ? run->shop : SHOP_OWN;
    statement_bind_integer(start, "shop_id", run->shop);
    enum err err = statement_run(start, error);
    if (err == ERR_OK)
        run->id = sqlite3_last_insert_rowid(db->handle);
    return err;
}

enum err db_import_reject_add(struct db *db, const struct import_reject *reject,
                              struct error *error) {
    struct statement *add = statement_get(db, SQL_REJECT_ADD);
    statement_bind_integer(add, "run_id", reject->run_id);
    statement_bind_integer(add, "line", reject->line);
    statement_bind_text(add, "field", reject->field);
    statement_bind_text(add, "reason", reject->reason);
    statement_bind_bytes(add, "raw", reject->raw, reject->raw_length);
    return statement_run(add, error);
}

enum err db_import_finish(struct db *db, const struct import_run *run, struct error *error) {
    struct statement *finish = statement_get(db, SQL_IMPORT_FINISH);
    statement_bind_integer(finish, "size_bytes", run->size_bytes);
    statement_bind_text(finish, "sha256", run->sha256);
    statement_bind_text(finish, "date_format", run->date_format);
    statement_bind_text(finish, "reading", run->reading);
    statement_bind_text(finish, "finished_at", run->finished_at);
    statement_bind_integer(finish, "row_count", run->rows);
    statement_bind_integer(finish, "imported", run->imported);
    statement_bind_integer(finish, "duplicates", run->duplicates);
    statement_bind_integer(finish, "rejected", run->rejected);
    statement_bind_integer(finish, "synthetic", run->synthetic);
    statement_bind_integer(finish, "id", run->id);
    return statement_run(finish, error);
}

enum err db_import_known(struct db *db, int32_t shop, const char *sha256, bool *known,
                         struct error *error) {
    struct statement *find = statement_get(db, SQL_IMPORT_KNOWN);
    statement_bind_text(find, "sha256", sha256);
    statement_bind_integer(find, "shop_id", shop);
    int64_t found;
    enum err err = statement_run_integer(find, &found, error);
    *known = found != 0;
    return err;
}

static void read_run(const struct statement *list, struct import_run *run) {
    *run = (struct import_run){.id = statement_integer(list, 0),
                               .file = statement_copy(list, 1),
                               .who = statement_copy(list, 2),
                               .date_format = statement_copy(list, 3),
                               .size_bytes = statement_integer(list, 4),
                               .rows = statement_integer(list, 8),
                               .imported = statement_integer(list, 9),
                               .duplicates = statement_integer(list, 10),
                               .rejected = statement_integer(list, 11),
                               .synthetic = statement_integer(list, 12) != 0,
                               .shop = (int32_t)statement_integer(list, 13)};
    statement_copy_into(list, 5, run->sha256, sizeof run->sha256);
    statement_copy_into(list, 6, run->started_at, sizeof run->started_at);
    statement_copy_into(list, 7, run->finished_at, sizeof run->finished_at);
}

enum err db_import_find(struct db *db, const struct import_sought *sought, struct import_run *out,
                        bool *found, struct error *error) {
    struct statement *find = statement_get(db, SQL_IMPORT_FIND);
    statement_bind_integer(find, "size_bytes", sought->size_bytes);
    statement_bind_text(find, "reading", sought->reading);
    statement_bind_text(find, "sha256", sought->sha256);
    statement_bind_text(find, "shop", sought->shop);
    enum err err = statement_step(find, found, error);
    if (err == ERR_OK && *found)
        read_run(find, out);
    statement_end(find);
    return err;
}

enum err db_imports_list(struct db *db, bool (*each)(void *, const struct import_run *),
                         void *context, struct error *error) {
    struct statement *list = statement_get(db, SQL_IMPORTS);
    bool row, more = true;
    enum err err;
    while (more && (err = statement_step(list, &row, error)) == ERR_OK && row) {
        struct import_run run;
        read_run(list, &run);
        more = each(context, &run);
        import_run_free(&run);
    }
    statement_end(list);
    return more ? err : ERR_OK;
}

enum err db_rejects_list(struct db *db, int64_t run_id, int64_t offset, int64_t limit,
                         bool (*each)(void *, const struct import_reject *), void *context,
                         struct error *error) {
    struct statement *list = statement_get(db, run_id != 0 ? SQL_REJECTS : SQL_REJECTS_OF_ALL);
    if (run_id != 0)
        statement_bind_integer(list, "run_id", run_id);
    statement_bind_integer(list, "limit", limit);
    statement_bind_integer(list, "offset", offset);
    bool row, more = true;
    enum err err;
    while (more && (err = statement_step(list, &row, error)) == ERR_OK && row) {
        struct import_reject reject = {.run_id = statement_integer(list, 0),
                                       .line = statement_integer(list, 1),
                                       .field = statement_copy(list, 2),
                                       .reason = statement_copy(list, 3)};
        const char *raw = statement_bytes(list, 4, &reject.raw_length);
        struct buffer bytes = {0};
        buffer_append(&bytes, raw, reject.raw_length);
        reject.raw = buffer_take(&bytes);
        more = each(context, &reject);
        import_reject_free(&reject);
    }
    statement_end(list);
    return more ? err : ERR_OK;
}

enum err db_imports_undone(struct db *db, bool (*each)(void *, const struct undone_run *),
                           void *context, struct error *error) {
    struct statement *list = statement_get(db, SQL_IMPORTS_UNDONE);
    bool row, more = true;
    enum err err;
    while (more && (err = statement_step(list, &row, error)) == ERR_OK && row) {
        struct undone_run undone = {.who = statement_copy(list, 15),
                                    .sales = statement_integer(list, 16)};
        statement_copy_into(list, 14, undone.undone_at, sizeof undone.undone_at);
        read_run(list, &undone.run);
        more = each(context, &undone);
        import_run_free(&undone.run);
        free(undone.who);
    }
    statement_end(list);
    return more ? err : ERR_OK;
}
