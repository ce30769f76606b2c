/* A month of the cube: one cell for each combination of location, handset, gender, age band, price
 * band and answers that occurs, with what adds up. A pure function of the month's packs.
 *
 * Stored as columns, each of unsigned little-endian integers of the smallest of 1, 2, 4 or 8 bytes
 * that holds its largest; typically 20 bytes a cell. Cells ascend by the six keys in their order
 * here. All sums are exact, so that adding in any order, in any portions, gives the same bytes. */
#ifndef ENGINE_SLICE_CUBE_CELLS_H
#define ENGINE_SLICE_CUBE_CELLS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "db/db.h"
#include "db/packs.h"

/* A month with more cells than this has as many as sales: no cube is kept for it (cells = −1). */
enum { CUBE_MONTH_CELLS_MAX = 1 << 20 };

/* X(member, type) */
#define CUBE_COLUMN_LIST(X)                                                \
    X(location, uint16_t)                                                  \
    X(handset, uint16_t)                                                   \
    X(gender, uint8_t)                                                     \
    X(age_band, uint8_t)      /* dimension_age_band_code(); 0 unknown */   \
    X(price_band, uint8_t)    /* dimension_price_band_code() */            \
    X(answers, uint8_t)       /* as struct facts has them */               \
    X(sales, uint32_t)        /* at least 1 */                             \
    X(revenue_minor, int64_t) /* saturated at INT64_MAX */                 \
    X(squares_low, uint64_t)  /* the sum of squared prices in minor … */ \
    X(squares_high, uint64_t) /* … units: high × 2^64 + low, exact */

struct cube_cells {
    size_t count;
#define X(member, type) type *member;
    CUBE_COLUMN_LIST(X)
#undef X
};
void cube_cells_reserve(struct cube_cells *cells, size_t capacity);
void cube_cells_free(struct cube_cells *cells);

void cube_encode(const struct cube_cells *cells, struct buffer *out);

/* Into columns with room for `count` values, each of which may be NULL (is skipped): `into` may
 * point into the middle of larger arrays. False where the bytes cannot be `count` cells. */
bool cube_decode(const struct buffer *bytes, size_t count, const struct cube_cells *into);

/* ---- making one */

struct cube_builder;
struct cube_builder *cube_builder_new(void);
void cube_builder_free(struct cube_builder *builder); /* NULL is fine */
void cube_builder_clear(struct cube_builder *builder);
/* Rows `from` … `until` − 1; of the columns those that are no key or price may be NULL. */
void cube_builder_add_rows(struct cube_builder *builder, const struct pack_rows *rows, size_t from,
                           size_t until);
void cube_builder_add_cells(struct cube_builder *builder, const struct cube_cells *cells);
size_t cube_builder_count(const struct cube_builder *builder);
/* The cells in the order of their keys; the caller frees with cube_cells_free. */
void cube_builder_cells(const struct cube_builder *builder, struct cube_cells *out);

#endif
