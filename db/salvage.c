/* Rows first, as they stood; then the columns, whose checksums say which of the two is right where
 * they disagree; then what the rows refer to and is gone gets a name that says so. */
#include "db/salvage.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "db/audit.h"
#include "db/connection.h"
#include "db/cube.h"
#include "db/models.h"
#include "db/pack_columns.h"
#include "db/packs.h"
#include "db/sales.h"
#include "db/salvage_rows.h"
#include "db/salvage_runs.h"
#include "db/segmentations.h"

/* A name as an index has it, for where the table has lost it. */
struct known_name {
    enum sql insert;
    int64_t id;
    char *name;
};

struct salvage {
    struct db *db;
    const struct naming *naming;
    struct known_name *names;
    size_t name_count;
    const struct progress_sink *progress;
    struct salvaged *out;
    unsigned char *confirmed;  /* a bit for each id up to `watermark`: the columns have it */
    int64_t watermark, packed; /* sales in columns whose checksums hold */
    enum err err;
    struct error *error;
};

void salvaged_free(struct salvaged *salvaged) {
    for (int i = 0; i < salvaged->incomplete_count; i++)
        free(salvaged->incomplete[i].file);
    free(salvaged->incomplete);
    *salvaged = (struct salvaged){0};
}

/* ------------------------------------------------------------------------------------ rows */

static void bind(struct statement *insert, int column, char kind, int64_t id,
                 const struct raw_value *value, char **text) {
    char name[16];
    snprintf(name, sizeof name, "c%d", column);
    char small = (char)tolower(kind);
    if (kind == '0')
        statement_bind_integer(insert, name, id);
    else if (value->kind == 'n')
        statement_bind_null(insert, name);
    else if (small == 'r')
        statement_bind_real(insert, name, value->real);
    else if (small == 'i')
        statement_bind_integer(insert, name, value->integer);
    else if (small == 'b')
        statement_bind_bytes(insert, name, value->bytes, value->length);
    else
        statement_bind_text(insert, name, *text = xstrndup(value->bytes, value->length));
}

/* What a row of an older program does not have: whose shop's import it is is our own's. */
static struct raw_value missing(enum salvage_table table, int column) {
    enum { SHOP_OF_RUN = 13 };
    struct raw_value value = {.kind = 'n'};
    if (table == SALVAGE_TABLE_RUN && column == SHOP_OF_RUN)
        value = (struct raw_value){.kind = 'i', .integer = 1};
    else if (table == SALVAGE_TABLE_SEGMENTATION)
        value = (struct raw_value){.kind = 't', .bytes = "{}", .length = 2};
    return value;
}

/* True where the row is of an index: it waits until all that the tables have is there. */
static bool take_name(struct salvage *salvage, const struct raw_row *row) {
    static const struct {
        const char *index;
        enum sql insert;
    } kinds[] = {{"sqlite_autoindex_location_1", SQL_LOCATION_RESTORE},
                 {"sqlite_autoindex_handset_1", SQL_HANDSET_RESTORE},
                 {"sqlite_autoindex_shop_1", SQL_SHOP_RESTORE}};
    if (row->table == NULL || strncmp(row->table, "sqlite_autoindex_", 17) != 0)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(row->table, kinds[i].index) != 0 || row->values[0].kind != 't' || row->id < 1 ||
            row->id > TERMS_MAX)
            continue;
        if ((salvage->name_count & (salvage->name_count - 1)) == 0)
            salvage->names = xreallocarray(salvage->names,
                                           salvage->name_count != 0 ? salvage->name_count * 2 : 1,
                                           sizeof *salvage->names);
        salvage->names[salvage->name_count++] = (struct known_name){
            kinds[i].insert, row->id, xstrndup(row->values[0].bytes, row->values[0].length)};
    }
    return true;
}

