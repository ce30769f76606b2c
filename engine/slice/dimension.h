/* What sales can be grouped and filtered by. */
#ifndef ENGINE_SLICE_DIMENSION_H
#define ENGINE_SLICE_DIMENSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/slice/facts.h"

/* X(symbol, name on the command line and in JSON, title on a screen, whether its values have an
 * order) */
#define DIMENSION_LIST(X)                           \
    X(MONTH, "month", "Month", true)                \
    X(QUARTER, "quarter", "Quarter", true)          \
    X(YEAR, "year", "Year", true)                   \
    X(WEEK, "week", "Week", true)                   \
    X(DAY, "day", "Day", true)                      \
    X(WEEKDAY, "weekday", "Weekday", true)          \
    X(WEEKEND, "weekend", "Weekend", false)         \
    X(LOCATION, "location", "Location", false)      \
    X(LOCAL, "local", "Local", false)               \
    X(GENDER, "gender", "Gender", false)            \
    X(AGE_BAND, "age_band", "Age band", true)       \
    X(BRAND, "brand", "Brand", false)               \
    X(HANDSET, "handset", "Handset", false)         \
    X(PRICE_BAND, "price_band", "Price band", true) \
    X(FACEBOOK, "facebook", "From Facebook", false) \
    X(FOLLOWS, "follows", "Follows page", false)    \
    X(RETURNING, "returning", "Returning", false)   \
    X(HEARD, "heard", "Heard of shop", false)       \
    X(ENGAGEMENT, "engagement", "Engagement", true) \
    X(SEGMENT, "segment", "Segment", false)         \
    X(SHOP, "shop", "Shop", false)

enum dimension {
#define X(symbol, ...) DIMENSION_##symbol,
    DIMENSION_LIST(X)
#undef X
        DIMENSION_COUNT
};

const char *dimension_name(enum dimension dimension);
const char *dimension_title(enum dimension dimension);
bool dimension_is_ordered(enum dimension dimension);
bool dimension_by_name(const char *name, enum dimension *out);

/* False where it cannot tell these sales apart: segments that nobody has trained, the shop where
 * there is one. Filters and tables by it work all the same; lists of choices leave it out. */
bool dimension_is_offered(const struct facts *facts, enum dimension dimension);

/* The dimension that asks one of the four questions; false for every other. */
bool dimension_answer(enum dimension dimension, enum answer *out);

enum { DIMENSION_LABEL_SIZE = 192 };

/* A dimension over these facts: every sale has a code from 0 (unknown) to `codes` − 1. Ordered
 * dimensions have ascending codes. Valid until the facts change. */
struct dimension_view {
    enum dimension dimension;
    const struct facts *facts;
    int codes;
    int *lookup; /* owned: from the base column's code to the dimension's */
    int first;   /* of months, weeks and the like: the period of code 1 */
};

void dimension_open(struct dimension_view *view, const struct facts *facts,
                    enum dimension dimension);
void dimension_close(struct dimension_view *view);
int dimension_code(const struct dimension_view *view, size_t row);

/* The codes of `count` rows at once: for the loops that pass over every sale. */
void dimension_codes(const struct dimension_view *view, const uint32_t *rows, size_t count,
                     int *codes);

/* The code of a day, for dimensions that a sale's day decides; 0 before and after the sales'
 * periods. */
int dimension_code_of_day(const struct dimension_view *view, day_number day);

/* Whether these facts' rows can be told apart by the dimension: cells know the month but not the
 * day, and no segment. */
bool dimension_is_known(const struct facts *facts, enum dimension dimension);

/* How a value is shown and, unchanged, how a filter names it: "Outside Rangamati", "25-34", "yes",
 * "2025-01", "2025-W07", "Fri", "unknown". */
void dimension_label(const struct dimension_view *view, int code, char label[DIMENSION_LABEL_SIZE]);

/* The band of an age (0: unknown) and of a price: what age_band and price_band have as codes. */
int dimension_age_band_code(int years);
int dimension_price_band_code(int64_t price_minor);

/* Changes whenever the bands do: what was added up by other bands has to be added up anew. */
int64_t dimension_bands(void);

/* The prices of a price band (a code above 0): from `from_minor` to below `below_minor`. */
void dimension_price_band(int code, int64_t *from_minor, int64_t *below_minor);

/* The years of an age band (a code above 0): from `from` to below `below`. */
void dimension_age_band(int code, int *from_years, int *below_years);

#endif
