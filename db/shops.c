#include "db/shops.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "db/connection.h"

const char shop_unnamed[] = "this shop";

enum err db_shops_load(struct db *db, struct shop_list *out, struct error *error) {
    enum { ID, NAME, SUMS_ONLY, BANDS, FIRST_DAY, LAST_DAY, MERGED_AT };
    *out = (struct shop_list){0};
    struct statement *list = statement_get(db, SQL_SHOPS);
    bool row;
    enum err err;
    while ((err = statement_step(list, &row, error)) == ERR_OK && row) {
        if (statement_integer(list, ID) != out->count + 1 || out->count == SHOPS_MAX) {
            err = error_set(error, ERR_DAMAGED, "%s is damaged: its list of shops has a gap",
                            db->path);
            break;
        }
        if ((out->count & (out->count - 1)) == 0) /* room doubles at the powers of two */
            out->entries = xreallocarray(out->entries, out->count != 0 ? (size_t)out->count * 2 : 1,
                                         sizeof *out->entries);
        struct shop_entry *entry = &out->entries[out->count++];
        *entry = (struct shop_entry){.id = out->count,
                                     .name = statement_copy(list, NAME),
                                     .sums_only = statement_integer(list, SUMS_ONLY) != 0,
                                     .bands = statement_integer(list, BANDS),
                                     .first_day = (day_number)statement_integer(list, FIRST_DAY),
                                     .last_day = (day_number)statement_integer(list, LAST_DAY)};
        statement_copy_into(list, MERGED_AT, entry->merged_at, sizeof entry->merged_at);
    }
    statement_end(list);
    if (err != ERR_OK)
        shop_list_free(out);
    return err;
}

void shop_list_free(struct shop_list *list) {
    for (int i = 0; i < list->count; i++)
        free(list->entries[i].name);
    free(list->entries);
    *list = (struct shop_list){0};
}

const struct shop_entry *shop_list_find(const struct shop_list *list, const char *name) {
    for (int i = 0; i < list->count; i++) {
        if (text_same(list->entries[i].name, name))
            return &list->entries[i];
    }
    return NULL;
}

static enum err find(struct db *db, const char *name, int32_t *id, struct error *error) {
    struct statement *find = statement_get(db, SQL_SHOP_FIND);
    statement_bind_text(find, "name", name);
    int64_t found;
    enum err err = statement_run_integer(find, &found, error);
    *id = (int32_t)found;
    return err;
}

enum err db_shop_intern(struct db *db, const char *name, int32_t *id, struct error *error) {
    enum err err = find(db, name, id, error);
    if (err != ERR_OK || *id != 0)
        return err;
    struct statement *add = statement_get(db, SQL_SHOP_ADD);
    statement_bind_text(add, "name", name);
    err = statement_run(add, error);
    if (err != ERR_OK)
        return err;
    int64_t added = sqlite3_last_insert_rowid(db->handle);
    if (added > SHOPS_MAX)
        return error_set(error, ERR_INPUT, "more than %d shops", (int)SHOPS_MAX);
    *id = (int32_t)added;
    return ERR_OK;
}

enum err db_shop_rename(struct db *db, int32_t id, const char *name, struct error *error) {
    int32_t taken;
    enum err err = find(db, name, &taken, error);
    if (err != ERR_OK)
        return err;
    if (taken != 0 && taken != id)
        return error_set(error, ERR_INPUT, "there is a shop \"%s\" already", name);
    struct statement *rename = statement_get(db, SQL_SHOP_RENAME);
    statement_bind_text(rename, "name", name);
    statement_bind_integer(rename, "id", id);
    return statement_run(rename, error);
}

enum err db_shop_merged(struct db *db, const struct shop_entry *entry, struct error *error) {
    struct statement *put = statement_get(db, SQL_SHOP_MERGED);
    statement_bind_integer(put, "sums_only", entry->sums_only);
    if (entry->sums_only) {
        statement_bind_integer(put, "bands", entry->bands);
        statement_bind_integer(put, "first_day", entry->first_day);
        statement_bind_integer(put, "last_day", entry->last_day);
    } else {
        statement_bind_null(put, "bands");
        statement_bind_null(put, "first_day");
        statement_bind_null(put, "last_day");
    }
    statement_bind_text(put, "merged_at", entry->merged_at);
    statement_bind_integer(put, "id", entry->id);
    return statement_run(put, error);
}