static enum err restore_names(struct salvage *salvage) {
    enum err err = ERR_OK;
    for (size_t i = 0; i < salvage->name_count; i++) {
        struct statement *restore = statement_get(salvage->db, salvage->names[i].insert);
        statement_bind_integer(restore, "id", salvage->names[i].id);
        statement_bind_text(restore, "name", salvage->names[i].name);
        char *brand = NULL;
        if (salvage->names[i].insert == SQL_LOCATION_RESTORE)
            statement_bind_integer(restore, "local",
                                   salvage->naming->is_local(salvage->names[i].name));
        if (salvage->names[i].insert == SQL_HANDSET_RESTORE)
            statement_bind_text(restore, "brand",
                                brand = salvage->naming->brand(salvage->names[i].name));
        if (err == ERR_OK)
            err = statement_run(restore, salvage->error);
        else
            statement_end(restore);
        free(brand);
        free(salvage->names[i].name);
    }
    free(salvage->names);
    salvage->names = NULL;
    salvage->name_count = 0;
    return err;
}

static bool take_row(void *context, const struct raw_row *row) {
    struct salvage *salvage = context;
    if (take_name(salvage, row))
        return true;
    enum salvage_table table;
    struct raw_row modern;
    if (salvage_modernise(row, &modern))
        row = &modern;
    char *texts[RAW_VALUES_MAX] = {NULL};
    if (!salvage_recognise(row, &table)) {
        salvage->out->foreign_rows += row->table == NULL || strcmp(row->table, "sale") == 0;
        return true;
    }
    struct statement *insert = statement_get(salvage->db, salvage_insert(table));
    const char *columns = salvage_columns(table);
    for (int i = 0; columns[i] != '\0'; i++) {
        struct raw_value value = i < row->count ? row->values[i] : missing(table, i);
        bind(insert, i, columns[i], row->id, &value, &texts[i]);
    }
    salvage->err = statement_run(insert, salvage->error);
    for (int i = 0; i < RAW_VALUES_MAX; i++)
        free(texts[i]);
    return salvage->err == ERR_OK;
}

/* --------------------------------------------------------------------------------- columns */

static void confirm(struct salvage *salvage, int64_t id) {
    if (id > 0 && id <= salvage->watermark)
        salvage->confirmed[id / 8] |= (unsigned char)(1U << id % 8);
}

/* The sale of a row of columns; its run says, below 0, whose shop it is of. */
static bool sale_of_columns(const struct pack *pack, const struct pack_rows *rows, int32_t row,
                            struct sale *sale) {
    day_number first;
    unsigned answers = rows->answers[row];
    *sale = (struct sale){.id = rows->id[row],
                          .run = -pack->shop,
                          .shop = pack->shop,
                          .price_minor = rows->price_minor[row],
                          .location = rows->location[row],
                          .handset = rows->handset[row],
                          .age_years = rows->age[row] == 0 ? UNKNOWN : rows->age[row],
                          .gender = (int8_t)(rows->gender[row] - 1)};
    for (int answer = 0; answer < ANSWER_COUNT; answer++, answers /= 3)
        sale->answers[answer] = (int8_t)((int)(answers % 3) - 1);
    if (!date_from_civil(pack->month / 12, pack->month % 12 + 1, rows->day_of_month[row], &first))
        return false;
    sale->day = first;
    return sale->price_minor > 0 && sale->handset > 0;
}

static void bind_fields(struct statement *set, const struct sale *sale) {
    static const struct {
        const char *name;
        enum answer answer;
    } answers[] = {{"facebook", ANSWER_FACEBOOK},
                   {"follows", ANSWER_FOLLOWS},
                   {"bought_before", ANSWER_RETURNING},
                   {"heard", ANSWER_HEARD}};
    statement_bind_integer(set, "day", sale->day);
    if (sale->location != 0)
        statement_bind_integer(set, "location_id", sale->location);
    if (sale->age_years != UNKNOWN)
        statement_bind_integer(set, "age_years", sale->age_years);
    if (sale->gender != UNKNOWN)
        statement_bind_integer(set, "gender", sale->gender);
    statement_bind_integer(set, "handset_id", sale->handset);
    statement_bind_integer(set, "price_minor", sale->price_minor);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        if (sale->answers[answers[i].answer] != UNKNOWN)
            statement_bind_integer(set, answers[i].name, sale->answers[answers[i].answer]);
    }
    statement_bind_integer(set, "id", sale->id);
}

