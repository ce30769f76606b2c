/* Inside db/salvage*.c: which rows belong into which table. */
#ifndef DB_SALVAGE_ROWS_H
#define DB_SALVAGE_ROWS_H

#include "db/raw_rows.h"
#include "db/sql.h"

/* X(symbol, table, its columns, least of them that a row has). Columns: 0 the rowid, i integer,
 * r real, t text, b bytes; capital: or NULL. Rows of older programs lack the last ones. No two
 * tables are alike, so that a row tells whose it is. */
#define SALVAGE_LIST(X)                                \
    X(SALE, sale, "0iTiIIIiiIIII", 13)                 \
    X(RUN, import_run, "0ttitTtTiiiiiiT", 13)          \
    X(REJECT, import_reject, "0iittb", 6)              \
    X(LOCATION, location, "0ti", 3)                    \
    X(HANDSET, handset, "0tt", 3)                      \
    X(SHOP, shop, "0tiIIIT", 7)                        \
    X(PERSONA, persona_name, "tt", 2)                  \
    X(UNDONE, import_undone, "0ttii", 5)               \
    X(AUDIT, audit, "0ttttttit", 9)                    \
    X(CUBE, cube_month, "iiiiib", 6)                   \
    X(PACK, pack, "0iiiiii", 7)                        \
    X(COLUMN, pack_column, "0ib", 3)                   \
    X(PACKED, packed, "0iii", 4)                       \
    X(MODEL, model, "0ttttitiitttttt", 15)             \
    X(BOOSTER, booster, "iiitb", 5)                    \
    X(HELD_BACK, out_of_fold, "0iibbbbt", 8)           \
    X(SEGMENTATION, segmentation, "0tiiiiirrtttt", 12) \
    X(SEGMENT, segment, "iitibt", 6)

enum salvage_table {
#define X(symbol, ...) SALVAGE_TABLE_##symbol,
    SALVAGE_LIST(X)
#undef X
        SALVAGE_TABLE_COUNT
};

/* A sale of schemas 1 to 3, which had its identity after its id: the row without it, as those that
 * came later. False where it is none; the identity tells the day once more. */
bool salvage_modernise(const struct raw_row *row, struct raw_row *out);

/* Whose the row is: of the table that led to it where it can be, else of the one that it looks
 * like. False: of none. */
bool salvage_recognise(const struct raw_row *row, enum salvage_table *table);

/* The statement that inserts it, and its columns as above. */
enum sql salvage_insert(enum salvage_table table);
const char *salvage_columns(enum salvage_table table);

#endif
