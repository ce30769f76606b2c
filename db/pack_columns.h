/* A pack's columns as bytes: for db/pack*.c, and for whoever reads whole packs. */
#ifndef DB_PACK_COLUMNS_H
#define DB_PACK_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "db/packs.h"

/* X(symbol, member of struct pack_rows). The order is part of the file: numbers never change. */
#define PACK_COLUMN_LIST(X)       \
    X(ID, id)                     \
    X(DAY_OF_MONTH, day_of_month) \
    X(LOCATION, location)         \
    X(HANDSET, handset)           \
    X(AGE, age)                   \
    X(GENDER, gender)             \
    X(ANSWERS, answers)           \
    X(PRICE_MINOR, price_minor)   \
    X(IDENTITY, identity)         \
    X(REFERENCE, reference) /* not written where no sale has one */

enum pack_column {
#define X(symbol, ...) PACK_COLUMN_##symbol,
    PACK_COLUMN_LIST(X)
#undef X
        PACK_COLUMN_COUNT
};
enum { PACK_COLUMN_STRIDE = 16 }; /* row of a column: pack id × this + column */

/* Unsigned little-endian integers, all of the smallest of 1, 2, 4 or 8 bytes that holds the
 * largest. `size` is that of the values in memory. Ids are stored above `base`. */
void pack_column_encode(const void *values, size_t size, size_t count, int64_t base,
                        struct buffer *out);
/* False where the bytes cannot be such a column of `count` values. */
bool pack_column_decode(const void *bytes, size_t length, size_t count, int64_t base, void *values,
                        size_t size);

/* The values of one column, and their size in memory. */
void *pack_rows_column(const struct pack_rows *rows, enum pack_column column, size_t *size);

/* Room for `capacity` sales in every column; each may be moved. */
void pack_rows_reserve(struct pack_rows *rows, size_t capacity);
void pack_rows_free(struct pack_rows *rows);

/* Writes the first pack->sales rows as a pack: a new one where its id is 0, which is set then. Sets
 * its first and last sale. `bytes` is room to work in. */
enum err pack_store(struct db *db, struct pack *pack, const struct pack_rows *rows,
                    struct buffer *bytes, struct error *error);

#endif