static bool same_but_for_reference(struct sale a, const struct sale *b) {
    a.reference = b->reference;
    return sale_same(&a, b);
}

/* A number that the columns' hash is not of: it is another's, or no number. */
static enum err drop_reference(struct salvage *salvage, int64_t id) {
    struct statement *drop = statement_get(salvage->db, SQL_SALE_REFERENCE_DROP);
    statement_bind_integer(drop, "id", id);
    salvage->out->without_reference++;
    return statement_run(drop, salvage->error);
}

static enum err correct(struct salvage *salvage, const struct sale *due) {
    struct statement *set = statement_get(salvage->db, SQL_SALE_CORRECT);
    bind_fields(set, due);
    salvage->out->corrected++;
    return statement_run(set, salvage->error);
}

static enum err put_sale(struct salvage *salvage, const struct sale *due, uint32_t identity) {
    struct sale is;
    struct error ignored;
    confirm(salvage, due->id);
    if (db_sale_get(salvage->db, due->id, &is, &ignored) == ERR_OK) {
        bool same = same_but_for_reference(is, due);
        struct sale whole = *due;
        whole.reference = is.reference;
        bool its_own = sale_identity(&whole) == identity;
        free((char *)is.reference);
        enum err err = same ? ERR_OK : correct(salvage, due);
        return err == ERR_OK && !its_own ? drop_reference(salvage, due->id) : err;
    }
    struct statement *add = statement_get(salvage->db, SQL_SALE_PUT);
    statement_bind_integer(add, "run_id", due->run);
    bind_fields(add, due);
    salvage->out->from_columns++;
    salvage->out->without_reference += (identity & 1) != 0;
    return statement_run(add, salvage->error);
}

static enum err take_pack(struct salvage *salvage, const struct pack *pack,
                          const struct pack_rows *rows) {
    struct error why;
    enum err err = db_pack_read(salvage->db, pack, rows, &why);
    if (err == ERR_DAMAGED) {
        salvage->out->packs_lost++;
        return ERR_OK;
    }
    if (err != ERR_OK) {
        *salvage->error = why;
        return err;
    }
    salvage->out->packs++;
    salvage->packed += pack->sales;
    for (int32_t row = 0; err == ERR_OK && row < pack->sales; row++) {
        struct sale due;
        if (sale_of_columns(pack, rows, row, &due))
            err = put_sale(salvage, &due, rows->identity[row]);
        else
            salvage->out->foreign_rows++;
    }
    return err;
}

/* Where the columns have all sales that the imports brought, one that they do not have is none: its
 * id was damaged, or it was taken back and its page is free. Else it may be one that they lost. */
static enum err drop_unconfirmed(struct salvage *salvage) {
    struct statement *scan = statement_get(salvage->db, SQL_SALES_RUNS);
    int64_t *ids = NULL;
    size_t count = 0;
    bool row, all_known = salvage->packed == salvage->out->expected;
    enum err err = ERR_OK;
    while (all_known && (err = statement_step(scan, &row, salvage->error)) == ERR_OK && row) {
        int64_t id = statement_integer(scan, 0);
        if (id <= salvage->watermark && (salvage->confirmed[id / 8] >> id % 8 & 1) != 0)
            continue;
        if ((count & (count - 1)) == 0) /* room doubles at the powers of two */
            ids = xreallocarray(ids, count != 0 ? count * 2 : 1, sizeof *ids);
        ids[count++] = id;
    }
    statement_end(scan);
    for (size_t i = 0; err == ERR_OK && i < count; i++) {
        struct statement *remove = statement_get(salvage->db, SQL_SALE_REMOVE);
        statement_bind_integer(remove, "id", ids[i]);
        err = statement_run(remove, salvage->error);
    }
    salvage->out->foreign_rows += (int64_t)count;
    free(ids);
    return err;
}

