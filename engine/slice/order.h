/* Sales in the order of any column: row numbers sorted by packed keys, so that a million answer
 * within a tenth of a second. One list of columns for the screen and the command line. */
#ifndef ENGINE_SLICE_ORDER_H
#define ENGINE_SLICE_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/slice/facts.h"

/* X(symbol, name on the command line, how a sentence calls it) */
#define ORDER_LIST(X)                                 \
    X(ID, "id", "sale")                               \
    X(DATE, "date", "date")                           \
    X(LOCATION, "location", "location")               \
    X(AGE, "age", "age")                              \
    X(GENDER, "gender", "gender")                     \
    X(HANDSET, "handset", "handset")                  \
    X(PRICE, "price", "price")                        \
    X(FACEBOOK, "facebook", "from Facebook")          \
    X(FOLLOWS, "follows", "follows page")             \
    X(RETURNING, "returning", "returning")            \
    X(HEARD, "heard", "heard of shop")                \
    X(SEGMENT, "segment", "segment")                  \
    X(SCORE_RETURNING, "p-returning", "P(returning)") \
    X(SCORE_FACEBOOK, "p-facebook", "P(from Facebook)")

enum order_by {
#define X(symbol, ...) ORDER_##symbol,
    ORDER_LIST(X)
#undef X
        ORDER_COUNT
};

const char *order_name(enum order_by by);
const char *order_words(enum order_by by);
bool order_by_name(const char *name, enum order_by *out);

/* "price", "price:desc", "price:asc". ERR_USAGE lists the names. */
enum err order_read(const char *text, enum order_by *by, bool *descending, struct error *error);

/* What a row of the facts is sorted by: 0 for the unknown, else a number above. `ranks` are those
 * of the order, which the caller frees (NULL where it needs none); `scores` as order_rows has them.
 */
uint64_t *order_ranks(const struct facts *facts, enum order_by by);
uint64_t order_key(const struct facts *facts, enum order_by by, const uint64_t *ranks,
                   const double *scores, uint32_t row);

/* Sorts `count` row numbers of the facts in place. Equal ones keep the order that they have; what
 * is unknown comes last whichever way round. Names are sorted without regard to ASCII case.
 * `scores`, by row of the facts, is needed for the two score columns alone; NaN is unknown. */
void order_rows(const struct facts *facts, enum order_by by, bool descending, const double *scores,
                uint32_t *rows, size_t count);

#endif
