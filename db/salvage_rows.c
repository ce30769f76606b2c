#include "db/salvage_rows.h"

#include <ctype.h>
#include <string.h>

#include "db/packs.h"
#include "db/sale.h"

static const struct {
    const char *name, *columns;
    int least;
    enum sql insert;
} tables[SALVAGE_TABLE_COUNT] = {
#define X(symbol, table, columns, least) {#table, columns, least, SQL_SALVAGE_##symbol},
    SALVAGE_LIST(X)
#undef X
};

enum sql salvage_insert(enum salvage_table table) {
    return tables[table].insert;
}

const char *salvage_columns(enum salvage_table table) {
    return tables[table].columns;
}

/* A real number without a fraction is stored as an integer. */
static bool is_of_kind(const struct raw_value *value, char kind) {
    char small = (char)tolower(kind);
    return kind == '0' ? value->kind == 'n'
                       : value->kind == small || (isupper(kind) && value->kind == 'n') ||
                             (small == 'r' && value->kind == 'i');
}

static bool looks_like(const struct raw_row *row, enum salvage_table table) {
    const char *columns = tables[table].columns;
    int most = (int)strlen(columns);
    bool alike = row->count <= most && row->count >= tables[table].least;
    for (int i = 0; alike && i < row->count; i++)
        alike = is_of_kind(&row->values[i], columns[i]);
    return alike;
}

static bool all_of_kind(const struct raw_row *row, const char *columns) {
    bool alike = row->count == (int)strlen(columns);
    for (int i = 0; alike && i < row->count; i++)
        alike = is_of_kind(&row->values[i], columns[i]);
    return alike;
}

bool salvage_modernise(const struct raw_row *row, struct raw_row *out) {
    enum { IDENTITY = 1, DAY = 4 };
    static const char columns[] = "0iiTiIIIiiIIII";
    if (!all_of_kind(row, columns) ||
        (row->values[IDENTITY].integer >> 32) != row->values[DAY].integer)
        return false;
    *out = *row;
    out->count--;
    memmove(&out->values[IDENTITY], &out->values[IDENTITY + 1],
            (size_t)(out->count - IDENTITY) * sizeof *out->values);
    return true;
}

static bool within(const struct raw_value *value, int64_t least, int64_t most) {
    return value->kind == 'n' || (value->integer >= least && value->integer <= most);
}

/* Values that a sale can have: as the table's own conditions, which the row may have escaped. */
static bool is_sale(const struct raw_row *row) {
    const struct raw_value *values = row->values;
    bool sound = row->id > 0 && within(&values[1], 1, INT32_MAX) &&
                 within(&values[3], 0, INT32_MAX) && within(&values[4], 1, TERMS_MAX) &&
                 within(&values[5], AGE_MIN, AGE_MAX) && within(&values[6], 0, GENDER_COUNT - 1) &&
                 within(&values[7], 1, TERMS_MAX) && within(&values[8], 1, INT64_MAX);
    for (int i = 9; sound && i < 13; i++)
        sound = within(&values[i], 0, 1);
    return sound;
}

static bool is_sound(const struct raw_row *row, enum salvage_table table) {
    const struct raw_value *values = row->values;
    switch (table) {
    case SALVAGE_TABLE_SALE:
        return is_sale(row);
    case SALVAGE_TABLE_PACK:
        return row->id > 0 && within(&values[3], 1, PACK_SALES_MAX) &&
               within(&values[4], 1, INT64_MAX) && within(&values[1], 0, INT32_MAX) &&
               within(&values[2], 1, INT32_MAX);
    case SALVAGE_TABLE_LOCATION:
        return row->id > 0 && row->id <= TERMS_MAX && within(&values[2], 0, 1);
    case SALVAGE_TABLE_HANDSET:
        return row->id > 0 && row->id <= TERMS_MAX;
    case SALVAGE_TABLE_SHOP:
        return row->id > 0 && row->id <= UINT16_MAX && within(&values[2], 0, 1);
    case SALVAGE_TABLE_RUN:
        return row->id > 0 && row->id <= INT32_MAX && within(&values[8], 0, INT64_MAX) &&
               within(&values[9], 0, INT64_MAX) && within(&values[12], 0, 1) &&
               (row->count < 14 || within(&values[13], 1, UINT16_MAX));
    case SALVAGE_TABLE_PACKED:
        return row->id == 1;
    case SALVAGE_TABLE_MODEL:
        return within(&values[5], 0, 1);
    default:
        return true;
    }
}

bool salvage_recognise(const struct raw_row *row, enum salvage_table *table) {
    for (int pass = row->table != NULL ? 0 : 1; pass < 2; pass++) {
        for (int i = 0; i < SALVAGE_TABLE_COUNT; i++) {
            *table = (enum salvage_table)i;
            if ((pass == 1 || strcmp(row->table, tables[i].name) == 0) && looks_like(row, *table) &&
                is_sound(row, *table))
                return true;
        }
    }
    return false;
}