/* The largest id that columns speak of, as long as it can be one. */
static void make_room(struct salvage *salvage, const struct pack_list *packs) {
    enum { GAPS = 64 }; /* ids to a sale; a shop that takes imports back leaves gaps */
    for (size_t i = 0; i < packs->count; i++) {
        int64_t last_id = packs->packs[i].last_sale_id;
        if (last_id > salvage->watermark && last_id / GAPS <= packs->sales + 1000)
            salvage->watermark = last_id;
    }
    salvage->confirmed = xcalloc((size_t)salvage->watermark / 8 + 1, 1);
}

static enum err take_columns(struct salvage *salvage) {
    struct pack_list packs;
    struct pack_rows rows = {0};
    enum err err = db_packs_list(salvage->db, &packs, salvage->error);
    make_room(salvage, &packs);
    pack_rows_reserve(&rows, PACK_SALES_MAX);
    for (size_t i = 0; err == ERR_OK && i < packs.count; i++) {
        err = take_pack(salvage, &packs.packs[i], &rows);
        if (err == ERR_OK &&
            !progress_report(salvage->progress, "comparing with columns", "packs", i, packs.count))
            err = error_set(salvage->error, ERR_CANCELLED, "cancelled; nothing was saved");
    }
    pack_rows_free(&rows);
    pack_list_free(&packs);
    return err == ERR_OK ? drop_unconfirmed(salvage) : err;
}

/* ------------------------------------------------------------------------------ what is gone */

static enum err run_counting(struct db *db, enum sql sql, int64_t *count, struct error *error) {
    char stamp[CLOCK_STAMP_SIZE];
    clock_stamp(stamp);
    struct statement *statement = statement_get(db, sql);
    if (sql == SQL_LOST_RUNS_ADD)
        statement_bind_text(statement, "at", stamp);
    int before = sqlite3_total_changes(db->handle);
    enum err err = statement_run(statement, error);
    if (count != NULL)
        *count += sqlite3_total_changes(db->handle) - before;
    return err;
}

static enum err name_what_is_lost(struct salvage *salvage) {
    struct salvaged *out = salvage->out;
    const struct {
        enum sql sql;
        int64_t *count;
    } steps[] = {{SQL_SALES_OF_UNDONE_REMOVE, &out->foreign_rows},
                 {SQL_LOST_RUNS_ADD, &out->runs_lost},
                 {SQL_RUNS_END, NULL},
                 {SQL_LOST_LOCATIONS_ADD, &out->names_lost},
                 {SQL_LOST_HANDSETS_ADD, &out->names_lost},
                 {SQL_LOST_SHOPS_ADD, &out->names_lost},
                 {SQL_LOST_REJECTS_REMOVE, NULL},
                 {SQL_LOST_UNDONE_REMOVE, NULL},
                 {SQL_LOST_BOOSTERS_REMOVE, NULL},
                 {SQL_LOST_HELD_BACK_REMOVE, NULL},
                 {SQL_LOST_SEGMENTS_REMOVE, NULL}};
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < sizeof steps / sizeof *steps; i++)
        err = run_counting(salvage->db, steps[i].sql, steps[i].count, salvage->error);
    return err;
}

/* ----------------------------------------------------------------------------------- models */

struct damaged_models {
    int64_t *ids;
    int count, whole;
};

static bool note_model(void *context, const struct model_record *record) {
    struct damaged_models *models = context;
    if (!record->damaged) {
        models->whole++;
        return true;
    }
    models->ids = xreallocarray(models->ids, (size_t)models->count + 1, sizeof *models->ids);
    models->ids[models->count++] = record->id;
    return true;
}

static enum err drop_damaged_models(struct salvage *salvage) {
    struct damaged_models models = {0};
    struct db *db = salvage->db;
    enum err err = db_models_list(db, note_model, &models, salvage->error);
    for (int i = 0; err == ERR_OK && i < models.count; i++) {
        struct statement *remove = statement_get(db, SQL_MODEL_REMOVE_ID);
        statement_bind_integer(remove, "id", models.ids[i]);
        err = statement_run(remove, salvage->error);
    }
    free(models.ids);
    salvage->out->models = models.whole;
    salvage->out->models_lost = models.count;
    struct segmentation_record record;
    struct error why;
    enum err loaded = err == ERR_OK ? db_segmentation_load(db, &record, &why) : ERR_NOT_FOUND;
    if (loaded == ERR_OK) {
        salvage->out->models++;
        segmentation_record_free(&record);
    } else if (loaded == ERR_DAMAGED) {
        salvage->out->models_lost++;
        err = statement_run_plain(db, SQL_SEGMENTATIONS_REMOVE, salvage->error);
    }
    return err == ERR_OK ? name_what_is_lost(salvage) : err; /* what hung on them goes too */
}

