/* How complete and how believable the sales of a selection are, column by column, and what cannot
 * all be true at once. */
#ifndef ENGINE_ANALYSIS_QUALITY_H
#define ENGINE_ANALYSIS_QUALITY_H

#include "base/date.h"
#include "engine/analysis/numeric.h"
#include "engine/slice/dimension.h"
#include "engine/slice/slice.h"

/* X(symbol, title, the dimension whose "unknown" finds the sales) */
#define QUALITY_LIST(X)                    \
    X(DATE, "Date", DAY)                   \
    X(LOCATION, "Location", LOCATION)      \
    X(AGE, "Age", AGE_BAND)                \
    X(GENDER, "Gender", GENDER)            \
    X(HANDSET, "Handset", HANDSET)         \
    X(PRICE, "Price", PRICE_BAND)          \
    X(FACEBOOK, "From Facebook", FACEBOOK) \
    X(FOLLOWS, "Follows page", FOLLOWS)    \
    X(RETURNING, "Returning", RETURNING)   \
    X(HEARD, "Heard of shop", HEARD)

enum quality_field {
#define X(symbol, ...) QUALITY_##symbol,
    QUALITY_LIST(X)
#undef X
        QUALITY_FIELDS
};

enum { QUALITY_TEXT_SIZE = 224 };

struct quality_column {
    const char *title;
    enum dimension dimension;
    int64_t unknown; /* of the selection's sales */
    int64_t values;  /* different ones, without unknown */
    bool at_least;   /* there are more: prices were counted in bins */
    /* "18 – 50", "22 Mar 2025 – …", or the commonest value with its share; "" where none is known
     */
    char range[QUALITY_TEXT_SIZE];
    int64_t beyond;               /* outside Tukey's fences; −1 where that means nothing */
    int64_t below;                /* of those, how many are too low */
    double fence_low, fence_high; /* the fences, as engine/analysis/numeric.h counts */
};

struct quality {
    bool pending; /* without dates, prices, ages and what repeats */
    int64_t sales;
    struct quality_column columns[QUALITY_FIELDS];
    int64_t repeated;          /* sales that equal an earlier one in all but the shop's number */
    int64_t returning_unheard; /* bought before, yet never heard of the shop */
    int64_t follows_unheard;   /* follows the page, yet never heard of the shop */
    int64_t future;            /* dated after today */
    /* Sales at one price that stands out from all others: at least 10 of them and 5 times as many
     * as at the next most frequent price; 0 where there is none. Prices that were not known are
     * often filled in so, with the mean or the median. */
    int64_t same_price;
    int64_t same_price_minor;
    bool same_price_is_median;
    /* Share of the prices' variance that goes with the handset, η² (Pearson 1905; Cohen 1988,
     * §8.2); NaN for fewer than two handsets or fewer than 10 sales a handset. */
    double price_by_handset;
    bool price_is_odd; /* less than Cohen's "large", 0.14: a phone's model mostly fixes its price */
};

/* "all at one price, 21,682, the median: filled in?" and "The price hardly depends on the handset:
 * …", or "" where there is nothing to say. */
void quality_same_price_words(const struct quality *quality, char *text, size_t size);
void quality_handset_words(const struct quality *quality, char *text, size_t size);

/* Errors as series_take. */
enum err quality_compute(const struct facts *facts, const struct selection *selection,
                         day_number today, struct quality *out, struct error *error);

/* The same in two steps, where rows are cells and the second takes two passes over the sales: until
 * then it is `pending`, with "…" as the range of date, price and age. */
void quality_begin(const struct facts *facts, const struct selection *selection,
                   struct quality *out);
enum err quality_complete(const struct facts *facts, const struct selection *selection,
                          day_number today, struct quality *out, struct error *error);

#endif
