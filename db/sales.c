#include "db/sales.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "db/connection.h"

/* ---------------------------------------------------------------------------- dictionaries */

/* Ids are dense by construction; a gap means that a row was lost. */
static enum err dictionary_load(struct db *db, enum sql sql, bool locations, struct dictionary *out,
                                struct error *error) {
    *out = (struct dictionary){0};
    struct statement *list = statement_get(db, sql);
    bool row;
    int capacity = 0;
    enum err err;
    while ((err = statement_step(list, &row, error)) == ERR_OK && row) {
        if (statement_integer(list, 0) != out->count + 1 || out->count == TERMS_MAX) {
            err = error_set(error, ERR_DAMAGED, "%s is damaged: its list of %s has a gap", db->path,
                            locations ? "locations" : "handsets");
            break;
        }
        if (out->count == capacity) {
            capacity = capacity != 0 ? capacity * 2 : 32;
            out->entries = xreallocarray(out->entries, (size_t)capacity, sizeof *out->entries);
        }
        struct term *term = &out->entries[out->count++];
        *term = (struct term){.name = xstrdup(statement_text(list, 1))};
        if (locations)
            term->local = statement_integer(list, 2) != 0;
        else
            term->brand = xstrdup(statement_text(list, 2));
    }
    statement_end(list);
    if (err != ERR_OK)
        dictionary_free(out);
    return err;
}

enum err db_locations_load(struct db *db, struct dictionary *out, struct error *error) {
    return dictionary_load(db, SQL_LOCATIONS, true, out, error);
}

enum err db_handsets_load(struct db *db, struct dictionary *out, struct error *error) {
    return dictionary_load(db, SQL_HANDSETS, false, out, error);
}

static enum err find_name(struct db *db, enum sql sql, const char *name, int32_t *id,
                          struct error *error) {
    struct statement *find = statement_get(db, sql);
    statement_bind_text(find, "name", name);
    int64_t found;
    enum err err = statement_run_integer(find, &found, error);
    *id = (int32_t)found;
    return err;
}

static enum err added_name(struct db *db, struct statement *add, const char *what, int32_t *id,
                           struct error *error) {
    enum err err = statement_run(add, error);
    if (err != ERR_OK)
        return err;
    int64_t added = sqlite3_last_insert_rowid(db->handle);
    if (added > TERMS_MAX) {
        error_set(error, ERR_INPUT, "more than %d different %s", (int)TERMS_MAX, what);
        return error_hint(error, "is the right column taken for it? --map names another");
    }
    *id = (int32_t)added;
    return ERR_OK;
}

enum err db_location_find(struct db *db, const char *name, int32_t *id, struct error *error) {
    return find_name(db, SQL_LOCATION_FIND, name, id, error);
}

enum err db_handset_find(struct db *db, const char *name, int32_t *id, struct error *error) {
    return find_name(db, SQL_HANDSET_FIND, name, id, error);
}

enum err db_location_intern(struct db *db, const char *name, bool local, int32_t *id,
                            struct error *error) {
    enum err err = db_location_find(db, name, id, error);
    if (err != ERR_OK || *id != 0)
        return err;
    struct statement *add = statement_get(db, SQL_LOCATION_ADD);
    statement_bind_text(add, "name", name);
    statement_bind_integer(add, "local", local);
    return added_name(db, add, "locations", id, error);
}

enum err db_handset_intern(struct db *db, const char *name, const char *brand, int32_t *id,
                           struct error *error) {
    enum err err = db_handset_find(db, name, id, error);
    if (err != ERR_OK || *id != 0)
        return err;
    struct statement *add = statement_get(db, SQL_HANDSET_ADD);
    statement_bind_text(add, "name", name);
    statement_bind_text(add, "brand", brand);
    return added_name(db, add, "handsets", id, error);
}

enum err db_shop_of_run(struct db *db, int64_t run_id, int32_t *shop, struct error *error) {
    struct statement *get = statement_get(db, SQL_SHOP_OF_RUN);
    statement_bind_integer(get, "id", run_id);
    int64_t found;
    enum err err = statement_run_integer(get, &found, error);
    *shop = (int32_t)found;
    return err;
}

/* ----------------------------------------------------------------------------- reading sales */

/* False where a value cannot have been written by us. */
static bool read_within(const struct statement *statement, int column, int64_t low, int64_t high,
                        int64_t unknown, int64_t *value) {
    *value = unknown;
    if (statement_is_null(statement, column))
        return unknown != INT64_MIN;
    *value = statement_integer(statement, column);
    return *value >= low && *value <= high;
}

static bool read_sale(const struct statement *scan, struct sale *sale) {
    enum { REFERENCE = 1, DAY, LOCATION, AGE, GENDER, HANDSET, PRICE, ANSWERS, RUN = 12 };
    enum { NEVER_NULL = 0 };
    static const enum answer answers[] = {ANSWER_FACEBOOK, ANSWER_FOLLOWS, ANSWER_RETURNING,
                                          ANSWER_HEARD}; /* in the order of the columns */
    int64_t day, location, age, gender, handset;
    bool sound = read_within(scan, DAY, 0, INT32_MAX, INT64_MIN, &day) &&
                 read_within(scan, LOCATION, 1, TERMS_MAX, NEVER_NULL, &location) &&
                 read_within(scan, AGE, AGE_MIN, AGE_MAX, UNKNOWN, &age) &&
                 read_within(scan, GENDER, 0, GENDER_COUNT - 1, UNKNOWN, &gender) &&
                 read_within(scan, HANDSET, 1, TERMS_MAX, INT64_MIN, &handset) &&
                 read_within(scan, PRICE, 1, INT64_MAX, INT64_MIN, &sale->price_minor);
    for (int i = 0; sound && i < ANSWER_COUNT; i++) {
        int64_t answer;
        sound = read_within(scan, ANSWERS + i, 0, 1, UNKNOWN, &answer);
        sale->answers[answers[i]] = (int8_t)answer;
    }
    if (!sound)
        return false;
    sale->id = statement_integer(scan, 0);
    sale->run = statement_integer(scan, RUN);
    sale->reference = statement_is_null(scan, REFERENCE) ? NULL : statement_text(scan, REFERENCE);
    sale->day = (day_number)day;
    sale->location = (int32_t)location;
    sale->handset = (int32_t)handset;
    sale->age_years = (int16_t)age;
    sale->gender = (int8_t)gender;
    return true;
}

