/* The sales as packed columns in memory: what every slice is computed from.
 *
 * About 25 bytes a sale. Codes are small so that a dimension is a column and a look-up table
 * (engine/slice/dimension.h), and a filter is a look-up table of yes and no.
 *
 * A row is one sale or, where `sales` is there, a cell of the cube: all sales of one month, place,
 * handset, gender, age band, price band and answers, with their number, the sum of their prices and
 * the sum of the squares. Sums over rows are the same to the last digit either way; what a cell
 * does not know (dimension_is_known) is asked of the sales themselves. */
#ifndef ENGINE_SLICE_FACTS_H
#define ENGINE_SLICE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/uint128.h"
#include "db/db.h"
#include "db/sale.h"
#include "db/sales.h"
#include "db/shops.h"

/* The four answers packed as base-3 digits (0 unknown, 1 no, 2 yes), facebook least significant. */
enum { ANSWER_CODES = 81 };

struct cube;
struct summary;
struct facts;

/* Which segment a sale is in, as whoever trained them tells: writes what the column `segment` holds
 * for the first `count` rows of a window that has all columns but ids, shops and segments. */
struct segment_rule {
    void (*assign)(const void *context, const struct facts *window, size_t count,
                   uint8_t *segments);
    const void *context;
};

struct facts {
    size_t count;
    int64_t *id;          /* ascending */
    int64_t *price_minor; /* of a cell: the sum of its sales' prices */
    day_number *day;      /* of a cell: some day of its month */
    uint16_t *location;   /* dictionary id; 0 unknown */
    uint16_t *handset;    /* dictionary id */
    uint8_t *age;         /* years; 0 unknown; of a cell: some age of its band */
    uint8_t *gender;      /* 0 unknown, else 1 + enum gender */
    uint8_t *answers;     /* see ANSWER_CODES */
    uint16_t *shop;       /* from 1; NULL: all are of shop 1 */
    uint8_t *segment;     /* 0 not assigned, else 1 + position in segment_names; cells: NULL */

    /* Of cells; NULL where every row is one sale. Then `id` is NULL. */
    uint32_t *sales;
    uint64_t *price_squares;      /* of minor units: the lower 64 bits; … */
    uint64_t *price_squares_high; /* … the upper ones: NULL where all are 0 */
    uint8_t *price_band;          /* code of the dimension */
    /* Of cells of the cube, which share what their combinations are: the element of location,
     * handset, age, gender, answers, shop and price_band that is the row's. NULL: the row's own. */
    uint32_t *combination;
    uint32_t *revenue;      /* of cells of the cube, in place of price_minor where all sums fit */
    uint16_t *month;        /* of cells of the cube, in place of day: from first_month on */
    int first_month;        /* date_month_index */
    day_number *month_days; /* by month: a day of it that is one of the shop's */

    struct cube *cube; /* owned; where the cells come from: engine/slice/cube.h */

    /* Owned; NULL but while the cells are still being read: rows are months then, and figures those
     * that engine/slice/summary.h tells. */
    struct summary *summary;

    struct dictionary locations;
    struct dictionary handsets;
    struct shop_list shops;                  /* empty in facts that are not of a database */
    const struct segment_rule *segment_rule; /* of cells: for sales that are streamed; or NULL */
    char **segment_names;                    /* owned; NULL while there is no segmentation */
    int segment_count;

    day_number first_day, last_day; /* of all sales; meaningless where count is 0 */
    uint8_t weekend;   /* bit n: weekday n (0 Monday) is of the weekend; 0: the default */
    int64_t synthetic; /* how many sales are a generated sample */
    int64_t undone;    /* imports that were taken back when these were read */
};

/* Loads everything. The caller frees with facts_free. */
enum err facts_load(struct db *db, struct facts *out, struct error *error);
void facts_free(struct facts *facts);

/* Adds the sales and dictionary entries that other processes committed since, and reads all anew
 * where an import was taken back; segments of new sales are 0 until assigned. `added` receives by
 * how many sales there are more. */
enum err facts_refresh(struct db *db, struct facts *facts, size_t *added, struct error *error);

/* Copies the segments' names, in place of those that are there; a count of 0: there are none. */
void facts_name_segments(struct facts *facts, const char *const *names, int count);

/* All sales; the last of them (0: there is none). */
int64_t facts_total(const struct facts *facts);
int64_t facts_last_id(const struct facts *facts);

/* How many sales a row stands for. */
static inline uint32_t facts_sales(const struct facts *facts, size_t row) {
    return facts->sales != NULL ? facts->sales[row] : 1;
}

/* Where location, handset, age, gender, answers, shop and price band of a row stand. */
static inline size_t facts_at(const struct facts *facts, size_t row) {
    return facts->combination != NULL ? facts->combination[row] : row;
}

/* Whose sales a row is. */
static inline int facts_shop(const struct facts *facts, size_t row) {
    return facts->shop != NULL ? facts->shop[facts_at(facts, row)] : SHOP_OWN;
}

/* The day of a sale, some day of its month of a cell. */
static inline day_number facts_day(const struct facts *facts, size_t row) {
    return facts->month != NULL ? facts->month_days[facts->month[row]] : facts->day[row];
}

/* The sum of the prices of a row's sales. */
static inline int64_t facts_revenue(const struct facts *facts, size_t row) {
    return facts->revenue != NULL ? facts->revenue[row] : facts->price_minor[row];
}

/* Of the row's sales only sums by month are here. */
bool facts_is_sums_only(const struct facts *facts, size_t row);

/* The names of shops of which only sums are here, "East, West"; NULL where there are none. The
 * caller frees it. */
char *facts_sums_only(const struct facts *facts);

/* The sum of the squared prices of a row's sales, in minor units. */
static inline uint128 facts_price_squares(const struct facts *facts, size_t row) {
    if (facts->sales == NULL)
        return (uint128)facts->price_minor[row] * (uint128)facts->price_minor[row];
    uint64_t high = facts->price_squares_high != NULL ? facts->price_squares_high[row] : 0;
    return (uint128)high << 64 | facts->price_squares[row];
}

/* Loads `most` sales drawn by lot, which lot a sale has being a matter of its id and the seed; all
 * where there are no more (0: all in any case). Holds no more than that, with some 30 bytes a sale
 * for the drawing. `of` receives what they were drawn from. The days are those of the sample. */
enum err facts_load_sample(struct db *db, int64_t most, uint64_t seed, struct facts *out,
                           struct sales_extent *of, struct error *error);

/* Copies a sale between facts that hold sales one by one; `to` has room. */
void facts_copy_row(struct facts *to, size_t at, const struct facts *from, size_t row);

/* The days of the weekend as bits, with the default in its place. */
uint8_t facts_weekend(const struct facts *facts);

/* A window on the sales, for going through any number of them with little memory: the dictionaries,
 * and room for `capacity` sales. Freed with facts_free. */
enum err facts_window_open(struct db *db, size_t capacity, struct facts *window,
                           struct error *error);
/* Fills it with the next sales, at most `capacity`, whose ids lie above `after_id` and not above
 * `last_id`. A count of 0: there are no more. */
enum err facts_window_read(struct db *db, struct facts *window, size_t capacity, int64_t after_id,
                           int64_t last_id, struct error *error);

/* UNKNOWN, 0 or 1 */
int facts_answer(const struct facts *facts, size_t row, enum answer answer);
const char *facts_location(const struct facts *facts, size_t row); /* "unknown" where not given */
const char *facts_handset(const struct facts *facts, size_t row);

#endif
