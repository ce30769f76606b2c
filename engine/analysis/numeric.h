/* The columns of a sale that are numbers, and their values over a selection, sorted once for all
 * that is computed from them. */
#ifndef ENGINE_ANALYSIS_NUMERIC_H
#define ENGINE_ANALYSIS_NUMERIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/slice/counts.h"
#include "engine/slice/slice.h"

/* X(symbol, name on the command line, in JSON and in filters, title, whether its values are money,
 * whether they are whole numbers by nature) */
#define NUMERIC_LIST(X)                     \
    X(PRICE, "price", "Price", true, false) \
    X(AGE, "age", "Age", false, true)

enum numeric {
#define X(symbol, ...) NUMERIC_##symbol,
    NUMERIC_LIST(X)
#undef X
        NUMERIC_COUNT
};

const char *numeric_name(enum numeric numeric);
const char *numeric_title(enum numeric numeric);
bool numeric_is_money(enum numeric numeric);
bool numeric_is_whole(enum numeric numeric);
enum counts_of numeric_counts(enum numeric numeric); /* as it is counted */
bool numeric_by_name(const char *name, enum numeric *out);

/* Prices in major units, ages in years; false where it is not known. */
bool numeric_value(const struct facts *facts, size_t row, enum numeric numeric, double *value);

enum { NUMERIC_TEXT_SIZE = 40 };

/* How a value is shown: "21,682", "17,466.50", "34". */
void numeric_text(enum numeric numeric, double value, char text[NUMERIC_TEXT_SIZE]);

/* The known values, each that occurs once with how many sales have it: as small for a hundred
 * million sales as for a thousand. */
struct series {
    enum numeric numeric;
    double *values;         /* ascending */
    double *weights;        /* how many sales have each: as GSL takes frequencies */
    int64_t *until;         /* how many have it or a smaller one */
    int64_t *revenue_minor; /* of those that have each; NULL where it is not known */
    size_t distinct;
    int64_t count;   /* of sales with a value */
    int64_t missing; /* sales of the selection without one */
    double within;   /* the values are exact to within this: 0, unless too many prices differ */
};

/* Errors as counts_take, where the sales are not held one by one: it is empty then. The caller
 * frees with series_free, on errors too. */
enum err series_take(const struct facts *facts, const struct selection *selection,
                     enum numeric numeric, struct series *out, struct error *error);
void series_free(struct series *series);

/* From values that ascend, and from counted ones. */
void series_of_values(enum numeric numeric, const double *ascending, size_t count,
                      struct series *out);
void series_of_counted(enum numeric numeric, const struct counted *counted, struct series *out);

/* The value with `rank` others before it; how many lie below `bound`; Hyndman & Fan's type 7. */
double series_at(const struct series *series, int64_t rank);
int64_t series_below(const struct series *series, double bound);
double series_quantile(const struct series *series, double probability);

/* "so many different values are counted in narrow bins, each exact to within 4", "" where they are
 * exact. */
enum { NUMERIC_WITHIN_SIZE = 128 };
void numeric_within_words(enum numeric numeric, double within, char text[NUMERIC_WITHIN_SIZE]);

#endif