enum err db_sales_scan(struct db *db, int64_t after_id,
                       bool (*each)(void *context, const struct sale *sale), void *context,
                       struct error *error) {
    struct statement *scan = statement_get(db, SQL_SALES_SCAN);
    statement_bind_integer(scan, "after_id", after_id);
    bool row;
    enum err err;
    int64_t run = 0; /* sales of a run stand together, so one look-up serves many */
    int32_t shop = 0;
    while ((err = statement_step(scan, &row, error)) == ERR_OK && row) {
        struct sale sale;
        if (!read_sale(scan, &sale)) {
            error_set(error, ERR_DAMAGED, "%s is damaged: sale %lld has a value it cannot have",
                      db->path, (long long)statement_integer(scan, 0));
            error_hint(error, "bring back a copy of the file, or move it away and import the "
                              "CSV files again");
            err = ERR_DAMAGED;
            break;
        }
        if (sale.run != run) {
            run = sale.run;
            err = db_shop_of_run(db, run, &shop, error);
            if (err == ERR_OK && shop == 0)
                err = error_set(error, ERR_DAMAGED, "%s is damaged: sale %lld is of no import",
                                db->path, (long long)sale.id);
            if (err != ERR_OK)
                break;
        }
        sale.shop = shop;
        if (!each(context, &sale))
            break;
    }
    statement_end(scan);
    return err;
}

enum err db_sale_get(struct db *db, int64_t sale_id, struct sale *out, struct error *error) {
    struct statement *get = statement_get(db, SQL_SALE_GET);
    statement_bind_integer(get, "id", sale_id);
    bool row;
    enum err err = statement_step(get, &row, error);
    if (err == ERR_OK && (!row || !read_sale(get, out)))
        err = error_set(error, ERR_DAMAGED, "%s is damaged: sale %lld cannot be read", db->path,
                        (long long)sale_id);
    if (err == ERR_OK && out->reference != NULL)
        out->reference = xstrdup(out->reference);
    statement_end(get);
    return err;
}

bool sale_same(const struct sale *a, const struct sale *b) {
    if ((a->reference == NULL) != (b->reference == NULL) ||
        (a->reference != NULL && strcmp(a->reference, b->reference) != 0))
        return false;
    return a->price_minor == b->price_minor && a->day == b->day && a->location == b->location &&
           a->handset == b->handset && a->age_years == b->age_years && a->gender == b->gender &&
           memcmp(a->answers, b->answers, sizeof a->answers) == 0;
}

enum err db_sales_by_run(struct db *db, int64_t after_id,
                         void (*each)(void *context, int64_t run_id, int64_t sales), void *context,
                         struct error *error) {
    struct statement *count = statement_get(db, SQL_SALES_BY_RUN);
    statement_bind_integer(count, "after_id", after_id);
    bool row;
    enum err err;
    while ((err = statement_step(count, &row, error)) == ERR_OK && row)
        each(context, statement_integer(count, 0), statement_integer(count, 1));
    statement_end(count);
    return err;
}

char *db_sale_reference(struct db *db, int64_t sale_id) {
    struct statement *find = statement_get(db, SQL_SALE_REFERENCE);
    statement_bind_integer(find, "id", sale_id);
    bool row;
    char *reference = NULL;
    if (statement_step(find, &row, NULL) == ERR_OK && row)
        reference = statement_copy(find, 0);
    statement_end(find);
    return reference;
}

enum err db_sale_origin(struct db *db, int64_t sale_id, struct sale_origin *out,
                        struct error *error) {
    *out = (struct sale_origin){0};
    struct statement *find = statement_get(db, SQL_SALE_ORIGIN);
    statement_bind_integer(find, "id", sale_id);
    bool row;
    enum err err = statement_step(find, &row, error);
    if (err == ERR_OK && row) {
        out->file = statement_copy(find, 0);
        statement_copy_into(find, 1, out->finished_at, sizeof out->finished_at);
    } else if (err == ERR_OK) {
        err = error_set(error, ERR_NOT_FOUND, "there is no sale %lld", (long long)sale_id);
    }
    statement_end(find);
    return err;
}

void sale_origin_free(struct sale_origin *origin) {
    free(origin->file);
    *origin = (struct sale_origin){0};
}

enum err db_sales_last_id(struct db *db, int64_t *last_id, struct error *error) {
    return statement_run_integer(statement_get(db, SQL_SALE_LAST_ID), last_id, error);
}

enum err db_sales_extent(struct db *db, struct sales_extent *out, struct error *error) {
    *out = (struct sales_extent){0};
    struct statement *extent = statement_get(db, SQL_SALES_EXTENT);
    bool row;
    enum err err = statement_step(extent, &row, error);
    if (err == ERR_OK && row)
        *out = (struct sales_extent){.sales = statement_integer(extent, 0),
                                     .synthetic = statement_integer(extent, 1),
                                     .last_id = statement_integer(extent, 2),
                                     .undone = statement_integer(extent, 3)};
    statement_end(extent);
    return err;
}