/* Months of shops of which there is nothing else: those whose checksum holds. */
static enum err drop_damaged_sums(struct salvage *salvage) {
    struct buffer bytes = {0};
    struct cube_month_list months;
    enum err err = db_cube_list_sums_only(salvage->db, &months, salvage->error);
    for (int i = 0; err == ERR_OK && i < months.count; i++) {
        const struct cube_month *month = &months.months[i];
        struct cube_month read;
        struct error why;
        if (db_cube_read(salvage->db, month->shop, month->month, &read, &bytes, &why) ==
            ERR_DAMAGED) {
            salvage->out->packs_lost++;
            err = db_cube_remove(salvage->db, month->shop, month->month, salvage->error);
        } else {
            salvage->out->months++;
        }
    }
    cube_month_list_free(&months);
    buffer_free(&bytes);
    return err;
}

/* -------------------------------------------------------------------------------- the whole */

static enum err within_transaction(struct salvage *salvage, const char *path) {
    struct db *db = salvage->db;
    struct error *error = salvage->error;
    struct salvaged *out = salvage->out;
    struct sales_extent extent;
    enum err err = statement_run_plain(db, SQL_AUDIT_CLEAR, error);
    if (err == ERR_OK)
        err = raw_rows_read(path, take_row, salvage, salvage->progress, &out->reading, error);
    if (salvage->err != ERR_OK) /* of a row: the reading was ended by it */
        err = salvage->err;
    enum err named = restore_names(salvage);
    err = err == ERR_OK ? named : err;
    if (err == ERR_OK)
        err = statement_run_integer(statement_get(db, SQL_RUNS_EXPECTED), &out->expected, error);
    if (err == ERR_OK)
        err = take_columns(salvage);
    if (err == ERR_OK)
        err = salvage_runs_straighten(db, error);
    if (err == ERR_OK)
        err = name_what_is_lost(salvage);
    if (err == ERR_OK)
        err = salvage_runs_infer(db, out, error);
    if (err == ERR_OK)
        err = salvage_runs_correct(db, out, error);
    if (err == ERR_OK)
        err = drop_damaged_models(salvage);
    if (err == ERR_OK)
        err = drop_damaged_sums(salvage);
    if (err == ERR_OK) /* the tail: every sale is one until columns are made */
        err = db_packs_clear(db, error);
    if (err == ERR_OK)
        err = db_sales_extent(db, &extent, error);
    if (err == ERR_OK)
        out->sales = extent.sales;
    if (err == ERR_OK && out->sales == 0 && out->months == 0) {
        error_set(error, ERR_NO_DATA, "not one sale could be read from %s", path);
        return error_hint(error, "bring back a backup, or import the CSV files again");
    }
    return err == ERR_OK ? db_audit(db, AUDIT_SALVAGE, path, error,
                                    "%lld sales saved, of %lld that the imports brought",
                                    (long long)out->sales, (long long)out->expected)
                         : err;
}

enum err db_salvage(struct db *db, const char *path, const struct naming *naming,
                    const struct progress_sink *progress, struct salvaged *out,
                    struct error *error) {
    struct salvage salvage = {
        .db = db, .naming = naming, .progress = progress, .out = out, .error = error};
    *out = (struct salvaged){0};
    enum err err = db_begin_trusting(db, error);
    if (err != ERR_OK)
        return err;
    err = within_transaction(&salvage, path);
    free(salvage.confirmed);
    if (err == ERR_OK)
        err = db_commit(db, error);
    else
        db_rollback(db);
    if (err != ERR_OK)
        salvaged_free(out);
    return err;
}
