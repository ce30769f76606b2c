/* Every sale in memory, as little of it as cells do not know: its day, its age, its price and its
 * segment, eight bytes, in the order of the cells (engine/slice/cube_rows.h). The cell says the
 * rest. So whatever asks for days, or for ages and prices within a band, skips combinations and
 * months as cells do and looks at single sales only where it must. */
#ifndef ENGINE_SLICE_SALE_COLUMNS_H
#define ENGINE_SLICE_SALE_COLUMNS_H

#include <stdatomic.h>

#include "base/error.h"
#include "engine/slice/cube_rows.h"
#include "engine/slice/expect.h"
#include "engine/slice/group.h"

/* Beyond that many, sales stay in the database and are streamed: 128 MB. */
enum { SALE_COLUMNS_MOST = 16000000 };

struct held_sale {
    uint32_t price_minor; /* 0: among the dear ones */
    uint16_t day;         /* from the facts' first */
    uint8_t age;          /* years; 0 unknown */
    uint8_t segment;      /* as facts have it */
};

struct dear_price {
    uint32_t at;
    int64_t price_minor;
};

struct sale_columns {
    const struct facts *cells; /* whose rows they follow, and which they must not outlive */
    uint32_t count;
    uint32_t *from;    /* by combination: its first sale; one more */
    uint32_t *row_end; /* by row, of those that have sales here: behind its last sale */
    struct held_sale *sales;
    struct dear_price *dear;
    size_t dear_count;
    bool by_segment;           /* something tells segments; else no filter can ask for them */
    struct cell *by_place;     /* all of them, by segment and day */
    struct place_views *views; /* engine/slice/place_views.h; NULL where places do not pack */
    size_t days, segments;
    struct sale_shares *shares; /* engine/slice/sale_shares.h; NULL where these are not worth it */
    /* No price is dear, and of each place the squares of all prices fit 64 bits, its sales 16. */
    bool packs;
    uint32_t block; /* so many sales' squares fit 64 bits; 0 where prices are dear */
};

/* Reads all sales once. `cells` are whole (not derived) and their cube's database is the caller's
 * thread's own; `kept` is what `cells` are a copy of and the columns will point at. `out` is NULL
 * where there are too many. ERR_BUSY and ERR_DAMAGED as stream_slice has them; ERR_CANCELLED where
 * the cube is told to stop. */
enum err sale_columns_make(const struct facts *cells, const struct facts *kept,
                           struct sale_columns **out, struct error *error);
void sale_columns_free(struct sale_columns *columns); /* NULL is fine */

struct tables;
struct cube;

/* The cells of those sales that pass, as facts and rows of their own: `out` has days, dictionaries
 * and shops. Filters on segments where the columns have them. ERR_CANCELLED where the cube is told
 * to stop. */
enum err cube_sieve(const struct sale_columns *columns, const struct cube *cube,
                    const struct tables *tables, struct facts *out, struct cube_rows *rows,
                    struct error *error);

int64_t sale_columns_dear(const struct sale_columns *columns, uint32_t at);

static inline uint64_t sale_columns_price(const struct sale_columns *columns, uint32_t at) {
    uint32_t price = columns->sales[at].price_minor;
    return price != 0 ? price : (uint64_t)sale_columns_dear(columns, at);
}

/* Asks ahead for a combination's sales. */
static inline void sale_columns_expect(const struct sale_columns *columns, size_t combination) {
    const uint32_t from = columns->from[combination];
    expect_bytes(&columns->sales[from],
                 (columns->from[combination + 1] - from) * sizeof *columns->sales);
}

#endif
